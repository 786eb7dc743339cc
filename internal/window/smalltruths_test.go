package window_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/input"

	"lanyard/internal/api"
)

// away has the agent end every live channel and take no new one, as while it does not run.
func (c *canned) away() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	for lines := range c.live {
		delete(c.live, lines)
		close(lines)
	}
}

// smallTruths: what is said of somebody is said only while it is known and can come true.
func smallTruths(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	ben := &c.snapshot.Peers[1]
	ben.LiveText = "mine"
	var face bytes.Buffer
	if err := png.Encode(&face, image.NewGray(image.Rect(0, 0, 96, 96))); err != nil {
		t.Fatal(err)
	}
	c.snapshot.Peers[3].Card = "1" // Dmitri, who is not here
	c.mux.HandleFunc("GET /api/v1/peers/dmitri/card", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, api.Card{Picture: face.Bytes()}) })
	b := signIn(t, browser, c.URL)
	b.until("no letter shines through his picture, and theirs stand where there is none", `(() => { const letters = (who) => getComputedStyle(document.querySelector("#person-" + who + " .avatar-letters")).visibility;
		return document.querySelector("#person-dmitri .avatar-absent .portrait")?.naturalWidth === 96 && letters("dmitri") === "hidden" && letters("ben") === "visible"; })()`)
	b.shot("picture-absent")

	b.click("#person-ben", "")
	b.see(".writing-live", "Live text begins when Ben Becker switches it on, too")
	off := *ben
	off.Link, off.Presence = false, "offline"
	c.say("presence", off)
	b.see(".head-where", "Not here since")
	b.until("nothing is asked of who is not here", `!document.querySelector(".writing-live")`)
	c.say("presence", *ben)
	b.see(".head-where", "Busy")

	c.away()
	b.see(".connection-line", "")
	b.until("nobody is called here or away without an agent", `document.querySelector(".head-where").textContent.startsWith("Not known while Lanyard is not running")`)
}

// namedWhole: a name that was typed out is done with: nothing is offered any more, and Enter sends, without the blank that a choice adds.
func namedWhole(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	b.click("#person-ben", "")
	b.until("one can write", `document.activeElement.matches(".composer-field")`)
	b.typeText("see you @Ben Becke")
	b.see(".completion-choice", "Ben Becker")
	b.typeText("r")
	b.until("nothing is offered", `document.activeElement.value.endsWith("Becker") && !document.querySelector(".completion")`)
	b.press("Enter", 0)
	b.see(".message-mine:not(.message-pending)", "see you @Ben Becker")
	b.typeText("thanks @be")
	b.see(".completion-choice", "Ben Becker")
	b.press("Enter", 0)
	b.until("the name stands there", `document.activeElement.value === "thanks @Ben Becker "`)
	b.press("Enter", 0)
	b.see(".message-mine:not(.message-pending)", "thanks @Ben Becker")
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, want := range []string{"see you @Ben Becker", "thanks @Ben Becker"} {
		if got := c.messages["ben"][1+i].Text; got != want {
			t.Errorf("%q was sent, not %q", got, want)
		}
	}
}

// wayBack: whoever reads further up finds the way to the newest message, though nothing is new there.
func wayBack(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 90, 90)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 89")
	b.until("the end is in sight", `!document.querySelector(".to-end") && `+atBottom)
	x, y := b.spot("the list of messages", `document.querySelector(".messages")`)
	send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1, DeltaY: -600})
	b.see(".to-end", "Newest")
	c.comes(b, "one more")
	b.see(".to-end", "1 new")
	b.click(".to-end", "1 new")
	b.until("the end is in sight again", `!document.querySelector(".to-end") && `+atBottom)
	eventually(t, "it is read there", func() bool { return len(c.unread()) == 0 })
}

package window_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lanyard/internal/api"
)

// laterMeanwhile: what was written after a text was given to the agent for later stays in the composer.
func laterMeanwhile(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	answer := make(chan struct{})
	c.mux.HandleFunc("POST /api/v1/conversations/{to}/later", func(w http.ResponseWriter, _ *http.Request) {
		<-answer
		c.answer(w, api.Later{ID: "later", Conversation: "with-dmitri", Person: "dmitri", Name: "Dmitri Dubois", Text: "Tomorrow then", Time: time.Now().Add(time.Hour)})
	})
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	give := func() {
		b.click(".composer-field", "")
		b.typeText("Tomorrow then")
		b.click("button", "Send later")
		b.click(".composer-later .menu-item", "In 1 hour")
		c.wasAsked(t, "POST /api/v1/conversations/dmitri/later")
	}
	give()
	b.click(".composer-field", "")
	b.press("End", 0)
	b.typeText(", and one thing more")
	close(answer)
	b.toasts("It will be sent")
	if text := eval[string](b, `document.querySelector(".composer-field").value`); text != "Tomorrow then, and one thing more" {
		t.Errorf("in the composer stands %q", text)
	}
	b.until("it is taken away", `(() => { const f = document.querySelector(".composer-field"); f.value = ""; return f.dispatchEvent(new InputEvent("input", {bubbles: true})); })()`)
	give()
	b.until("what was given to the agent as it stands leaves the composer", `document.querySelector(".composer-field").value === ""`)
}

// deletedUnder: a message that is deleted while somebody changes it or answers it is neither changed nor answered; what stood in the composer before stays.
func deletedUnder(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	said := []api.Message{c.add("dmitri", true, "Lunch at one", time.Now()), c.add("dmitri", false, "No, at two", time.Now())}
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	b.click(".composer-field", "")
	b.typeText("half")
	for i, verb := range []string{"Edit", "Reply"} {
		row := "[data-message=" + said[i].ID + "]"
		b.click(row+" .message-menu button", "")
		b.click(".menu-item", verb)
		b.see(".composer-doing .quote-text", said[i].Text)
		gone := said[i]
		gone.Deleted, gone.Text = true, ""
		c.say("amended", gone)
		b.until("nothing is done with it any more", `!document.querySelector(".composer-doing") && document.querySelector(".composer-field").value === "half"`)
	}
}

package window_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// amend is what two people do with messages: answer with a quote, react, change, pin and take back; each sees at once what the other did.
func amend(t *testing.T, ana, ben *desk, _ string) {
	menu := func(d *desk, message, item string) {
		d.click(".message-row:has("+message+") .message-menu button", "")
		d.click(".menu-item", item)
	}
	say := func(d *desk, text string) {
		d.until("one can write", `document.activeElement.className === "composer-field"`)
		d.typeText(text)
		d.press("Enter", 0)
	}
	ana.click(".composer-field", "")
	say(ana, "Shall we meet **at ten**?")
	ben.see(".message-theirs strong", "at ten")
	ben.rightClick(".message-theirs strong") // the same menu, where the pointer is
	ben.until("the menu is at the pointer", `(() => { const m = document.querySelector(".menu-box")?.getBoundingClientRect(), s = document.querySelector(".message-theirs strong").getBoundingClientRect(); const x = s.x + s.width / 2, y = s.y + s.height / 2; return m && Math.abs(m.left - x) < 8 && Math.min(Math.abs(m.top - y), Math.abs(m.bottom - y)) < 8; })()`)
	ben.looks("context-menu")
	ben.press("Escape", 0)
	ben.until("it is closed", `!document.querySelector(".menu-box") && document.activeElement.matches(".message-menu button")`)
	ben.rightClick(".message-theirs strong")
	ben.click(".menu-item", "Star")
	ben.see(".message-theirs .icon-star", "")
	ben.rightClick(".message-theirs strong")
	ben.click(".menu-item", "Remove star")
	ben.until("the star is off", `!document.querySelector(".message-theirs .icon-star")`)
	menu(ben, ".message-theirs strong", "Reply")
	ben.see(".composer-doing .quote-name", "Reply to Ana Almeida")
	ben.write("Ten is fine")
	ana.see(".message-theirs .quote-text", "Shall we meet at ten?")
	menu(ben, ".message-theirs strong", "React…")
	ben.click(".emoji-one", "👍")
	ana.see(".reaction", "👍")
	ana.click(".reaction", "👍")
	ben.see(".reaction", "2")

	menu(ana, ".message-mine strong", "Edit")
	ana.see(".composer-doing .quote-name", "Edit message")
	ana.until("the words are there, to be changed", `document.querySelector(".composer-field").value === "Shall we meet **at ten**?"`)
	ana.until("they are selected", `(document.querySelector(".composer-field").select(), true)`)
	say(ana, "Shall we meet **at eleven**?")
	ben.see(".message-theirs strong", "at eleven")
	ben.see(".message-theirs .message-edited", "edited")
	ben.see(".message-mine .quote-text", "Shall we meet at eleven?")
	menu(ben, ".message-theirs strong", "Show versions")
	ben.see(".versions strong", "at ten")
	ben.looks("versions")
	ben.click(".dialog button", "Close")
	menu(ben, ".message-theirs strong", "Pin")
	ana.see(".message-mine:has(strong) .icon-pin", "")
	ana.looks("amended")
	more := func(d *desk, of, item string) {
		d.click(".head button", "More for "+of)
		d.click(".menu-item", item)
	}
	more(ana, "Ben Becker", "Pinned messages…")
	ana.see(".dialog .quote-text", "Shall we meet at eleven?")
	ana.looks("pinned")
	ana.size(320, 640, 1)
	ana.fits("pinned-320")
	ana.size(1280, 800, 1)
	ana.click(".dialog .quote", "at eleven")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	menu(ana, ".message-mine strong", "Unpin")
	ben.until("the pin is off", `!document.querySelector(".message-row .icon-pin")`)
	more(ben, "Ana Almeida", "Pinned messages…")
	ben.see(".dialog", "Nothing is pinned here")
	ben.click(".dialog button", "Close")

	menu(ana, ".message-mine strong", "Delete for everybody…")
	ana.looks("delete")
	ana.click(".dialog .button-danger", "Delete")
	ben.see(".message-unknown", "This message was deleted.")
	ben.see(".message-mine .quote-text", "Deleted message")
	ben.until("nothing of it is on the page", `!document.body.textContent.includes("at eleven")`)

	menu(ana, ".message-theirs .quote", "Star")
	ana.see(".message-theirs .icon-star", "")
	menu(ana, ".message-theirs .quote", "Forward…")
	ana.click(".person-choice", "Ben Becker")
	ana.looks("forward")
	ana.click(".dialog .button-main", "Forward")
	ana.toasts("Forwarded to \u2068Ben Becker\u2069.")
	ben.see(".message-from", "Forwarded from Ben Becker")
	more(ana, "Ben Becker", "Starred messages…")
	ana.see(".dialog .quote-text", "Ten is fine")
	ana.see(".dialog .quote-place", "with \u2068Ben Becker\u2069")
	ana.looks("starred")
	ana.click(".dialog .quote", "Ten is fine")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	ana.inSight(ana.rowOf(".message-theirs:has(.quote)", "Ten is fine"))
	more(ana, "Ben Becker", "Mute")
	ana.see(".person .icon-muted", "")
	more(ana, "Ben Becker", "Unmute")
	ana.until("it is heard again", `!document.querySelector(".person .icon-muted")`)
	more(ana, "Ben Becker", "Jump to a date…")
	ana.until("a day can be given", `document.activeElement.type === "date" && (() => { const f = document.activeElement; f.value = "2020-01-01"; return f.dispatchEvent(new InputEvent("input", {bubbles: true})); })()`)
	ana.click(".dialog .button-main", "Show")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	ana.inSight(ana.rowOf(".message", "Good morning, Ben"))
	more(ana, "Ben Becker", "Mark as unread")
	ana.see(".person .badge", "•")
	ana.click(".person", "Ben Becker")
	ana.until("it is read again", `!document.querySelector(".person .badge")`)
	ana.until("one can write", `document.activeElement.className === "composer-field"`)
	ana.typeText("half a thought")
	eventually(t, "the agent keeps the draft", func() bool {
		all, err := ana.Client.Conversations(t.Context())
		return err == nil && len(all) == 1 && all[0].Draft == "half a thought"
	})
	ana.do(chromedp.Reload())
	ana.until("the draft is back", `document.querySelector(".composer-field")?.value === "half a thought"`)
	ana.click(".composer-field", "")
	ana.until("it is selected", `(document.querySelector(".composer-field").select(), true)`)
	ana.click("button", "Emoji")
	ana.click(".emoji-one", "🎉")
	ana.until("it stands in the composer", `document.querySelector(".composer-field").value === "🎉"`)
	ana.press("Enter", 0)
	ben.see(".message-theirs", "🎉")
}

// versions: what a message said before stands apart from when it was said, and the one that counts is named.
func versions(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.add("dmitri", false, "Room 215", time.Now())
	c.messages["dmitri"][0].Edits = 2
	c.mux.HandleFunc("GET /api/v1/messages/{id}/versions", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, []api.Version{{Text: "Room 213", Time: time.Now()}, {Text: "```\nRoom 214\n```", Time: time.Now()}, {Text: "Room 215", Time: time.Now()}})
	})
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.click(".message-menu button", "")
	b.click(".menu-item", "Show versions")
	b.see(".versions", "Room 213")
	b.until("times stand above the words", `[...document.querySelectorAll(".versions li")].every((li) => li.querySelector("time").getBoundingClientRect().bottom <= [...li.children].at(-1).getBoundingClientRect().top)`)
	if got := eval[[]bool](b, `[...document.querySelectorAll(".versions li")].map((li) => li.textContent.includes("Now"))`); !slices.Equal(got, []bool{false, false, true}) {
		t.Errorf("what stands now is %v", got)
	}
	b.looks("versions-three")
}

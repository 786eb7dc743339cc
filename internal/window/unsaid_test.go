package window_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"lanyard/internal/api"
)

// dragTo presses the mouse at one place and lets it go at another.
func (b *tab) dragTo(fromX, fromY, toX, toY float64) {
	b.t.Helper()
	mouse := func(kind input.DispatchMouseEventType, x, y float64, buttons int64) {
		send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: buttons, ClickCount: 1})
	}
	mouse(input.DispatchMouseEventTypeMousePressed, fromX, fromY, 1)
	mouse(input.DispatchMouseEventTypeMouseMoved, toX, toY, 1)
	mouse(input.DispatchMouseEventTypeMouseReleased, toX, toY, 0)
	eval[bool](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
}

// asking reports whether a dialog is open.
func (b *tab) asking() bool { return eval[bool](b, `!!document.querySelector("dialog[open]")`) }

// besideDialog is a place on what lies behind the dialog.
func (b *tab) besideDialog() (x, y float64) {
	at := eval[[]float64](b, `(() => { const r = document.querySelector(".dialog").getBoundingClientRect(); return [r.left / 2, (r.top + r.bottom) / 2]; })()`)
	return at[0], at[1]
}

// wordsWithFiles: what is written with a file is lost neither by a mouse that is let go beside the dialog, nor by leaving it: then it stands in the composer.
func wordsWithFiles(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	path := write(t, t.TempDir()+"/plan.txt", "x")
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.drop(".conversation", path)
	b.see(".dialog .dropped", "plan.txt")
	field := func() (x, y float64) { return b.spot("the words", `document.querySelector(".words-with")`) }
	x, y := field()
	awayX, awayY := b.besideDialog()
	b.dragTo(x, y, awayX, awayY)
	b.dragTo(awayX, awayY, x, y)
	if !b.asking() {
		t.Fatal("the dialog closed by a mouse that was pressed or let go in it")
	}
	b.dragTo(awayX, awayY, awayX, awayY+1)
	b.until("a click beside it closes it", `!document.querySelector("dialog[open]")`)

	b.drop(".conversation", path)
	b.click(".words-with", "")
	b.typeText("a long explanation")
	x, y = field()
	b.dragTo(x, y, awayX, awayY)
	b.dragTo(awayX, awayY, awayX, awayY+1)
	if words := eval[string](b, `document.querySelector("dialog[open] .words-with")?.value ?? "closed"`); words != "a long explanation" {
		t.Fatalf("after clicks beside the dialog its words are %q", words)
	}
	b.press("Escape", 0)
	b.until("the words stand in the composer", `!document.querySelector("dialog[open]") && document.querySelector(".composer-field").value === "a long explanation"`)

	b.drop(".conversation", path)
	b.until("the dialog takes them on", `document.querySelector(".words-with")?.value === "a long explanation"`)
	b.press("End", 0)
	b.typeText(" of it")
	b.click(".dialog button", "Cancel")
	b.until("they stand there once, as they were changed", `!document.querySelector("dialog[open]") && document.querySelector(".composer-field").value === "a long explanation of it"`)
}

// unsaid: who wrote something in a dialog is asked before it is lost; who wrote nothing is not.
func unsaid(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.laters = []api.Later{{ID: "later", Conversation: "with-ben", Person: "ben", Name: "Ben Becker", Text: "The posters are at the printer", Time: time.Now().Add(time.Hour)}}
	c.mux.HandleFunc("GET /api/v1/me/card", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, api.Card{Role: "Accountant"}) })
	c.mux.HandleFunc("GET /api/v1/files/unasked", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, api.Unasked{}) })
	c.mux.HandleFunc("PUT /api/v1/me/presence", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, c.snapshot.Me) })
	b := signIn(t, browser, c.URL)
	b.click("#person-ben", "")
	change := func() {
		b.click(".composer-later button", "Send later")
		b.click(".menu-item", "What waits (1")
		b.click(".later-item button", "Edit: message to Ben Becker")
		b.until("its words are there", `document.querySelector(".later-field")?.value === "The posters are at the printer"`)
	}
	change()
	b.press("Escape", 0)
	b.until("who wrote nothing is not asked", `!document.querySelector("dialog[open]")`)
	change()
	b.click(".later-field", "")
	b.typeText("Now: ")
	x, y := b.besideDialog()
	b.dragTo(x, y, x, y+1)
	b.press("Escape", 0)
	b.see(".dialog-verbs", "What you wrote here is lost then.")
	b.looks("discard")
	b.press("Escape", 0)
	b.until("one writes on where one was", `document.activeElement.matches(".later-field") && document.activeElement.value.includes("Now: ") && !!document.querySelector(".dialog-verbs .button-main")`)
	b.click(".dialog button", "Cancel")
	b.click(".dialog button", "Go on writing")
	b.click(".dialog button", "Cancel")
	b.click(".dialog button", "Discard")
	b.until("it is closed", `!document.querySelector("dialog[open]")`)

	b.click(".own .menu-text, .own button[aria-haspopup]", "")
	b.click(".menu-item", "My card…")
	b.until("the card is there", `document.querySelector("input[name=role]")?.value === "Accountant"`)
	eval[bool](b, `document.querySelector("dialog input[type=file]").dispatchEvent(new Event("cancel", {bubbles: true}))`) // as a browser says that no picture was chosen
	if !b.asking() {
		t.Fatal("who chooses no picture loses the card")
	}
	b.press("Escape", 0)
	b.until("the card is closed", `!document.querySelector("dialog[open]")`)

	b.click(".own button", "Settings")
	b.click(".dialog input[placeholder='Back at three']", "")
	b.typeText("At the printer")
	b.press("Escape", 0)
	b.until("the settings are closed", `!document.querySelector("dialog[open]")`)
	c.wasAsked(t, "PUT /api/v1/me/presence")
}

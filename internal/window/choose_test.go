package window_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
)

// choose passes a message on to those whom one finds by typing, without a mouse.
func choose(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	aRoom(c)
	for _, name := range []string{"Miriam Adler", "Mirko Moretti", "Mira Olsen"} {
		c.person(name, name, "pc-"+name[:4], "available", true, time.Now())
	}
	var mu sync.Mutex
	var to []string
	c.mux.HandleFunc("POST /api/v1/messages/{id}/forward", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ To string }
		json.NewDecoder(r.Body).Decode(&body)
		mu.Lock()
		to = append(to, body.To)
		mu.Unlock()
		c.answer(w, api.Message{ID: "passed on", Conversation: "with-" + body.To, Kind: "text", Text: "Perfect", Mine: true, Time: time.Now()})
	})
	b := signIn(t, browser, c.URL)
	b.click(".person", "Ana Almeida")
	b.click(".message-row:has(.message-theirs) .message-menu button", "")
	b.click(".menu-item", "Forward…")
	field := func(holds string) {
		t.Helper()
		b.until("the field has the focus and holds "+holds, `document.activeElement.matches(".dialog [role=searchbox]") && document.activeElement.value === %s`, holds)
	}
	names := func(want ...string) {
		t.Helper()
		b.until("these are offered", `JSON.stringify([...document.querySelectorAll(".person-choice > span:not(.avatar)")].map((e) => e.textContent).sort()) === JSON.stringify(%s)`, want)
	}
	at := func(name string) {
		t.Helper()
		b.until("the focus is on "+name, `document.activeElement.closest(".person-choice")?.textContent.includes(%s)`, name)
	}
	field("")
	b.typeText("mir")
	names("Mira Olsen", "Miriam Adler", "Mirko Moretti")
	b.press("ArrowDown", 0)
	order := eval[[]string](b, `[...document.querySelectorAll(".person-choice > span:not(.avatar)")].map((e) => e.textContent)`)
	at(order[0])
	b.press("ArrowDown", 0)
	at(order[1])
	b.press("Enter", 0)
	b.see(".picker-note", order[1])
	b.looks("forward-found")
	b.press("ArrowUp", 0)
	b.press("ArrowUp", 0)
	field("mir")
	b.press("Escape", 0)
	field("")
	b.typeText("third floor")
	names("Move to the third floor")
	b.press("Enter", 0) // the first
	field("")
	b.see(".picker-note", "Move to the third floor")
	b.typeText("nobody like this")
	b.see(".picker [role=status]", "Nobody and no room on your list is called")
	b.size(320, 640, 1)
	b.fits("forward-found-320")
	b.size(1280, 800, 1)
	b.press("Escape", 0)
	field("")
	b.click(".dialog .button-main", "Forward")
	b.until("the dialog is closed", `!document.querySelector(".dialog")`)
	mu.Lock()
	defer mu.Unlock()
	if want := []string{order[1], "move"}; !slices.Equal(to, want) {
		t.Errorf("it went to %q, not to %q", to, want)
	}
	b.click(".message-row:has(.message-theirs) .message-menu button", "")
	b.click(".menu-item", "Forward…")
	field("")
	b.press("Escape", 0) // nothing to empty: the question goes
	b.until("the dialog is closed", `!document.querySelector(".dialog")`)
}

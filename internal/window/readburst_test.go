package window_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// readsHeld has the agent answer how far Dora's conversation was read only when it is let; told is what it was told.
func (c *canned) readsHeld(t *testing.T) (told chan string, let func()) {
	told, answer := make(chan string, 64), make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = func(person, upTo string) {
		if person != "dora" {
			return
		}
		told <- upTo
		select {
		case <-answer:
		case <-t.Context().Done():
		}
	}
	return told, func() { close(answer) }
}

// isTold waits until the agent is told how far was read, and returns it.
func isTold(t *testing.T, told <-chan string) string {
	t.Helper()
	select {
	case upTo := <-told:
		return upTo
	case <-time.After(patience):
		t.Fatal("the agent is not told how far was read")
		return ""
	}
}

// readBurst: while the agent is told how far was read, what comes is told once and not line by line; who comes back to a conversation finds it as they left it, however late the agent
// learns of it, and other conversations open meanwhile.
func readBurst(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	dora(c, 60, 60)
	told, let := c.readsHeld(t)
	b := signIn(t, browser, c.URL)
	eval[bool](b, `(() => { const later = window.setTimeout; window.held = []; window.setTimeout = (run, ms, ...rest) => ms === 1000 ? window.held.push(run) : later(run, ms, ...rest); return true; })()`) // a conversation waits with opening as long as this test wants
	b.click(".person", "Dora Lind")
	b.until("it waits for nothing but its patience", `(() => { window.held.splice(0).forEach((run) => run()); return [...document.querySelectorAll(".message")].some((e) => e.textContent.includes("flood 59")); })()`)
	c.attends(t, "with-dora")
	isTold(t, told) // how far it was read before
	b.watchReads()
	last := ""
	for i := range 30 {
		last = c.comes(b, fmt.Sprintf("line %d of a burst", i)).ID
	}
	b.click(".person", "Ana Almeida")
	b.see(".message", "legal wants the signed")
	b.click(".person", "Dora Lind")
	b.see(".head-name", "Dora Lind")
	b.until("it waits for what the agent knows", `window.held.length > 0`)
	if asked := b.asks("/dora/messages"); len(asked) != 0 {
		t.Errorf("before the agent knows how far was read, the page asks %q", asked)
	}
	let()
	b.see(".message", "line 29 of a burst")
	if n := eval[int](b, `document.querySelectorAll(".message-unread").length`); n != 0 {
		t.Error("what was read is shown as new")
	}
	if asked := b.asks("/dora/read"); len(asked) < 1 || len(asked) > 2 /* the row may tell later that nothing is unread */ || len(c.unread()) > 0 {
		t.Errorf("30 lines were told of by %q, and %q is unread", asked, c.unread())
	}
	if upTo := isTold(t, told); upTo != last {
		t.Errorf("the last line is %s, and %s is told", last, upTo)
	}
}

// readBack: who marks a conversation as unread while the agent is told how far it was read has it unread; and where the agent answers that never, the conversation opens all the same.
func readBack(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	dora(c, 60, 60)
	c.mux.HandleFunc("PUT /api/v1/conversations/{to}/unread", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, api.Conversation{}) })
	told, let := c.readsHeld(t)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 59")
	isTold(t, told)
	b.click(".person", "Ana Almeida")
	b.see(".message", "legal wants the signed")
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 59") // though the answer is still out
	b.watchReads()
	c.comes(b, "read, and taken back")
	b.click(".head button", "More for Dora Lind")
	b.click(".menu-item", "Mark as unread")
	b.until("it was pressed", `!document.querySelector(".menu-box")`)
	if asked := b.asks("/dora/unread"); len(asked) > 0 {
		t.Error("the page does not wait until what it told before is answered, which would take it back")
	}
	let()
	eventually(t, "it is marked", func() bool { return len(b.asks("/dora/unread")) > 0 })
	if asked := b.asks("/dora/"); slices.ContainsFunc(asked, func(one string) bool { return strings.HasSuffix(one, "/read") }) {
		t.Errorf("the page asks %q", asked)
	}
}

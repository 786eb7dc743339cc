package window_test

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// readBurst: while the agent is told how far was read, what comes is told once and not line by line; and who comes back to a conversation finds it as they left it, however late the agent learns of it.
func readBurst(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	dora(c, 60, 60)
	taken, take := make(chan string, 64), make(chan struct{})
	c.mu.Lock()
	c.reading = func(upTo string) {
		taken <- upTo
		select {
		case <-take:
		case <-t.Context().Done():
		}
	}
	c.mu.Unlock()
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 59")
	c.attends(t, "with-dora")
	select {
	case <-taken: // how far it was read before
	case <-time.After(patience):
		t.Fatal("the agent is not told that the end is in sight")
	}
	b.watchReads()
	last := ""
	for i := range 30 {
		last = c.comes(b, fmt.Sprintf("line %d of a burst", i)).ID
	}
	b.click(".person", "Ben Becker")
	b.see(".head-name", "Ben Becker")
	b.click(".person", "Dora Lind")
	b.see(".head-name", "Dora Lind")
	if asked := b.asks("/dora/"); len(asked) != 0 {
		t.Errorf("before the agent knows how far was read, the page asks %q", asked)
	}
	close(take)
	b.see(".message", "line 29 of a burst")
	if n := eval[int](b, `document.querySelectorAll(".message-unread").length`); n != 0 {
		t.Error("what was read is shown as new")
	}
	if asked := b.asks("/dora/read"); len(asked) < 1 || len(asked) > 2 /* the row may tell later that nothing is unread */ || len(c.unread()) > 0 {
		t.Errorf("30 lines were told of by %q, and %q is unread", asked, c.unread())
	}
	if upTo := <-taken; upTo != last {
		t.Errorf("the last line is %s, and %s is told", last, upTo)
	}
}

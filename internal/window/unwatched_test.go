package window_test

import (
	"context"
	"testing"
)

// unwatched: what comes while the window is open and another one has the focus is read by nobody, and the agent knows that nobody looks; who comes back reads it.
func unwatched(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 5, 5)
	b := open(t, browser, c.URL())
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 4")
	c.comes(b, "while they look")
	eventually(t, "what is seen is read", func() bool { return len(c.unread()) == 0 })
	b.focus(false)
	c.attended(t, false)
	b.watchReads()
	c.comes(b, "while they work elsewhere")
	if asked := b.asks("/read"); len(asked) > 0 {
		t.Fatalf("what nobody looks at is marked as read: %q", asked)
	}
	b.see(".person .badge", "1")
	b.focus(true)
	c.attended(t, true)
	eventually(t, "who comes back reads it", func() bool { return len(c.unread()) == 0 })
}

// focus gives the window the focus, or takes it away, as when another program's window is in front of it: a browser without a desktop cannot lose it.
func (b *tab) focus(on bool) {
	b.t.Helper()
	eval[bool](b, `(document.hasFocus = () => %[1]s, dispatchEvent(new Event(%[1]s ? "focus" : "blur")))`, on)
}

// attended waits until the agent was told whether somebody looks at the window.
func (c *canned) attended(t *testing.T, focused bool) {
	t.Helper()
	eventually(t, "the agent knows whether somebody looks", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.attention.Focused == focused
	})
}

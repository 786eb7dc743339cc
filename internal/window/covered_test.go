package window_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// dora fills the canned agent with a conversation of n messages, those from the first unread one on not read yet.
func dora(c *canned, n, unread int) {
	now := time.Now()
	c.person("dora", "Dora Lind", "desk-3", "available", true, now)
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]api.Message, n)
	for i := range list {
		list[i] = api.Message{ID: fmt.Sprintf("m%04d", i), Conversation: "with-dora", Kind: "text", Text: fmt.Sprintf("flood %d", i), Time: now.Add(time.Duration(i-n) * time.Minute), Author: api.Author{ID: "dora", Name: "Dora Lind"}, Unread: i >= unread}
	}
	c.messages["dora"] = list
	c.rowLocked("dora")
}

// unread returns which of Dora's messages are not read.
func (c *canned) unread() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, m := range c.messages["dora"] {
		if m.Unread {
			out = append(out, m.ID)
		}
	}
	return out
}

// comes has Dora write one more, and waits until it stands in the page, in sight or not.
func (c *canned) comes(b *tab, text string) api.Message {
	b.t.Helper()
	m := c.add("dora", false, text, time.Now())
	m.Unread = true
	c.mu.Lock()
	c.messages["dora"][len(c.messages["dora"])-1] = m
	c.rowLocked("dora")
	c.mu.Unlock()
	c.say("message", m)
	b.until(text+" is in the page", `[...document.querySelectorAll("[data-message]")].some((e) => e.textContent.includes(%s))`, text)
	eval[bool](b, `new Promise((done) => setTimeout(done, 0, true))`)
	return m
}

// attends waits until the agent was told which conversation is on screen.
func (c *canned) attends(t *testing.T, conversation string) {
	t.Helper()
	eventually(t, fmt.Sprintf("the agent knows that %q is on screen", conversation), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.attention.Conversation == conversation
	})
}

// watchReads has the page remember what it asks of the agent from now on: what was asked is known before any answer.
func (b *tab) watchReads() {
	b.t.Helper()
	eval[bool](b, `(() => { const fetched = window.fetch; window.fetches = []; window.fetch = (url, ...rest) => { window.fetches.push((rest[0]?.method ?? "GET") + " " + url); return fetched(url, ...rest); }; return true; })()`)
}

// asks returns what the page asked of the agent since watchReads that holds the words.
func (b *tab) asks(words string) []string {
	b.t.Helper()
	return slices.DeleteFunc(eval[[]string](b, `window.fetches`), func(one string) bool { return !strings.Contains(one, words) })
}

// comesUnder: what comes while something lies over Dora's conversation is neither read nor has more loaded, and the agent knows that nobody looks; once nothing lies over it, it is read.
func comesUnder(b *tab, c *canned, cover, uncover func()) {
	b.t.Helper()
	b.click(".person", "Dora Lind")
	b.see(".message", "flood ")
	c.attends(b.t, "with-dora")
	cover()
	c.attends(b.t, "")
	b.watchReads()
	m := c.comes(b, "said under it")
	if asked := append(b.asks("/read"), b.asks("before=")...); len(asked) > 0 || !slices.Equal(c.unread(), []string{m.ID}) {
		b.t.Errorf("the page asked %q, and %q is unread", asked, c.unread())
	}
	uncover()
	c.attends(b.t, "with-dora")
	eventually(b.t, "it is read once it is in sight", func() bool { return len(c.unread()) == 0 })
	b.see(".message-unread", "New messages")
	b.until("the end is in sight", atBottom)
}

// covered: in a narrow window the pane takes the conversation's place, in a less narrow one it lies over it and leaves a strip.
func covered(t *testing.T, browser context.Context) {
	for _, width := range []int64{360, 820} {
		t.Logf("%d pixels", width) // shown if it fails
		c := newCanned(t)
		dora(c, 300, 300)
		b := signIn(t, browser, c.URL)
		b.size(width, 640, 1)
		comesUnder(b, c, func() {
			b.click(".head button", "Dora Lind")
			b.see(".pane", "Is it really them?")
		}, func() { b.click(".pane button", "Close") })
	}
}

// behindQuestion: a question lies over the conversation.
func behindQuestion(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 300, 300)
	b := open(t, browser, c.URL())
	comesUnder(b, c, func() {
		b.click("button", "Settings")
		b.see(".dialog", "Settings")
	}, func() { b.press("Escape", 0) })
}

// coveredBetween: who was somewhere in what is unread reads nothing of it by what comes under a pane.
func coveredBetween(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 90, 10)
	b := signIn(t, browser, c.URL)
	b.size(360, 640, 1)
	b.click(".person", "Dora Lind")
	b.see(".message-unread", "New messages")
	eventually(t, "what is in sight is read", func() bool { return len(c.unread()) < 80 })
	const place = `(() => { const m = document.querySelector(".messages").getBoundingClientRect().top; const r = [...document.querySelectorAll("[data-message]")].find((e) => e.getBoundingClientRect().bottom > m + 5); return r.dataset.message + " " + Math.round(r.getBoundingClientRect().top - m); })()`
	before := eval[string](b, place)
	b.click(".head button", "Dora Lind")
	b.see(".pane", "Is it really them?")
	b.watchReads()
	c.comes(b, "said under a pane")
	if asked := b.asks("/read"); len(asked) > 0 {
		t.Errorf("under a pane the page asked %q", asked)
	}
	b.click(".pane button", "Close")
	b.until("it stands where it stood", place+` === %s`, before)
}

// resizedUnder: whoever was at the end is there again, whatever became of the window while a pane lay over it, and whatever is told before the list was put back.
func resizedUnder(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 90, 90)
	for i := range 12 {
		c.add("dora", false, strings.Repeat("as long as two lines of a narrow window ", i+1), time.Now())
	}
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message", "narrow window")
	b.until("the end is in sight", atBottom)
	b.click(".head button", "Dora Lind")
	b.see(".pane", "Is it really them?")
	b.size(390, 800, 1)
	b.until("the pane has the window for itself", `document.querySelector(".centre").getClientRects().length === 0`)
	eval[bool](b, `import("/store.js").then(async ({update}) => { document.querySelector(".pane button[aria-label=Close]").click(); const m = document.querySelector(".messages");
		while (!m.clientHeight) await null; // drawn, and laid out by this question; no frame was made of it yet
		update((s) => ({view: {...s.view, pins: 1}})); return true; })`)
	if off := eval[float64](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => { const m = document.querySelector(".messages"); done(m.scrollHeight - m.clientHeight - m.scrollTop); })))`); off > 1 {
		t.Errorf("it stands %v pixels before its end", off)
	}
}

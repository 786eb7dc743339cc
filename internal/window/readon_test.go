package window_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"lanyard/internal/api"
)

const atBottom = `(() => { const m = document.querySelector(".messages"); return m.scrollHeight - m.clientHeight - m.scrollTop < 2; })()`

// wheel turns the wheel over the messages until the end of what is loaded is in sight.
func (b *tab) wheel() {
	b.t.Helper()
	x, y := b.spot("the list of messages", `document.querySelector(".messages")`)
	for end := time.Now().Add(patience); time.Now().Before(end); {
		send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1, DeltaY: 600})
		if eval[bool](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(`+atBottom+`))))`) {
			return
		}
	}
	b.t.Fatal("the wheel does not reach the end of the list")
}

// readOn: who turns the wheel faster than messages are loaded stays with what they read; the rest comes below it, and is read by nobody until they come to it. The last page
// turns out to be empty, as what stood on it went meanwhile.
func readOn(t *testing.T, browser context.Context) {
	c := newCanned(t)
	now := time.Now()
	c.person("dora", "Dora Lind", "desk-3", "available", true, now)
	c.mu.Lock()
	list := make([]api.Message, 600)
	for i := range list {
		list[i] = api.Message{ID: fmt.Sprintf("m%04d", i), Conversation: "with-dora", Kind: "text", Text: fmt.Sprintf("flood %d", i), Time: now.Add(time.Duration(i-600) * time.Minute), Author: api.Author{ID: "dora", Name: "Dora Lind"}, Unread: i >= 100}
	}
	c.messages["dora"] = list
	c.rowLocked("dora")
	wanted, answer := make(chan string, 1), make(chan struct{}) // a page, and leave to give it
	c.overtake = func(_ string, query url.Values) {
		if after := query.Get("after"); after != "" {
			if after == "m0449" {
				c.mu.Lock()
				c.messages["dora"] = list[:550]
				c.mu.Unlock()
			}
			select {
			case wanted <- after:
			case <-t.Context().Done():
			}
			select {
			case <-answer:
			case <-t.Context().Done():
			}
		}
	}
	c.mu.Unlock()
	read := func(id string) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return slices.ContainsFunc(c.messages["dora"], func(m api.Message) bool { return m.ID == id && !m.Unread })
	}
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message-unread", "New messages")
	for last := ""; last != "m0549"; {
		b.wheel()
		select {
		case last = <-wanted:
		case <-time.After(patience):
			t.Fatal("at the end of what is loaded nothing more is asked for")
		}
		b.wheel() // what was asked for is not there yet
		b.until(last+" is the last that is there", `[...document.querySelectorAll("[data-message]")].at(-1).dataset.message === %s`, last)
		answer <- struct{}{}
		if last != "m0549" {
			b.until("more is there", `[...document.querySelectorAll("[data-message]")].at(-1).dataset.message > %s`, last)
			b.inSight(last)
			eventually(t, last+" is read, which was in sight", func() bool { return read(last) })
			if out := eval[string](b, lowest); read(below(out)) {
				t.Fatalf("what comes after %s is read, and nobody saw it", out)
			}
		}
	}
	b.until("the end is known", `!document.querySelector(".to-end")`)
	eventually(t, "all of it is read", func() bool { return read("m0549") })
}

// below is the message after one.
func below(id string) string {
	var n int
	if _, err := fmt.Sscanf(id, "m%d", &n); err != nil {
		panic(err)
	}
	return fmt.Sprintf("m%04d", n+1)
}

// lowest is the last message of the list whose beginning is in sight.
const lowest = `(() => { const end = document.querySelector(".messages").getBoundingClientRect().bottom; return [...document.querySelectorAll("[data-message]")].filter((row) => row.getBoundingClientRect().top < end).at(-1).dataset.message; })()`

// readPart: what was in sight is read, and nothing below it; who comes back goes on there. Who goes elsewhere in the conversation reads nothing by that.
func readPart(t *testing.T, browser context.Context) {
	c := newCanned(t)
	now := time.Now()
	c.person("dora", "Dora Lind", "desk-3", "available", true, now)
	c.person("emil", "Emil Berg", "desk-4", "available", true, now)
	c.mu.Lock()
	list := make([]api.Message, 90)
	for i := range list {
		list[i] = api.Message{ID: fmt.Sprintf("m%04d", i), Conversation: "with-dora", Kind: "text", Text: fmt.Sprintf("flood %d", i), Time: now.Add(time.Duration(i-90) * time.Minute), Author: api.Author{ID: "dora", Name: "Dora Lind"}, Unread: i >= 10}
	}
	c.messages["dora"] = list
	c.rowLocked("dora")
	c.mu.Unlock()
	first := func() string {
		c.mu.Lock()
		defer c.mu.Unlock()
		at := slices.IndexFunc(c.messages["dora"], func(m api.Message) bool { return m.Unread })
		if at < 0 {
			return "none"
		}
		return c.messages["dora"][at].ID
	}
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message-unread", "New messages")
	next := func(from string) string {
		eventually(t, "what is in sight is read", func() bool { return first() > from })
		at := first()
		if out := eval[string](b, lowest); at > below(out) {
			t.Fatalf("%s is the first unread one, and %s was the last in sight", at, out)
		}
		return at
	}
	at := next("m0010")
	if at > "m0060" {
		t.Fatalf("%s is the first unread one: the screen holds less", at)
	}
	x, y := b.spot("the list of messages", `document.querySelector(".messages")`)
	send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1, DeltaY: 200})
	at = next(at)
	b.click(".person", "Emil Berg")
	b.click(".person", "Dora Lind")
	b.until("it opens where they left it", `document.querySelector(".message-unread")?.nextElementSibling?.dataset.message === %s`, at)
}

// readElsewhere: who goes from what was found to a message far below the first unread one has read none of those between, however they scroll there.
func readElsewhere(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 90, 10)
	m := c.messages["dora"][40]
	c.hits = api.Hits{Hits: []api.Hit{{Message: m, Person: "dora", Name: "Dora Lind", Excerpt: m.Text, Matches: [][2]int{{0, 5}}}}, Indexed: 90, Total: 90}
	b := open(t, browser, c.URL())
	b.click("input[type=search]", "Search people and messages")
	b.typeText("flood")
	b.watchReads()
	b.click(".found-row", "flood 40")
	b.inSight("m0040")
	x, y := b.spot("the list of messages", `document.querySelector(".messages")`)
	before := eval[string](b, lowest)
	send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1, DeltaY: 200})
	b.until("the wheel has moved the list", lowest+` > %s`, before)
	eval[bool](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	if asked := b.asks("/read"); len(asked) > 0 {
		t.Errorf("what nobody saw is marked as read: %q", asked)
	}
	eval[bool](b, `(document.querySelector("[data-message=m0010]").scrollIntoView({block: "end"}), true)`)
	eventually(t, "the first unread one is read where it is in sight", func() bool { return !slices.Contains(c.unread(), "m0010") })
	if !slices.Contains(c.unread(), "m0040") {
		t.Error("what stands further down is read with it")
	}
}

package window_test

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// drawnAnew: what is said elsewhere draws nothing of the conversation on screen, however long it is.
func drawnAnew(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	for i := range 90 {
		c.add("ana", i%2 == 0, fmt.Sprintf("line %d", i), time.Now())
	}
	b := signIn(t, browser, c.URL)
	b.click("#person-ana", "")
	b.see(".message", "line 89")
	b.until("it is drawn", `document.querySelectorAll(".message-menu").length > 80`)
	eval[bool](b, `import("/vendor/preact.js").then(({options}) => { const before = options.__r; window.drawn = {}; options.__r = (vnode) => { before?.(vnode); window.drawn[vnode.type.name] = (window.drawn[vnode.type.name] ?? 0) + 1; }; return true; })`)
	for i := range 20 {
		m := c.add("chloe", false, fmt.Sprintf("elsewhere %d", i), time.Now())
		m.Unread = true
		c.say("message", m)
	}
	b.see("#person-chloe .badge", "20")
	drawn := eval[map[string]int](b, `window.drawn`)
	for _, part := range []string{"Conversation", "MessageList", "MessageRow", "MessageMenu", "RichText", "Composer"} {
		if drawn[part] > 0 {
			t.Errorf("%s was drawn %d times for what was said elsewhere", part, drawn[part])
		}
	}
	if drawn["PersonRow"] == 0 {
		t.Errorf("nothing was counted: %v", drawn)
	}
	c.say("message", c.add("ana", false, "here", time.Now()))
	b.see(".message", "here")
}

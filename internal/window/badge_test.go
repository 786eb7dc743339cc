package window_test

import (
	"context"
	"slices"
	"testing"

	"lanyard/internal/api"
)

// mentionBadge: the list shows and says where we are mentioned in what is unread, also where it is muted, and no longer once that is over.
func mentionBadge(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := open(t, browser, c.URL())
	b.see("#person-ben .badge", "2") // with the folder that he offers
	c.mu.Lock()
	row := c.snapshot.Conversations[slices.IndexFunc(c.snapshot.Conversations, func(one api.Conversation) bool { return one.Person == "ben" })]
	c.mu.Unlock()
	row.Unread, row.Mentioned, row.Muted = 120, true, true
	c.say("conversation", row)
	b.until("the mention is shown and said", `(() => { const e = document.querySelector("#person-ben .badge"); return e.textContent === "@ 99+" && e.getAttribute("aria-label") === "121 new, you are mentioned"; })()`)
	b.looks("mention-badge")
	b.size(390, 800, 1)
	b.fits("mention-badge-390")
	row.Unread, row.Mentioned = 2, false
	c.say("conversation", row)
	b.until("it is over", `(() => { const e = document.querySelector("#person-ben .badge"); return e.textContent === "3" && e.getAttribute("aria-label") === "3 new"; })()`)
}

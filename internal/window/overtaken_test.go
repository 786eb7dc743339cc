package window_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"lanyard/internal/api"
)

// overtaken: what the live channel tells while an answer is on its way is newer than the answer, and is not undone by it.
func overtaken(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.add("dmitri", true, "see you there", time.Now())
	answer := make(chan struct{})
	c.overtake = func(person string, _ url.Values) {
		if person != "dmitri" {
			return
		}
		c.say("state", api.StateChange{ID: "dmitri-0", Conversation: "with-dmitri", Peer: "dmitri", State: "read"})
		c.say("presence", api.Peer{ID: "dmitri-machine", Person: "dmitri", Name: "Dmitri Dubois", Machine: "front-desk", Presence: "available", Link: true, LastSeen: time.Now(), Trust: "seen", Text: "just came in"})
		<-answer
	}
	posters := api.Share{ID: "posters", Name: "Posters", Path: "/home/carla/Lanyard/Posters", Owner: api.Author{ID: "ben", Name: "Ben Becker"}, State: "in-sync",
		Members: []api.ShareMember{{ID: "ben", Name: "Ben Becker", State: "owner"}, {ID: "me", Name: "Carla Conti", State: "member"}}}
	accepted := make(chan struct{})
	c.mux.HandleFunc("POST /api/v1/shares/posters/accept", func(w http.ResponseWriter, _ *http.Request) {
		c.say("share", posters)
		<-accepted
		before := posters
		before.State = "syncing"
		json.NewEncoder(w).Encode(before)
	})
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dmitri Dubois")
	b.see(".head-where", "just came in") // it was told after the state
	close(answer)
	b.see(".message-mine", "see you there")
	b.see(".message-state", "Read")

	b.click(".person", "Ben Becker")
	b.click(".card-invite button", "Accept")
	b.see(".head-shared", "Posters")
	close(accepted)
	b.see(".pane", "Posters") // opened by the answer
	if state := eval[string](b, `document.querySelector(".pane [data-share]").dataset.shareState`); state != "in-sync" {
		t.Errorf("a folder that is up to date is shown as %s", state)
	}
	undisturbed(t, c, b)
}

// undisturbed: what arrives moves no open menu, and an answer that comes late closes no dialog but its own.
func undisturbed(t *testing.T, c *canned, b *tab) {
	t.Helper()
	left := make(chan struct{})
	c.mux.HandleFunc("DELETE /api/v1/messages/{id}", func(http.ResponseWriter, *http.Request) { <-left })
	c.say("message", c.add("ben", true, "a mistake", time.Now()))
	const item = `[...document.querySelectorAll(".menu-item")].find((e) => e.textContent.includes("Delete for")).getBoundingClientRect().y`
	b.click(".message-row:has(.message-mine) .message-menu button", "")
	b.see(".menu-item", "Delete for everybody")
	before := eval[float64](b, item)
	c.say("message", c.add("ben", false, "one line\nand another\nand a third", time.Now()))
	b.see(".message-theirs", "and a third")
	if now := eval[float64](b, item); now != before {
		t.Errorf("a message moved an open menu from %v to %v", before, now)
	}
	b.click(".menu-item", "Delete for everybody")
	b.click(".dialog .button-danger", "Delete")
	c.say("focus", line{"share": api.NewShare}) // from the tray's menu
	b.see(".dialog", "With whom?")
	close(left)
	c.say("focus", line{"conversation": "nobody"})
	b.toasts("no longer here")
	b.until("the answer was read", `performance.getEntriesByType("resource").some((e) => e.name.includes("/messages/ben-") && e.responseEnd > 0)`)
	if !eval[bool](b, `new Promise((r) => setTimeout(() => r(document.querySelector(".dialog")?.textContent.includes("With whom?") ?? false)))`) {
		t.Error("the end of a deletion closed a dialog that was opened after it")
	}
}

// stateStands: a state that is told late takes back nothing of what was told before it.
func stateStands(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.add("dmitri", true, "see you there", time.Now())
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	b.see(".message-state", "Waiting until they are here")
	tell := func(state string) {
		c.say("state", api.StateChange{ID: "dmitri-0", Conversation: "with-dmitri", Peer: "dmitri", State: state})
	}
	told := func(text string) { // what is on screen was told after all before it
		b.t.Helper()
		c.say("presence", api.Peer{ID: "dmitri-machine", Person: "dmitri", Name: "Dmitri Dubois", Machine: "front-desk", Presence: "available", Link: true, LastSeen: time.Now(), Trust: "seen", Text: text})
		b.see(".head-where", text)
	}
	shown := func() string { return eval[string](b, `document.querySelector(".message-state").textContent`) }
	for _, step := range []struct {
		order []string
		want  string
	}{{[]string{"delivered", "waiting", "carried"}, "Delivered"}, {[]string{"read", "delivered", "waiting"}, "Read"}} {
		for _, state := range step.order {
			tell(state)
		}
		told("after " + step.order[0])
		if got := shown(); got != step.want {
			t.Errorf("after %q the message is shown as %q", step.order, got)
		}
	}
}

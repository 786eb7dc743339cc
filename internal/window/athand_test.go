package window_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lanyard/internal/api"
)

// atHand: a reaction is one click away in a message's menu, and by keys; what is pinned is told in the head of the conversation, and one click away.
func atHand(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.mux.HandleFunc("PUT /api/v1/messages/{id}/reaction", func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		m := c.messages["dmitri"][0]
		c.mu.Unlock()
		m.Reactions = []api.Reaction{{Emoji: "👍", Count: 1, By: []api.Author{{ID: "me", Name: "Carla Conti"}}, Mine: true}}
		c.say("amended", m)
		c.answer(w, m)
	})
	c.add("dmitri", false, "Lunch at one?", time.Now())
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.click(".message-menu button", "")
	b.until("the first verb has the focus", `document.activeElement.matches(".menu-item") && document.activeElement.textContent === "Reply" && document.querySelectorAll(".menu-sign").length === 6`)
	b.looks("message-menu")
	b.press("ArrowUp", 0)
	b.until("the signs are one step above", `document.activeElement.matches(".menu-sign:first-child")`)
	b.press("ArrowDown", 0)
	b.until("and it is one below", `document.activeElement.textContent === "Reply"`)
	b.press("Escape", 0)
	b.click(".message-menu button", "")
	b.click(".menu-sign", "👍")
	b.see(".reaction-mine", "👍")
	b.click(".message-menu button", "")
	b.until("it is marked as mine", `document.querySelector(".menu-sign").getAttribute("aria-checked") === "true"`)
	b.press("Escape", 0)

	b.until("nothing is pinned", `!document.querySelector(".head-pins")`)
	c.mu.Lock()
	c.messages["dmitri"][0].Pinned = true
	m := c.messages["dmitri"][0]
	c.mu.Unlock()
	c.say("amended", m)
	b.see(".head-pins", "1")
	b.looks("pins")
	b.size(390, 800, 1)
	b.fits("pins-390")
	b.click(".head-pins", "")
	b.see(".dialog .quote-text", "Lunch at one?")
	b.press("Escape", 0)
	c.mu.Lock()
	c.messages["dmitri"][0].Pinned = false
	m = c.messages["dmitri"][0]
	c.mu.Unlock()
	c.say("amended", m)
	b.until("the pin is off", `!document.querySelector(".head-pins")`)
}

// pinsInTurn: however many messages change at once, the agent is asked for what is pinned one time after the other, and the last answer counts.
func pinsInTurn(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.add("dmitri", false, "Lunch at one?", time.Now())
	c.messages["dmitri"][0].Pinned = true
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.see(".head-pins", "1")
	b.watchReads()
	for range 50 {
		c.say("amended", c.messages["dmitri"][0])
	}
	c.mu.Lock()
	c.messages["dmitri"][0].Pinned = false
	m := c.messages["dmitri"][0]
	c.mu.Unlock()
	c.say("amended", m)
	b.until("nothing is pinned", `!document.querySelector(".head-pins")`)
	b.until("each question waits for the answer to the one before", `performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/pins")).length === window.fetches.filter((url) => url.endsWith("/pins")).length + 1`)
	if both := eval[int](b, `(() => { const all = performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/pins")).sort((a, b) => a.startTime - b.startTime); return all.filter((e, i) => i > 0 && e.startTime < all[i - 1].responseStart).length; })()`); both > 0 {
		t.Errorf("%d questions were asked while the one before had no answer", both)
	}
}

// outOfSight: what is new from those whom the list does not show is told on it; and what was searched for does not stay in the way.
func outOfSight(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Peers[0].Favourite = true
	b := signIn(t, browser, c.URL)
	b.see("#person-ben .badge", "2")
	b.click(".among-one", "Favourites")
	b.see(".among-one .badge", "1")
	b.until("he is not on the list", `!document.querySelector("#person-ben")`)
	b.looks("among-unread")
	b.click(".among-one", "Everybody")
	b.until("all are shown", `!!document.querySelector("#person-ben") && !document.querySelector(".among-one .badge")`)
	b.click("#person-ana .person-name", "")
	b.see(".message", "legal wants the signed")
	b.click("input[type=search]", "Search people and messages")
	b.typeText("lease")
	b.see(".found-head", "message")
	b.click(".composer-field", "")
	b.press("Escape", 0)
	b.until("the search is over", `document.querySelector("input[type=search]").value === "" && !document.querySelector(".found") && document.activeElement.matches(".composer-field")`)
}

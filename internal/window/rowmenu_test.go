package window_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"lanyard/internal/api"
)

// wasAsked waits until the page asked the agent for something.
func (c *canned) wasAsked(t *testing.T, route string) {
	t.Helper()
	eventually(t, "the page asks "+route, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return slices.Contains(c.asked, route)
	})
}

// rowMenu: what can be done with a conversation can be done from its row, by mouse and keyboard, without opening it.
func rowMenu(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	for _, verb := range []string{"unread", "mute"} {
		c.mux.HandleFunc("PUT /api/v1/conversations/{to}/"+verb, func(w http.ResponseWriter, _ *http.Request) { c.answer(w, api.Conversation{}) })
	}
	c.mux.HandleFunc("PUT /api/v1/peers/{to}/marks", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, api.Marks{}) })
	b := signIn(t, browser, c.URL)
	b.see("#person-ben .badge", "2")
	b.rightClick("#person-ben .person-name")
	b.see(".menu-item", "Mark as read")
	b.looks("row-menu")
	b.click(".menu-item", "Mark as read")
	b.see("#person-ben .badge", "1") // the folder he offers
	b.until("it was not opened, and the focus is on the list", `!document.querySelector(".head") && !document.querySelector(".menu-box") && document.activeElement.id === "people"`)
	b.rightClick("#person-chloe .person-name")
	b.click(".menu-item", "Mark as unread")
	c.wasAsked(t, "PUT /api/v1/conversations/chloe/unread")
	b.rightClick("#person-chloe .person-name")
	b.click(".menu-item", "Mute")
	c.wasAsked(t, "PUT /api/v1/conversations/chloe/mute")

	b.click("#person-ana .person-name", "")
	b.see(".head-name", "Ana Almeida")
	b.see(".message", "legal wants the signed")
	b.rightClick("#person-chloe .person-name")
	b.click(".menu-item", "Mark as unread")
	b.until("what is on screen stays there", `document.querySelector(".head-name")?.textContent === "Ana Almeida"`)
	b.press("F6", 0)
	b.until("the keyboard is in the list", `(() => { if (document.activeElement.id === "people") return true; document.querySelector("#people").focus(); return false; })()`)
	b.press("ArrowDown", 0)
	active := eval[string](b, `document.querySelector("#people").getAttribute("aria-activedescendant")`)
	b.press("ContextMenu", 0)
	b.until("the menu of the row has the focus", `document.activeElement.matches(".menu-item") && (() => { const m = document.querySelector(".menu-box").getBoundingClientRect(), r = document.getElementById(%s).getBoundingClientRect(); return m.top < r.bottom + 40 && m.bottom > r.top - 40; })()`, active)
	b.press("Escape", 0)
	b.until("it is gone, and the focus is where it was", `!document.querySelector(".menu-box") && document.activeElement.id === "people" && document.activeElement.getAttribute("aria-activedescendant") === %s`, active)
	b.rightClick("#person-dmitri .person-name")
	b.click(".menu-item", "About this person…")
	b.see(".pane h2", "Dmitri Dubois")
	b.rightClick("#person-dmitri .person-name")
	b.click(".menu-item", "Favourite")
	c.wasAsked(t, "PUT /api/v1/peers/dmitri/marks")
}

// filesOf: the files of one conversation are one choice away, and so is the search in it.
func filesOf(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.hits = api.Hits{Hits: []api.Hit{{Message: api.Message{ID: "f", Conversation: "with-ana", Kind: "file", Text: "Lease.pdf", Time: time.Now(), Author: api.Author{ID: "ana", Name: "Ana Almeida"}}, Person: "ana", Name: "Ana Almeida", Excerpt: "Lease.pdf", Matches: [][2]int{}}}, Indexed: 1, Total: 1}
	b := signIn(t, browser, c.URL)
	b.click("#person-ana .person-name", "")
	b.see(".message", "legal wants the signed")
	b.click(".head button", "More for Ana Almeida")
	b.click(".menu-item", "Files in it…")
	b.see(".found-head", "1 file")
	b.see(".found-row", "Lease.pdf")
	b.until("only files of this conversation are looked for", `document.querySelector(".narrow-check input").checked && document.activeElement.matches("input[type=search]")`)
	b.press("Escape", 0)
	b.click(".head button", "Find in this conversation")
	b.until("it is looked for here", `document.activeElement.matches("input[type=search]") && document.activeElement.placeholder === "Search this conversation" && !document.querySelector(".narrow-check input").checked`)
	b.looks("find-here")
	b.size(320, 640, 1)
	b.fits("find-here-320")
}

// groupRenamed: a group of the list gets another name, for all who are in it.
func groupRenamed(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Peers[0].Groups, c.snapshot.Peers[2].Groups = []string{"Sales"}, []string{"Sales"}
	taken := true
	c.mux.HandleFunc("PUT /api/v1/groups/{name}", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Name string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.PathValue("name") != "Sales" {
			http.Error(w, r.URL.Path, http.StatusBadRequest)
			return
		}
		if taken {
			taken = false
			w.WriteHeader(http.StatusConflict)
			json.NewEncoder(w).Encode(line{"error": line{"code": "conflict", "text": "There is a group of that name."}})
			return
		}
		for _, i := range []int{0, 2} {
			p := c.snapshot.Peers[i]
			p.Groups = []string{body.Name}
			c.say("presence", p)
		}
		c.answer(w, []api.Group{})
	})
	b := signIn(t, browser, c.URL)
	b.see(".among", "Sales")
	b.rightClick("#person-chloe .person-name")
	b.click(".menu-item", "Groups…")
	b.click(".dialog button", "Rename Sales")
	b.until("its name can be written", `document.activeElement.value === "Sales"`)
	eval[string](b, `(document.activeElement.select(), "")`)
	b.typeText("Selling")
	b.press("Enter", 0)
	b.see(".dialog .field-problem", "There is a group of that name.")
	b.press("Enter", 0)
	b.see(".dialog .switch", "Selling")
	b.see(".among", "Selling")
	b.looks("group-renamed")
	b.until("the focus goes on to the next field", `document.activeElement.placeholder === "Sales"`)
	b.until("who was in it still is", `document.querySelector(".dialog .switch input").checked`)
}

// hookGoesOn: one that stopped goes on by a click.
func hookGoesOn(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	hook := api.Hook{ID: "0123456789abcdef", Conversation: "with-ana", Person: "ana", To: "Ana Almeida", Command: []string{"/usr/local/bin/bot"}, State: "stopped", Waiting: 3, Given: 7, Result: "it ended with status 1", Time: time.Now()}
	c.mux.HandleFunc("GET /api/v1/webhooks", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, []api.Webhook{}) })
	c.mux.HandleFunc("GET /api/v1/hooks", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, []api.Hook{hook}) })
	c.mux.HandleFunc("POST /api/v1/hooks/{id}/resume", func(w http.ResponseWriter, _ *http.Request) {
		c.mu.Lock()
		hook.State, hook.Result = "running", ""
		c.mu.Unlock()
		c.answer(w, hook)
	})
	b := signIn(t, browser, c.URL)
	b.click("#person-ana .person-name", "")
	b.click(".head button", "More for Ana Almeida")
	b.click(".menu-item", "Programs…")
	b.see(".dialog .program", "Stopped: it ended with status 1")
	b.looks("hook-stopped")
	b.click(".dialog .program button", "Go on")
	b.until("it goes on", `(() => { const p = document.querySelector(".dialog .program"); return !!p && p.textContent.includes("7 messages given") && !p.textContent.includes("Stopped"); })()`)
}

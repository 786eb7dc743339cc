package window_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"lanyard/internal/api"
)

// inSight waits until the message with that ID is in sight as a whole, and then holds it to that: further pages are asked for by what is on screen, and none may take it away.
func (b *tab) inSight(id string) {
	b.t.Helper()
	const seen = `(() => { const r = document.querySelector("[data-key=" + CSS.escape(%[1]s) + "]")?.getBoundingClientRect(), m = document.querySelector(".messages").getBoundingClientRect(); return !!r && r.top >= m.top && r.bottom <= m.bottom; })()`
	b.until(id+" is in sight", seen, id)
	const stays = `new Promise((done) => { let frames = 40; const look = () => { if (!` + seen + `) return done(frames); return frames-- ? requestAnimationFrame(look) : done(0); }; look(); })`
	if left := eval[int](b, stays, id); left > 0 {
		b.shot(b.t.Name())
		b.t.Errorf("%s was in sight for %d frames only; now the list begins with %q", id, 40-left, eval[string](b, `document.querySelector(".message-text")?.textContent ?? ""`))
	}
}

// rowOf is the ID of the first message that a selector finds with that text.
func (b *tab) rowOf(selector, text string) string {
	b.t.Helper()
	return eval[string](b, `[...document.querySelectorAll(%s)].find((e) => e.textContent.includes(%s))?.closest("[data-message]").dataset.message ?? "none"`, selector, text)
}

// farBack goes to messages long ago while the end of the conversation is in sight: by a star, by a day, by a quote. Each is shown, and stays.
func farBack(t *testing.T, browser context.Context) {
	c := newCanned(t)
	now := time.Now()
	c.person("dora", "Dora Lind", "desk-3", "available", true, now)
	c.person("ben", "Ben Becker", "sales-7", "available", true, now)
	c.mu.Lock()
	list := make([]api.Message, 3000)
	for i := range list {
		list[i] = api.Message{ID: fmt.Sprintf("m%04d", i), Conversation: "with-dora", Kind: "text", Text: fmt.Sprintf("flood %d", i), Time: now.Add(time.Duration(i-3000) * time.Hour), Author: api.Author{ID: "dora", Name: "Dora Lind"}}
	}
	day := time.Date(list[400].Time.Year(), list[400].Time.Month(), list[400].Time.Day()+1, 0, 0, 0, 0, time.Local)
	at := 400
	for list[at].Time.Before(day) {
		at++
	}
	for _, i := range []int{102, 2997} {
		list[i].Mine, list[i].States = true, []api.State{{ID: "dora", State: "delivered"}}
	}
	list[2999].ReplyTo = &api.Quote{ID: "m0200", Here: true, Author: list[200].Author, Kind: "text", Text: list[200].Text}
	c.messages["dora"] = list
	c.rowLocked("dora")
	c.mu.Unlock()
	c.add("ben", false, "Lunch?", now)
	c.mux.HandleFunc("GET /api/v1/stars", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(list[100:101]) })

	const region = `document.querySelector(".conversation [role=status]").textContent`
	b := signIn(t, browser, c.URL)
	more := func(item string) {
		t.Helper()
		b.click(".head button[aria-label^='More for']", "")
		b.click(".menu-item", item)
	}
	end := func() {
		t.Helper()
		b.until("the end is in sight", `(() => { const m = document.querySelector(".messages"); return !document.querySelector(".to-end") && m.textContent.includes("flood 2998") && m.scrollHeight - m.clientHeight - m.scrollTop < 2; })()`)
	}
	b.click(".person", "Dora Lind")
	end()
	b.see("[data-key=m2997] .message-state", "Delivered")
	for range 2 { // the second time as well
		more("Starred messages…")
		b.click(".dialog .quote", "flood 100")
		b.inSight("m0100")
		b.until("only of the last own message it is said how far it got", `document.querySelector("[data-key=m0102]") && !document.querySelector(".message-state")`)
		if said := eval[string](b, region); said != "" {
			t.Errorf("what is old is said to be new: %q", said)
		}
		b.click(".to-end", "Newest")
		end()
	}
	b.click("[data-key=m2999] .quote", "flood 200")
	b.inSight("m0200")
	c.say("message", c.add("dora", false, "**Come** now", now)) // what comes meanwhile is said, although the end is not loaded
	b.see(".to-end", "1 new")
	b.until("a screen reader is told", region+` === "Dora Lind: Come now"`)
	eval[bool](b, `(document.querySelector(".messages").scrollTop += 2000, true)`)
	b.until("it is out of sight", `(document.querySelector("[data-key=m0200]")?.getBoundingClientRect().bottom ?? 0) < 0`)
	more("Jump to a date…")
	b.until("a day can be given", `document.activeElement.type === "date" && (() => { const f = document.activeElement; f.value = %s; return f.dispatchEvent(new InputEvent("input", {bubbles: true})); })()`, day.Format(time.DateOnly))
	b.click(".dialog .button-main", "Show")
	b.inSight(list[at].ID)
	b.click(".person", "Ben Becker")
	b.see(".message", "Lunch?")
	more("Starred messages…")
	b.click(".dialog .quote", "flood 100")
	b.inSight("m0100")
}

package window_test

import (
	"context"
	"testing"
	"time"

	"lanyard/internal/api"
)

// crowded lists what of two selectors lies over each other on screen.
const crowded = `[...document.querySelectorAll(%s)].flatMap((a) => [...document.querySelectorAll(%s)].filter((b) => { const x = a.getBoundingClientRect(), y = b.getBoundingClientRect();
	return x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1; }).map((b) => a.textContent + " over " + b.className))`

// places looks at where things stand and what they say, as far as a machine can see it.
func places(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Shares[0].Path = "/home/carla/Departments/Accounting and controlling/Lanyard/Budget 2027 and after"
	answer := c.add("chloe", false, "**Done** at _last_, see `plan.md`", time.Now())
	c.add("chloe", false, "🎉🎉", time.Now())
	c.add("chloe", false, "🎉 at last", time.Now())
	c.messages["chloe"][2].ReplyTo = &api.Quote{ID: answer.ID, Here: true, Author: answer.Author, Kind: "text", Text: answer.Text}
	c.add("noa", false, "**Shall we** meet?", time.Now())
	sent := api.Message{ID: "sent", Conversation: "room", Kind: "file", Text: "tone.wav", Time: time.Now(), Author: api.Author{ID: "ben", Name: "Ben Becker"}}
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: "Move", Time: sent.Time, Last: &sent, Room: &api.Room{ID: "room", Name: "Move", Member: true, Size: 3, Members: []api.RoomMember{}}})
	b := signIn(t, browser, c.URL)
	b.see(".person-last", "Shall we meet?")
	b.see(".person-last", "Ben Becker sent tone.wav")
	b.see(".person-last", "Sent you Lease contract")

	b.click(".person", "Chloé Cohen")
	b.until("a quote has the words without their markup", `document.querySelector(".message .quote-text")?.textContent === "Done at last, see plan.md"`)
	b.click(".message-row:has(strong) .message-menu button", "")
	b.click(".menu-item", "Reply")
	b.see(".composer-doing .quote-text", "Done at last, see plan.md")
	if sizes := eval[[]float64](b, `[...document.querySelectorAll("[data-message] .message-text")].slice(-2).map((e) => parseFloat(getComputedStyle(e).fontSize))`); len(sizes) != 2 || sizes[0] < 1.5*sizes[1] {
		t.Errorf("emoji alone and emoji with words are drawn in %v pixels", sizes)
	}
	b.press("Escape", 0)

	b.click("#person-ben", "") // a room's row names him, too, and which is the first depends on the hour
	b.see(".card-invite", "Posters")
	c.say("focus", line{"conversation": "nobody"})
	b.see(".toast", "no longer here")
	if over := eval[[]string](b, crowded, ".toast", ".head, .composer, .sidebar, .card-invite, .message"); len(over) > 0 {
		t.Errorf("a toast lies %q", over)
	}
	b.click(".person", "Chloé Cohen")
	b.until("one can write", `document.activeElement.matches(".composer-field")`)
	b.typeText("I am on my")
	b.click(".person", "Ana Almeida")
	b.see(".person-last", "Draft: I am on my")
	b.click(".person", "Chloé Cohen")
	b.until("the draft of the conversation on screen stands in the composer alone", `!document.querySelector(".person-draft") && document.querySelector(".composer-field").value === "I am on my"`)

	b.click(".person", "Ana Almeida")
	b.click("button", "Budget 2027")
	b.see(".pane .path", "Budget 2027 and after")
	if torn := eval[[]string](b, `(() => { const parts = [...document.querySelector(".pane .path bdi").childNodes].filter((n) => n.nodeType === 3);
		const tops = (n) => { const r = document.createRange(); r.selectNodeContents(n); return new Set([...r.getClientRects()].map((x) => Math.round(x.top))).size; };
		return parts.filter((n) => n.data.length < 20 && tops(n) > 1).map((n) => n.data); })()`); len(torn) > 0 {
		t.Errorf("a path is broken within %q", torn)
	}
	several(b, c)
	pasted(t, b)
	sideways(t, b)
}

// pasted: files of a file manager are offered by their names; a spreadsheet's cells, which come with a picture of themselves, stay text.
func pasted(t *testing.T, b *tab) {
	t.Helper()
	const paste = `(() => { const data = new DataTransfer(); for (const [type, text] of Object.entries(%s)) data.setData(type, text);
		for (const name of %s) data.items.add(new File(["x"], name, name.endsWith("png") ? {type: "image/png"} : {})); const e = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
		document.querySelector(".composer-field").dispatchEvent(e); return e.defaultPrevented; })()`
	if eval[bool](b, paste, line{"text/plain": "a\tb", "text/html": "<td>a<td>b"}, []string{"cells.png"}) {
		t.Error("cells of a spreadsheet are taken for a picture")
	}
	if !eval[bool](b, paste, line{"text/plain": "/home/carla/Minutes.txt"}, []string{"Minutes.txt", "Broken.png"}) {
		t.Error("files are pasted as text")
	}
	b.until("they are called by their names", `document.querySelector(".dialog .dropped strong")?.textContent === "Minutes.txt and Broken.png" && document.querySelector(".dialog .dropped").textContent.includes("2 files")`)
	b.until("what is no picture, or a broken one, is not drawn", `(() => { const p = document.querySelector(".dialog .previews"); return !!p && p.childElementCount === 0 && p.clientHeight === 0; })()`)
	b.click(".dialog button", "Cancel")
}

// sideways: a page from right to left tells times as they are told, and a low window shows what can be answered.
func sideways(t *testing.T, b *tab) {
	t.Helper()
	eval[string](b, `document.documentElement.dir = "rtl"`)
	if turned := eval[[]string](b, `[...document.querySelectorAll(".person-time, time")].filter((e) => /[ap]m/i.test(e.textContent)).filter((e) => { const n = e.firstChild, x = (at) => { const r = document.createRange(); r.setStart(n, at); r.setEnd(n, at + 1); return r.getBoundingClientRect().x; };
		return x(0) > x(n.data.length - 1); }).map((e) => e.className + " " + e.textContent)`); len(turned) > 0 {
		t.Errorf("times are turned: %q", turned)
	}
	if over := eval[[]string](b, crowded, ".search input", ".search .icon"); len(over) > 0 {
		t.Errorf("the search field lies %q", over)
	}
	eval[string](b, `document.documentElement.dir = ""`)
	b.click(".pane button", "Close")
	b.size(900, 280, 1)
	b.click(".head button", "More for Ana Almeida")
	b.click(".menu-item", "Export…")
	b.until("the answers are in sight in a low window", `(() => { const v = document.querySelector(".dialog .button-main"); if (!v) return false; const r = v.getBoundingClientRect();
		return r.bottom <= innerHeight && v.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)) && document.querySelector(".dialog").scrollHeight > document.querySelector(".dialog").clientHeight; })()`)
	b.press("Escape", 0)
	b.until("the dialog is gone", `!document.querySelector(".dialog")`)
}

// several: of a message to many it is told how many have it.
func several(b *tab, c *canned) {
	b.t.Helper()
	to := func(states ...string) (out []api.State) {
		for i, s := range states {
			out = append(out, api.State{ID: string(rune('a' + i)), Name: "Somebody", State: s})
		}
		return out
	}
	for _, one := range []struct {
		states []api.State
		want   string
	}{
		{to("waiting", "waiting", "waiting"), "Waiting until they are here"},
		{to("delivered", "waiting", "delivered"), "Delivered to 2 of 3"},
		{to("read", "waiting", "delivered"), "Read by 1 of 3"},
		{to("delivered", "delivered"), "Delivered"},
		{to("read", "read"), "Read"},
	} {
		m := c.add("ana", true, "to many: "+one.want, time.Now())
		m.States = one.states
		c.say("message", m)
		b.see(".message-mine", "to many: "+one.want)
		b.until("it says "+one.want, `document.querySelector(".message-state")?.textContent === %s`, one.want)
	}
}

package window_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// dialogsOfPage makes one of each kind, for a page filled by office and aRoom.
const dialogsOfPage = `(await import("/store.js").then(({state}) => { const s = state.peek(), m = s.view.messages.findLast((one) => one.kind === "text"), invite = Object.values(s.invites)[0], in2 = new Date(Date.now() + 2e7).toISOString(); return {
	drop: {person: "ana", items: ["Lease contract (signed).pdf", "Minutes_of_the_meeting_about_the_third_floor_2027-01-12.odt"].map((name) => ({name, folder: false, files: [{path: name, file: new File(["x"], name)}], folders: [], leftOut: [], unread: [], bytes: 1}))},
	folder: {person: "", name: "Budget 2027", paths: ["/home/carla/Projects/Budget 2027", "/home/carla/Departments/Accounting_and_controlling/Budget 2027"], path: "", waits: "", problem: "This computer shows no folder dialog; type the folder’s whole path."},
	accept: {invite, path: "/home/carla/Lanyard/Posters", problem: ""}, invite: {share: "budget"},
	confirm: {title: "To everybody in the office: 1,234 people", text: "The lift is out of order until Thursday. ".repeat(9), action: "Announce", harmless: true, run: async () => {}},
	react: {message: m}, reached: {message: {...m, id: "nowhere", states: ["read", "read", "delivered", "waiting"].map((state, i) => ({id: "p" + i, name: "Maximiliane Oberhuber-Schmidt " + i, state}))}}, versions: {versions: [{text: "at ten", time: in2}, {text: "at eleven, in the room on the third floor", time: in2}]}, forward: {message: m}, date: {person: "ana"},
	messages: {title: "Starred messages", none: "none", all: true, messages: s.view.messages.slice(0, 9)}, picture: {file: {...Object.values(s.files)[0], id: "0".repeat(64), picture: {width: 1600, height: 900}}},
	"send-later": {person: "ana", text: "See you at eleven", reply: null, mentions: []}, remind: {message: m}, "change-later": {later: s.laters[0]}, laters: {}, export: {person: "ana", name: "Ana Almeida"},
	retention: {person: "ana", name: "Ana Almeida", conversation: "with-ana"}, verify: {person: "ana", name: "Ana Almeida"}, groups: {person: "ana"}, "new-room": {}, "invite-room": {id: "move"}, "rename-room": {id: "move"},
	"room-group": {id: "move", group: null}, programs: {person: "ana", name: "Ana Almeida"}, settings: {}, doctor: {}, keys: {}, card: {}, limit: {share: s.shares.budget}, rules: {share: s.shares.budget}, keeping: {share: "budget", name: "Budget 2027", kept: {days: 30, percent: 10, own: true, files: 12, bytes: 81233}}, "shared-file": {share: "budget", file: {path: "Departments/Accounting_and_controlling/Minutes_of_the_meeting_about_the_third_floor_2027-01-12.odt", size: 48200, by: {id: "ana", name: "Ana Almeida"}, time: in2, state: "blocked", why: "the system here cannot store the name", remedy: "Give it a simpler or shorter name.", reached: 1, of: 3, lacking: [{id: "me", name: "Carla Conti"}, {id: "dmitri", name: "Dmitri Dubois"}]}}, words: {person: "ana", name: "Ana Almeida"}, add: {}}; }))`

// crampedNow lists what does not fit on screen as it stands: what reaches beyond the window without being cut off on purpose, what can be scrolled sideways, what scrolls within a dialog
// that scrolls, and words and controls that lie over each other.
const crampedNow = `((root) => {
	const style = (e) => getComputedStyle(e), say = (e) => e.localName + "." + e.className + " " + (e.innerText || "" + (e.value ?? "")).slice(0, 40), bad = [];
	const all = [...root.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest("pre, .unseen, svg, option"));
	const seen = (e, r) => { let {left, top, right, bottom} = r; // what is left of it by all that cuts it off
		for (let p = e; p && p !== document.body; p = p.parentElement) { const s = style(p), b = p.getBoundingClientRect(); if (s.overflowX !== "visible") { left = Math.max(left, b.left); right = Math.min(right, b.right); } if (s.overflowY !== "visible") { top = Math.max(top, b.top); bottom = Math.min(bottom, b.bottom); } if (s.position === "fixed") break; }
		return {left, top, right, bottom}; };
	const boxes = [];
	for (const e of all) {
		const r = e.getBoundingClientRect(), s = style(e);
		const cutter = (() => { for (let p = e.parentElement; p && p !== root.parentElement; p = p.parentElement) if (style(p).overflowX === "hidden") return true; return false; })();
		if (r.width && r.height && !cutter && (r.right > innerWidth + 1 || r.left < -1)) bad.push("beyond the window: " + say(e));
		if (/auto|scroll/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1) bad.push("can be scrolled sideways, " + e.scrollWidth + " of " + e.clientWidth + ": " + say(e));
		const control = e.matches("button, input, select, textarea, .avatar");
		const within = e.parentElement?.closest("button, input, select, textarea, .avatar");
		if (control) boxes.push({e, says: say(e), rects: [seen(e, r)]});
		else if (!within) { const rects = []; for (const n of e.childNodes) if (n.nodeType === 3 && n.data.trim()) { const range = document.createRange(); range.selectNodeContents(n); for (const one of range.getClientRects()) if (one.width > 1) rects.push(seen(e, one)); } if (rects.length) boxes.push({e, says: say(e), rects}); }
	}
	const raised = (e) => e.closest(".dialog-verbs, .to-end, .writing-line, .composer-hint"); // the last stands in the place of a placeholder
	for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) if (!raised(a.e) && !raised(b.e) && !a.e.contains(b.e) && !b.e.contains(a.e) && a.rects.some((x) => b.rects.some((y) => Math.min(x.right, y.right) - Math.max(x.left, y.left) > 3 && Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top) > 3)))
		bad.push("over each other: " + a.says + " | " + b.says);
	const scrolls = (e) => /auto|scroll/.test(style(e).overflowY) && e.scrollHeight > e.clientHeight + 1 && !e.matches("textarea, input, select");
	if (root.matches(".dialog")) { const inner = all.filter(scrolls); if (inner.length > (scrolls(root) ? 0 : 1)) bad.push("one scrollbar within another: " + [root, ...inner].map((e) => e.className + " " + e.clientHeight + "/" + e.scrollHeight).join(", ")); }
	return bad.slice(0, 8);
})`

// aRoom adds a room of many.
func aRoom(c *canned) {
	carla := api.Author{ID: "me", Name: "Carla Conti"}
	room := api.Room{ID: "move", Name: "Move to the third floor", Member: true, Creator: carla, Time: time.Now(), Members: []api.RoomMember{{ID: "me", Name: "Carla Conti"}, {ID: "ana", Name: "Ana Almeida", MayRemove: true}, {ID: "ben", Name: "Ben Becker", Waits: true}}, Groups: []api.RoomGroup{{Name: "Carriers", Members: []string{"ana", "ben"}}}}
	for i := range 12 {
		room.Members = append(room.Members, api.RoomMember{ID: fmt.Sprintf("m%d", i), Name: fmt.Sprintf("Maximiliane Oberhuber-Schmidt %d", i)})
	}
	room.Size = len(room.Members)
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "move", Name: room.Name, Time: time.Now(), Room: &room})
	c.messages["move"] = nil
	for i, text := range []string{"When do the carriers come?", "On **Thursday**, I think, but ask Maximiliane before you pack", "```\nrsync --archive /srv/plans/ /srv/move/ && echo everything is there\n```", "https://wiki.example/offers/badges-2026/third-floor", "- boxes\n- tape"} {
		m := api.Message{ID: fmt.Sprintf("move-%d", i), Conversation: "move", Kind: "text", Text: text, Time: time.Now(), Author: room.Creator, Mine: i%2 == 0}
		if !m.Mine {
			m.Author = api.Author{ID: "ana", Name: "Ana Almeida"}
		}
		edited := m.Time
		if i < 2 {
			m.Edited, m.Edits, m.Pinned, m.Starred = &edited, 1, true, true
			m.Reactions = []api.Reaction{{Emoji: "👍", Count: 12, By: []api.Author{room.Creator}}, {Emoji: "🎉", Count: 3, By: []api.Author{room.Creator}}, {Emoji: "❤️", Count: 4, By: []api.Author{room.Creator}}}
			m.ReplyTo = &api.Quote{ID: "move-0", Here: true, Author: room.Creator, Kind: "text", Text: "When do the carriers come?"}
		}
		c.messages["move"] = append(c.messages["move"], m)
	}
}

// large is a narrow window with each size of text that is offered: everything can be read and reached, in every dialog, pane, menu and list.
func large(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	aRoom(c)
	c.laters = []api.Later{{ID: "l1", Conversation: "with-ana", Person: "ana", Name: "Ana Almeida", Time: time.Now().Add(time.Hour), Text: "See you at eleven"}}
	for path, answer := range map[string]any{"files/unasked": line{"megabytes": 20}, "retention": line{"days": 0, "conversations": []any{}}, "webhooks": []any{}, "hooks": []any{}, "me/card": line{"card": line{}}, "doctor": []api.Finding{{ID: "disk", Severity: "warning", Text: "The disk on which received files lie is nearly full.", Remedy: "Make room on it: 2 GB are left."}}} {
		c.mux.HandleFunc("GET /api/v1/"+path, func(w http.ResponseWriter, _ *http.Request) { c.answer(w, answer) })
	}
	b := signIn(t, browser, c.URL)
	b.size(305, 640, 1) // 320 without a scrollbar, which this browser does not draw
	b.see(".person-name", "Ana Almeida")
	source, err := os.ReadFile("ui/components/dialogs.js")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, m := range regexp.MustCompile(`case "([\w-]+)":`).FindAllSubmatch(source, -1) {
		kinds = append(kinds, string(m[1]))
	}
	slices.Sort(kinds)
	b.click(".person", "Ana Almeida")
	b.see(".message", "legal wants the signed")
	b.see(".later-line", "A message will be sent")
	if made := eval[[]string](b, `(async () => Object.keys(`+dialogsOfPage+`).sort())()`); !slices.Equal(made, kinds) {
		t.Fatalf("the page has the dialogs %q, and here are %q", kinds, made)
	}
	eval[bool](b, `(async () => { window.cramped = `+crampedNow+`; window.made = `+dialogsOfPage+`; window.page = await import("/actions.js"); return true; })()`)
	eval[bool](b, `(page.show({kind: "settings"}), true)`)
	b.see(".dialog option", "200")
	sizes := eval[[]int](b, `[...document.querySelectorAll("[name=textSize] option")].map((o) => Number(o.value))`)
	if len(sizes) < 5 {
		t.Fatalf("the sizes offered are %v", sizes)
	}
	eval[bool](b, `(page.show(null), true)`)
	for _, size := range sizes {
		settings := c.snapshot.Settings
		settings.TextSize = size
		c.say("settings", settings)
		b.until("the text is as large", `(document.documentElement.style.fontSize || "100%%") === %s`, fmt.Sprintf("%d%%", size))
		b.cramped(size, "conversation", ".app")
		if width := eval[float64](b, `document.querySelector(".head-name").getBoundingClientRect().width`); width < 48 {
			t.Errorf("at %d %% the name in the head is %v pixels wide", size, width)
		}
		for _, kind := range kinds {
			b.turn(`page.show({kind: %s, ...made[%s]})`, `document.querySelector(".dialog")?.open`, kind, kind)
			b.cramped(size, kind, ".dialog")
			b.turn(`page.show(null)`, `!document.querySelector(".dialog")`)
		}
		for kind, id := range map[string]string{"person": "ana", "room": "move", "share": "budget"} {
			b.turn(`page.showPane({kind: %s, id: %s})`, `document.querySelector(".pane-body h3, .pane-body .share-summary")`, kind, id)
			b.cramped(size, "pane-"+kind, ".app")
			b.turn(`page.showPane(null)`, `!document.querySelector(".pane")`)
		}
		b.turn(`page.openPerson("move")`, `document.querySelector(".message-row .message-menu button") && document.querySelector(".messages").textContent.includes("carriers")`)
		b.cramped(size, "room", ".app")
		b.turn(`document.querySelector(".message-row .message-menu button").click()`, `document.querySelector(".menu-box")`)
		b.cramped(size, "menu", ".menu-box")
		b.turn(`page.closeView()`, `document.querySelector(".person-name")?.checkVisibility()`)
		b.cramped(size, "list", ".app")
		b.turn(`page.openPerson("ana")`, `document.querySelector(".messages")?.textContent.includes("legal wants")`)
	}
}

// turn does something and waits until it is to be seen, all within the page: this is done hundreds of times.
func (b *tab) turn(does, seen string, args ...any) {
	b.t.Helper()
	if !eval[bool](b, `(async () => { `+does+`; for (const end = Date.now() + `+fmt.Sprint((patience/2).Milliseconds())+`; Date.now() < end; await new Promise((r) => setTimeout(r))) if (`+seen+`) return true; return false; })()`, args...) {
		b.t.Fatalf("after %s it is not so that %s", fill(does, args), seen)
	}
}

// cramped fails the test for what does not fit.
func (b *tab) cramped(size int, what, selector string) {
	b.t.Helper()
	b.shot(fmt.Sprintf("large-%s-%d", what, size))
	for _, one := range eval[[]string](b, `cramped(document.querySelector(%s))`, selector) {
		b.t.Errorf("%s at %d %%: %s", what, size, one)
	}
}

// longProblem: what is wrong takes a part of a small window with large text, however long its sentence, and the rest can be used.
func longProblem(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Settings.TextSize = 200
	text := strings.Repeat("Very much came into the room within a day, and what else comes waits. ", 5)
	c.snapshot.Problems = []api.Problem{{ID: "flow", Severity: "warning", Text: text, Remedy: "Have it taken in the menu of the room."}}
	b := signIn(t, browser, c.URL)
	b.size(305, 640, 1)
	b.see(".person-name", "Ana Almeida")
	b.see(".connection-line", "Very much")
	if part := eval[float64](b, `document.querySelector(".connection-line").getBoundingClientRect().height / innerHeight`); part > 0.35 {
		t.Errorf("it takes %.2f of the window", part)
	}
	if there := eval[bool](b, `(() => { const l = document.querySelector(".connection-line"); l.scrollTop = l.scrollHeight; const r = document.querySelector(".person").getBoundingClientRect(); return l.scrollTop > 0 && document.elementFromPoint(r.x + r.width / 2, r.y + 10)?.closest(".person") !== null; })()`); !there {
		t.Error("the list cannot be reached, or the sentence not be read to its end")
	}
}

// largeList: the list is as wide as its text needs, and the place to write, too.
func largeList(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Settings.TextSize = 200
	c.snapshot.Peers[1].Trust, c.snapshot.Peers[1].Favourite = "verified", true
	b := signIn(t, browser, c.URL)
	b.size(1280, 800, 1)
	b.click("#person-ben", "")
	b.see(".message", "poster files")
	if width := eval[float64](b, `document.querySelector("#person-ben .person-name").getBoundingClientRect().width`); width < 120 {
		t.Errorf("a name is %v pixels wide", width)
	}
	b.fits("large-list")
	b.size(390, 800, 1)
	if width := eval[float64](b, `document.querySelector(".composer-field").getBoundingClientRect().width`); width < 250 {
		t.Errorf("the field is %v pixels wide", width)
	}
	b.fits("large-list-390")
}

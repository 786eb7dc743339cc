package window_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"lanyard/internal/api"
)

// contrast is how far two colours that are drawn are apart (WCAG 2.2, relative luminance). A colour is one of styles/colors.css, or an element's own.
const contrast = `((one, other) => { const pixel = document.createElement("canvas").getContext("2d");
	const light = (colour) => { pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1); const [r, g, b] = [...pixel.getImageData(0, 0, 1, 1).data].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const named = (name) => { if (!name.startsWith("--")) return name; const e = document.body.appendChild(document.createElement("i")); e.style.color = "var(" + name + ")"; const found = getComputedStyle(e).color; e.remove(); return found; };
	const [a, b] = [light(named(one)), light(named(other))].sort((x, y) => x - y); return (b + 0.05) / (a + 0.05); })`

// firstStart is what somebody sees who has started Lanyard for the first time, and is alone: what it is, who they are, what to do.
func firstStart(t *testing.T, browser context.Context) {
	c := newCanned(t)
	c.mux.HandleFunc("PUT /api/v1/me/name", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusConflict)
		json.NewEncoder(w).Encode(line{"error": line{"code": "conflict", "text": "Office is everybody: choose another name."}})
	})
	c.snapshot.Network.Problem = "Nobody else was heard on this network so far."
	c.snapshot.Problems = []api.Problem{{ID: "discovery/silence", Severity: "warning", Text: c.snapshot.Network.Problem}}
	b := signIn(t, browser, c.URL)
	b.see(".empty", "Nobody else was heard")
	b.until("it is told once", `!document.querySelector(".connection-line")`)
	b.see(".welcome", "Welcome to Lanyard")
	b.see(".welcome", "Carla Conti")
	b.see(".welcome", "by themselves")
	b.looks("welcome-alone")
	b.size(320, 640, 1)
	b.fits("welcome-alone-320")
	b.accessible("the welcome at 320 pixels", false)
	b.size(1280, 800, 1)
	for _, verb := range []struct{ button, title string }{{"My card…", "My card"}, {"Add a colleague by address…", "Add a colleague by address"}} {
		b.click(".welcome button", verb.button)
		b.see(".dialog h2", verb.title)
		b.press("Escape", 0)
		b.until("the focus is where it was", `!document.querySelector(".dialog") && document.activeElement.textContent === %s`, verb.button)
	}
	b.click(".welcome button", "Change your name")
	b.until("the name can be written", `document.activeElement.className === "own-field"`)
	b.typeText("Office")
	b.press("Enter", 0)
	b.see("#own-problem", "another name")
	b.until("what was written stands, and can be written on", `document.activeElement.className === "own-field" && document.activeElement.value === "Office"`)
	b.typeText("r")
	b.press("Escape", 0)
	b.until("the name stays", `document.querySelector(".own-name")?.textContent === "Carla Conti"`)
	b.click(".welcome button", "Change your name")
	b.until("the name is there again", `document.activeElement.className === "own-field" && document.activeElement.value === "Carla Conti"`)
	b.press("Escape", 0)
	b.until("the name stays", `document.querySelector(".own-name")?.textContent === "Carla Conti"`)
	c.mu.Lock()
	asked := len(slices.DeleteFunc(slices.Clone(c.asked), func(route string) bool { return route != "PUT /api/v1/me/name" }))
	c.mu.Unlock()
	if asked != 1 {
		t.Errorf("the agent was asked %d times for another name", asked)
	}
	c.say("presence", api.Peer{ID: "ben-machine", Person: "ben", Name: "Ben Becker", Machine: "sales-7", Presence: "available", Link: true, LastSeen: time.Now(), Trust: "seen", Addresses: []string{}})
	b.see(".welcome", "1 colleague is here.")
	b.see(".connection-line", "Nobody else was heard")
	b.size(390, 800, 1)
	b.until("it stands above the list, which can be reached", `(() => { const w = document.querySelector(".welcome").getBoundingClientRect(), p = document.querySelector("#person-ben").getBoundingClientRect(); return w.height > 100 && w.bottom <= p.top && p.bottom < innerHeight; })()`)
	b.looks("welcome-390")
	b.click("#person-ben", "")
	b.see(".message-none", "Ben Becker")
	b.click("button", "Back to the list")
	b.size(1280, 800, 1)
	b.see(".quiet-centre", "Choose a colleague")
	b.until("who has opened a conversation is not greeted", `!document.querySelector(".welcome")`)
}

// rowsInOrder: rows of the list begin at the same height, new ones stand out, and a name that runs from right to left begins where others do.
func rowsInOrder(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Office = api.Office{ID: "everybody", People: 6}
	c.snapshot.Peers[4].KeepsRead = true
	b := signIn(t, browser, c.URL)
	b.see(".person-name", "Office")
	b.see(".person .badge", "2")
	tops := eval[[]float64](b, `[...document.querySelectorAll(".person")].map((e) => Math.round(10 * (e.querySelector(".person-name").getBoundingClientRect().top - e.getBoundingClientRect().top)) / 10)`)
	if len(slices.Compact(tops)) > 1 {
		t.Errorf("names stand at different heights of their rows: %v", tops)
	}
	weights := eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll(".person")].map((e) => [e.dataset.person, getComputedStyle(e.querySelector(".person-name")).fontWeight]))`)
	if weights["ben"] <= weights["chloe"] || weights["chloe"] != weights["dmitri"] {
		t.Errorf("the weight of names does not tell what is new: %v", weights)
	}
	for _, dark := range []bool{true, false} {
		b.dark(dark)
		if got := eval[float64](b, `(() => { const s = getComputedStyle(document.querySelector(".avatar-office")); return `+contrast+`(s.color, s.backgroundColor); })()`); got < 4.5 {
			t.Errorf("the sign of the office has a contrast of %.1f (dark: %v)", got, dark)
		}
		for _, sign := range []string{"--here", "--away", "--busy", "--absent", "--line-strong", "--focus"} {
			for _, ground := range []string{"--surface", "--surface-side", "--surface-raised", "--chosen", "--hover"} {
				if got := eval[float64](b, contrast+`(%s, %s)`, sign, ground); got < 3 { // WCAG 1.4.11
					t.Errorf("%s on %s has a contrast of %.2f (dark: %v)", sign, ground, got, dark)
				}
			}
		}
	}
	b.click(".person-name", "נועה לוי")
	b.see(".head-name", "נועה לוי")
	b.click(".head-person", "")
	b.see(".pane h2", "נועה לוי")
	b.see(".pane", "Does not tell what they have read.")
	const begins = `((e) => { const r = document.createRange(); r.selectNodeContents(e); return Math.round(r.getBoundingClientRect().left); })(document.querySelector(%s))`
	for _, pair := range [][2]string{{".head-name", ".head-where"}, {".pane h2", ".pane h3"}} {
		if name, beside := eval[float64](b, begins, pair[0]), eval[float64](b, begins, pair[1]); name-beside > 8 || beside-name > 8 {
			t.Errorf("%s begins at %v, %s at %v", pair[0], name, pair[1], beside)
		}
	}
}

// picturesFit: a picture fills its card; the card is no wider.
func picturesFit(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	for i, size := range []api.Picture{{Width: 1600, Height: 900}, {Width: 600, Height: 1200}} {
		m := c.add("dmitri", i == 0, "Third floor.png", time.Now())
		f := api.File{ID: fmt.Sprintf("%064x", i), Conversation: m.Conversation, From: m.Author, To: api.Author{ID: "dmitri", Name: "Dmitri Dubois"}, Mine: i == 0, Name: "Third floor.png", Size: 4_812_331, Files: 1, State: "received", Picture: &size}
		c.messages["dmitri"][i].Kind, c.messages["dmitri"][i].File = "file", &f
		c.snapshot.Files = append(c.snapshot.Files, f)
	}
	c.rowLocked("dmitri")
	b := signIn(t, browser, c.URL)
	b.click(".person-name", "Dmitri Dubois")
	b.see(".card-name", "Third floor.png")
	for _, width := range []int64{1280, 768, 320} {
		b.size(width, 700, 1)
		b.until("the pictures fill their cards", `innerWidth === %s && [...document.querySelectorAll(".message-file")].every((e) => { const s = getComputedStyle(e), room = e.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight); return Math.abs(e.querySelector(".picture-frame").getBoundingClientRect().width - room) < 2; })`, width)
		b.until("a wide one leaves no room beside it", `(() => { const e = document.querySelector(".message-file"); return e.clientWidth - e.querySelector(".picture").clientWidth < 24; })()`)
	}
	b.shot("pictures-fit")
}

// settingsAtHand: what can be set is found where one's own name stands, by mouse and keyboard.
func settingsAtHand(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	b.click(".own button", "Settings")
	b.see(".dialog h2", "Settings")
	b.press("Escape", 0)
	b.until("the focus is back", `!document.querySelector(".dialog") && document.activeElement.getAttribute("aria-label") === "Settings"`)
	b.press("Enter", 0)
	b.see(".dialog h2", "Settings")
}

// foundWords: what was found is shown without its markup, with what was looked for in it, and rows begin at one height.
func foundWords(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	hit := func(kind, conversation, excerpt string, matches ...[2]int) {
		m := api.Message{ID: excerpt, Conversation: conversation, Kind: kind, Text: excerpt, Time: time.Now(), Author: api.Author{ID: "ana", Name: "Ana Almeida"}}
		c.hits.Hits = append(c.hits.Hits, api.Hit{Message: m, Person: "", Name: "Move", Excerpt: excerpt, Matches: matches})
	}
	hit("text", "room", "see **the plan** of `floor 3`:\n- the walls\n- the doors", [2]int{6, 9}, [2]int{33, 36}, [2]int{45, 48})
	hit("text", "with-ana", "no **markup that ends, and the plan", [2]int{27, 30})
	hit("file", "with-ana", "the **plan**.pdf", [2]int{0, 3})
	hit("file", "with-ana", "🎉🎉🎉 the party.pdf", [2]int{4, 7})
	c.hits.Total, c.hits.Indexed = 4, 4
	room := api.Room{ID: "room", Name: "Move", Member: true, Size: 3, Members: []api.RoomMember{}}
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: "Move", Time: time.Now(), Room: &room})
	b := signIn(t, browser, c.URL)
	b.click("input[type=search]", "Search people and messages")
	b.typeText("the")
	b.see(".found-head", "4 messages")
	b.shot("found-words")
	want := []string{"\u2068Ana Almeida\u2069 (\u2068legal-2\u2069): see the plan of floor 3: the walls, the doors", "\u2068Ana Almeida\u2069 (\u2068legal-2\u2069): no **markup that ends, and the plan", "\u2068Ana Almeida\u2069 (\u2068legal-2\u2069): the **plan**.pdf", "\u2068Ana Almeida\u2069 (\u2068legal-2\u2069): 🎉🎉🎉 the party.pdf"}
	if got := eval[[]string](b, `[...document.querySelectorAll(".found-text")].map((e) => e.textContent)`); !slices.Equal(got, want) {
		t.Errorf("found is shown as %q", got)
	}
	if got := eval[[]string](b, `[...document.querySelectorAll(".found-text mark")].map((e) => e.textContent)`); !slices.Equal(got, []string{"the", "the", "the", "the", "the", "the"}) {
		t.Errorf("marked are %q", got)
	}
	tops := eval[[]float64](b, `[...document.querySelectorAll(".found-row")].map((e) => Math.round(e.querySelector(".person-name").getBoundingClientRect().top - e.getBoundingClientRect().top))`)
	if len(slices.Compact(tops)) > 1 {
		t.Errorf("names stand at different heights of their rows: %v", tops)
	}
	c.mu.Lock()
	rest := c.hits
	c.hits = api.Hits{Hits: []api.Hit{}, More: true, Next: "a", Total: 4, Indexed: 4}
	c.mu.Unlock()
	b.typeText("+")
	b.see(".found-head", "No messages among the newest")
	c.mu.Lock()
	c.hits = rest
	c.mu.Unlock()
	b.click(".found-more", "Show more")
	b.see(".found-head", "4 messages")
}

// quietRooms: where nothing was said yet it is told whom words reach; the emoji lie over what is read, and move nothing.
func quietRooms(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	room := api.Room{ID: "room", Name: "Move", Member: true, Size: 3, Members: []api.RoomMember{}}
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: "Move", Time: time.Now(), Room: &room})
	b := signIn(t, browser, c.URL)
	b.click("#person-room", "")
	b.see(".message-none", "reaches its members, each as soon as they are here")
	b.click("#person-dmitri", "")
	b.see(".message-none", "reaches Dmitri Dubois as soon as both of you are here")
	b.until("it stands in the middle", `(() => { const m = document.querySelector(".messages").getBoundingClientRect(), n = document.querySelector(".message-none").getBoundingClientRect(); return Math.abs((m.top + m.bottom) / 2 - (n.top + n.bottom) / 2) < 24; })()`)
	b.click("#person-ana", "")
	b.see(".message", "legal wants the signed")
	for _, size := range [][2]int64{{1280, 800}, {320, 640}, {900, 320}} {
		b.size(size[0], size[1], 1)
		const places = `(() => [".messages", ".composer-field"].map((s) => document.querySelector(s).getBoundingClientRect()).map((r) => Math.round(r.top) + " " + Math.round(r.bottom)).join())()`
		b.until("the window has its size", `innerWidth === %s && innerHeight === %s`, size[0], size[1])
		b.until("all stands still", `(() => { const now = `+places+`, still = now === window.still; window.still = now; return still; })()`)
		before := eval[string](b, places)
		b.click(".composer button", "Emoji")
		b.until("the emoji are in sight", `(() => { const e = document.querySelector(".emoji-panel")?.getBoundingClientRect(); return !!e && e.top >= 0 && e.left >= 0 && e.right <= innerWidth && e.bottom <= innerHeight && document.activeElement.matches(".emoji input"); })()`)
		if after := eval[string](b, places); after != before {
			t.Errorf("at %v the emoji move what is on screen from %s to %s", size, before, after)
		}
		b.shot(fmt.Sprintf("emoji-over-%d", size[0]))
		b.press("Escape", 0)
		b.until("they are gone", `!document.querySelector(".emoji-panel")`)
	}
}

package window_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestPage shows one real browser what only the page decides, against a canned agent. One browser serves all of it; each part has a profile of its own.
func TestPage(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	for name, look := range map[string]func(*testing.T, context.Context){"screens": screens, "places": places, "keys": keys, "overtaken": overtaken, "long lists": longLists, "afar": afar, "afar at once": afarAtOnce, "afar by a slow clock": afarBySlowClock, "far back": farBack, "reading on": readOn, "read in part": readPart, "large text": large, "a long problem": longProblem, "choose": choose, "narrow": narrow, "composer keys": composerKeys, "code by hand": codeByHand, "put off": putOff, "at hand": atHand, "large list": largeList, "out of sight": outOfSight, "drawn anew": drawnAnew, "whose files": whoseFiles, "who has it": whoHasIt, "half closed": halfClosed, "versions": versions, "emoji names": emojiNames, "drafts": drafts, "long drafts": longDrafts, "closed drafts": closedDrafts, "hint": hint, "markdown": markdown, "hostile texts": hostileCorpus, "attackers": attackers, "an altered conversation": altered, "people of one name": alike, "namesakes": namesakes, "namesakes from right to left": namesakesRightToLeft, "spent address": spentAddress, "first start": firstStart, "rows in order": rowsInOrder, "mention badge": mentionBadge, "pictures fit": picturesFit, "settings at hand": settingsAtHand, "found words": foundWords, "settings whole": settingsWhole, "diagnosed": diagnosed, "row menu": rowMenu, "files of": filesOf, "group renamed": groupRenamed, "hook goes on": hookGoesOn, "quiet rooms": quietRooms, "covered": covered, "covered between": coveredBetween, "behind a question": behindQuestion, "read at a burst": readBurst, "read and taken back": readBack, "resized under": resizedUnder, "words with files": wordsWithFiles, "unsaid": unsaid, "pins in turn": pinsInTurn, "small truths": smallTruths, "named whole": namedWhole, "way back": wayBack, "drop anew": dropAnew, "live text too long": liveLong, "unwatched": unwatched, "lost answer": lostAnswer, "late answer": lateAnswer, "read elsewhere": readElsewhere, "a state stands": stateStands, "many rows": manyRows, "many rows read": manyRowsRead, "while bringing": whileBringing, "own folders": ownFolders, "later meanwhile": laterMeanwhile, "deleted under": deletedUnder, "kept draft": keptDraft, "held changes": heldCards, "problems of a folder": shareProblems} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			look(t, browser)
		})
	}
}

// office fills the canned agent with an ordinary morning.
func office(c *canned) {
	now := time.Now()
	day := func(days int, hour, minute int) time.Time {
		d := now.AddDate(0, 0, -days)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.Local)
	}
	c.person("ana", "Ana Almeida", "legal-2", "available", true, now)
	c.person("ben", "Ben Becker", "sales-7", "busy", true, now)
	c.person("chloe", "Chloé Cohen", "accounts-1", "away", true, now)
	c.person("dmitri", "Dmitri Dubois", "front-desk", "offline", false, now.AddDate(0, 0, -2))
	c.person("noa", "נועה לוי", "hr-3", "available", true, now)
	c.person("ana2", "Ana Almeida", "laptop-99", "offline", false, now.AddDate(0, 0, -12))
	for i := range c.snapshot.Peers {
		if p := &c.snapshot.Peers[i]; p.Name == "Ana Almeida" {
			p.Lookalike, p.Apart = true, p.Machine
		}
	}
	c.snapshot.Peers[1].Text = "in a meeting until eleven"
	lines := []struct {
		mine bool
		text string
		at   time.Time
	}{
		{false, "Morning! Did the supplier answer about the badges?", day(1, 16, 2)},
		{true, "Not yet. I will call them tomorrow before ten.", day(1, 16, 4)},
		{true, "The old offer is at https://wiki.example/offers/badges-2026 (page 3).", day(1, 16, 4)},
		{false, "Thanks", day(0, 8, 1)},
		{false, "I put the new figures into the budget folder.\nPlease look at the second sheet: the rent is counted twice.", day(0, 8, 2)},
		{true, "Seen, fixed. Room 214 is free from eleven, shall we go through it there?", day(0, 8, 9)},
		{false, "Perfect", day(0, 8, 10)},
		{true, "One more thing: legal wants the signed version today.", day(0, 8, 30)},
	}
	for i, l := range lines {
		m := c.add("ana", l.mine, l.text, l.at)
		if l.mine {
			c.messages["ana"][i].States[0].State = []string{"read", "delivered"}[i/7]
		}
		_ = m
	}
	c.add("ben", false, "Can you share the poster files with me?", day(0, 7, 55))
	c.messages["ben"][0].Unread = true
	c.rowLocked("ben")
	c.add("chloe", true, "The invoice is in your folder", day(3, 11, 20))
	c.add("noa", false, "3 קבצים חדשים בתיקייה", day(0, 8, 20))
	file := api.File{ID: "ana-8", Conversation: "with-ana", From: api.Author{ID: "ana", Name: "Ana Almeida"}, To: api.Author{ID: "me", Name: "Carla Conti"}, Name: "Lease contract (signed).pdf", Size: 4_812_331, Files: 1, State: "receiving",
		Progress: api.Progress{Done: 2_900_000, Total: 4_812_331, Rate: 1_200_000, Left: 2}}
	m := c.add("ana", false, file.Name, day(0, 8, 41))
	_ = m
	c.messages["ana"][8].Kind, c.messages["ana"][8].File = "file", &file
	c.rowLocked("ana")
	c.snapshot.Files = []api.File{file}
	c.snapshot.Shares = []api.Share{{ID: "budget", Name: "Budget 2027", Path: "/home/carla/Lanyard/Budget 2027", Owner: api.Author{ID: "me", Name: "Carla Conti"}, Mine: true, Files: 214, Bytes: 88_123_456, State: "syncing",
		Progress: api.Progress{Done: 61_000_000, Total: 88_123_456, Rate: 9_300_000, Left: 3},
		Members: []api.ShareMember{{ID: "me", Name: "Carla Conti", State: "owner", Online: true, InSync: true, Role: "rw"}, {ID: "ana", Name: "Ana Almeida", State: "member", Online: true, PendingFiles: 12, PendingBytes: 27_123_456, Role: "rw"},
			{ID: "dmitri", Name: "Dmitri Dubois", State: "invited", Role: "rw"}},
		Problems: []api.Problem{{ID: "p1", Severity: "warning", Text: "“CON.txt” cannot be stored on Windows computers.", Remedy: "Rename it; until then it stays on this computer only."}}}}
	c.snapshot.Invites = []api.Invite{{ID: "posters", Name: "Posters", From: api.Author{ID: "ben", Name: "Ben Becker"}, Files: 31, Bytes: 412_000_000, Time: day(0, 7, 56)}}
	ana, me := api.Author{ID: "ana", Name: "Ana Almeida"}, api.Author{ID: "me", Name: "Carla Conti"}
	c.notices["budget"] = []api.Notice{
		{Share: "budget", Path: "Figures/Budget.xlsx", What: "changed", By: ana, Time: day(0, 8, 2)},
		{Share: "budget", Path: "Old/offer-2024.docx", What: "deleted", By: ana, Trash: "t1", Time: day(0, 8, 3)},
		{Share: "budget", Path: "Rent.xlsx", What: "conflict", By: ana, Other: &me, Copy: "Rent (conflict, Ana Almeida, 2026-11-21).xlsx", Time: day(0, 7, 40)},
		{Share: "budget", Path: "Plan.pdf", What: "moved", From: "Drafts/Plan.pdf", By: me, Time: day(1, 15, 0)},
	}
	for i := range 8 { // in one go
		c.notices["budget"] = append(c.notices["budget"], api.Notice{Share: "budget", Path: fmt.Sprintf("Figures/Sheet%d.xlsx", i+2), What: "added", By: ana, Time: day(1, 14, 0)})
	}
	c.shared["budget"] = []api.SharedFile{{Path: "Figures", Folder: true, State: "here", Coming: 12}, sharedFile("Minutes_of_the_meeting_about_the_third_floor_2027-01-12.odt"), sharedFile("Rent.xlsx")}
	c.versions = []api.FileVersion{{Size: 48_200, Reason: "present", By: ana, Time: day(0, 8, 0)}, {ID: "v1", Size: 47_000, Reason: "replaced", By: ana, Time: day(0, 8, 2)}}
	c.trash["budget"] = []api.TrashEntry{{ID: "t1", Path: "Old/offer-2024.docx", Size: 81_233, Reason: "deleted", By: ana, Time: day(0, 8, 3)}}
}

// screens looks at every screen in light and dark, narrow, zoomed and right to left: nothing is wider than the window, axe finds nothing, the page complains of nothing.
func screens(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	b.see(".person-name", "Ana Almeida")
	b.looks("welcome")
	b.click(".person", "Ana Almeida")
	b.see(".message", "legal wants the signed")
	b.looks("conversation")
	b.click("button", "Budget 2027")
	b.click(".pane .tab", "What happened")
	b.see(".notice-line", "offer-2024")
	b.see(".notice-line", "Sheet2.xlsx and 7 more files")
	b.looks("share")
	for name, size := range map[string][3]float64{"share-320": {320, 640, 1}, "share-zoomed": {640, 400, 2}, "share-1000": {1000, 700, 1}} {
		b.size(int64(size[0]), int64(size[1]), size[2])
		b.fits(name)
	}
	b.size(320, 640, 1)
	b.click(".pane button", "Close")
	b.fits("conversation-320")
	b.accessible("conversation at 320 pixels", false)
	b.click("button", "Back to the list")
	b.fits("list-320")
	b.accessible("list at 320 pixels", false)
	b.size(1280, 800, 1)
	b.click(".person", "Ben Becker")
	b.see(".card-invite", "Posters")
	b.looks("invitation")
	b.click(".tab", "Shared folders")
	b.looks("folders")
	b.click(".tab", "People")
	b.click("button", "More for Ben Becker")
	b.fits("menu")
	b.accessible("an open menu", false)
	b.click(".menu-item", "Share an existing folder")
	b.see(".dialog", "type the folder’s whole path")
	b.looks("dialog")
	b.click(".dialog button", "Cancel")
	eval[string](b, `document.documentElement.dir = "rtl"`)
	b.click(".person", "נועה לוי")
	b.see(".message", "קבצים")
	b.fits("right-to-left")
}

// TestTypesOfThePage compares the page's types with the agent's, field by field.
func TestTypesOfThePage(t *testing.T) {
	source, err := os.ReadFile("ui/types.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{
		"Me": api.Me{}, "Peer": api.Peer{}, "Author": api.Author{}, "Later": api.Later{}, "Retention": api.Retention{}, "RetentionWith": api.RetentionWith{}, "Alteration": api.Alteration{}, "Verification": api.Verification{}, "Gone": api.Gone{}, "MessageState": api.State{}, "Message": api.Message{}, "Conversation": api.Conversation{}, "Progress": api.Progress{}, "File": api.File{},
		"ShareMember": api.ShareMember{}, "Problem": api.Problem{}, "Share": api.Share{}, "Invite": api.Invite{}, "Notice": api.Notice{}, "TrashEntry": api.TrashEntry{}, "Network": api.Network{}, "Snapshot": api.Snapshot{}, "Office": api.Office{}, "Room": api.Room{}, "RoomMember": api.RoomMember{}, "RoomChange": api.RoomChange{}, "RoomEnd": api.RoomEnd{}, "MemberChange": api.MemberChange{}, "StateChange": api.StateChange{},
	} {
		body := regexp.MustCompile(`(?s)export interface ` + name + ` \{(.*?)\}`).FindSubmatch(source)
		if body == nil {
			t.Errorf("types.d.ts has no %s", name)
			continue
		}
		var told []string
		for _, m := range regexp.MustCompile(`(\w+)\??: `).FindAllSubmatch(body[1], -1) {
			told = append(told, string(m[1]))
		}
		var has []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != "" {
				has = append(has, tag)
			}
		}
		slices.Sort(told)
		slices.Sort(has)
		if !slices.Equal(told, has) {
			t.Errorf("%s: the page knows %v, the agent says %v", name, told, has)
		}
	}
}

// longLists opens an office of 1,000 people and a conversation of 10,000 messages: the page draws what is in sight and keeps a reader where they are.
func longLists(t *testing.T, browser context.Context) {
	c := newCanned(t)
	now := time.Now()
	for i := range 1000 {
		c.person(fmt.Sprintf("p%04d", i), fmt.Sprintf("Person %04d", i), "pc", "available", true, now)
	}
	c.mu.Lock()
	list := make([]api.Message, 10_000)
	for i := range list {
		list[i] = api.Message{ID: fmt.Sprintf("m%05d", i), Conversation: "with-p0500", Kind: "text", Text: fmt.Sprintf("line %d ", i) + strings.Repeat("word ", i%40), Time: now.Add(time.Duration(i-10_000) * time.Minute),
			Author: api.Author{ID: "p0500", Name: "Person 0500"}, Unread: i >= 9_700}
	}
	c.messages["p0500"] = list
	c.rowLocked("p0500")
	c.mu.Unlock()

	b := signIn(t, browser, c.URL)
	b.see(".person-name", "Person 0500") // the only one with messages stands first
	if n := eval[int](b, `document.querySelectorAll(".person").length`); n > 40 {
		t.Errorf("%d rows exist in the list of people", n)
	}
	eval[int](b, `document.querySelector("#people").scrollTop = 1e9`)
	b.see(".person-name", "Person 0999")
	if n := eval[int](b, `document.querySelectorAll(".person").length`); n > 40 {
		t.Errorf("%d rows exist at the end of the list", n)
	}
	b.click("input[type=search]", "Search people and messages")
	b.typeText("person 0500")
	b.until("the filter leaves one row", `document.querySelectorAll(".person").length === 1`)
	b.click(".person", "Person 0500")

	b.until("it opens at the first unread", `(() => { const e = document.querySelector(".message-unread"), m = document.querySelector(".messages"); if (!e) return false; const y = e.getBoundingClientRect().y - m.getBoundingClientRect().y; return y > 0 && y < m.clientHeight; })()`)
	b.see(".message-row", "line 9700 ")
	b.see(".to-end", "Newest")
	const place = `(() => { const m = document.querySelector(".messages").getBoundingClientRect().top; const r = [...document.querySelectorAll("[data-message]")].find((e) => e.getBoundingClientRect().bottom > m + 5); return {key: r.dataset.key, y: r.getBoundingClientRect().top - m}; })()`
	for range 8 { // upwards through several pages; the row in sight stays where it is while older ones come
		first := eval[string](b, `document.querySelector("[data-message]").dataset.key`)
		at := eval[struct {
			Key string
			Y   float64
		}](b, `new Promise((r) => { const m = document.querySelector(".messages"); m.scrollTop = 40; m.onscrollend = null; requestAnimationFrame(() => requestAnimationFrame(() => r(`+place+`))); })`)
		b.until("older messages are there", `document.querySelector("[data-message]").dataset.key < %s`, first)
		y := eval[float64](b, `document.querySelector("[data-key=" + %s + "]").getBoundingClientRect().top - document.querySelector(".messages").getBoundingClientRect().top`, at.Key)
		if y-at.Y > 2 || at.Y-y > 2 {
			t.Errorf("the row %s moved from %v to %v while older messages came", at.Key, at.Y, y)
		}
	}
	if n := eval[int](b, `document.querySelectorAll("[data-message]").length`); n > 500 {
		t.Errorf("%d messages exist", n)
	}
	late := c.add("p0500", false, "something new", time.Now())
	c.say("message", late)
	b.see(".to-end", "1 new")
	b.click(".to-end", "1 new")
	b.see(".message-row", "something new")
	b.until("the end is in sight", `(() => { const m = document.querySelector(".messages"); return m.scrollHeight - m.clientHeight - m.scrollTop < 2; })()`)
	b.until("the button is gone", `!document.querySelector(".to-end")`)
	next := c.add("p0500", false, "and more", time.Now())
	c.say("message", next)
	b.see(".message-row", "and more")
	b.until("it sticks to the end", `(() => { const m = document.querySelector(".messages"); return m.scrollHeight - m.clientHeight - m.scrollTop < 2; })()`)
	b.size(1000, 500, 1)
	b.until("it sticks to the end after a change of size", `(() => { const m = document.querySelector(".messages"); return m.clientHeight < 450 && m.scrollHeight - m.clientHeight - m.scrollTop < 2; })()`)
}

// afar writes while the end of the conversation is not loaded, and sees what was written, below what was said last.
func afar(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	for i := range 400 {
		c.add("dmitri", false, fmt.Sprintf("line %d", i), time.Now().Add(time.Duration(i-400)*time.Minute))
		c.messages["dmitri"][i].Unread = i > 150
	}
	c.rowLocked("dmitri")
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dmitri Dubois")
	b.see(".message-unread", "New messages")
	b.see(".to-end", "Newest")
	answer := make(chan struct{})
	c.mu.Lock()
	c.overtake = func(_ string, query url.Values) {
		if len(query) == 1 { // the newest
			<-answer
		}
	}
	c.mu.Unlock()
	b.write("written from afar")
	b.see(".message-row", "line 299") // what comes after that which was on screen is quicker than the newest
	close(answer)
	b.until("the newest are there, and nothing before them", `document.querySelectorAll("[data-message]").length <= 101`)
	b.until("it stands at the end, in sight, below the newest", `(() => { const all = [...document.querySelectorAll("[data-message]")].slice(-2), r = all[1].getBoundingClientRect(), m = document.querySelector(".messages").getBoundingClientRect();
		return all[0].textContent.includes("line 399") && all[1].textContent.includes("from afar") && r.top >= m.top && r.bottom <= m.bottom && !document.querySelector(".to-end") && !document.querySelector(".message-pending"); })()`)
	if order := eval[[]int](b, `[...document.querySelectorAll(".message-theirs .message-text")].map((e) => Number(e.textContent.slice(5)))`); !slices.IsSorted(order) {
		t.Errorf("the lines stand in the order %v", order)
	}
}

// afarAtOnce: what comes while the newest page is on its way stands below it, though nothing between was loaded.
func afarAtOnce(t *testing.T, browser context.Context) { afarMeanwhile(t, browser, time.Now()) }

// afarBySlowClock: so does what its author's clock dates before the last message, and after all that is on screen.
func afarBySlowClock(t *testing.T, browser context.Context) {
	afarMeanwhile(t, browser, time.Now().Add(-2*time.Minute))
}

// afarMeanwhile has a message come, dated so, while the newest page is on its way.
func afarMeanwhile(t *testing.T, browser context.Context, dated time.Time) {
	c := newCanned(t)
	dora(c, 400, 150)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dora Lind")
	b.see(".message-unread", "New messages")
	asked, answer := make(chan struct{}, 16), make(chan struct{})
	c.mu.Lock()
	c.overtake = func(_ string, query url.Values) {
		switch {
		case query.Has("after"):
			<-t.Context().Done()
		case len(query) == 1:
			asked <- struct{}{}
			<-answer
		}
	}
	c.mu.Unlock()
	b.click(".to-end", "Newest")
	<-asked
	c.say("message", c.add("dora", false, "said meanwhile", dated))
	b.see(".to-end", "1 new")
	close(answer)
	b.until("it stands at the end, in sight", `(() => { const [before, last] = [...document.querySelectorAll("[data-message]")].slice(-2); return before.textContent.includes("flood 399") && last.textContent.includes("said meanwhile") && `+atBottom+`; })()`)
}

func composerKeys(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dmitri Dubois")
	b.see(".message-none", "Dmitri Dubois")
	b.until("the composer has the focus", `document.activeElement.className === "composer-field"`)
	b.typeText("one")
	eval[bool](b, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))`)
	eval[bool](b, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true}))`)
	b.press("Enter", shift)
	b.typeText("two")
	if text := eval[string](b, `document.activeElement.value`); text != "one\ntwo" {
		t.Fatalf("after a composition and Shift+Enter the composer holds %q", text)
	}
	b.press("Enter", 0)
	b.see(".message-mine", "one\ntwo")
	b.until("the composer is empty", `document.activeElement.value === ""`)
	b.see(".message-state", "Waiting until they are here")
	c.got("dmitri", 0, "carried", "Ben", "Eva")
	b.see(".message-state", "On its way, kept by Ben and Eva")
	c.got("dmitri", 0, "waiting") // both dropped it
	b.see(".message-state", "Waiting until they are here")
	c.got("dmitri", 0, "carried", "Eva")
	b.see(".message-state", "On its way, kept by Eva")
	c.got("dmitri", 0, "read")
	b.see(".message-state", "Read")
	c.say("state", api.StateChange{ID: "dmitri-0", Conversation: "with-dmitri", Peer: "dmitri", State: "delivered"})
	b.typeText("draft")
	b.click(".person", "Ana Almeida")
	b.see(".message", "Perfect")
	b.until("the draft stays with its conversation", `document.activeElement.value === ""`)
	b.click(".person", "Dmitri Dubois")
	b.until("the draft is back", `document.activeElement.value === "draft"`)
	b.see(".message-state", "Read") // news that were overtaken do not take a state back
	wrapped(b)
	b.until("the title tells of what is unread", `document.title === "(1) Lanyard"`)
	c.mu.Lock()
	at := slices.IndexFunc(c.snapshot.Conversations, func(r api.Conversation) bool { return r.Person == "ben" })
	row := c.snapshot.Conversations[at]
	c.mu.Unlock()
	row.Muted = true
	c.say("conversation", row)
	b.until("the title does not count what is muted", `document.title === "Lanyard"`)
}

// wrapped: what is written stays in sight as a whole when the window becomes narrow.
func wrapped(b *tab) {
	b.t.Helper()
	b.typeText(" of a letter that takes one line of a wide window and several of a narrow one, whichever it is")
	b.size(320, 640, 1)
	b.until("the field has grown with its text", `(() => { const f = document.querySelector(".composer-field"); return f.value.includes("narrow one") && f.clientHeight > 60 && f.scrollHeight <= f.clientHeight; })()`)
	b.size(1280, 800, 1)
	b.until("the field is as low as its text", `(() => { const f = document.querySelector(".composer-field"); return f.clientHeight < 60 && f.scrollHeight <= f.clientHeight; })()`)
}

// hostileCorpus shows names and messages made to break out. They stay text: no element, no request, no script comes of them.
func hostileCorpus(t *testing.T, browser context.Context) {
	hostile := hostileTexts()
	c := newCanned(t)
	for i, text := range hostile {
		id := fmt.Sprintf("h%d", i)
		c.person(id, text[:min(len(text), 160)], text[:min(len(text), 60)], "available", true, time.Now())
		c.snapshot.Peers[i].Text, c.snapshot.Peers[i].Lookalike, c.snapshot.Peers[i].Apart = text, true, c.snapshot.Peers[i].Machine
		c.add("h0", i%2 == 0, text, time.Now())
	}
	file := api.File{ID: "f", Conversation: "with-h0", From: api.Author{ID: "h0", Name: hostile[0]}, Name: hostile[1], Problem: hostile[2], State: "problem"}
	c.add("h0", false, hostile[1], time.Now())
	c.messages["h0"][len(hostile)].Kind, c.messages["h0"][len(hostile)].File = "file", &file
	c.snapshot.Shares = []api.Share{{ID: "s", Name: hostile[0], Path: hostile[3], Members: []api.ShareMember{{ID: "h0", Name: hostile[0], State: "member"}}, State: "problem", Problems: []api.Problem{{ID: "p", Severity: "error", Text: hostile[1], Remedy: hostile[2]}}}}
	c.snapshot.Invites = []api.Invite{{ID: "i", Name: hostile[2], From: api.Author{ID: "h0", Name: hostile[0]}}}
	c.snapshot.Problems = []api.Problem{{ID: "p2", Severity: "error", Text: hostile[0], Remedy: hostile[4]}}
	c.notices["s"] = []api.Notice{{Share: "s", Path: hostile[0], What: "conflict", By: api.Author{Name: hostile[1]}, Other: &api.Author{Name: hostile[2]}, Copy: hostile[3]}, {Share: "s", Path: hostile[0], What: "deleted", Trash: "t", By: api.Author{Name: hostile[1]}, Time: time.Now()}}
	c.trash["s"] = []api.TrashEntry{{ID: "t", Path: hostile[0], By: api.Author{Name: hostile[1]}}}
	c.shared["s"] = []api.SharedFile{{Path: hostile[0], State: "blocked", Why: hostile[1], By: &api.Author{Name: hostile[2]}, Time: &time.Time{}, Reached: 1, Of: 2, Lacking: []api.Author{{Name: hostile[3]}}}}
	c.conflicts = []api.ShareConflict{{Share: "s", Path: hostile[0], Copy: hostile[3], Named: api.ConflictSide{By: api.Author{ID: "h0", Name: hostile[1]}}, Copied: api.ConflictSide{By: api.Author{ID: "me", Name: hostile[2]}}, Mine: true}}

	b := signIn(t, browser, c.URL)
	b.see(".person", hostile[0])
	b.click(".person", hostile[0])
	b.see(".message", "brackets")
	b.click(".head-shared", hostile[0])
	b.see(".pane .card-conflict", hostile[0])
	b.until("the file is listed", `!!document.querySelector(".files .file-row")`)
	b.click(".pane .tab", "What happened")
	b.see(".notice-line", hostile[0])
	b.shot("hostile")
	b.click(".tab", "Deleted and replaced")
	b.see("[data-trash]", hostile[0])
	links := eval[[]string](b, `[...document.querySelectorAll("a")].map((a) => a.getAttribute("href") + " " + a.textContent)`)
	if want := []string{"https://ok.example/path_(with)_brackets https://ok.example/path_(with)_brackets"}; !slices.Equal(links, want) {
		t.Errorf("links: %q", links)
	}
	b.harmless()
}

// hostileTexts are made to break out of where they are shown.
func hostileTexts() []string {
	return []string{
		`<img src=x onerror=alert(1)>`, `</script><script>alert(1)</script>`, `"><svg onload=alert(1)>`, `' style='background:url(//evil.test)`, `{{constructor.constructor('alert(1)')()}}`, "javascript:alert(1)",
		`[x](javascript:alert(1))`, `data:text/html,<script>alert(1)</script>`, `https://bank.example@evil.test/`, "jAvAsCrIpT\t:alert(1)", `file:///etc/passwd`, `\\\\server\\share`, "\u202Egnp.exe", "\u2066\u2067\u202E", strings.Repeat("\u0301", 3000),
		strings.Repeat("w", 30_000), strings.Repeat("\n", 5000) + "end", "https://" + strings.Repeat("a", 20_000) + ".test/", "\u200B\u200B", "\u3164", "&lt;b&gt;&amp;", `<a href="//evil.test">x</a>`, "\x1b[31mred\x1b]8;;http://evil.test\x07", "\u0000\u0007", "🏳️‍🌈👨‍👩‍👧‍👦",
		"https://exаmple.test/", "http://[::1", "https://ok.example/path_(with)_brackets).",
	}
}

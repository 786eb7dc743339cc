package window_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// point is how one person points at something: at another person by a mention, also after they changed their name; and at a message by a link, which leads back to it.
func point(t *testing.T, ana, ben *desk, _ string) {
	ana.click(".composer-field", "")
	ana.typeText("Morning @be")
	ana.see(".completion-choice", "Ben Becker")
	ana.until("the choice is told to those who do not see it", `document.activeElement.getAttribute("aria-activedescendant") === "mention-list-0" && document.getElementById("mention-list-0").getAttribute("aria-selected") === "true"`)
	ana.looks("mention-list")
	ana.press("Escape", 0)
	ana.until("the list is closed", `!document.querySelector(".completion")`)
	ana.typeText("n")
	ana.see(".completion-choice", "Ben Becker")
	ana.press("Enter", 0)
	ana.until("the name stands there", `document.querySelector(".composer-field").value === "Morning @Ben Becker " && !document.querySelector(".completion")`)
	ana.typeText("and thanks")
	ana.press("Enter", 0)
	ana.see(".message-mine button.mention", "@Ben Becker")
	ben.see(".message-theirs .mention-me", "@Ben Becker")
	ben.looks("mention")
	page, err := ben.Client.Messages(t.Context(), ana.Me.Person, api.Query{})
	if err != nil || len(page.Messages) == 0 {
		t.Fatal(err)
	}
	last := page.Messages[len(page.Messages)-1]
	if !slices.ContainsFunc(last.Mentions, func(a api.Author) bool { return a.ID == ben.Me.Person }) {
		t.Errorf("the message mentions %+v", last.Mentions)
	}
	if last.Text != "Morning @Ben Becker and thanks" {
		t.Errorf("the text is %q", last.Text)
	}

	ana.click(".message-row:last-child:has(.mention) .message-menu button", "") // an edit keeps who is mentioned
	ana.click(".menu-item", "Edit")
	ana.until("the words are selected", `(() => { const f = document.querySelector(".composer-field"); if (!f.value.startsWith("Morning @Ben")) return false; f.focus(); f.select(); return true; })()`)
	ana.typeText("Morning @Ben Becker, and many thanks")
	ana.press("Enter", 0)
	ben.see(".message-theirs:has(.mention-me)", "many thanks")

	if _, err := ben.Client.SetName(t.Context(), "Bennet"); err != nil {
		t.Fatal(err)
	}
	ana.see(".head-name", "Bennet")
	ana.do(chromedp.Reload()) // the messages are asked for again
	ana.see(".message-mentions .mention", "@Bennet")
	ana.shot("mention-renamed")
	if _, err := ben.Client.SetName(t.Context(), "Ben Becker"); err != nil {
		t.Fatal(err)
	}
	ana.see(".head-name", "Ben Becker")

	first := page.Messages[0]
	say := func(text string) {
		ben.click(".composer-field", "")
		ben.typeText(text)
		ben.press("Enter", 0)
	}
	say("As said: lanyard://message/" + first.ID + ".")
	ana.see(".person", "As said: linked message.")
	ana.see(".message-link", "Linked message")
	ana.click(".message-link", "Linked message")
	ana.until("the message is in sight", `(() => { const m = document.querySelector(".messages").getBoundingClientRect(), r = document.querySelector('[data-message="`+first.ID+`"]')?.getBoundingClientRect(); return r && r.y >= m.y && r.bottom <= m.bottom + 1; })()`)
	say("And lanyard://message/" + first.ID[:60] + "beef")
	ana.see(".message-row:last-child .message-theirs", "And Linked message") // the first of them is no longer the last row
	ana.click(".message-row:last-child .message-link", "Linked message")
	ana.toasts("The linked message is not on this computer")
	ana.click(".message-row:has(.message-link) .message-menu button", "")
	ana.click(".menu-item", "Copy link")
	ana.toasts("Copied.")
}

// alike mentions people who are called the same, and somebody who is not in the conversation: it is who was chosen, and the list says who is not told.
func alike(t *testing.T, from context.Context) {
	c := newCanned(t)
	office(c)
	member := func(id, name string) api.RoomMember { return api.RoomMember{ID: id, Name: name} }
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: "Move", Room: &api.Room{ID: "room", Name: "Move", Member: true, Size: 3,
		Members: []api.RoomMember{member("me", "Carla Conti"), member("ben", "Ben Becker"), member("zoe", "Zoe Zander")},
		Groups:  []api.RoomGroup{{Name: "Movers", Members: []string{"me", "zoe"}}, {Name: "Others", Members: []string{"ben"}}}}})
	b := signIn(t, from, c.URL)
	b.click(".person", "Move")
	b.click(".composer-field", "")
	b.typeText("@")
	b.until("members come first, also those not met, and oneself does not", `[...document.querySelectorAll(".completion-choice")].map((e) => e.querySelector("bdi").textContent).slice(0, 2).join() === "Ben Becker,Zoe Zander" && ![...document.querySelectorAll(".completion-choice")].slice(0, 2).some((e) => e.textContent.includes("not in this"))`)
	b.press("ArrowDown", 0)
	b.press("Tab", 0)
	b.until("she stands in the text", `document.activeElement.value === "@Zoe Zander "`)
	groups(t, c, b)
	b.click(".person", "Ben Becker")
	b.click(".composer-field", "")
	b.typeText("Ask @ana alm")
	b.until("both of that name are offered", `document.querySelectorAll(".completion-choice").length === 2`)
	b.see(".completion-choice", "laptop-99 · not in this conversation, is not told")
	b.looks("mention-alike")
	b.click(".completion-choice", "laptop-99")
	b.typeText("or @Ben Becker or @Ana Almeidas or me@Chloé Cohen")
	b.press("Enter", 0)
	b.see(".message-mine:not(.message-pending)", "me@Chloé Cohen")
	c.mu.Lock()
	defer c.mu.Unlock()
	if got := strings.Join(c.mentions, " "); got != "ana2 ben" {
		t.Errorf("the text mentions %q", got)
	}
}

// groups mentions groups of a room: they are offered with what they are, go out by their names, and are marked in the text, more where we are in them.
func groups(t *testing.T, c *canned, b *tab) {
	b.typeText("and @mov")
	b.see(".completion-choice", "group of 2 members")
	b.press("Enter", 0)
	b.typeText("or @every")
	b.see(".completion-choice", "all members of this room")
	b.looks("mention-groups")
	b.press("Enter", 0)
	b.until("both stand in the text", `document.activeElement.value === "@Zoe Zander and @Movers or @everyone "`)
	b.press("Enter", 0)
	b.see(".message-mine:not(.message-pending)", "@Movers or @everyone")
	c.mu.Lock()
	got := strings.Join(c.mentions, " ")
	c.mu.Unlock()
	if got != "zoe Movers everyone" {
		t.Errorf("the text mentions %q", got)
	}
	m := c.add("room", false, "@movers, @Others and @EVERYONE: the van is here, @ben becker", time.Now())
	m.Conversation = "room"
	m.Groups = []string{"Movers", "Others", "everyone"}
	m.Mentions = []api.Author{{ID: "ben", Name: "Ben Becker"}}
	c.say("message", m)
	b.until("all are marked in whatever case they stand there, groups of ours more", `(() => { const row = [...document.querySelectorAll(".message-theirs")].at(-1); return row && [...row.querySelectorAll(".mention")].map((e) => e.textContent + (e.classList.contains("mention-me") ? "!" : "")).join() === "@movers!,@Others,@EVERYONE!,@ben becker" && !row.querySelector(".message-mentions"); })()`)
}

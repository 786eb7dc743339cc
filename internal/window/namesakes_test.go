package window_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// namesakes: who bears another's name is told apart wherever many write, and what is on screen follows when a namesake comes or goes.
func namesakes(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	ben, dora, me := api.Author{ID: "ben", Name: "Ben Becker"}, api.Author{ID: "dora", Name: "Ben Becker", Apart: "dora-pc"}, api.Author{ID: "me", Name: "Carla Conti"}
	c.person("dora", "Ben Becker", "dora-pc", "available", true, time.Now())
	c.snapshot.Peers[len(c.snapshot.Peers)-1].Apart = "dora-pc"
	says := func(id, kind, text string, by api.Author) api.Message {
		return api.Message{ID: id, Conversation: "room", Kind: kind, Text: text, Author: by, Mine: by.ID == "me", Time: time.Now(), States: []api.State{}}
	}
	made := says("made", "change", "", ben)
	made.Change = &api.MemberChange{What: "invited", Who: dora}
	true1, other, own := says("one", "text", "the true one", ben), says("two", "text", "the other", dora), says("three", "text", "mine @Ben Becker", me)
	other.ReplyTo = &api.Quote{ID: "one", Here: true, Author: ben, Kind: "text", Text: "the true one"}
	own.Mentions = []api.Author{dora}
	own.Reactions = []api.Reaction{{Emoji: "👍", Count: 2, By: []api.Author{ben, dora}}}
	own.States = []api.State{{ID: "ben", Name: "Ben Becker", State: "read"}, {ID: "dora", Name: "Ben Becker", State: "waiting"}}
	c.messages["room"] = []api.Message{made, true1, other, own}
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: "Move", Time: other.Time, Last: &other, Room: &api.Room{ID: "room", Name: "Move", Creator: ben, Member: true, Size: 3,
		Members: []api.RoomMember{{ID: "me", Name: "Carla Conti"}, {ID: "ben", Name: "Ben Becker"}, {ID: "dora", Name: "Ben Becker"}}}})
	b := open(t, browser, c.URL())
	b.see("#person-room .person-last", "\u2068Ben Becker\u2069 (\u2068dora-pc\u2069): the other")
	b.click("#person-room", "")
	b.until("what the other wrote is told from his", `document.querySelector("[data-message=two] .message-author .apart")?.textContent === "dora-pc" && document.querySelector("[data-message=two] article").getAttribute("aria-label") === "\u2068Ben Becker\u2069 (\u2068dora-pc\u2069)"`)
	b.until("he alone was there before", `!document.querySelector("[data-message=one] .apart") && document.querySelector("[data-message=one] article").getAttribute("aria-label") === "Ben Becker"`)

	now := c.snapshot.Peers[1] // he is told from the other, too, from now on
	now.Lookalike, now.Apart = true, "sales-7"
	c.say(api.EventPresence, now)
	b.until("the author of what is on screen", `document.querySelector("[data-message=one] .message-author .apart")?.textContent === "sales-7" && document.querySelector("[data-message=one] article").getAttribute("aria-label") === "\u2068Ben Becker\u2069 (\u2068sales-7\u2069)"`)
	b.see("[data-message=two] .quote-name .apart", "sales-7")
	b.see(".message-change", "Ben Becker sales-7 invited Ben Becker dora-pc")
	b.until("whose reactions these are", `document.querySelector(".reaction")?.title === "\u2068Ben Becker\u2069 (\u2068sales-7\u2069), \u2068Ben Becker\u2069 (\u2068dora-pc\u2069)"`)
	b.see(".mention .apart", "dora-pc")
	b.see("[data-person=ben] .person-machine", "sales-7")
	b.looks("namesakes")
	b.click("[data-message=three] .message-menu button", "")
	b.click(".menu-item", "Who has it…")
	b.see(".reached dd", "\u2068Ben Becker\u2069 (\u2068sales-7\u2069)")
	b.see(".reached dd", "\u2068Ben Becker\u2069 (\u2068dora-pc\u2069)")
	b.press("Escape", 0)
	b.click(".head-person", "Move")
	b.see(`[data-member="dora"] .apart`, "dora-pc")
	b.see(`[data-member="ben"] .apart`, "sales-7")

	now.Lookalike, now.Apart = false, ""
	c.say(api.EventPresence, now)
	gone := c.snapshot.Peers[len(c.snapshot.Peers)-1]
	gone.Name, gone.Apart = "Dora", ""
	c.say(api.EventPresence, gone)
	b.until("nobody is called alike any more", `!document.querySelector(".conversation .apart") && !document.querySelector(".pane .apart")`)
}

// namesakesRightToLeft: what tells somebody apart stands behind their name and before whatever follows, also where the names are written from right to left and what tells them
// apart begins with a number, or is written so, too.
func namesakesRightToLeft(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	first, second := api.Author{ID: "noor1", Name: "نور", Apart: "12"}, api.Author{ID: "noor2", Name: "نور", Apart: "حاسوب"}
	ben := api.Author{ID: "ben", Name: "Ben Becker"}
	own := api.Message{ID: "own", Conversation: "room", Kind: "text", Text: "mine", Author: api.Author{ID: "me", Name: "Carla Conti"}, Mine: true, Time: time.Now(), Reactions: []api.Reaction{{Emoji: "👍", Count: 2, By: []api.Author{first, second}}}}
	for _, who := range []api.Author{ben, first, second} {
		own.States = append(own.States, api.State{ID: who.ID, Name: who.Name, Apart: who.Apart, State: "read"})
	}
	last := api.Message{ID: "last", Conversation: "room", Kind: "text", Text: "until noon", Author: second, Time: time.Now(), States: []api.State{}}
	c.messages["room"] = []api.Message{own, last}
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: "Move", Time: last.Time, Last: &last, Room: &api.Room{ID: "room", Name: "Move", Creator: first, Member: true, Size: 4,
		Members: []api.RoomMember{{ID: "me", Name: "Carla Conti"}, {ID: "ben", Name: "Ben Becker"}, {ID: "noor1", Name: "نور"}, {ID: "noor2", Name: "نور"}}}})
	b := open(t, browser, c.URL())
	b.click("#person-room", "")
	b.until("whose reactions these are", `document.querySelector(".reaction")?.title === "\u2068نور\u2069 (\u206812\u2069), \u2068نور\u2069 (\u2068حاسوب\u2069)"`)
	b.click("[data-message=own] .message-menu button", "")
	b.click(".menu-item", "Who has it…")
	b.until("from left to right, among several", inOrder(".reached dd", "Ben", "نور", "12", "نور", "حاسوب"))
	b.looks("namesakes-right-to-left")
	b.press("Escape", 0)
	b.click("[data-message=last] .message-menu button", "")
	b.click(".menu-item", "Reply")
	b.until("from left to right, within words", inOrder(".composer-doing .quote-name", "Reply to", "نور", "حاسوب"))
}

// inOrder asks whether words of an element stand on one line from left to right, in the order in which they are written.
func inOrder(selector string, words ...string) string {
	return fmt.Sprintf(`(() => {
		const text = document.createTreeWalker(document.querySelector(%q) ?? document.createElement("p"), NodeFilter.SHOW_TEXT).nextNode();
		let from = 0, edge = -Infinity;
		return !!text && %s.every((word) => {
			const range = new Range(), at = text.data.indexOf(word, from);
			if (at < 0) return false;
			range.setStart(text, at);
			range.setEnd(text, from = at + word.length);
			const {left, right} = range.getBoundingClientRect(), behind = left > edge - 1;
			edge = right;
			return behind;
		});
	})()`, selector, `["`+strings.Join(words, `", "`)+`"]`)
}

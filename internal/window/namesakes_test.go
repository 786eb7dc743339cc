package window_test

import (
	"context"
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
	b.see("#person-room .person-last", "Ben Becker (dora-pc): the other")
	b.click("#person-room", "")
	b.until("what the other wrote is told from his", `document.querySelector("[data-message=two] .message-author .apart")?.textContent === "dora-pc" && document.querySelector("[data-message=two] article").getAttribute("aria-label") === "Ben Becker (dora-pc)"`)
	b.until("he alone was there before", `!document.querySelector("[data-message=one] .apart") && document.querySelector("[data-message=one] article").getAttribute("aria-label") === "Ben Becker"`)

	now := c.snapshot.Peers[1] // he is told from the other, too, from now on
	now.Lookalike, now.Apart = true, "sales-7"
	c.say(api.EventPresence, now)
	b.until("the author of what is on screen", `document.querySelector("[data-message=one] .message-author .apart")?.textContent === "sales-7" && document.querySelector("[data-message=one] article").getAttribute("aria-label") === "Ben Becker (sales-7)"`)
	b.see("[data-message=two] .quote-name .apart", "sales-7")
	b.see(".message-change", "Ben Becker sales-7 invited Ben Becker dora-pc")
	b.until("whose reactions these are", `document.querySelector(".reaction")?.title === "Ben Becker (sales-7), Ben Becker (dora-pc)"`)
	b.see(".mention .apart", "dora-pc")
	b.see("[data-person=ben] .person-machine", "sales-7")
	b.looks("namesakes")
	b.click("[data-message=three] .message-menu button", "")
	b.click(".menu-item", "Who has it…")
	b.see(".reached dd", "Ben Becker (sales-7)")
	b.see(".reached dd", "Ben Becker (dora-pc)")
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

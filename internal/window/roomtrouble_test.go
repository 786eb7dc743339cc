package window_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"lanyard/internal/api"
)

// troubled is an office with one room, of which the second member is Ana, and a function that adds a file of ours to it.
func troubled(t *testing.T) (c *canned, ana, me api.Author, offer func(id string, f api.File) api.File) {
	t.Helper()
	c = newCanned(t)
	c.person("ana", "Ana Almeida", "legal-2", "available", true, time.Now())
	c.person("ben", "Ben Becker", "sales-7", "available", true, time.Now())
	ana, me = api.Author{ID: "ana", Name: "Ana Almeida"}, api.Author{ID: "me", Name: "Carla Conti"}
	room := api.Room{ID: "flood", Name: "Flood", Creator: me, Time: time.Now(), Member: true, Size: 2, Members: []api.RoomMember{{ID: "me", Name: me.Name, MayRemove: true}, {ID: "ana", Name: ana.Name, Waits: true}}}
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "flood", Name: room.Name, Room: &room, Time: room.Time})
	c.rooms = []api.Room{room}
	offer = func(id string, f api.File) api.File {
		f.ID, f.Conversation, f.Mine, f.From, f.Name, f.Size, f.Files = id, "flood", true, me, id+".zip", 40<<20, 1
		f.To, f.Progress.Total = api.Author{Name: "everybody in the room"}, f.Size
		c.messages["flood"] = append(c.messages["flood"], api.Message{ID: id, Conversation: "flood", Author: me, Mine: true, Time: time.Now(), Kind: "file", Text: f.Name, States: []api.State{}, File: &f})
		c.snapshot.Files = append(c.snapshot.Files, f)
		return f
	}
	return c, ana, me, offer
}

// TestRestIsFetched: of a member who wrote very much the page of the room says so, and the menu beside them has the rest fetched; after that both are gone.
func TestRestIsFetched(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	c, _, _, _ := troubled(t)
	c.messages["flood"] = []api.Message{}
	fetched := c.rooms[0]
	fetched.Members = slices.Clone(fetched.Members)
	fetched.Members[1].Waits = false
	asked := make(chan string, 1)
	c.mux.HandleFunc("POST /api/v1/rooms/{id}/more", func(w http.ResponseWriter, r *http.Request) {
		var body api.MemberRequest
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		asked <- r.PathValue("id") + " " + body.Person
		c.answer(w, fetched)
	})
	b := signIn(t, browser, c.URL)
	b.click(".person", "Flood")
	b.click(".head-person", "Flood")
	b.see(".member-state", "wrote very much: the rest waits")
	b.click(".member button", "More for Ana Almeida")
	b.see(".menu-item", "Fetch the rest")
	b.looks("room-rest")
	b.click(".menu-item", "Fetch the rest")
	if got := <-asked; got != "flood ana" {
		t.Errorf("asked for %q", got)
	}
	b.until("nothing waits", `!document.querySelector(".pane").textContent.includes("the rest waits")`)
	b.click(".member button", "More for Ana Almeida")
	b.until("nothing is to be fetched", `document.querySelector(".menu-box") && ![...document.querySelectorAll(".menu-item")].some((e) => e.textContent.includes("Fetch the rest"))`)
}

// TestFileSaysWhoHasIt: a file sent into a room says who has it, who is still to get it, who has not answered and whose disk has no room; held by oneself it says that alone, taken back also who has it
// all the same; the one whose disk is full reads how much
// room to make.
func TestFileSaysWhoHasIt(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	c, ana, _, offer := troubled(t)
	ben, dora, eva := api.Author{ID: "ben", Name: "Ben Becker"}, api.Author{ID: "dora", Name: "Dora Klein"}, api.Author{ID: "eva", Name: "Eva Lund"}
	all := []api.Author{dora, eva}
	plan := offer("plan", api.File{State: "accepted", Has: []api.Author{ana, ben}, Taking: all, NoRoom: []api.Author{eva}})
	offer("held", api.File{State: "paused", Paused: "here", Has: []api.Author{ana}, Taking: all, NoRoom: []api.Author{eva}})
	offer("done", api.File{State: "received", Has: []api.Author{ana, ben, dora, eva}})
	offer("newcomer", api.File{State: "received", Has: []api.Author{ana, ben}, Later: []api.Author{dora}})
	offer("asked", api.File{State: "offered", Asked: []api.Author{ana, ben}})
	offer("back", api.File{State: "withdrawn", Has: []api.Author{ana, ben}})
	theirs := api.File{ID: "theirs", Conversation: "with-ana", From: ana, Name: "film.mp4", Size: 90 << 20, Files: 1, State: "problem", Problem: "“film.mp4” cannot be received: the disk is full: make room for 94.4 MB, and it goes on by itself"}
	c.add("ana", false, theirs.Name, time.Now())
	c.messages["ana"][0].Kind, c.messages["ana"][0].File = "file", &theirs
	theirs.ID = c.messages["ana"][0].ID
	c.snapshot.Files = append(c.snapshot.Files, theirs)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Flood")
	says := func(id, words string) {
		t.Helper()
		b.until(id+" says "+words, `document.querySelector("[data-file=" + %s + "] .card-state")?.textContent === %s`, id, words)
	}
	says("plan", "Ana Almeida and Ben Becker have it, checked · Dora Klein takes it · No room on the disk of Eva Lund: goes on once there is some")
	says("held", "Held by you")
	says("done", "Everybody in the room has it, checked")
	says("newcomer", "Ana Almeida and Ben Becker have it, checked · Dora Klein came later")
	says("asked", "Ana Almeida and Ben Becker have not answered")
	says("back", "You took it back · Ana Almeida and Ben Becker have it, checked")
	b.looks("file-who-has-it")
	b.size(320, 640, 1)
	b.fits("file-who-has-it-320")
	b.size(1280, 800, 1)
	plan.NoRoom, plan.Taking, plan.Has, plan.Asked = nil, []api.Author{eva}, []api.Author{ana, ben}, []api.Author{dora}
	c.say("file", plan)
	says("plan", "Ana Almeida and Ben Becker have it, checked · Eva Lund takes it · Dora Klein has not answered")
	b.click(".person", "Ana Almeida")
	b.see(".card-problem", "make room for 94.4 MB, and it goes on by itself")
	b.see("[data-file-state=problem] button", "Try again")
}

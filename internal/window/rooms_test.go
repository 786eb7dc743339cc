package window_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// TestRooms is what people do with rooms, at three desks: real agents and a window of each. It is one story, told from its beginning: no chapter of it can be run alone.
func TestRooms(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ana, ben, carla := sit(t, browser, "Ana Almeida", "legal-2"), sit(t, browser, "Ben Becker", "sales-7"), sit(t, browser, "Carla Conti", "desk-14")
	all := []*desk{ana, ben, carla}
	for i, a := range all {
		for _, b := range all[:i] {
			if _, err := a.Add(t.Context(), b.address()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, d := range all {
		d.on(t)
	}
	for _, part := range []struct {
		name string
		run  func(t *testing.T, ana, ben, carla *desk)
	}{
		{"a room is made, and is on the other's list", roomMade},
		{"its page tells of it; somebody is invited", roomInvited},
		{"it gets another name", roomRenamed},
		{"a group of its members is named, and mentioned", roomGroup},
		{"what was said in it is found, and nothing else", roomSearched},
		{"a program writes into it", roomPrograms},
		{"a member may remove members, and does", roomRemoved},
		{"it is left, and can still be read", roomLeft},
		{"what is over is taken off the list", roomForgotten},
		{"an open room is found and joined", roomJoined},
		{"rooms that look alike are told apart", roomAlike},
		{"names that lie stay names", roomHostile},
	} {
		t.Log(part.name) // on top of what fails stands in which chapter it was
		part.run(t, ana, ben, carla)
		if t.Failed() {
			return
		}
	}
}

// plus opens the menu beside the search field and chooses from it.
func (b *tab) plus(item string) {
	b.t.Helper()
	b.click("button", "New room, or a colleague by address")
	b.click(".menu-item", item)
}

// roomMade goes by keyboard where a person would: the name, Tab, the beginning of a colleague's name, Enter.
func roomMade(_ *testing.T, ana, ben, _ *desk) {
	ana.see(".person-name", "Ben Becker")
	ana.plus("New room…")
	ana.see(".dialog", "Only whom a member invites.")
	ana.until("the room cannot be made without a name", `[...document.querySelectorAll(".dialog .button-main")].every((b) => b.disabled)`)
	ana.typeText("Budget")
	ana.press("Tab", 0)
	ana.typeText("ben")
	ana.see(".person-choice", "Ben Becker")
	ana.press("Enter", 0)
	ana.see(".chip", "Ben Becker")
	ana.looks("room-new")
	ana.click(".dialog button", "Make the room")
	ana.see(".head-name", "Budget")
	ana.see(".head-machine", "2 members")
	ana.see(".message-change", "You made this room")
	ana.see(".message-change", "You invited Ben Becker")
	ben.see(".person", "Ana Almeida invited you") // he never wrote to her
	ben.click(".person", "Budget")
	ben.see(".message-change", "Ana Almeida made this room")
	ben.see(".message-change", "Ana Almeida invited you")
	ben.until("it is opened", `![...document.querySelectorAll(".person")].some((e) => e.textContent.includes("invited you"))`)
	ana.write("The figures are in")
	ben.see(".message-theirs", "The figures are in")
}

func roomInvited(_ *testing.T, ana, ben, carla *desk) {
	ben.click(".head-person", "Budget")
	ben.see(".pane h2", "Budget")
	ben.see(".room-facts", "by Ana Almeida, today")
	ben.see("[data-member]", "Ana Almeida")
	ben.see(".member-state", "Available · made this room")
	ben.see("[data-member]", "Ben Becker (you)")
	ben.until("a member removes nobody", `![...document.querySelectorAll(".member .menu-item")].some((e) => e.textContent.includes("Remove"))`)
	ben.click(".pane button", "Invite people…")
	ben.see(".dialog", "They can read what was said before.")
	ben.until("who is a member cannot be invited", `![...document.querySelectorAll(".person-choice")].some((e) => e.textContent.includes("Ana"))`)
	ben.click(".person-choice", "Carla Conti")
	ben.looks("room-invite")
	ben.click(".dialog button", "Invite")
	ben.see("[data-member]", "Carla Conti")
	ben.see(".pane h3", "Members (3)")
	ben.looks("room-page")
	carla.click(".person", "Budget")
	carla.see(".message-theirs", "The figures are in")
	carla.see(".message-change", "Ben Becker invited you")
	ana.see(".message-change", "Ben Becker invited Carla Conti")
	ana.see(".head-machine", "3 members")
}

func roomRenamed(_ *testing.T, ana, ben, carla *desk) {
	ben.click(".pane button", "Rename…")
	ben.until("the old name is selected", `document.activeElement.value === "Budget" && document.activeElement.selectionEnd === 6`)
	ben.typeText("Budget 2027")
	ben.press("Enter", 0)
	for _, d := range []*desk{ana, ben, carla} {
		d.see(".head-name", "Budget 2027")
		d.see(".person-name", "Budget 2027")
	}
	ana.see(".message-change", "Ben Becker renamed the room to “Budget 2027”")
	ben.see(".message-change", "You renamed the room to “Budget 2027”")
}

func roomRemoved(_ *testing.T, ana, ben, carla *desk) {
	ana.click(".head-person", "Budget 2027")
	ana.click(".member button", "More for Ben Becker")
	ana.click(".menu-item", "Let them remove members…")
	ana.see(".dialog", "neither you nor others who may")
	ana.click(".dialog button", "Let them")
	ana.see(".member-state", "may remove members")
	ben.see(".message-change", "Ana Almeida lets you remove members")
	ben.click(".member button", "More for Ana Almeida")
	ben.until("who made it cannot be removed", `document.querySelector(".menu-box") && ![...document.querySelectorAll(".menu-item")].some((e) => e.textContent.includes("Remove"))`)
	ben.press("Escape", 0)
	carla.click(".composer-field", "")
	carla.typeText("What I began to say")
	ben.click(".member button", "More for Carla Conti")
	ben.click(".menu-item", "Remove from the room…")
	ben.see(".dialog", "What they have already, messages and files, stays with them.")
	ben.looks("room-remove")
	ben.click(".dialog button", "Remove")
	ben.see(".pane h3", "Members (2)")
	ana.see(".message-change", "Ben Becker removed Carla Conti")
	carla.see(".composer-closed", "Ben Becker removed you from this room, today.")
	carla.see(".person", "You were removed from this room")
	carla.see(".message-change", "Ben Becker removed you")
	carla.see(".message-theirs", "The figures are in")
	unsent := func() {
		carla.t.Helper()
		carla.until("what she began can be read", `document.querySelector(".unsent-text")?.value === "What I began to say"`)
	}
	unsent()
	eventually(carla.t, "it is kept", func() bool {
		all, err := carla.Client.Conversations(carla.t.Context())
		return err == nil && slices.ContainsFunc(all, func(one api.Conversation) bool { return one.Draft == "What I began to say" })
	})
	carla.looks("room-removed-unsent")
	carla.do(chromedp.Reload())
	unsent()
	carla.click(".unsent button", "Discard")
	carla.until("nothing can be written, nor joined", `!document.querySelector(".composer-field") && !document.querySelector(".composer-closed button")`)
	carla.looks("room-removed")
	ana.click(".pane button", "Close")
	ana.write("Among us")
	ben.see(".message-theirs", "Among us")
	carla.until("she gets nothing more", `!document.body.textContent.includes("Among us")`)
}

func roomLeft(_ *testing.T, ana, ben, _ *desk) {
	ben.click(".pane button", "Leave…")
	ben.see(".dialog", "To come back you need an invitation by a member.")
	ben.click(".dialog button", "Leave")
	ben.see(".composer-closed", "You left this room, today.")
	ben.see(".room-ended", "You left this room, today.")
	ben.see(".message-theirs", "Among us")
	ana.see(".message-change", "Ben Becker left")
	ana.see(".head-machine", "1 member")
	ben.looks("room-left")
	ben.click(".pane button", "Close")
	ben.click(".message-theirs button", "What to do with this message")
	ben.until("nothing is offered that cannot be done", `document.querySelector(".menu-box") && ![...document.querySelectorAll(".menu-item")].some((e) => e.textContent.includes("Reply") || e.textContent.includes("Pin"))`)
	ben.press("Escape", 0)
	ana.click("button", "More for Budget 2027")
	ana.click(".menu-item", "Invite people…")
	ana.click(".person-choice", "Ben Becker")
	ana.click(".dialog button", "Invite")
	ben.write("Back again")
	ana.see(".message-theirs", "Back again")
	ana.click(".message-theirs button", "What to do with this message")
	ana.click(".menu-item", "Forward…")
	ana.until("a room has its own sign among those to forward to, and a person theirs", `(() => {
		const sign = (name) => [...document.querySelectorAll(".person-choice")].find((e) => e.textContent.includes(name))?.querySelector(".avatar-room");
		return sign("Budget 2027") && sign("Carla Conti") === null;
	})()`)
	ana.looks("room-forward")
	ana.press("Escape", 0)
}

// roomForgotten: Carla was removed. She takes the room off her list, after she was asked, and finds nothing of it any more; it can be found again by nothing but a new invitation.
func roomForgotten(_ *testing.T, ana, _, carla *desk) {
	carla.click(".person", "Budget 2027")
	carla.click("button", "More for Budget 2027")
	carla.click(".menu-item", "Take off the list…")
	carla.see(".dialog", "Take the room \u2068Budget 2027\u2069 off your list?")
	carla.see(".dialog", "What was said in it is deleted from this computer")
	carla.looks("room-forget")
	carla.size(320, 640, 1)
	carla.fits("room-forget-320")
	carla.size(1280, 657, 1)
	carla.press("Escape", 0)
	carla.until("it is still there", `!document.querySelector(".dialog") && [...document.querySelectorAll(".person")].some((e) => e.textContent.includes("Budget 2027"))`)
	carla.click(".head-person", "Budget 2027")
	carla.click(".pane button", "Take off the list…")
	carla.click(".dialog button", "Delete and take off")
	carla.until("it is on the list no more, nor on screen", `!document.querySelector(".dialog, .pane, .head") && ![...document.querySelectorAll(".person")].some((e) => e.textContent.includes("Budget"))`)
	carla.click("input[type=search]", "Search people and messages")
	carla.typeText("figures")
	carla.see(".found-head", "No messages")
	carla.press("Escape", 0)
	ana.write("Without Carla")
	carla.until("nothing of it comes", `!document.body.textContent.includes("Without Carla") && !document.body.textContent.includes("Budget")`)
}

func roomJoined(_ *testing.T, ana, ben, carla *desk) {
	carla.plus("New room…")
	carla.typeText("Lunch")
	carla.click(".switch", "Open to the office")
	carla.click(".switch", "Newcomers read what comes later")
	carla.click(".dialog button", "Make the room")
	carla.see(".head-name", "Lunch")
	carla.write("Pizza?")
	ben.see(".open-room", "Lunch")
	ben.see(".open-room", "1 member · by Carla Conti")
	ben.looks("room-open")
	ben.click(".open-room button", "Join Lunch")
	ben.see(".head-name", "Lunch")
	ben.see(".message-change", "You joined")
	ben.see(".message-change", "Carla Conti made this room")
	ben.until("it is on the list above", `!document.querySelector(".open-room") && [...document.querySelectorAll(".person")].some((e) => e.textContent.includes("Lunch"))`)
	carla.see(".message-change", "Ben Becker joined")
	ana.see(".open-room", "2 members · by Carla Conti")
	ben.write("Two for me")
	carla.see(".message-theirs", "Two for me")
	ben.click(".head-person", "Lunch")
	ben.see(".room-facts", "get what is said after they came")
	ben.click(".pane button", "Leave…")
	ben.see(".dialog", "You can join again at any time.")
	ben.click(".dialog button", "Leave")
	ben.click(".composer-closed button", "Join again")
	carla.see(".head-machine", "2 members")
	ben.write("I changed my mind")
	carla.see(".message-theirs", "I changed my mind")
	carla.click(".head-person", "Lunch")
	carla.click(".pane button", "Leave…")
	carla.see(".dialog", "nobody can remove anybody from it")
	carla.click(".dialog button", "Cancel")
	carla.click(".pane button", "Close")
	ben.click(".person", "Budget 2027")
	ben.click("input[type=search]", "Search people and messages")
	ben.typeText("changed my mind")
	ben.click(".found-row", "I changed my mind")
	ben.see(".head-name", "Lunch")
	ben.see(".message-mine", "I changed my mind")
	ben.click("input[type=search]", "Search people and messages")
	ben.press("Escape", 0)
}

// roomAlike: two rooms of names that look alike, and one of a person's name, are marked wherever one of them can be chosen, until they have other names.
func roomAlike(t *testing.T, ana, ben, _ *desk) {
	ctx := context.Background()
	for _, name := range []string{"Luпch", "Carla Conti"} {
		if _, err := ben.CreateRoom(ctx, api.NewRoomRequest{Name: name, With: []string{ana.Me.Person}}); err != nil {
			t.Fatal(err)
		}
	}
	marked := func(name, mark string) string {
		return fmt.Sprintf(`[...document.querySelectorAll(".person")].some((e) => e.querySelector(".person-name").textContent === %q && (e.querySelector(".person-machine")?.textContent ?? "").includes(%q))`, name, mark)
	}
	ana.until("a room like a person is marked", marked("Carla Conti", "room by \u2068Ben Becker"))
	ben.until("a room like another is marked, and so is that one", marked("Luпch", "by you")+" && "+marked("Lunch", "by \u2068Carla Conti"))
	ana.until("a room that can be joined is marked", `[...document.querySelectorAll(".open-room")].some((e) => e.textContent.includes("Lunch") && (e.querySelector(".person-machine")?.textContent ?? "").includes("by \u2068Carla Conti"))`)
	ana.looks("room-open-alike")
	ana.until("joining stands within the list", `document.querySelector(".open-room button").getBoundingClientRect().right <= document.querySelector(".open-rooms").getBoundingClientRect().right - 8`)
	ben.click("input[type=search]", "Search people and messages")
	ben.typeText("changed my mind")
	ben.until("among what was found it is marked as well", `[...document.querySelectorAll(".found-row")].some((e) => e.textContent.includes("Lunch") && (e.querySelector(".person-machine")?.textContent ?? "").includes("by \u2068Carla Conti"))`)
	ben.looks("found-alike")
	ben.press("Escape", 0)
	ben.click(".message-mine button", "What to do with this message")
	ben.click(".menu-item", "Forward…")
	ben.until("and among those to forward to", `[...document.querySelectorAll(".person-choice")].some((e) => e.textContent.includes("Luпch") && e.textContent.includes("by you"))`)
	ben.looks("forward-alike")
	ben.press("Escape", 0)
	ben.click(".person", "Luпch")
	ben.see(".head-where", "Room by you")
	ben.click(".head-person", "Luпch")
	ben.see(".pane .warn", "Another room has this name or one that looks like it: who made it tells them apart.")
	ben.looks("room-alike")
	ben.size(320, 640, 1)
	ben.fits("room-alike-320")
	ben.size(1280, 800, 1)
	ben.click(".pane button", "Rename…")
	ben.until("the old name is selected", `document.activeElement.selectionEnd === 5`)
	ben.typeText("oFFice")
	ben.press("Enter", 0)
	ben.see(".dialog", "this is the name of the announcements to everybody, or looks like it")
	ben.until("the name is selected", `(() => { const f = document.querySelector(".dialog input"); f.focus(); f.select(); return true; })()`)
	ben.typeText("Dinner")
	ben.press("Enter", 0)
	ben.see(".head-name", "Dinner")
	ben.until("neither is marked any more", `![...document.querySelectorAll(".person")].some((e) => /Lunch|Dinner/.test(e.textContent) && e.querySelector(".person-machine")) && !document.querySelector(".pane .warn")`)
	ben.click(".pane button", "Close")
}

func roomHostile(t *testing.T, ana, ben, carla *desk) {
	ctx := context.Background()
	names := []string{`<img src=x onerror=alert(1)>`, "'\"><script>alert(1)</script>", "{{constructor}} ${alert(1)}", "Ana Almeida removed you", "מחלקת הכספים", strings.Repeat("W", 40)}
	if _, err := ana.SetName(ctx, `<b onclick=alert(1)>Ana`); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := ana.CreateRoom(ctx, api.NewRoomRequest{Name: name, With: []string{ben.Me.Person}, Open: true}); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		carla.see(".open-room", name)
	}
	ben.click(".person", names[0])
	ben.see(".message-change", "<b onclick=alert(1)>Ana made this room")
	for _, name := range names[1:] {
		room := ben.roomCalled(names[0])
		if _, err := ben.RenameRoom(ctx, room, name); err != nil {
			t.Fatal(err)
		}
		ben.see(".message-change", "You renamed the room to “"+name+"”")
		if _, err := ben.RenameRoom(ctx, room, names[0]); err != nil {
			t.Fatal(err)
		}
	}
	ben.click(".head-person", names[0])
	ben.see(".pane h2", names[0])
	ben.until("nothing marks it that looked like one of its names", `!document.querySelector(".pane .warn, .person-chosen .person-machine")`)
	ben.looks("room-hostile")
	ben.size(320, 640, 1)
	ben.fits("room-hostile-320")
	ben.size(1280, 800, 1)
	for _, d := range []*desk{ana, ben, carla} {
		d.harmless()
	}
}

// roomCalled is the ID of a room.
func (d *desk) roomCalled(name string) string {
	d.t.Helper()
	rooms, err := d.Client.Rooms(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range rooms {
		if r.Name == name {
			return r.ID
		}
	}
	d.t.Fatalf("no room is called %q", name)
	return ""
}

// bigRoom adds a room of so many members to the canned office, and others that can be joined.
func bigRoom(c *canned, n int) {
	made := time.Now().AddDate(0, 0, -3)
	creator := api.Author{ID: "ana", Name: "Ana Almeida"}
	room := api.Room{ID: "room", Name: "Move to the third floor: everything that has to", Open: true, Creator: creator, Time: made, Member: true, Size: n + 2,
		Members: []api.RoomMember{{ID: "ana", Name: "Ana Almeida", MayRemove: true}, {ID: "me", Name: "Carla Conti", MayRemove: true}}}
	change := func(i int, what string, by, who api.Author, name string) api.Message {
		return api.Message{ID: fmt.Sprint("room-", i), Conversation: "room", Author: by, Mine: by.ID == "me", Time: made.Add(time.Duration(i) * time.Second), Kind: "change", States: []api.State{},
			Change: &api.MemberChange{What: what, Who: who, Name: name}}
	}
	lines := []api.Message{change(0, "made", creator, creator, room.Name)}
	for i := range n {
		who := api.Author{ID: fmt.Sprint("member-", i), Name: fmt.Sprintf("Member %02d of the Very Long-named Department", i)}
		room.Members = append(room.Members, api.RoomMember{ID: who.ID, Name: who.Name, MayRemove: i == 3})
		lines = append(lines, change(i+1, "invited", creator, who, ""))
		if i%2 == 0 {
			c.person(who.ID, who.Name, fmt.Sprint("pc-", i), "available", i%4 == 0, made)
			c.snapshot.Peers[len(c.snapshot.Peers)-1].Groups = []string{"Third floor"}
		}
	}
	me := api.Author{ID: "me", Name: "Carla Conti"}
	late := change(n+2, "invited", me, api.Author{ID: "dmitri", Name: "Dmitri Dubois"}, "")
	late.Change.Overruled = true
	lines = append(lines, change(n+1, "entrusted", creator, me, ""), late, change(n+3, "removed", creator, api.Author{ID: "dmitri", Name: "Dmitri Dubois"}, ""), change(n+4, "renamed", me, me, "נועה’s room"))
	c.messages["room"] = lines
	c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{ID: "room", Name: room.Name, Room: &room, Time: made},
		api.Conversation{ID: "old", Name: "Christmas party", Time: made, Room: &api.Room{ID: "old", Name: "Christmas party", Creator: creator, Time: made, Size: 0, Members: []api.RoomMember{}, Ended: &api.RoomEnd{What: "removed", By: creator, Time: made}}})
	c.messages["old"] = []api.Message{}
	c.rooms = []api.Room{room, {ID: "o1", Name: "Lunch", Open: true, Creator: creator, Size: 1, Members: []api.RoomMember{}}, {ID: "o2", Name: "אירועי החברה", Open: true, Creator: api.Author{ID: "noa", Name: "נועה לוי"}, Size: 17, Members: []api.RoomMember{}},
		{ID: "o3", Name: strings.Repeat("Long name ", 4), Open: true, Creator: creator, Size: 200, Members: []api.RoomMember{}}}
}

// TestRoomOfFifty looks at a room of 50 in every shape of window: what is said of it, its page, and the questions about rooms.
func TestRoomOfFifty(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	c := newCanned(t)
	office(c)
	bigRoom(c, 48)
	b := signIn(t, browser, c.URL)
	b.see(".open-room", "Lunch")
	b.click(".person", "Move to the third floor")
	b.see(".message-change", "Ana Almeida legal-2 invited Member 00")                     // another Ana is on the list
	if n := eval[int](b, `document.querySelectorAll(".message-change").length`); n != 6 { // made, all invitations, entrusted, one in vain, removed, renamed
		t.Errorf("%d lines are shown", n)
	}
	b.see(".message-change", "and 43 others")
	b.see(".message-change", "You invited Dmitri Dubois, but too late")
	b.looks("room-many")
	b.click(".head-person", "Move to the third floor")
	b.see(".pane h3", "Members (50)")
	b.looks("room-many-page")
	b.click(".room-filter input", "")
	b.typeText("07")
	b.until("the filter finds one", `document.querySelectorAll("[data-member]").length === 1`)
	b.size(320, 640, 1)
	b.fits("room-many-320")
	b.accessible("the page of a room at 320 pixels", false)
	b.click(".pane button", "Invite people…")
	b.fits("room-invite-320")
	b.accessible("the invitation to a room at 320 pixels", false)
	b.click(".dialog button", "Cancel")
	b.click(".member button", "More for Member 07 of the Very Long-named Department")
	b.until("the menu has the focus", `document.activeElement.closest(".menu-box")`)
	b.press("Escape", 0) // the menu first, then the pane
	b.until("the menu is closed and its button has the focus", `!document.querySelector(".menu-box") && document.activeElement.matches(".pane .member .button-icon")`)
	b.press("Enter", 0)
	b.until("the menu has the focus again", `document.activeElement.closest(".menu-box")?.textContent.includes("Remove from the room…")`)
	b.press("End", 0)
	b.press("Enter", 0)
	b.see(".dialog", "Remove \u2068Member 07")
	b.until("the safe answer is chosen", `document.activeElement.textContent === "Cancel"`)
	b.press("Escape", 0)
	b.until("the question is gone", `!document.querySelector(".dialog")`)
	b.click(".pane button", "Close")
	b.fits("room-lines-320")
	b.click("button", "Back to the list")
	b.fits("room-list-320")
	b.accessible("open rooms at 320 pixels", false)
	b.plus("New room…")
	b.click(".dialog .among-one", "Third floor")
	b.until("everybody of the group is chosen", `document.querySelectorAll(".chip").length === 24`)
	b.fits("room-new-320")
	b.accessible("a new room at 320 pixels", false)
	b.size(1280, 800, 1)
	b.looks("room-new-group")
	b.click(".dialog .among-one", "Third floor")
	b.until("nobody is", `!document.querySelector(".chip")`)
	b.click(".dialog input", "")
	b.click(".dialog button", "Cancel")
	eval[string](b, `document.documentElement.dir = "rtl"`)
	b.click("input[type=search]", "Search people and messages")
	b.typeText("christmas")
	b.see(".person", "You were removed from this room")
	b.click(".person", "Christmas party")
	b.see(".composer-closed", "Ana Almeida legal-2 removed you from this room")
	b.click(".head-person", "Christmas party")
	b.see(".pane", "Nobody is in it any more.")
	b.fits("room-right-to-left")
}

package agent_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestWhatIsOverIsNotTold: who is no longer busy is told of what is still so, and of nothing that was cancelled, put away, left, opened or given up meanwhile.
func TestWhatIsOverIsNotTold(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	lunch, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Lunch"})
	if err != nil {
		t.Fatal(err)
	}
	said, err := anna.Send(t.Context(), "Ben", "about the bank")
	if err != nil {
		t.Fatal(err)
	}
	notes, _ := anna.seat(t)
	events := anna.listen(t)
	if _, err := anna.SetPresence(t.Context(), "busy", ""); err != nil {
		t.Fatal(err)
	}
	annaID := sees(t, ben, "Anna", linked).Person
	if _, err := ben.CompareWords(t.Context(), annaID); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventWords, func(w api.Words) bool { return w.State == "comparing" })
	if _, err := ben.Doubt(t.Context(), annaID); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventWords, func(w api.Words) bool { return w.State == "none" })
	for _, room := range []string{"Opened", "Left"} {
		if _, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: room, With: []string{"Anna"}}); err != nil {
			t.Fatal(err)
		}
		expect(t, events, api.EventRoom, func(r api.RoomChange) bool { return r.Name == room && r.What == "invited" })
	}
	soon := func(text string) api.Later {
		t.Helper()
		l, err := anna.SendLater(t.Context(), lunch.ID, api.LaterRequest{Text: text, Time: time.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	planned := []api.Later{soon("pizza?"), soon("soup?")}
	if _, err := anna.LeaveRoom(t.Context(), lunch.ID); err != nil {
		t.Fatal(err)
	}
	reminder, err := anna.Remind(t.Context(), said.ID, time.Now().Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range planned {
		if _, err := anna.ChangeLater(t.Context(), l.ID, api.LaterRequest{Text: l.Text, Time: time.Now().Add(time.Second)}); err != nil {
			t.Fatal(err)
		}
		await(t, "it is due", anna.Laters, func(all []api.Later) bool {
			return slices.ContainsFunc(all, func(one api.Later) bool { return one.ID == planned[i].ID && one.Problem != "" })
		})
	}
	await(t, "the reminder rings", anna.Laters, func(all []api.Later) bool {
		return slices.ContainsFunc(all, func(one api.Later) bool { return one.ID == reminder.ID && one.Rung })
	})
	for _, id := range []string{reminder.ID, planned[0].ID} {
		if err := anna.CancelLater(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := anna.Read(t.Context(), "Opened", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.LeaveRoom(t.Context(), "Left"); err != nil {
		t.Fatal(err)
	}
	last, err := anna.Send(t.Context(), "Ben", "here I am")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventMessage, func(m api.Message) bool { return m.ID == last.ID }) // what was told before was heard
	if _, err := anna.SetPresence(t.Context(), "available", ""); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "[Not sent to] Lunch", "you are no member of this room: ask a member to invite you. It says: soup?")
}

// TestAnsweredInvitationIsNotTold: who is no longer busy is told of the folder that they are still asked about, and of none that they took, or refused, or is offered no more.
func TestAnsweredInvitationIsNotTold(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	events := anna.listen(t)
	if _, err := anna.SetPresence(t.Context(), "busy", ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Taken", "Refused", "Taken back", "Asked"} {
		folder := filepath.Join(ben.home, name)
		write(t, filepath.Join(folder, "plan.txt"), name)
		if _, err := ben.AddShare(t.Context(), folder, "", []string{"Anna"}); err != nil {
			t.Fatal(err)
		}
		expect(t, events, api.EventInvite, func(c api.InviteChange) bool { return c.Invite.Name == name })
	}
	if _, err := anna.AcceptShare(t.Context(), "Taken", ""); err != nil {
		t.Fatal(err)
	}
	if err := anna.DeclineShare(t.Context(), "Refused"); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.RemoveFromShare(t.Context(), "Taken back", "Anna"); err != nil {
		t.Fatal(err)
	}
	await(t, "one invitation is left", anna.Invites, func(all []api.Invite) bool { return len(all) == 1 && all[0].Name == "Asked" })
	if _, err := anna.SetPresence(t.Context(), "available", ""); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "Ben", `wants to share the folder "Asked" with you`)
}

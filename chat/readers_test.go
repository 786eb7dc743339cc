package chat

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// TestForWhomWordsAre: Anna made the room and invited Ben and Carla; Ben was removed and is out, Carla was and came back. Dora never was in it.
func TestForWhomWordsAre(t *testing.T) {
	anna, ben, carla, dora := identity.PersonID{1}, identity.PersonID{2}, identity.PersonID{3}, identity.PersonID{4}
	var changes []membership.Change
	log := vector.Log{Peer: identity.PeerID{1}, ID: vector.LogID{1}}
	after := func(kind event.Kind, who identity.PersonID) event.ID {
		n := len(changes) + 1
		c := membership.Change{ID: event.ID{byte(n)}, By: anna, Who: who, Kind: kind, At: event.Position{Lamport: uint64(n), Log: log, Number: uint64(n), ID: event.ID{byte(n)}}}
		if n > 1 {
			c.Parents = []event.ID{changes[n-2].ID}
		}
		changes = append(changes, c)
		return c.ID
	}
	after(event.KindInvite, ben)
	all := after(event.KindInvite, carla)
	after(event.KindRemove, ben)
	alone := after(event.KindRemove, carla)
	back := after(event.KindInvite, carla)
	unknown := event.ID{99}
	by := func(author identity.PersonID, kind event.Kind, heads ...event.ID) *event.Event {
		return &event.Event{Header: event.Header{Peer: identity.PeerID(author), Kind: kind, Membership: event.JoinIDs(heads)}}
	}
	again := func(of event.ID, anew uint64, e *event.Event) *event.Event {
		e.Again, e.Anew = of[:], anew
		return e
	}
	edit := func(of event.ID, e *event.Event) *event.Event {
		e.Kind, e.Edits = event.KindEdit, of[:]
		return e
	}
	forBoth, forAnna, notHere := event.ID{50}, event.ID{51}, event.ID{52}
	origins := map[event.ID][]event.ID{forBoth: {all}, forAnna: {alone}}
	for _, c := range []struct {
		what  string
		event *event.Event
		who   identity.PersonID
		// where the history is closed, where it is open, and, where it is closed, as far as the event itself tells
		closed, open, may bool
	}{
		{"of before the first invitation, Anna", by(anna, event.KindText), anna, true, true, true},
		{"of before the first invitation, Carla, who is a member", by(anna, event.KindText), carla, false, true, false},
		{"of before the first invitation, Ben, who is none", by(anna, event.KindText), ben, false, false, false},
		{"of when all were in, Carla", by(anna, event.KindText, all), carla, true, true, true},
		{"of when all were in, Ben", by(anna, event.KindText, all), ben, true, true, true},
		{"of when all were in, Dora", by(anna, event.KindText, all), dora, false, false, false},
		{"of when both were out, Carla", by(anna, event.KindText, alone), carla, false, true, false},
		{"of when both were out, Ben", by(anna, event.KindText, alone), ben, false, false, false},
		{"of when Carla was back, Carla", by(anna, event.KindText, back), carla, true, true, true},
		{"of when Carla was back, Ben", by(anna, event.KindText, back), ben, false, false, false},
		{"a change of when both were out, Ben", by(anna, event.KindRename, alone), ben, true, true, true},
		{"a deletion of when both were out, Carla", by(anna, event.KindDelete, alone), carla, true, true, true},
		{"an edit of when both were out, Carla", by(anna, event.KindEdit, alone), carla, false, true, false},
		{"of who knows a change that is not here, Carla", by(anna, event.KindText, unknown), carla, false, true, true},
		{"what is written again was for her and is again, Carla", again(forBoth, 0, by(anna, event.KindText, back)), carla, true, true, true},
		{"what is written again was not for her, Carla", again(forAnna, 0, by(anna, event.KindText, back)), carla, false, true, true},
		{"nobody can tell for whom it was that is written again, Carla", again(notHere, 0, by(anna, event.KindText, back)), carla, false, true, true},
		{"nobody can tell for whom it was that she wrote again, Carla", again(notHere, 0, by(carla, event.KindText, back)), carla, true, true, true},
		{"it was written in vain and is anew, Carla", again(forAnna, 1, by(anna, event.KindText, back)), carla, true, true, true},
		{"new words for what was for her, Carla", edit(forBoth, by(anna, event.KindEdit, back)), carla, true, true, true},
		{"new words for what was not for her, Carla", edit(forAnna, by(anna, event.KindEdit, back)), carla, false, true, true},
		{"new words for what was not for her, of an older version, Carla", by(anna, event.KindEdit, back), carla, true, true, true},
		{"nobody can tell for whom it was that gets new words, Carla", edit(notHere, by(anna, event.KindEdit, back)), carla, false, true, true},
		{"nobody can tell for whom it was that she gives new words, Carla", edit(notHere, by(carla, event.KindEdit, back)), carla, true, true, true},
		{"new words for what was for him, when he was out, Ben", edit(forBoth, by(anna, event.KindEdit, back)), ben, false, false, false},
		{"new words that are written again, all of it for her, Carla", again(forBoth, 0, edit(forBoth, by(anna, event.KindEdit, back))), carla, true, true, true},
		{"new words that are written again, not for her at first, Carla", again(forAnna, 0, edit(forBoth, by(anna, event.KindEdit, back))), carla, false, true, true},
		{"new words that are written again for what was not for her, Carla", again(forBoth, 0, edit(forAnna, by(anna, event.KindEdit, back))), carla, false, true, true},
		{"new words for what was written in vain, as was the edit, Carla", again(forAnna, 1, edit(forAnna, by(anna, event.KindEdit, back))), carla, true, true, true},
		{"a text that names what an edit would be of, Carla", &event.Event{Header: event.Header{Peer: identity.PeerID(anna), Kind: event.KindText, Membership: event.JoinIDs([]event.ID{back}), Edits: forAnna[:]}}, carla, true, true, true},
		{"what is written again was for him, but is not, Ben", again(forBoth, 0, by(anna, event.KindText, back)), ben, false, false, false},
	} {
		for _, closed := range []uint64{1, 0} {
			made := &membership.Creation{Creator: anna}
			made.Closed = closed
			r := readers{in: membership.Replay(made, changes, membership.Logs{log: {ID: changes[0].ID}}), person: func(machine identity.PeerID) identity.PersonID { return identity.PersonID(machine) }, origins: origins}
			want := c.closed
			if closed != 1 {
				want = c.open
			}
			if got := r.areFor(c.who, c.event); got != want {
				t.Errorf("%s, history closed %d: its words are for them: %v", c.what, closed, got)
			}
			if got, want := mayBeFor(r.in, c.who, c.event), c.may || closed != 1; got != want {
				t.Errorf("%s, history closed %d: its words may be for them: %v", c.what, closed, got)
			}
		}
	}
}

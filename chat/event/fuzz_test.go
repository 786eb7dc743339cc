package event

import (
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/internal/wiretest"
)

// seedEvents returns a valid frame of events.
func seedEvents(f *testing.F) []byte {
	f.Helper()
	id, err := identity.Generate()
	if err != nil {
		f.Fatal(err)
	}
	in := DirectID(id.Person(), identity.PersonID{1})
	base := Header{Conversation: in[:], Peer: id.PeerID(), Log: vector.LogID{1}, Time: 1, Kind: KindText}
	body, err := wire.Marshal(Text{Text: "hello"})
	if err != nil {
		f.Fatal(err)
	}
	first, err := base.Next(Point{}, 0, body)
	if err != nil {
		f.Fatal(err)
	}
	base.Again = first.ID[:]
	second, err := base.Next(PointOf(first), 7, body)
	if err != nil {
		f.Fatal(err)
	}
	base.Kind, base.Again, base.Edits, base.Anew = KindDelete, nil, first.ID[:], 1
	third, err := base.Next(PointOf(second), 8, body)
	if err != nil {
		f.Fatal(err)
	}
	third.Signature = id.Sign(SigningContext, third.ID[:])
	r := Runs([]*Event{first, second}, id)[0]
	r.Proofs, r.Lists = []*Event{third}, []identity.SignedPersonList{id.FirstPersonList()}
	frame, err := r.Encode()
	if err != nil {
		f.Fatal(err)
	}
	return frame
}

func FuzzEvents(f *testing.F) {
	f.Add(seedEvents(f))
	f.Add([]byte{})
	f.Add([]byte{0xa3, 0x01, 0x40, 0x02, 0x80, 0x03, 0x40})
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ReadRun(body)
		if err != nil {
			if r.Events != nil {
				t.Error("events beside an error")
			}
			return
		}
		for i, e := range r.Events {
			if len(e.Raw) > MaxHeader || len(e.Body) > maxBody || e.Number == 0 || i > 0 && !e.Follows(r.Events[i-1]) {
				t.Errorf("event %d breaks the rules", i)
			}
			if said, err := ReadText(e.Body); e.Kind == KindText && err == nil && CheckWire(said.Text) != nil {
				t.Errorf("shown: %q", said.Text)
			}
		}
		again, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadRun(again)
		if err != nil || len(back.Events) != len(r.Events) || back.Last().ID != r.Last().ID {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}

func FuzzOffer(f *testing.F) {
	wiretest.Fuzz(f, ReadFile, File{Name: "a", Size: 3, Hash: make([]byte, 32), Files: 1, From: "Ben"}, File{Name: "b", Hash: make([]byte, 32), Folder: 1, Manifest: 9})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte{0xa2, 0x01, 0x40, 0x02, 0x01})
	b, err := wire.Marshal(AnswerBody{Offer: make([]byte, 32), Answer: Received})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ReadAnswer(body)
		if (err == nil) != (a.Answer >= Accepted && a.Answer <= Withdrawn) {
			t.Errorf("%+v beside %v", a, err)
		}
	})
}

func FuzzText(f *testing.F) {
	wiretest.Fuzz(f, ReadText, Text{Text: "a"}, Text{Text: "b", ReplyTo: make([]byte, 32), Mentions: []identity.PersonID{{1}, {2}}, From: "Carla"}, Text{Text: "c", From: "\u202e"}, Text{Text: "d", Hook: "Build"}, Text{Text: "@Sales", Groups: []string{"Sales", "everyone"}}, Text{Text: "x", Groups: []string{"a", "A"}})
}

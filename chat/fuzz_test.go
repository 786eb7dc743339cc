package chat

import (
	"bytes"
	"reflect"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// seedEvents returns a valid frame of events.
func seedEvents(f *testing.F) []byte {
	f.Helper()
	id, err := identity.Generate()
	if err != nil {
		f.Fatal(err)
	}
	in := Direct(id.Person(), identity.PersonID{1})
	base := header{Conversation: in[:], Peer: id.PeerID(), Log: vector.LogID{1}, Time: 1}
	body, err := wire.Marshal(textBody{Text: "hello"})
	if err != nil {
		f.Fatal(err)
	}
	first, err := base.next(point{}, 0, writing{kind: KindText, body: body})
	if err != nil {
		f.Fatal(err)
	}
	second, err := base.next(pointOf(first), 7, writing{kind: KindText, body: body, again: first.id[:]})
	if err != nil {
		f.Fatal(err)
	}
	third, err := base.next(pointOf(second), 8, writing{kind: KindDelete, body: body})
	if err != nil {
		f.Fatal(err)
	}
	third.signature = id.Sign(eventContext, third.id[:])
	r := split([]*event{first, second}, id)[0]
	r.proofs = []*event{third}
	frame, err := r.encode()
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
		r, err := decodeEvents(body)
		if err != nil {
			if r.events != nil {
				t.Error("events beside an error")
			}
			return
		}
		for i, e := range r.events {
			if len(e.raw) > maxHeader || len(e.body) > maxBody || e.Number == 0 || i > 0 && !e.follows(r.events[i-1]) {
				t.Errorf("event %d breaks the rules", i)
			}
			m := Message{Kind: e.Kind}
			m.fill(e.body)
			if m.Kind == KindText && !m.Opaque && checkWire(m.Text) != nil {
				t.Errorf("shown: %q", m.Text)
			}
		}
		again, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeEvents(again)
		if err != nil || len(back.events) != len(r.events) || back.last().id != r.last().id {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}

// sameAgain fails when what was taken is not taken again after encoding.
func sameAgain[T any](t *testing.T, v T, decode func([]byte) (T, error)) {
	t.Helper()
	b, err := wire.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	back, err := decode(b)
	if err != nil {
		t.Fatalf("what was taken is not taken again: %v", err)
	}
	second, err := wire.Marshal(back)
	if err != nil || !bytes.Equal(b, second) {
		t.Fatalf("%x became %x: %v", b, second, err)
	}
}

// fuzz checks one decoder of frames: a value or an error, never both, and what is taken is taken again.
func fuzz[T any](f *testing.F, decode func([]byte) (T, error), seeds ...T) {
	f.Helper()
	for _, seed := range seeds {
		b, err := wire.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := decode(body)
		if err == nil {
			sameAgain(t, v, decode)
			return
		}
		if reflect.ValueOf(v).Kind() == reflect.Struct && !reflect.ValueOf(v).IsZero() {
			t.Errorf("%+v beside %v", v, err)
		}
	})
}

func seedVector() vector.Vector {
	v := vector.Vector{}
	v.Advance(vector.Log{ID: vector.LogID{1}}, vector.Mark{}, vector.Mark{Number: 3, Hash: vector.Hash{4}})
	return v
}

func FuzzVectors(f *testing.F) {
	fuzz(f, decodeVectors, vectorsFrame{Conversation: make([]byte, 32), Vector: seedVector(), States: []signedState{{Body: []byte{1}, Signature: []byte{2}}}})
}

func FuzzStates(f *testing.F) {
	fuzz(f, decodeStates, statesFrame{States: []signedState{{Body: []byte{1}, Signature: []byte{2}}}})
}

func FuzzState(f *testing.F) {
	fuzz(f, decodeState, state{Conversation: make([]byte, 32), Counter: 1, Delivered: seedVector(), Read: seedVector()})
}

func FuzzOffer(f *testing.F) {
	fuzz(f, decodeOffer, fileBody{Name: "a", Size: 3, Hash: make([]byte, 32), Files: 1}, fileBody{Name: "b", Hash: make([]byte, 32), Folder: 1, Manifest: 9})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte{0xa2, 0x01, 0x40, 0x02, 0x01})
	b, err := wire.Marshal(answerBody{Offer: make([]byte, 32), Answer: Received})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := decodeAnswer(body)
		if (err == nil) != (a.Answer >= Accepted && a.Answer <= Withdrawn) {
			t.Errorf("%+v beside %v", a, err)
		}
	})
}

func FuzzManifest(f *testing.F) {
	for _, m := range []manifest{{}, {fileEntry("a", "x")}, {{Path: "a/"}, fileEntry("a/b", "x")}, {fileEntry("../a", "x")}} {
		b, err := m.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint64(1), uint64(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, size, files uint64) {
		m, err := decodeManifest(b, fileBody{Size: size, Files: files, Folder: 1})
		if err != nil {
			return
		}
		for _, e := range m {
			if bytes.Contains([]byte(e.Path), []byte("..")) && e.check() != nil {
				t.Errorf("%q was taken", e.Path)
			}
		}
		again, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeManifest(again, fileBody{Size: size, Files: files, Folder: 1}); err != nil {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}

func FuzzText(f *testing.F) {
	fuzz(f, decodeText, textBody{Text: "a"}, textBody{Text: "b", ReplyTo: make([]byte, 32), Mentions: []identity.PersonID{{1}, {2}}, From: "Carla"}, textBody{Text: "c", From: "\u202e"}, textBody{Text: "d", Hook: "Build"}, textBody{Text: "@Sales", Groups: []string{"Sales", Everyone}}, textBody{Text: "x", Groups: []string{"a", "A"}})
}

func FuzzAmendment(f *testing.F) {
	for _, a := range []amendment{
		{kind: KindEdit, named: EventID{1}, text: "new", mentions: []identity.PersonID{{1}}, groups: []string{"Sales"}}, {kind: KindDelete, named: EventID{2}},
		{kind: KindReaction, named: EventID{3}, emoji: "👩‍👩‍👧", on: true}, {kind: KindPin, named: EventID{4}, on: true},
	} {
		body, err := a.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint64(a.kind), body)
	}
	f.Add(uint64(KindReaction), []byte{0xa1, 0x01, 0x40})
	f.Fuzz(func(t *testing.T, kind uint64, body []byte) {
		a, err := decodeAmendment(Kind(kind), body)
		if err != nil {
			if !reflect.ValueOf(a).IsZero() {
				t.Errorf("%+v beside %v", a, err)
			}
			return
		}
		if !a.kind.amends() || a.kind == KindReaction && CheckEmoji(a.emoji) != nil || a.kind == KindEdit && checkWire(a.text) != nil {
			t.Errorf("taken: %+v", a)
		}
		again, err := a.encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeAmendment(a.kind, again); err != nil || back.named != a.named || back.text != a.text || back.emoji != a.emoji {
			t.Errorf("%+v came back as %+v: %v", a, back, err)
		}
	})
}

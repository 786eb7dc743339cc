package amend

import (
	"reflect"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

func FuzzAmendment(f *testing.F) {
	for _, a := range []Amendment{
		{Kind: event.KindEdit, Named: event.ID{1}, Text: "new", Mentions: []identity.PersonID{{1}}, Groups: []string{"Sales"}}, {Kind: event.KindDelete, Named: event.ID{2}},
		{Kind: event.KindReaction, Named: event.ID{3}, Emoji: "👩‍👩‍👧", On: true}, {Kind: event.KindPin, Named: event.ID{4}, On: true},
	} {
		body, err := a.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint64(a.Kind), body)
	}
	f.Add(uint64(event.KindReaction), []byte{0xa1, 0x01, 0x40})
	f.Fuzz(func(t *testing.T, kind uint64, body []byte) {
		a, err := Read(event.Kind(kind), body)
		if err != nil {
			if !reflect.ValueOf(a).IsZero() {
				t.Errorf("%+v beside %v", a, err)
			}
			return
		}
		if !a.Kind.Amends() || a.Kind == event.KindReaction && CheckEmoji(a.Emoji) != nil || a.Kind == event.KindEdit && event.CheckWire(a.Text) != nil {
			t.Errorf("taken: %+v", a)
		}
		again, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Read(a.Kind, again); err != nil || back.Named != a.Named || back.Text != a.Text || back.Emoji != a.Emoji {
			t.Errorf("%+v came back as %+v: %v", a, back, err)
		}
	})
}

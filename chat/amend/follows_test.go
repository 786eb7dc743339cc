package amend

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TestMayFollow: what is shown is what the known amendments come to, but for what one may have said whose words are gone.
func TestMayFollow(t *testing.T) {
	anna, ben := identity.PersonID{1}, identity.PersonID{2}
	liked := func(by ...identity.PersonID) Upshot {
		return Upshot{Emoji: []Reactions{{Emoji: "👍", Count: len(by), By: by}}}
	}
	gone := func(kind event.Kind, by identity.PersonID) []Amendment { return []Amendment{{Kind: kind, By: by}} }
	edited := Upshot{Edits: 1, Text: "six"}
	for _, c := range []struct {
		what         string
		stored, want Upshot
		gone         []Amendment
		is           bool
	}{
		{"the same", edited, edited, nil, true},
		{"other words", Upshot{Edits: 1, Text: "two"}, edited, nil, false},
		{"other words, and an edit without", Upshot{Edits: 1, Text: "two"}, edited, gone(event.KindEdit, anna), false},
		{"a pin", Upshot{Pinned: true}, Upshot{}, nil, false},
		{"a pin whose words are gone", Upshot{Pinned: true}, Upshot{}, gone(event.KindPin, ben), true},
		{"a pin, and a reaction without words", Upshot{Pinned: true}, Upshot{}, gone(event.KindReaction, ben), false},
		{"a reaction", liked(ben), Upshot{}, nil, false},
		{"a reaction that is gone", liked(ben), Upshot{}, gone(event.KindReaction, ben), true},
		{"a reaction where somebody else's is gone", liked(ben), Upshot{}, gone(event.KindReaction, anna), false},
		{"a reaction taken off by one that is gone", Upshot{}, liked(ben), gone(event.KindReaction, ben), true},
		{"one of two", liked(anna, ben), liked(anna), gone(event.KindReaction, ben), true},
		{"one of many that are not all listed", Upshot{Emoji: []Reactions{{Emoji: "👍", Count: 3, By: []identity.PersonID{anna}}}}, liked(ben), gone(event.KindReaction, anna), true},
		{"one of many emoji that are not all listed", Upshot{More: 1}, liked(ben), gone(event.KindReaction, anna), true},
		{"one that is not listed where all are", liked(anna), liked(ben), gone(event.KindReaction, anna), false},
		{"other words beside a reaction that is gone", Upshot{Edits: 1, Text: "two"}, edited, gone(event.KindReaction, ben), false},
		{"deleted", Upshot{Deleted: true}, Upshot{}, nil, false},
		{"deleted by what lost its words", Upshot{Deleted: true}, Upshot{}, gone(event.KindDelete, anna), true},
		{"deleted by somebody else", Upshot{Deleted: true}, Upshot{}, gone(event.KindDelete, ben), false},
		{"not deleted", Upshot{}, Upshot{Deleted: true}, gone(event.KindDelete, anna), false},
	} {
		if is := c.stored.MayFollow(anna, &c.want, c.gone); is != c.is {
			t.Errorf("%s: %v", c.what, is)
		}
	}
}

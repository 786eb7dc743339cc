package amend

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

func drawPosition(t *rapid.T) event.Position {
	small := func(what string) byte { return byte(rapid.IntRange(0, 2).Draw(t, what)) }
	return event.Position{
		Lamport: rapid.Uint64Range(1, 3).Draw(t, "lamport"),
		Log:     vector.Log{Peer: identity.PeerID{small("peer")}, ID: vector.LogID{small("log")}},
		Number:  rapid.Uint64Range(1, 3).Draw(t, "number"),
		ID:      event.ID{small("id") * 100, small("id")},
	}
}

func drawAmendment(t *rapid.T) Amendment {
	origin := event.ID{byte(rapid.IntRange(1, 6).Draw(t, "origin"))}
	at := drawPosition(t)
	at.ID = event.ID{origin[0], byte(rapid.IntRange(0, 1).Draw(t, "re-issue"))}
	return Amendment{
		At: at, Origin: origin, By: identity.PersonID{byte(rapid.IntRange(1, 2).Draw(t, "by"))},
		Kind: rapid.SampledFrom([]event.Kind{event.KindEdit, event.KindEdit, event.KindReaction, event.KindReaction, event.KindPin, event.KindDelete}).Draw(t, "kind"),
		Text: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "text"), Groups: rapid.SampledFrom([][]string{nil, {"Sales"}, {"Sales", "Board"}}).Draw(t, "groups"), Refused: rapid.IntRange(0, 3).Draw(t, "refused") == 0, Emoji: rapid.SampledFrom([]string{"👍", "🎉"}).Draw(t, "emoji"), On: rapid.Bool().Draw(t, "on"),
	}
}

// TestFoldIsOfASet: in whatever order amendments are given, they come to the same; who may not edit or delete changes nothing; deleted beats all.
func TestFoldIsOfASet(t *testing.T) {
	author, other := identity.PersonID{1}, identity.PersonID{2}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(rapid.Custom(drawAmendment), 0, 9, func(a Amendment) event.ID { return a.At.ID }).Draw(t, "all")
		want := Fold(author, event.KindText, all)
		if got := Fold(author, event.KindText, rapid.Permutation(all).Draw(t, "order")); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, in another order %+v", want, got)
		}
		deleted := slices.ContainsFunc(counted(all), func(a Amendment) bool { return a.Kind == event.KindDelete && a.By == author && !a.Refused })
		if want.Deleted != deleted || deleted && (want.Edits != 0 || want.Pinned || want.Emoji != nil) {
			t.Fatalf("deleted %v: %+v", deleted, want)
		}
		foreign := slices.DeleteFunc(counted(all), func(a Amendment) bool {
			return a.By == other && (a.Kind == event.KindDelete || a.Kind == event.KindEdit)
		})
		if got := Fold(author, event.KindText, foreign); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, without what the other may not do %+v", want, got)
		}
		if again, err := want.Encode(); err != nil {
			t.Fatal(err)
		} else if back, err := ReadUpshot(again); err != nil || !reflect.DeepEqual(back, want) {
			t.Fatalf("%+v came back as %+v: %v", want, back, err)
		}
	})
}

// TestTallyIsFold: amendments counted one by one, in any order, come to what fold makes of their set; what a tally cannot count it refuses.
func TestTallyIsFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		author := identity.PersonID{1}
		kind := rapid.SampledFrom([]event.Kind{event.KindText, event.KindFile}).Draw(t, "kind")
		var all []Amendment
		for i := range rapid.IntRange(0, 12).Draw(t, "how many") {
			a := drawAmendment(t)
			a.At.ID = event.ID{1, byte(i)}
			a.Origin = a.At.ID
			all = append(all, a)
		}
		one := &Tally{author: author, kind: kind, votes: map[voter]*vote{}, emoji: map[string]*ballot{}}
		var taken []Amendment
		for i := range all {
			if one.Add(&all[i]) {
				taken = append(taken, all[i])
			} else if a := all[i]; !a.Refused && (a.Kind != event.KindDelete || a.By != author) {
				t.Fatalf("refused is %+v", a)
			}
			if got, want := one.Upshot(), Fold(author, kind, taken); !reflect.DeepEqual(got, want) {
				t.Fatalf("after %d: %+v, not %+v", i, got, want)
			}
		}
		again := Amendment{At: event.Position{ID: event.ID{9}}, Origin: event.ID{8}, Kind: event.KindReaction, Emoji: "x", On: true}
		if one.Add(&again) {
			t.Fatal("a re-issue is counted")
		}
	})
}

// TestManyReactions: ten thousand are counted and not listed without end.
func TestManyReactions(t *testing.T) {
	var all []Amendment
	for i := range 10_000 {
		id := event.ID{1, byte(i >> 8), byte(i)}
		all = append(all, Amendment{At: event.Position{Lamport: uint64(i + 1), ID: id}, Origin: id, By: identity.PersonID{1}, Kind: event.KindReaction, Emoji: fmt.Sprint("e", i), On: true})
	}
	u := Fold(identity.PersonID{1}, event.KindText, all)
	if len(u.Emoji) != MaxReactions || u.Emoji[0].Emoji != "e0" || u.More != 10_000-MaxReactions {
		t.Errorf("%d are listed, %d more", len(u.Emoji), u.More)
	}
	if body, err := u.Encode(); err != nil || len(body) > 64<<10 {
		t.Errorf("they take %d bytes: %v", len(body), err)
	}
}

// TestRefusedDoNothing: what was refused changes nothing but how much of the author's own was; of one that was said again and counts nothing was refused.
func TestRefusedDoNothing(t *testing.T) {
	author := identity.PersonID{1}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(rapid.Custom(drawAmendment), 0, 9, func(a Amendment) event.ID { return a.At.ID }).Draw(t, "all")
		got, want := Fold(author, event.KindText, all), Fold(author, event.KindText, slices.DeleteFunc(slices.Clone(all), func(a Amendment) bool { return a.Refused }))
		edits, deleted := map[event.ID]bool{}, false
		for _, a := range all {
			again := slices.ContainsFunc(all, func(b Amendment) bool { return b.Origin == a.Origin && !b.Refused })
			if !a.Refused || again || a.By != author {
				continue
			}
			// Of what re-issues a refused one the original tells; without it the first.
			first := counted(slices.DeleteFunc(slices.Clone(all), func(b Amendment) bool { return b.Origin != a.Origin }))[0]
			if first.By == author && first.Kind == event.KindEdit {
				edits[a.Origin] = true
			}
			deleted = deleted || first.By == author && first.Kind == event.KindDelete
		}
		if !want.Deleted {
			want.RefusedEdits, want.RefusedDeletion = len(edits), deleted
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, not %+v", got, want)
		}
	})
}

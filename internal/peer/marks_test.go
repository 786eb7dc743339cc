package peer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/peer"
)

// TestMarks: favourites and groups are ours alone, cleaned, bounded and there after a restart.
func TestMarks(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		person := anna.row(t, ben).Person
		mark := func(change func(*peer.Marks)) error { return anna.Mark(t.Context(), person, change) }
		if err := mark(func(m *peer.Marks) {
			m.Favourite, m.Live, m.Groups = true, true, []string{"sales ", "Board", "Sales", "Bo\u202eard"}
		}); err != nil {
			t.Fatal(err)
		}
		check := func() {
			t.Helper()
			if m := anna.row(t, ben).Marks; !m.Favourite || !m.Live || !slices.Equal(m.Groups, []string{"Board", "sales"}) {
				t.Errorf("marked %+v", m)
			}
		}
		check()
		for what, groups := range map[string][]string{"no letters": {"—"}, "too long": {strings.Repeat("x", 41)}, "too many": strings.Split(strings.Repeat("a,b,c,d,e,f,", 6)[:71], ",")} {
			if what == "too many" {
				for i := range groups {
					groups[i] += strings.Repeat("x", i/6)
				}
			}
			if err := mark(func(m *peer.Marks) { m.Groups = groups }); err == nil {
				t.Errorf("%s: taken", what)
			}
			check()
		}
		anna.stop()
		anna.run(t)
		check()
		if err := anna.Mark(t.Context(), anna.Self().Person, func(*peer.Marks) {}); !errors.Is(err, peer.ErrUnknownPerson) {
			t.Errorf("marking oneself: %v", err)
		}
		if m := ben.row(t, anna).Marks; m.Favourite || m.Live || m.Groups != nil {
			t.Errorf("Ben has %+v", m)
		}
	})
}

// TestLastSeenIsKept: who does not want it told is never shown, here or gone, leaves no trace, and does not see others' either.
func TestLastSeenIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.SetDiscretion(peer.Discretion{LastSeen: true, Typing: true})
		anna.meet(t, ben)
		ben.await(t, "Anna to keep it", func() bool {
			row := ben.row(t, anna)
			return row.LastSeen.IsZero() && row.Linked && row.Discretion == peer.Discretion{LastSeen: true, Typing: true}
		})
		if row := anna.row(t, ben); !row.LastSeen.IsZero() {
			t.Errorf("Anna sees that Ben was here at %v", row.LastSeen)
		}
		anna.SetDiscretion(peer.Discretion{})
		ben.await(t, "Anna to tell it", func() bool { return !ben.row(t, anna).LastSeen.IsZero() })
		if row := anna.row(t, ben); row.LastSeen.IsZero() {
			t.Error("Anna does not see when Ben was here")
		}
		anna.SetDiscretion(peer.Discretion{LastSeen: true})
		ben.await(t, "Anna to keep it again", func() bool { return ben.row(t, anna).LastSeen.IsZero() })
		anna.stop()
		ben.await(t, "Anna to be gone", func() bool { return !ben.linkedTo(anna) })
		ben.stop()
		ben.run(t)
		if row := ben.row(t, anna); !row.LastSeen.IsZero() {
			t.Errorf("Ben remembers %v", row.LastSeen)
		}
	})
}

// TestRenameGroup: a group has its new name for everybody in it at once, also after a restart; no two groups become one by it.
func TestRenameGroup(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Cleo")
		for _, b := range []*agent{ben, cleo} {
			anna.meet(t, b)
			if err := anna.Mark(t.Context(), b.id.Person(), func(m *peer.Marks) { m.Groups = []string{"Sales", b.name} }); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			what, old, fresh string
			want             error
		}{
			{"one that is not there", "Board", "Else", peer.ErrNoGroup},
			{"a name that is taken", "sales", "BEN", peer.ErrGroupThere},
			{"no name", "Sales", "--", peer.ErrGroupName},
			{"another name", "sales", " Selling ", nil},
			{"the same in capitals", "Ben", "BEN", nil},
		} {
			if err := anna.RenameGroup(t.Context(), c.old, c.fresh); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		for range 2 {
			for b, want := range map[*agent][]string{ben: {"BEN", "Selling"}, cleo: {"Cleo", "Selling"}} {
				if got := anna.row(t, b).Marks.Groups; !slices.Equal(got, want) {
					t.Errorf("%s is in %q", b.name, got)
				}
			}
			anna.stop()
			anna.run(t)
		}
	})
}

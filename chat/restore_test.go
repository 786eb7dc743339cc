package chat

import (
	"slices"
	"testing"
)

// TestRestoredProfile puts an old copy of the database back: what is missing comes back, what was written meanwhile is not lost, and everything is
// shown once, in one order.
func TestRestoredProfile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		ben.send(t, anna, "two")
		anna.awaitTexts(t, ben, "one", "two")
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.send(t, ben, "three")
		ben.awaitTexts(t, anna, "one", "two", "three")
		last := ben.send(t, anna, "four")[0]
		ben.awaitState(t, last.ID, Delivered)
		if _, err := anna.MarkRead(t.Context(), ben.person(), EventID{}); err != nil {
			t.Fatal(err)
		}
		ben.awaitState(t, last.ID, Read)
		anna.stop()
		ben.stop()
		put()
		anna.run(t) // alone: it cannot know yet
		written := anna.send(t, ben, "five")[0]
		ben.run(t)
		anna.awaitLink(t, ben)
		for _, a := range []*agent{anna, ben} {
			other := ben
			if a == ben {
				other = anna
			}
			a.await(t, "all five texts", func() bool {
				got := a.texts(t, other)
				slices.Sort(got)
				return slices.Equal(got, []string{"five", "four", "one", "three", "two"})
			})
		}
		same(t, anna, ben)
		anna.awaitState(t, written.ID, Delivered)
		anna.await(t, "what was read before the restore is read", func() bool {
			row, err := anna.Conversation(t.Context(), ben.person())
			return err == nil && row.Unread == 0
		})
		after := anna.send(t, ben, "six")[0]
		anna.awaitState(t, after.ID, Delivered)
		reply := ben.send(t, anna, "seven")[0]
		ben.awaitState(t, reply.ID, Delivered)
		same(t, anna, ben)
		told := ben.ear.told()
		slices.Sort(told)
		if !slices.Equal(told, []string{"five", "four", "one", "seven", "six", "three", "two"}) {
			t.Errorf("Ben was told %q", told)
		}
		v := anna.conversation(ben.person())
		if n := len(v.views(v.pen.branch.log)); n != 1 {
			t.Errorf("the log that is written has %d histories", n)
		}
	})
}

// same fails unless both show the same messages in the same order.
func same(t *testing.T, a, b *agent) {
	t.Helper()
	ids := func(a, b *agent) (ids []EventID) {
		for _, m := range a.history(t, b, Query{}).Messages {
			ids = append(ids, m.ID)
		}
		return ids
	}
	if !slices.Equal(ids(a, b), ids(b, a)) {
		t.Errorf("%s shows %q, %s shows %q", a.name, a.texts(t, b), b.name, b.texts(t, a))
	}
}

// TestCopiedProfile runs one profile on two machines in turn, as somebody does who copies it to a new computer and goes on with the old one.
func TestCopiedProfile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		anna.stop()
		copied := s.agent(t, "Anna's copy")
		copied.id = anna.id
		anna.copyProfileTo(t, copied)
		want := []string{"one"}
		for round, text := range []string{"from the copy", "from the first", "from the copy again", "and from the first again"} {
			a := copied
			if round%2 == 1 {
				a = anna
			}
			a.run(t)
			a.send(t, ben, text)
			a.meet(t, ben)
			want = append(want, text)
			sorted := slices.Sorted(slices.Values(want))
			for _, x := range []*agent{a, ben} {
				other := ben
				if x == ben {
					other = a
				}
				x.await(t, "all texts", func() bool { return slices.Equal(slices.Sorted(slices.Values(x.texts(t, other))), sorted) })
			}
			ben.await(t, "nothing is under way", func() bool { return ben.conversation(a.person()).vector().Equal(a.conversation(ben.person()).vector()) })
			same(t, a, ben)
			a.stop()
		}
		if told := slices.Sorted(slices.Values(ben.ear.told())); !slices.Equal(told, slices.Sorted(slices.Values(want))) {
			t.Errorf("Ben was told %q", told)
		}
	})
}

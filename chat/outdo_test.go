package chat

import (
	"fmt"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/frame"
)

// TestStatesOfTwoMachines: who has heard of a newer state that another machine with the same profile signed tells the first one, whose states count again then. Nor does
// it matter if both gave theirs the same number.
func TestStatesOfTwoMachines(t *testing.T) {
	for _, more := range []uint64{1, 100} {
		t.Run(fmt.Sprint("counter ", more, " higher"), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				sent := ben.send(t, anna, "hello")[0]
				anna.awaitTexts(t, ben, "hello")
				ben.awaitState(t, sent.ID, Delivered)
				v := ben.conversation(anna.person())
				own, counter := anna.conversation(ben.person()).ownState()
				other, err := frame.ReadState(own.Body)
				if err != nil {
					t.Fatal(err)
				}
				other.Counter = counter + more
				signed, err := other.Sign(anna.id)
				if err != nil {
					t.Fatal(err)
				}
				ben.weigh(t.Context(), nil, v, other, signed)
				if _, err := anna.MarkRead(t.Context(), anna.Direct(ben.person()), event.ID{}); err != nil {
					t.Fatal(err)
				}
				ben.await(t, "it is read", func() bool { return ben.message(t, sent.ID).States[0].Delivery == Read })
			})
		})
	}
}

// TestOwnStateComesBack: a machine that is told what it signed itself goes on with its log, and signs nothing because of that.
func TestOwnStateComesBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "hello")
		ben.awaitTexts(t, anna, "hello")
		ben.send(t, anna, "hello to you")
		anna.awaitTexts(t, ben, "hello", "hello to you")
		v := anna.conversation(ben.person())
		own, counter := v.ownState()
		told, err := frame.ReadState(own.Body)
		if err != nil {
			t.Fatal(err)
		}
		log, _ := anna.written(v.id)
		anna.weigh(t.Context(), nil, v, told, own)
		anna.send(t, ben, "again")
		ben.awaitTexts(t, anna, "hello", "hello to you", "again")
		if now, _ := anna.written(v.id); now != log {
			t.Error("the log is written no more")
		}
		if _, now := v.ownState(); now != counter {
			t.Errorf("a state was signed that says nothing new: number %d after %d", now, counter)
		}
	})
}

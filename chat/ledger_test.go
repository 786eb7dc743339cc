package chat

import (
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/store"
)

// storedOf returns the counter of the state of b that a has on its disk.
func (a *agent) storedOf(t *testing.T, b *agent) (counter int64) {
	t.Helper()
	peer := b.id.PeerID()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT coalesce(max(counter), 0) FROM chat_state WHERE peer = ?`, peer[:]).Scan(&counter)
	})
	if err != nil {
		t.Fatal(err)
	}
	return counter
}

// TestStatesTakeNoCommit: what others say they have is told at once, and stored with what is written next; or alone a moment later, or at the end.
func TestStatesTakeNoCommit(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.awaitState(t, anna.send(t, ben, "one")[0].ID, Delivered)
		before := anna.storedOf(t, ben)
		for _, text := range []string{"two", "three"} {
			sent := anna.send(t, ben, text)
			time.Sleep(companyPatience)
			synctest.Wait()
			if got := anna.ear.state(sent[0].ID); got != Delivered {
				t.Fatalf("%q is told as %s", text, got)
			}
			if now := anna.storedOf(t, ben); now != before {
				t.Errorf("%q: state %d was stored by a commit of its own, after %d", text, now, before)
			}
			before++ // with the next text
		}
		time.Sleep(statePatience)
		synctest.Wait()
		if now := anna.storedOf(t, ben); now != before {
			t.Errorf("a moment later state %d is stored, not %d", now, before)
		}
		anna.send(t, ben, "four")
		synctest.Wait()
		anna.stop()
		anna.run(t)
		if now := anna.storedOf(t, ben); now != before+1 {
			t.Errorf("after the end state %d is stored, not %d", now, before+1)
		}
	})
}

package chat

import (
	"testing"

	"lanyard/internal/store"
)

// TestListGoesWithItsOffer: what an offered folder holds is kept where it is offered and where it came, until the offer is deleted.
func TestListGoesWithItsOffer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir, _ := litter(t)
		id := anna.offer(t, ben, dir)[0].ID
		ben.accept(t, id)
		anna.awaitFile(t, id, FileReceived)
		ben.awaitFile(t, id, FileReceived)
		for _, a := range []*agent{anna, ben} {
			if n := a.listsKept(t); n != 1 {
				t.Errorf("%d lists are kept of one folder", n)
			}
		}
		if _, err := anna.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{anna, ben} {
			a.await(t, "the list goes, too", func() bool { return a.listsKept(t) == 0 })
		}
	})
}

// listsKept is how many lists of folders are kept.
func (a *agent) listsKept(t *testing.T) (n int) {
	t.Helper()
	if err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error { return tx.QueryRow(`SELECT count(*) FROM chat_list`).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

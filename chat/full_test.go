package chat

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// fill has the database refuse to grow, as a full disk does; the function it returns makes room again.
func (a *agent) fill(t *testing.T) (empty func()) {
	t.Helper()
	limit := func(pages int64) {
		t.Helper()
		err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			var set int64
			if pages == 0 {
				if err := tx.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
					return err
				}
			}
			return tx.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&set)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(0)
	return func() { limit(1 << 30) }
}

// TestFullDisk: who writes on a full disk is told so and nothing is sent; what arrives on a full disk is shown, but not acknowledged, and comes again
// when there is room. It is told once.
func TestFullDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		before := anna.send(t, ben, "before")
		ben.awaitTexts(t, anna, "before")
		anna.awaitState(t, before[0].ID, Delivered) // what is stored while the disk is full, were it one byte that fits, ends the problem
		anna.settle(t)
		long := strings.Repeat("x", event.MaxText)
		empty := anna.fill(t)
		if _, err := anna.Send(t.Context(), anna.Direct(ben.person()), long, "never"); !errors.Is(err, store.ErrFull) {
			t.Errorf("written on a full disk: %v", err)
		}
		if p := anna.Problems(); len(p) != 1 || p[0].ID != ProblemNotStored || p[0].Sentence != "Messages cannot be stored: the disk that holds Lanyard's own files is full." || !strings.HasPrefix(p[0].Remedy, "Make room on it") {
			t.Errorf("problems: %v", p)
		}
		empty()
		anna.send(t, ben, "after")
		ben.awaitTexts(t, anna, "before", "after")
		if p := anna.Problems(); len(p) != 0 {
			t.Errorf("problems once there is room: %v", p)
		}
		empty = ben.fill(t)
		sent := anna.send(t, ben, long, "last")
		ben.awaitTold(t, 4)
		ben.await(t, "a problem was told", func() bool { return len(ben.Problems()) == 1 })
		if m, err := anna.Message(t.Context(), sent[0].ID); err != nil || m.States[0].Delivery != Waiting {
			t.Errorf("acknowledged although the disk is full: %v %v", m.States, err)
		}
		empty()
		ben.awaitTexts(t, anna, "before", "after", long, "last")
		anna.awaitState(t, sent[1].ID, Delivered)
		if told := ben.ear.told(); len(told) != 4 {
			t.Errorf("%d texts were told", len(told))
		}
	})
}

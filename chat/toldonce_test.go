package chat

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// wroteRuns makes logs of texts by a in the conversation with b, a run for each text; one that begins with "again" re-issues the text before it, in another log.
func (a *agent) wroteRuns(t *testing.T, b *agent, texts ...string) (runs []event.Run) {
	t.Helper()
	log, end := vector.NewLogID(), event.Point{}
	var before *event.Event
	for _, text := range texts {
		h := event.Header{Conversation: a.conversation(b.person()).id[:], Peer: a.id.PeerID(), Kind: event.KindText, Time: time.Now().UnixMilli()}
		body := marshaled(t, event.Text{Text: text})
		h.Log = log
		at := end
		if text == "again" {
			h.Log, at, h.Again, body = vector.NewLogID(), event.Point{}, before.ID[:], before.Body
		}
		e, err := h.Next(at, end.Lamport, body)
		if err != nil {
			t.Fatal(err)
		}
		if text != "again" {
			end, before = event.PointOf(e), e
		}
		runs = append(runs, event.Runs([]*event.Event{e}, a.id)...)
	}
	return runs
}

// TestReissuedIsToldOnce: a message and what re-issues it are one, also when both come before either is stored, whichever is stored first.
func TestReissuedIsToldOnce(t *testing.T) {
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				runs, v := anna.wroteRuns(t, ben, "hello", "again"), ben.conversation(anna.person())
				err := ben.config.DB.Write(t.Context(), func(*store.Tx) error { // nothing else is stored meanwhile
					for _, i := range order {
						if err := ben.Chat.accept(t.Context(), v, runs[i]); err != nil {
							t.Error(err)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				ben.settled(t, v)
				ben.awaitTexts(t, anna, "hello")
				anna.send(t, ben, "next")
				if told := ben.awaitTold(t, 2); !slices.Equal(told, []string{"hello", "next"}) {
					t.Errorf("told %q", told)
				}
			})
		})
	}
}

// TestNothingIsOvertaken: what several links bring is stored in the order in which it was taken, also when all of them wait for the disk.
func TestNothingIsOvertaken(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		texts := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
		runs, v := anna.wroteRuns(t, ben, texts...), ben.conversation(anna.person())
		if err := ben.ledger.settled(t.Context()); err != nil {
			t.Fatal(err)
		}
		ben.ledger.mu.Lock()
		ben.ledger.size = ledgerRoom + 1
		ben.ledger.mu.Unlock()
		var links sync.WaitGroup
		for _, r := range runs {
			links.Go(func() {
				if err := ben.Chat.accept(t.Context(), v, r); err != nil && !errors.Is(err, errGap) {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		if err := ben.ledger.add(func(*batch) {}); err != nil {
			t.Fatal(err)
		}
		links.Wait()
		for _, r := range runs { // it is asked for again
			if err := ben.Chat.accept(t.Context(), v, r); err != nil {
				t.Fatal(err)
			}
		}
		ben.settled(t, v)
		ben.awaitTexts(t, anna, texts...)
		if told := ben.ear.told(); !slices.Equal(told, texts) {
			t.Errorf("told %q", told)
		}
		if lost := ben.Dropped(); len(lost) > 0 {
			t.Errorf("dropped %v", lost)
		}
	})
}

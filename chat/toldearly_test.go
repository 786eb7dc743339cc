package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// TestToldIsRead: what was told before it is stored is not missing from a page that is asked for after that.
func TestToldIsRead(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		free, written := make(chan struct{}), make(chan error, 1)
		go func() {
			written <- ben.config.DB.Write(t.Context(), func(*store.Tx) error {
				<-free
				return nil
			})
		}()
		synctest.Wait()
		anna.send(t, ben, "two")
		synctest.Wait()
		if told := ben.ear.told(); !slices.Equal(told, []string{"one", "two"}) {
			t.Fatalf("told %q", told)
		}
		read := make(chan []string, 1)
		go func() { read <- ben.texts(t, anna) }()
		synctest.Wait()
		close(free)
		if texts := <-read; !slices.Equal(texts, []string{"one", "two"}) {
			t.Errorf("read %q", texts)
		}
		if err := <-written; err != nil {
			t.Error(err)
		}
	})
}

// TestToldIsMarkedRead: what was told may be marked as read at once, though it is not handed over to be stored yet.
func TestToldIsMarkedRead(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		v := ben.conversation(anna.person())
		b := v.allViews()[0].branch
		g := &lyingLog{header: event.Header{Conversation: v.id[:], Peer: b.log.Peer, Log: b.log.ID, Time: time.Now().UnixMilli()}, end: b.kept}
		next := g.text(t, "two", nil)
		next.Previous, next.Signature = b.kept.ID[:], anna.id.Sign(event.SigningContext, next.ID[:])
		v.order <- struct{}{}
		coming, err := ben.grow(v, joint{branch: b, at: b.kept}, b.log, []*event.Event{next}, false)
		if err != nil || !coming.told {
			t.Fatalf("%+v %v", coming, err)
		}
		marked := make(chan error, 1)
		go func() {
			_, err := ben.MarkRead(t.Context(), v.id, next.ID)
			marked <- err
		}()
		synctest.Wait()
		if err := ben.ledger.arrive(t.Context(), coming); err != nil {
			t.Fatal(err)
		}
		<-v.order
		if err := <-marked; err != nil {
			t.Error(err)
		}
	})
}

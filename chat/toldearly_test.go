package chat

import (
	"slices"
	"testing"
	"testing/synctest"

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

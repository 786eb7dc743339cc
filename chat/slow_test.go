package chat

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

// lazySource reads contents with a pause before each piece from the first megabyte on.
type lazySource struct {
	blob.Source
	pause time.Duration
}

func (s lazySource) Open(ctx context.Context, from identity.PersonID, scope blob.Scope, hash blob.Hash) (blob.Content, error) {
	c, err := s.Source.Open(ctx, from, scope, hash)
	if err != nil {
		return nil, err
	}
	return lazyContent{c, s.pause}, nil
}

type lazyContent struct {
	blob.Content
	pause time.Duration
}

func (c lazyContent) ReadAt(b []byte, at int64) (int, error) {
	if at >= 1<<20 {
		time.Sleep(c.pause)
	}
	return c.Content.ReadAt(b, at)
}

// TestSlowSource: who offers a file gives it slowly, or falls silent; it comes from a colleague who has it, without waiting for them.
func TestSlowSource(t *testing.T) {
	for what, pause := range map[string]time.Duration{"slow": 40 * time.Second, "silent": 50 * time.Minute} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, carla := s.agent(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
				lazy := false
				anna.serve = func(given blob.Source) blob.Source {
					if lazy {
						given = lazySource{given, pause}
					}
					return given
				}
				anna.run(t)
				anna.meet(t, ben)
				anna.meet(t, carla)
				ben.meet(t, carla)
				room := roomOfAll(t, NewRoom{}, anna, ben, carla)
				content := noise(21, 24<<20)
				path := filepath.Join(t.TempDir(), "plan.bin")
				writeFile(t, path, content)
				offered := anna.offerIn(t, room, path)
				id := offered[0].ID
				ben.accept(t, id)
				ben.awaitFile(t, id, FileReceived)
				carla.awaitFile(t, id, FileOffered)
				carla.await(t, "she knows that Ben has it", func() bool {
					carla.files.mu.Lock()
					defer carla.files.mu.Unlock()
					return len(carla.files.transfers[id].fate.holders) == 1
				})
				anna.stop()
				lazy = true
				anna.run(t)
				anna.awaitLink(t, carla)
				began := time.Now()
				carla.accept(t, id)
				got := carla.awaitFile(t, id, FileReceived)
				if took := time.Since(began); took < firstPatience || took > 2*firstPatience {
					t.Errorf("it took %v of the bubble's time", took)
				}
				if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
					t.Errorf("%d bytes, %v", len(b), err)
				}
			})
		})
	}
}

// TestWhomToAsk: the first who did not refuse and was not slow; where all are slow it begins again with more patience.
func TestWhomToAsk(t *testing.T) {
	a, b, c := identity.PeerID{1}, identity.PeerID{2}, identity.PeerID{3}
	all := []identity.PeerID{a, b, c}
	asked := newAskings()
	want := func(what string, who identity.PeerID, is bool, patience time.Duration) {
		t.Helper()
		if id, ok := asked.next(all); id != who || ok != is || asked.patience != patience {
			t.Errorf("%s: %x %v with %v", what, id[0], ok, asked.patience)
		}
	}
	want("at first", a, true, firstPatience)
	asked.slow[a] = true
	want("the first is slow", b, true, firstPatience)
	asked.refused[b] = true
	want("the second refused", c, true, firstPatience)
	asked.slow[c] = true
	want("the others are slow", a, true, 2*firstPatience)
	want("all are as before", a, true, 2*firstPatience)
	asked.refused[a], asked.refused[c] = true, true
	want("all refused", identity.PeerID{}, false, 2*firstPatience)
}

package share

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// TestMemo: whatever is merged in one transaction, and in which order, the memo says of every path what the rules say, and so does the database afterwards.
func TestMemo(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	db, err := store.Open(filepath.Join(t.TempDir(), "share.db"), slog.New(slog.DiscardHandler), folderPart())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- db.Run(ctx) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	paths := []index.Path{"d", "d/a", "d/b", "d/e", "d/e/f", "x", "y", "z", "d/g", "d/h"}
	model := map[index.Path]index.Heads{}
	pen := index.Pen{Log: vector.Log{Peer: id.PeerID(), ID: vector.NewLogID()}, Author: "Anna"}
	for range 40 {
		err := db.Write(ctx, func(tx *store.Tx) error {
			own, err := ownBranch(tx, pen.Log)
			if err != nil {
				return err
			}
			names := logNames{own.id: own.log}
			asked := paths[:random.IntN(len(paths)+1)]
			m, err := newMemo(tx, names, asked, surveyBy(nil))
			if err != nil {
				return err
			}
			for range 1 + random.IntN(12) {
				p := paths[random.IntN(len(paths))]
				v := index.Version{Path: p, Kind: index.Kind(1 + random.IntN(3))}
				if v.Kind == index.File {
					v.Size, v.Content = 1, index.Hash{byte(random.IntN(4)), 1}
				}
				if heads := model[p]; len(heads) > 0 && random.IntN(3) > 0 { // else it has not seen what is there: one more head
					v.Context = heads[random.IntN(len(heads))].Seen()
				}
				v, body, err := pen.Write(v, 1, false)
				if err != nil {
					return err
				}
				if _, _, _, err := m.merge(&head{row: own.record(v.Dot.Number), Version: v}, body); err != nil {
					return err
				}
				model[p], _ = model[p].Merge(v)
				if err := sameAsModel(m.headsAt, model, paths[random.IntN(len(paths))]); err != nil {
					return fmt.Errorf("after %s of %d: %w", v.Kind, v.Dot.Number, err)
				}
			}
			if err := m.flush(); err != nil {
				return err
			}
			for _, p := range paths {
				if err := sameAsModel(func(p index.Path) ([]head, error) { return headsAt(tx, names, p) }, model, p); err != nil {
					return fmt.Errorf("in the database: %w", err)
				}
			}
			own.number, own.hash, own.stored = pen.Number, pen.Chain, pen.Number
			return saveBranch(tx, own)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func sameAsModel(read func(index.Path) ([]head, error), model map[index.Path]index.Heads, p index.Path) error {
	hs, err := read(p)
	if err != nil {
		return err
	}
	got, want := versionsOf(hs), model[p]
	if len(got) != len(want) {
		return fmt.Errorf("%s has %d heads, want %d", p, len(got), len(want))
	}
	for i := range got {
		if !got[i].Same(want[i]) {
			return fmt.Errorf("head %d of %s is %v, want %v", i, p, got[i].Dot, want[i].Dot)
		}
	}
	return nil
}

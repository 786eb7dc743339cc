package tree

import (
	"context"
	"errors"
	"maps"
	"testing"
)

// TestFlushOne cuts the power after a single change and its Flush: nothing else has noted the folders that it needs.
func TestFlushOne(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(tr *Tree, old Stat) error
		want map[string]string // afterwards; "trash" is the only thing there
	}{
		{"place beside", func(tr *Tree, _ Stat) error { _, err := fill(tr, "d/b", newText); return err }, map[string]string{"d/a": oldText, "d/b": newText}},
		{"place deep", func(tr *Tree, _ Stat) error { _, err := fill(tr, "x/y/z/b", newText); return err }, map[string]string{"d/a": oldText, "x/y/z/b": newText}},
		{"replace", func(tr *Tree, old Stat) error {
			in, err := write(tr, "c", newText)
			if err == nil {
				_, err = tr.Replace(in, "d/a", old)
			}
			return err
		}, map[string]string{"d/a": newText, "trash": oldText}},
		{"remove", func(tr *Tree, old Stat) error { _, err := tr.Remove("d/a", old); return err }, map[string]string{"d/": "", "trash": oldText}},
		{"move", func(tr *Tree, old Stat) error { _, err := tr.Move("d/a", "e/a", old); return err }, map[string]string{"d/": "", "e/a": oldText}},
		{"move within", func(tr *Tree, old Stat) error { _, err := tr.Move("d/a", "d/b", old); return err }, map[string]string{"d/b": oldText}},
		{"restore", func(tr *Tree, old Stat) error {
			id, err := tr.Remove("d/a", old)
			if err == nil {
				err = tr.Flush(context.Background())
			}
			if err == nil {
				_, _, err = tr.Restore(id, "r")
			}
			return err
		}, map[string]string{"d/": "", "r": oldText}},
		{"make folder", func(tr *Tree, _ Stat) error { _, err := tr.MakeDir("m/n"); return err }, map[string]string{"d/a": oldText, "m/n/": ""}},
		{"make folder beside", func(tr *Tree, _ Stat) error { _, err := tr.MakeDir("d/n"); return err }, map[string]string{"d/a": oldText, "d/n/": ""}},
		{"remove folder", func(tr *Tree, _ Stat) error {
			_, err := tr.MakeDir("x/y")
			if err == nil {
				err = tr.Flush(context.Background())
			}
			return errors.Join(err, tr.RemoveDir("x/y"))
		}, map[string]string{"d/a": oldText, "x/": ""}},
		{"make folder and move into it", func(tr *Tree, old Stat) error {
			_, err := tr.MakeDir("m/n")
			if err == nil {
				err = tr.Flush(context.Background())
			}
			if err == nil {
				_, err = tr.Move("d/a", "m/n/a", old)
			}
			return err
		}, map[string]string{"d/": "", "m/n/a": oldText}},
	} {
		for kind, options := range kinds {
			m := NewMemory(options)
			tr, err := Create(m, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			old, err := fill(tr, "d/a", oldText)
			if err == nil {
				err = tr.Flush(context.Background())
			}
			if err == nil {
				err = c.do(tr, old)
			}
			if err == nil {
				err = tr.Flush(context.Background())
			}
			if err != nil {
				t.Fatalf("%s, %s: %v", c.name, kind, err)
			}
			for seed := range uint64(20) {
				got := found(t, m.PowerCut(seed), tr.Marker())
				if !maps.Equal(got, c.want) {
					t.Errorf("%s, %s, seed %d: %v, want %v", c.name, kind, seed, got, c.want)
				}
			}
		}
	}
}

// TestFlushMeta: time and executable bit, too, are durable after Flush, and may be lost before it.
func TestFlushMeta(t *testing.T) {
	lost := 0
	for seed := range uint64(50) {
		for _, flushed := range []bool{false, true} {
			m := NewMemory(MemoryOptions{NoSyncAll: true})
			tr, err := Create(m, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			a := put(t, tr, "a", "x")
			flush(t, tr)
			s, err := tr.SetMeta("a", a, 2e18, true)
			if err != nil {
				t.Fatal(err)
			}
			if flushed {
				flush(t, tr)
			}
			found, err := m.PowerCut(seed).Lstat("a")
			if kept := err == nil && found.Same(s) && found.Exec; !kept && flushed {
				t.Errorf("seed %d: %+v, %v", seed, found, err)
			} else if !kept {
				lost++
			}
		}
	}
	if lost == 0 {
		t.Error("nothing was ever lost before Flush")
	}
}

// found reads all that a power cut left, the trash as "trash".
func found(t *testing.T, m *Memory, marker Marker) map[string]string {
	t.Helper()
	tr, err := Open(m, marker)
	if err != nil {
		t.Fatal(err)
	}
	all, err := everything(tr)
	if err != nil {
		t.Fatal(err)
	}
	trash, err := trashed(tr)
	if err != nil {
		t.Fatal(err)
	}
	for _, texts := range trash {
		for _, text := range texts {
			all["trash"] += text
		}
	}
	return all
}

// TestFlushFails: after an error in syncing nothing is written any more, and no later Flush succeeds.
func TestFlushFails(t *testing.T) {
	m := NewMemory(MemoryOptions{NoSyncAll: true})
	tr, err := Create(m, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	put(t, tr, "a", "one")
	ended, end := context.WithCancel(context.Background())
	end()
	if err := tr.Flush(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("flush with an ended context: %v", err)
	}
	eio := errors.New("input/output error")
	m.FailAt(1, 1, eio)
	if err := tr.Flush(context.Background()); !errors.Is(err, ErrBroken) || !errors.Is(err, eio) {
		t.Errorf("flush: %v", err)
	}
	if err := tr.Flush(context.Background()); !errors.Is(err, ErrBroken) {
		t.Errorf("flush again: %v", err)
	}
	if _, err := tr.Incoming("k"); !errors.Is(err, ErrBroken) {
		t.Errorf("receive: %v", err)
	}
	if _, err := tr.MakeDir("d"); !errors.Is(err, ErrBroken) {
		t.Errorf("make folder: %v", err)
	}
}

// TestFlushAfterMove: somebody moves away what was just placed; Flush still keeps its word.
func TestFlushAfterMove(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		put(t, tr, "d/a", "one")
		put(t, tr, "b", "two")
		if err := errors.Join(who.Rename("d", "e"), who.Remove("b"), who.Put("b", KindOther)); err != nil {
			t.Fatal(err)
		}
		flush(t, tr)
		want(t, who, "e/a", "one")
	})
}

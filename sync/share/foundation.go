package share

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// A share stands on two things on this machine: the marker in its root and its database.

// mark makes the folder this share's root.
func (e *Engine) mark(root string, id ID) (tree.Marker, error) {
	disk, err := e.cfg.Disk(root)
	if err != nil {
		return tree.Marker{}, cannotUse(root, err)
	}
	t, err := tree.Create(disk, tree.Marker{Share: id.String()})
	if errors.Is(err, tree.ErrNotThisRoot) {
		return tree.Marker{}, errors.Join(fmt.Errorf("%s is a shared folder already, perhaps of another person on this computer: choose another folder", name.Quote(root)), disk.Close())
	}
	if err != nil {
		return tree.Marker{}, errors.Join(cannotUse(root, err), disk.Close())
	}
	return t.Marker(), t.Close()
}

// bare reports whether nothing lies in a root but what is never shared.
func (e *Engine) bare(root string) (is bool, err error) {
	disk, err := e.cfg.Disk(root)
	if err != nil {
		return false, cannotUse(root, err)
	}
	defer func() { err = errors.Join(err, disk.Close()) }()
	entries, err := disk.List("")
	if err != nil {
		return false, cannotUse(root, err)
	}
	return !slices.ContainsFunc(entries, func(e tree.Entry) bool { return !name.Ignored(e.Name, e.Kind == tree.KindDir) }), nil
}

// dropMarker makes a root an ordinary folder again. The trash in it stays.
func (e *Engine) dropMarker(f folder) error {
	disk, err := e.cfg.Disk(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := tree.ReadMarker(disk)
	if err == nil && m == f.marker {
		// What lies under another name for the sake of a twin keeps that name now.
		if err = disk.Remove(name.Hidden + "/twins"); err == nil || errors.Is(err, os.ErrNotExist) {
			err = disk.Remove(name.Hidden + "/marker")
		}
	}
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, tree.ErrNotThisRoot) {
		err = nil
	}
	return errors.Join(err, disk.Close())
}

// found makes the database of a share that begins here, stores the share and starts it. own says that this person made it, bare that nothing lies in its
// folder.
func (e *Engine) found(ctx context.Context, f folder, own, bare bool) error {
	id := f.id()
	if err := e.freshDatabase(id, own, bare); err != nil {
		return err
	}
	if err := e.put(ctx, f); err != nil {
		return err
	}
	e.learn(ctx, f.members)
	e.start(id)
	e.greetAll(id)
	e.changed(id)
	return nil
}

// freshDatabase makes an empty database; one of an earlier membership is put aside by being removed: the folder itself is what counts.
func (e *Engine) freshDatabase(id ID, own, bare bool) error {
	if err := e.removeDatabase(id); err != nil {
		return err
	}
	db, err := store.Open(e.database(id), e.cfg.Log, folderPart())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- db.Run(ctx) }()
	err = db.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(setFact(tx, "joined", flag(own)), setFact(tx, "adopted", flag(own)), setFact(tx, "bare", flag(bare)))
	})
	cancel()
	return errors.Join(err, <-done, db.Close())
}

func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (e *Engine) removeDatabase(id ID) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(e.database(id) + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the old database of the share: %w", err)
		}
	}
	return nil
}

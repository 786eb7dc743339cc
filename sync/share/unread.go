package share

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// What lay in a folder before it became the share's is told from what came later by the first look at everything. A folder that could not be listed then,
// such as what a system keeps for itself at the root of a disk, may stay so for good: it is remembered, and the rest is known.

// unreadFact has the folders that the first look could not list and no look since could.
const unreadFact = "unread"

func unreadFolders(tx *store.Tx) (list []index.Path, err error) {
	text, err := fact[string](tx, unreadFact)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &list)
	}
	if err != nil {
		return nil, fmt.Errorf("read which folders nobody has looked into: %w", err)
	}
	return list, nil
}

// firstContact reports whether what is new to the share at a path may have lain there before the folder was the share's.
func (w *worker) firstContact(p index.Path) bool {
	return w.found || slices.ContainsFunc(w.unread, func(dir index.Path) bool { return p.Under(dir) })
}

// metAll takes over, after a look at everything, which folders could not be listed: the first look that could list the root ends first contact but for these.
func (w *worker) metAll(ctx context.Context, unlisted []index.Path) error {
	if slices.Contains(unlisted, "") || !w.found && len(w.unread) == 0 {
		return nil
	}
	left := unlisted
	if !w.found {
		left = slices.DeleteFunc(slices.Clone(w.unread), func(p index.Path) bool { return !slices.Contains(unlisted, p) })
		if len(left) == len(w.unread) {
			return nil
		}
	}
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		text, err := json.Marshal(left)
		if err == nil {
			err = setFact(tx, unreadFact, string(text))
		}
		if err == nil {
			err = setFact(tx, "adopted", 1)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("note what lay in the folder of share %s: %w", w.s.id, err)
	}
	w.found, w.unread = false, left
	return nil
}

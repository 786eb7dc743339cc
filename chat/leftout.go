package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/manifest"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

// Programs go on writing and removing what they leave behind in a folder after it was offered. Who receives the folder does without what nobody who is here gives of that, and keeps a list of it.

// leftOut is what a folder was received without.
type leftOut struct {
	files int
	bytes int64
	first []string // of them, below the folder
}

func leftOutOf(l manifest.List) leftOut {
	out := leftOut{files: len(l)}
	for i := range l {
		out.bytes += int64(l[i].Size)
		if i < leftOutNamed {
			out.first = append(out.first, l[i].Path)
		}
	}
	return out
}

// spares reports whether a folder is received without a file that did not come as it was offered: debris alone, as its name says it here, that has changed, cannot be read or came otherwise.
func spares(path string, failed error) bool {
	changed := errors.Is(failed, blob.ErrChanged) || errors.Is(failed, blob.ErrUnreadable) || errors.Is(failed, blob.ErrMismatch)
	return changed && path != "" && name.IgnoredPath(path, false)
}

// without splits what a folder is to be received of: what is left of a list, with the contents to be fetched, when some of it is left out.
func (t *transfer) without(m, out manifest.List) (kept manifest.List, parts []part) {
	skipped := map[string]bool{}
	for i := range out {
		skipped[out[i].Path] = true
	}
	for i := range m {
		e := &m[i]
		if skipped[e.Path] {
			continue
		}
		kept = append(kept, *e)
		if !e.IsFolder() {
			parts = append(parts, part{name: t.part(i), path: e.Path, hash: blob.Hash(e.Hash), size: int64(e.Size), exec: e.Exec, time: e.Time})
		}
	}
	return kept, parts
}

// askOthers asks everybody else who is here for debris that was not given, and returns what they do not give either. Only what goes wrong on this machine ends it.
func (r *receipt) askOthers(ctx context.Context, spared []part) ([]part, error) {
	for _, other := range r.others() {
		if len(spared) == 0 {
			break
		}
		one := *r
		one.from = other
		_, err := one.fetchFrom(ctx, spared)
		if here := new(blockedError); ctx.Err() != nil || errors.As(err, &here) {
			return nil, err
		}
		if err != nil {
			r.files.chat.config.Log.Info("debris of a folder was asked for in vain", "file", r.t.id, "peer", other.Short(), "error", err)
		}
		still, err := r.lacking(spared)
		if err != nil {
			return nil, err
		}
		spared = still.parts
	}
	return spared, nil
}

// others are the machines that are here, have it and did not refuse it, but for the one that was asked.
func (r *receipt) others() []identity.PeerID {
	f := r.files
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(f.sourcesLocked(r.t), func(id identity.PeerID) bool { return id == r.from || r.asked.refused[id] })
}

// leaveOut has the folder be received without debris that nobody gives, and returns all that is left out now.
func (r *receipt) leaveOut(ctx context.Context, m, before manifest.List, spared []part) (manifest.List, error) {
	for _, p := range spared {
		in, err := r.root.Incoming(p.name)
		if err == nil {
			err = in.Discard() // some of it may have come
		}
		if err != nil {
			return nil, err
		}
	}
	out := slices.Clone(before)
	left := map[string]bool{}
	for _, p := range spared {
		left[p.path] = true
	}
	for i := range m {
		if left[m[i].Path] {
			out = append(out, m[i])
		}
	}
	out.Sort()
	return out, r.files.setLeftOut(ctx, r.t, out)
}

// leftOutHere reads what a folder is received without.
func (f *files) leftOutHere(ctx context.Context, t *transfer) (manifest.List, error) {
	var encoded []byte
	err := f.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(`SELECT left_out FROM chat_file WHERE place = ?`, t.place).Scan(&encoded)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // its message was dropped meanwhile, which ends this soon
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up what a folder is received without: %w", err)
	}
	return readLeftOut(encoded)
}

// readLeftOut decodes what was stored of that; nothing is nothing.
func readLeftOut(encoded []byte) (manifest.List, error) {
	if len(encoded) == 0 {
		return nil, nil
	}
	l, err := manifest.Decode(encoded)
	if err != nil {
		return nil, fmt.Errorf("read what a folder is received without: %w: %w", err, store.ErrCorrupt)
	}
	return l, nil
}

func (f *files) setLeftOut(ctx context.Context, t *transfer, out manifest.List) error {
	encoded, err := out.Encode()
	if err != nil {
		return err
	}
	return f.update(ctx, t, `UPDATE chat_file SET left_out = ? WHERE place = ?`, encoded, func() { t.setLeftOut(leftOutOf(out)) })
}

// setLeftOut is called with files.mu held, or before anybody else has the transfer.
func (t *transfer) setLeftOut(out leftOut) {
	t.leftOut = out
	t.progress.total = int64(t.offer.Size) - out.bytes
	t.progress.done = min(t.progress.done, t.progress.total)
}

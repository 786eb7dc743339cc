package share

import (
	"maps"
	"slices"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// nextBatch takes paths out of the queue, folders before what lies in them. What is queued meanwhile waits until those before it are through, so that a
// long queue is sorted once.
func (w *worker) nextBatch() []index.Path {
	if len(w.order) == 0 {
		w.order = slices.Sorted(maps.Keys(w.queue))
	}
	paths := make([]index.Path, 0, min(len(w.order), batchPaths))
	for len(w.order) > 0 && len(paths) < batchPaths {
		if p := w.order[0]; w.queue[p] {
			w.unqueue(p)
			paths = append(paths, p)
		}
		w.order = w.order[1:]
	}
	return paths
}

// nextRemovals takes paths that were put off, what lies in a folder before the folder.
func (w *worker) nextRemovals() []index.Path {
	paths := slices.Sorted(maps.Keys(w.removals))
	paths = paths[max(len(paths)-batchPaths, 0):]
	for _, p := range paths {
		w.unqueue(p)
	}
	return paths
}

func (w *worker) unqueue(p index.Path) {
	delete(w.queue, p)
	delete(w.removals, p)
}

func (w *worker) queued(p index.Path) bool { return w.queue[p] || w.removals[p] }

// pull plans, along with the arrivals of a batch, the queued paths from which their contents may have come, so that a move is seen as one however
// many paths lie between its ends.
func (b *applying) pull(tx *store.Tx, names logNames, acts []index.Action) ([]index.Action, error) {
	var origins []index.Path
	for _, a := range acts {
		if a.Verb != index.Place || a.Want.Size == 0 {
			continue
		}
		origin := b.local[a.Want.Content]
		if f := a.Want.From; f != nil && b.w.queued(f.Path) {
			origin = f.Path
		}
		if b.w.queued(origin) {
			b.w.unqueue(origin)
			origins = append(origins, origin)
		}
	}
	known, err := surveyOf(tx, names, origins, nil, b.w.ignore.Rules)
	if err != nil {
		return nil, err
	}
	rules := b.w.rules()
	for _, p := range origins {
		e, err := b.entry(tx, known, p)
		if err != nil {
			return nil, err
		}
		if !b.w.leavesOut(e.View) {
			acts = index.Plan(acts, &e, rules)
		}
	}
	return acts, nil
}

// putOff takes the removals that are no part of a move out of a batch. They wait until all arrivals are planned, since one of these may want the
// bytes; and a folder goes after all that lies in it.
func (b *applying) putOff(acts []index.Action) []index.Action {
	removes := map[index.Path]bool{}
	for _, a := range acts {
		switch {
		case a.Verb == index.RemoveDir:
			removes[a.Path] = true
		case a.Verb == index.Trash && a.Want.Kind == index.Tombstone:
			removes[a.Path] = true
		}
	}
	for p := range removes {
		delete(b.paths, p)
		b.w.removals[p], b.w.brakes.unjudged = true, true
	}
	return slices.DeleteFunc(acts, func(a index.Action) bool { return removes[a.Path] })
}

// pendingBelow reports whether anything below a folder is still to be planned or done.
func pendingBelow(tx *store.Tx, dir index.Path) (found bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM pending WHERE path > ? AND path < ?)`, string(dir)+"/", string(dir)+"0").Scan(&found)
	return found, err
}

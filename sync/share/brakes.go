package share

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

// brakes are the changes that package brake judges by, and those that wait for a person's word. They belong to the worker; the table braked says the same.
//
// What this person did is held before it is published (outgoing.go), what others did before it is applied (incoming.go). Entries of one's own machine are of
// the first kind, all others of the second.
type brakes struct {
	all       map[index.Path]braked
	young     map[index.Path]time.Time // when they came to be: to delete what is younger than the window loses nothing
	loose     []index.Path             // taken out of all and to be taken out of the table
	stale     []index.Path             // the same, with no hurry
	overtaken []index.Path             // held deletions of this machine whose files others have changed since
	aged      time.Time                // when what is too old was last looked for
	unjudged  bool                     // removals were put off that nobody has judged
}

// maxYoung bounds what is remembered of new files; those beyond count as old ones.
const maxYoung = 32 << 10

// rewrittenOnce is within which time what is written to a file several times, and then deleted, is one change: what was before is what was before the first. A
// program that writes a file anew empties it first, and either may be seen.
const rewrittenOnce = time.Minute

// ageEvery is between two looks for what is too old to count.
const ageEvery = 10 * time.Second

func newBrakes() *brakes {
	return &brakes{all: map[index.Path]braked{}, young: map[index.Path]time.Time{}}
}

// entry adds a change to those that are known, as it is to be stored.
func (k *brakes) entry(b braked) braked {
	old, ok := k.all[b.path]
	if ok && old.what == brake.Rewritten && old.by.Peer == b.by.Peer && apart(old.noted, b.noted) < rewrittenOnce {
		b.before, b.mtime = old.before, old.mtime
	}
	return b
}

// apart is how far two times in milliseconds are from each other.
func apart(a, b int64) time.Duration { return time.Duration(max(a-b, b-a)) * time.Millisecond }

// stored takes over what a transaction has stored and dropped.
func (k *brakes) stored(saved []braked, dropped []index.Path) {
	for _, p := range dropped {
		delete(k.all, p)
	}
	for _, b := range saved {
		k.all[b.path] = b
	}
}

// drop takes an entry out.
func (k *brakes) drop(p index.Path) {
	if _, ok := k.all[p]; ok {
		delete(k.all, p)
		k.loose = append(k.loose, p)
	}
}

// step is a file that was moved.
type step struct{ from, to index.Path }

// grow takes over which files came and went, once the rows say so, too: of the files that the rows count the young ones are taken off.
func (k *brakes) grow(born, lost []index.Path, moved []step) {
	for _, m := range moved {
		if at, young := k.young[m.from]; young {
			delete(k.young, m.from)
			k.young[m.to] = at
		}
	}
	for _, p := range lost {
		delete(k.young, p)
	}
	for _, p := range born {
		if len(k.young) < maxYoung {
			k.young[p] = time.Now()
		}
	}
}

// age forgets what is too old to count. What somebody did before something of theirs was held stays, so that it can be undone with it.
func (k *brakes) age(now time.Time) {
	if now.Sub(k.aged) < ageEvery {
		return
	}
	k.aged = now
	for p, at := range k.young {
		if now.Sub(at) > brake.Window {
			delete(k.young, p)
		}
	}
	waits := map[identity.PeerID]bool{}
	for _, b := range k.all {
		if b.state != brakeDone {
			waits[b.by.Peer] = true
		}
	}
	for p, b := range k.all {
		if b.state == brakeDone && !waits[b.by.Peer] && apart(now.UnixMilli(), b.noted) > brake.Window {
			delete(k.all, p)
			k.stale = append(k.stale, p)
		}
	}
}

// holds reports whether a change of a path waits for a word.
func (k *brakes) holds(p index.Path) bool { return k.all[p].state == brakeHeld }

// past is what counts with what is judged.
func (k *brakes) past() []brake.Change {
	out := make([]brake.Change, 0, len(k.all))
	for _, b := range k.all {
		if b.before.Kind == index.File && (b.state == brakeDone || b.state == brakeHeld) {
			out = append(out, b.change())
		}
	}
	return out
}

// judge returns which of the fresh entries are held.
func (w *worker) judge(tx *store.Tx, fresh []braked) ([]bool, error) {
	w.s.mu.Lock()
	standing := w.s.total.files - len(w.brakes.young)
	w.s.mu.Unlock()
	if most := len(w.brakes.all) + len(fresh); len(fresh) == 0 || most < brake.Emptied || most*100 < standing*brake.Share {
		return make([]bool, len(fresh)), nil // not even all of them together are too many: each save is judged
	}
	past, changes := w.brakes.past(), make([]brake.Change, len(fresh))
	again := map[index.Path]bool{}
	for i, b := range fresh {
		changes[i], again[b.path] = b.change(), true
	}
	past = slices.DeleteFunc(past, func(c brake.Change) bool { return again[c.Path] && !c.Done })
	held := brake.Judge(past, changes, standing)
	if !slices.Contains(held, true) {
		return held, nil
	}
	whole := slices.Concat(past, changes)
	copies, err := elsewhere(tx, whole)
	if err != nil || len(copies) == 0 {
		return held, err
	}
	return judgeLost(past, changes, copies, standing), nil
}

// judgeLost judges without the deletions that lose nothing.
func judgeLost(past, fresh []brake.Change, copies map[index.Hash]int, standing int) []bool {
	lost := map[index.Path]bool{}
	for _, c := range brake.Excuse(slices.Concat(past, fresh), copies) {
		lost[c.Path] = true
	}
	past = slices.DeleteFunc(past, func(c brake.Change) bool { return !lost[c.Path] })
	var places []int
	var left []brake.Change
	for i, c := range fresh {
		if lost[c.Path] {
			places, left = append(places, i), append(left, c)
		}
	}
	held := make([]bool, len(fresh))
	for k, over := range brake.Judge(past, left, standing) {
		held[places[k]] = over
	}
	return held
}

// beginBrakes reads what waited when the share was left.
func (w *worker) beginBrakes(tx *store.Tx) error {
	all, err := loadBraked(tx)
	if err != nil {
		return err
	}
	w.brakes.all = all
	over, err := unheldMeanwhile(tx, w.peer())
	if err != nil {
		return err
	}
	for _, p := range over {
		w.brakes.drop(p)
	}
	again, err := changedMeanwhile(tx, w.peer())
	for _, p := range again {
		w.overtake(p)
	}
	w.brakes.age(time.Now())
	return err
}

// peer is this machine.
func (w *worker) peer() identity.PeerID { return w.s.engine.cfg.Identity.PeerID() }

// here reports whether an entry is of what was done on this machine.
func (w *worker) here(b braked) bool { return b.by.Peer == w.peer() }

// absence reports whether it is known that a path is missing: its deletion waits for a word.
func (w *worker) absence(p index.Path) bool {
	b := w.brakes.all[p]
	return b.state == brakeHeld && b.what == brake.Deleted && w.here(b)
}

// stands notes that what a row says lies where it should: what waited to be published there is undone.
func (w *worker) stands(p index.Path) {
	if b, ok := w.brakes.all[p]; ok && b.state != brakeDone && w.here(b) {
		w.brakes.drop(p)
	}
}

// overtake notes that the heads of a path have changed: what waits there is judged anew, and what was deleted here and changed by others stays.
func (w *worker) overtake(p index.Path) {
	b, ok := w.brakes.all[p]
	switch {
	case !ok || b.state == brakeDone:
	case !w.here(b):
		w.brakes.drop(p)
	case b.state == brakeHeld && b.what == brake.Deleted && b.before.Kind == index.File:
		w.brakes.overtaken = append(w.brakes.overtaken, p)
	}
}

// released leaves out paths that wait for a word: they are planned when it has come.
func (w *worker) released(paths []index.Path) []index.Path {
	if len(w.brakes.all) == 0 {
		return paths
	}
	return slices.DeleteFunc(paths, func(p index.Path) bool {
		b := w.brakes.all[p]
		if b.state != brakeHeld {
			return false
		}
		if w.here(b) {
			w.held[p] = heldRefusal
		}
		return true
	})
}

// heldRefusal is why a held path is not done. People are not told of it path by path, but of all that is held at once.
var heldRefusal = refusal{
	reason: index.Held, text: "it is one of so many changes that they wait for your word", remedy: "Say in the shared folder's view whether they are wanted.",
}

// storeBrakes stores what was dropped, and gives back what was deleted here and changed by others.
func (w *worker) storeBrakes(ctx context.Context) error {
	k := w.brakes
	if len(k.loose)+len(k.overtaken) == 0 {
		return nil
	}
	over := slices.DeleteFunc(k.overtaken, func(p index.Path) bool { return !k.holds(p) })
	if err := w.land(ctx); err != nil {
		return err
	}
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		for _, p := range over {
			if err := dropRow(tx, p); err != nil {
				return err
			}
		}
		if err := want(tx, over...); err != nil {
			return err
		}
		return dropBraked(tx, slices.Concat(k.loose, k.stale, over))
	})
	if err != nil {
		return fmt.Errorf("store which changes wait no more: %w", err)
	}
	k.loose, k.stale, k.overtaken = nil, nil, nil
	w.recall()
	k.stored(nil, over)
	for _, p := range over {
		w.queue[p] = true
	}
	w.s.engine.changed(w.s.id)
	if len(over) == 0 {
		return nil
	}
	return w.recount(ctx)
}

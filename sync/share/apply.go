package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// planned is a path with what the plan was made from.
type planned struct {
	heads  []int64 // their rows in record
	row    *row
	was    *row           // row, as it was before anything was done
	left   int            // actions not done
	failed bool           // one could not be done: the others build on it
	winner index.Writer   // of what keeps the name
	copied *index.Version // what stands there is the copy of a conflict
	notice *Notice        // of what was done to that copy
	why    refusal
}

// applying is one batch: what was planned, what was done, and what the commit has to store.
type applying struct {
	w         *worker
	paths     map[index.Path]*planned
	local     map[index.Hash]index.Path // where wanted contents lie on this disk
	rows      []row
	drop      []index.Path
	displaced []displacement
	lists     []contentList // of what stands now
	publish   []func(*publishing) error
	braked    []braked     // what counts for the brakes from now on
	held      []braked     // what the brakes took out of the plan
	born      []index.Path // files that were not there before
	lost      []index.Path // files that are there no more
	moved     []step
	notices   []Notice
	down      map[index.Path]setDown // put in place ahead of their turn
	files     int
	bytes     int64
	came      []index.Hash // contents among them that were counted as they came
	plain     bool
	outcome   outcome
}

// outcome is what the commit of a batch has brought about beyond the batch.
type outcome struct {
	again   []index.Path // to be planned anew
	told    []Notice
	written int   // records
	tally   tally // of the rows that were written with them
}

// displacement is what an action put into the trash.
type displacement struct {
	id      tree.TrashID
	path    index.Path
	content index.Hash
	size    int64
	what    What
	by      Person
	mtime   int64
	winner  index.Writer // of what displaced it
}

// apply plans a batch of paths and does what the plan says, as far as the contents are here; then makes it durable and only then says so.
// Removals that are no part of a move come when no arrival is queued any more.
func (w *worker) apply(ctx context.Context) error {
	if !w.joined {
		return nil
	}
	if len(w.queue) > 0 {
		paths := w.released(w.undisturbed(w.nextBatch()))
		if len(paths) > 0 {
			if err := w.applyBatch(ctx, paths, true); err != nil {
				return err
			}
		}
	}
	if len(w.queue) > 0 || len(w.removals) == 0 {
		return nil
	}
	if err := w.judgeRemovals(ctx); err != nil || len(w.removals) == 0 {
		return err
	}
	return w.applyBatch(ctx, w.released(w.undisturbed(w.nextRemovals())), false)
}

// applyBatch applies one batch; removals are put off until they come by themselves.
func (w *worker) applyBatch(ctx context.Context, paths []index.Path, more bool) error {
	plain := w.plain(paths)
	if !plain {
		if err := w.land(ctx); err != nil {
			return err
		}
	}
	b := &applying{w: w, plain: plain, paths: map[index.Path]*planned{}, local: map[index.Hash]index.Path{}}
	var acts []index.Action
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		acts, err = b.plan(tx, paths, more)
		return err
	})
	if err != nil {
		return fmt.Errorf("plan %d paths: %w", len(paths), err)
	}
	if err := w.holdThere(ctx, b.held); err != nil {
		return err
	}
	for i, a := range acts {
		if a.Verb == index.Place && b.down == nil {
			b.down = map[index.Path]setDown{}
			b.placeMany(acts[i:])
		}
		b.do(ctx, a)
	}
	w.tidy()
	return w.launch(ctx, b)
}

func (b *applying) plan(tx *store.Tx, paths []index.Path, more bool) ([]index.Action, error) {
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	names := namesOf(all)
	rules := b.w.rules()
	acts := make([]index.Action, 0, len(paths))
	known, err := surveyOf(tx, names, paths, b.w.fresh, b.w.ignore.Rules)
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		e, err := b.entry(tx, known, p)
		if err != nil {
			return nil, err
		}
		if !b.w.leavesOut(e.View) {
			acts = index.Plan(acts, &e, rules)
		}
	}
	if err := b.findLocal(tx, acts); err != nil {
		return nil, err
	}
	if acts, err = b.pull(tx, names, acts); err != nil {
		return nil, err
	}
	acts = index.Moves(acts)
	if acts, err = b.judgeRewrites(tx, acts); err != nil {
		return nil, err
	}
	if more {
		acts = b.putOff(acts)
	}
	index.Order(acts)
	for _, a := range acts {
		b.paths[a.Path].left++
	}
	return acts, nil
}

func (b *applying) entry(tx *store.Tx, known *survey, p index.Path) (index.Entry, error) {
	view, hs := known.look(p)
	if b.w.wants.forget(p) {
		b.w.leftovers = true // unless it is wanted again
	}
	delete(b.w.fresh, p)
	pl := &planned{}
	if r, ok := known.rows[p]; ok {
		pl.row, pl.was = &r, &r
	}
	for _, h := range hs {
		pl.heads = append(pl.heads, h.row)
	}
	b.paths[p] = pl
	pl.winner, pl.copied = view.Head.Writer(), copyOf(view, hs)
	e := index.Entry{View: view}
	if pl.row != nil {
		e.Row = &pl.row.Row
	}
	for _, c := range view.Conflicts {
		copied, err := copyState(tx, c)
		if err != nil {
			return index.Entry{}, err
		}
		e.Copies = append(e.Copies, copied)
	}
	return e, nil
}

func copyState(tx *store.Tx, c index.Conflict) (index.Copy, error) {
	var records int
	if err := tx.QueryRow(`SELECT count(*) FROM record WHERE path = ?`, string(c.Copy)).Scan(&records); err != nil {
		return index.Copy{}, err
	}
	r, err := rowAt(tx, c.Copy)
	held := r != nil && r.Kind == index.File && r.Content == c.Version.Content
	return index.Copy{Known: records > 0, Held: held}, err
}

// findLocal looks for wanted contents on this disk, where a copy is quicker than the network.
func (b *applying) findLocal(tx *store.Tx, acts []index.Action) (err error) {
	wanted := map[index.Hash]bool{}
	for _, a := range acts {
		if (a.Verb == index.Place || a.Verb == index.Replace) && a.Want.Size > 0 && !b.w.wants.has(a.Want.Content) {
			wanted[a.Want.Content] = true
		}
	}
	b.local, err = contentsHere(tx, slices.Collect(maps.Keys(wanted)))
	return err
}

// trashMark marks a path in applying.local as a trash ID; no path of a share begins so.
const trashMark = "/"

// rules are what this machine and its disk can do.
func (w *worker) rules() index.Rules {
	r := index.Rules{Write: w.s.writes()}
	if !w.s.holds.Any() {
		r.Refuse = func(p index.Path, size int64) string {
			if v := w.s.holds.Judge(string(p), size); v.Why.Refused() {
				return v.Text
			}
			return ""
		}
	}
	return r
}

// do carries out one action. What cannot be done leaves its path pending.
func (b *applying) do(ctx context.Context, a index.Action) {
	pl := b.paths[a.Path]
	if pl.failed {
		return
	}
	err := b.act(ctx, a, pl)
	pl.failed = err != nil
	switch {
	case err == nil:
		pl.left--
	case errors.Is(err, errLater):
	case b.outdated(a, pl, err):
		// Somebody was at the path since we last looked: look first, then plan anew.
		b.w.settle.again(a.Path, time.Now(), quietWrite)
		if a.Verb == index.Move {
			b.w.settle.again(a.From, time.Now(), quietWrite)
		}
		b.w.block(a.Path)
		if errors.Is(err, tree.ErrExists) {
			pl.why = refusal{reason: index.Blocked, text: "something that is not shared lies there", remedy: "Move it away, or rename it."}
		}
	case a.Verb == index.Refuse: // nothing but another version changes that
		pl.why = b.w.refused(a)
	default:
		b.w.block(a.Path)
		pl.why = refusalOf(err)
	}
}

// outdated reports whether an action failed since something else lies there than it was planned with.
func (b *applying) outdated(a index.Action, pl *planned, err error) bool {
	for _, why := range []error{tree.ErrChanged, tree.ErrExists, tree.ErrNotDir, tree.ErrNotFile, fs.ErrNotExist, errMoving} {
		if errors.Is(err, why) {
			return true
		}
	}
	return errors.Is(err, tree.ErrParent) && pl.row != nil && pl.row.Kind.Live() && b.w.vanished(a.Path)
}

// errLater says that a content is still on its way.
var errLater = errors.New("its content is not here yet")

package share

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"lanyard/internal/store"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

// judged reports whether a version that does away with a file is one that brakes judge: nobody was asked about it, and it is not our own.
func (w *worker) judged(v index.Version) bool {
	b := w.brakes.all[v.Path]
	_, young := w.brakes.young[v.Path]
	asked := !w.here(b) && (b.state == brakeAgreed || b.state == brakeUndone)
	return !v.Agreed && !young && !asked && v.Writer().Peer != w.peer()
}

// judgeRemovals holds those of the removals that wait to be done which are too many of one author.
func (w *worker) judgeRemovals(ctx context.Context) error {
	if !w.brakes.unjudged {
		return nil
	}
	w.brakes.unjudged = false
	if len(w.removals)+len(w.brakes.all) < brake.Emptied {
		return nil
	}
	var held []braked
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		held, err = w.tooManyRemovals(tx, slices.Sorted(maps.Keys(w.removals)))
		return err
	})
	if err != nil {
		return fmt.Errorf("look how many files others have deleted: %w", err)
	}
	return w.holdThere(ctx, held)
}

func (w *worker) tooManyRemovals(tx *store.Tx, paths []index.Path) ([]braked, error) {
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	known, err := surveyOf(tx, namesOf(all), paths, nil, w.ignore.Rules)
	if err != nil {
		return nil, err
	}
	var fresh, dirs []braked
	for _, p := range paths {
		r, ok := known.rows[p]
		view, _ := known.look(p)
		if !ok || !r.Kind.Live() || r.Local {
			continue
		}
		switch b := brakedOf(&r, brake.Deleted, view.Head.Writer()); {
		case r.Kind == index.Dir:
			dirs = append(dirs, b)
		case view.Kind == index.Tombstone && w.judged(view.Head):
			fresh = append(fresh, w.brakes.entry(b))
		}
	}
	over, err := w.judge(tx, fresh)
	if err != nil {
		return nil, err
	}
	var held []braked
	for i, b := range fresh {
		if over[i] {
			held = append(held, b)
		}
	}
	return w.withDirs(held, dirs), nil
}

// withDirs adds the folders that go with what is held.
func (w *worker) withDirs(held, dirs []braked) []braked {
	if len(dirs) == 0 {
		return held
	}
	whose := map[index.Path]index.Writer{}
	above := func(b braked) {
		for dir, ok := b.path.Parent(); ok; dir, ok = dir.Parent() {
			if _, known := whose[dir]; known {
				return
			}
			whose[dir] = b.by
		}
	}
	for _, b := range held {
		above(b)
	}
	for _, b := range w.brakes.all {
		if b.state == brakeHeld && !w.here(b) {
			above(b)
		}
	}
	for _, b := range dirs {
		if by, ok := whose[b.path]; ok {
			b.by = by
			held = append(held, b)
		}
	}
	return held
}

// judgeRewrites takes the replacements that are too many of one author out of a plan.
func (b *applying) judgeRewrites(tx *store.Tx, acts []index.Action) ([]index.Action, error) {
	var fresh []braked
	for _, a := range acts {
		if a.Verb == index.Replace && a.Expect.Content != a.Want.Content && b.w.judged(a.Want) {
			fresh = append(fresh, b.w.brakes.entry(brakedOf(b.paths[a.Path].row, brake.Rewritten, a.Want.Writer())))
		}
	}
	over, err := b.w.judge(tx, fresh)
	if err != nil {
		return nil, err
	}
	held := map[index.Path]bool{}
	for i, e := range fresh {
		if over[i] {
			b.held, held[e.path] = append(b.held, e), true
			delete(b.paths, e.path)
		}
	}
	return slices.DeleteFunc(acts, func(a index.Action) bool { return held[a.Path] }), nil
}

// holdThere holds what others did until a person has said what they want.
func (w *worker) holdThere(ctx context.Context, list []braked) error {
	if len(list) == 0 {
		return nil
	}
	for i := range list {
		list[i].state = brakeHeld
	}
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		for _, b := range list {
			if _, err := hold(tx, b.path, heldRefusal); err != nil {
				return err
			}
		}
		return saveBraked(tx, list)
	})
	if err != nil {
		return fmt.Errorf("hold %d changes of others: %w", len(list), err)
	}
	w.brakes.stored(list, nil)
	for _, b := range list {
		w.unqueue(b.path)
		delete(w.blocked, b.path)
	}
	w.s.advanced()
	w.s.engine.changed(w.s.id)
	return nil
}

// did notes that a file was deleted or rewritten as its author wanted: it counts with what follows.
func (b *applying) did(a index.Action, what brake.What) {
	known := b.paths[a.Path].row
	if known == nil || known.Kind != index.File || what == brake.Rewritten && a.Expect.Content == a.Want.Content || !b.w.judged(a.Want) {
		return
	}
	b.braked = append(b.braked, b.w.brakes.entry(brakedOf(known, what, a.Want.Writer())))
}

// comesAnew notes that a file is new here and everywhere, and was not there before, or empty, as programs make them. That its version has seen others says
// nothing: it has seen all that was forgotten.
func (b *applying) comesAnew(a index.Action) {
	v := a.Want
	before := v.Base != (index.Hash{}) && v.Base != hashBytes(nil)
	if v.Old || v.From != nil || before || b.w.fill.holds(v.Dot) {
		return
	}
	if pl := b.paths[a.Path]; pl.was == nil && time.Since(time.UnixMilli(v.Time)).Abs() < brake.Window {
		b.born = append(b.born, a.Path)
	}
}

// settled takes over what a batch has done with changes that counted or waited.
func (b *applying) settled() {
	k := b.w.brakes
	k.stored(b.braked, nil)
	k.grow(b.born, b.lost, b.moved)
	for p, pl := range b.paths {
		if e, ok := k.all[p]; ok && pl.left == 0 && (e.state == brakeUndone || e.state == brakeAgreed && !b.w.here(e)) {
			k.drop(p)
		}
	}
}

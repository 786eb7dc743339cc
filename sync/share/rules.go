package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// The rules of a share say what in its folder is not shared (package sync/ignore). They lie in a file that is synced like any other, and are in force on a
// machine from when its row speaks of them. What they leave out stays where it is, on every machine, and is none of the share's business: it has no row, so
// that neither its absence nor its content says anything, and nothing is planned for it. A path that they leave out no more is looked at as one that was
// never known: what lies there becomes the version that says the same, or a new one, and what does not is fetched.

// rulesFact has the text of the rules in force, so that a restart changes nothing, whatever became of the file.
const rulesFact = "rules"

// inForce are the rules that are in force, and their text.
type inForce struct {
	*ignore.Rules
	text string
}

// ruling is what the worker knows of the rules.
type ruling struct {
	inForce
	due    bool       // what lies there as rules may be others
	judged index.Hash // the content that was last looked at
	first  bool       // at first contact: all waits for the rules
	found  bool       // those that lay there then are published
}

// ignored reports whether a path is not shared by its name or by the rules.
func (w *worker) ignored(p index.Path, folder bool) bool {
	_, base := splitPath(p)
	return name.Ignored(base, folder) || w.leftOut(p, folder)
}

// leftOut reports whether a path is not shared on this machine, by the rules or since its folder is not taken here.
func (w *worker) leftOut(p index.Path, folder bool) bool {
	return slices.ContainsFunc(w.without, p.Within) || w.ignore.Ignored(string(p), folder)
}

// leavesOut reports whether the rules leave out what stands at a path. Where it was deleted there is nothing to be done on disk either way.
func (w *worker) leavesOut(v index.View) bool {
	return v.Kind.Live() && w.leftOut(v.Path, v.Kind == index.Dir)
}

// rulesInForce reads them.
func rulesInForce(tx *store.Tx) (inForce, error) {
	text, err := fact[string](tx, rulesFact)
	if err != nil {
		return inForce{}, err
	}
	rules, err := ignore.Parse([]byte(text))
	if err != nil {
		return inForce{}, fmt.Errorf("read the rules of the share: %w", err)
	}
	return inForce{rules, text}, nil
}

// takeRules puts the rules in force that lie in the folder, if they are others than those.
func (w *worker) takeRules(ctx context.Context) error {
	if !w.ignore.due || !w.joined {
		return nil
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	w.ignore.due = false
	var known *row
	var stands bool
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		if known, err = rowAt(tx, ignore.File); err == nil {
			stands, err = standsFile(tx, ignore.File)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look for the rules of share %s: %w", w.s.id, err)
	}
	switch {
	case known != nil && known.Kind == index.File && !known.Local:
		return w.judgeRules(ctx, *known)
	case stands: // it is on its way, or comes back for somebody who may only read
		return nil
	}
	return w.enforce(ctx, "", nil)
}

// standsFile reports whether a record says that a file stands at a path.
func standsFile(tx *store.Tx, p index.Path) (yes bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM record WHERE path = ? AND kind = 1)`, string(p)).Scan(&yes)
	return yes, err
}

// judgeRules reads the file that a row speaks of. What cannot be rules leaves those in force that were before, and is told.
func (w *worker) judgeRules(ctx context.Context, known row) error {
	if known.Content == w.ignore.judged {
		return nil
	}
	text, err := readRules(w.s.tree, known.stat)
	if errors.Is(err, errMoving) || errors.Is(err, fs.ErrNotExist) {
		return nil // it has changed: the look at it comes back here
	}
	w.ignore.judged = known.Content
	var rules *ignore.Rules
	if err == nil {
		rules, err = ignore.Parse(text)
	}
	if err != nil {
		w.setRulesProblem(&Problem{
			Path: ignore.File, Since: time.Now(),
			Text:   "The rules in \"" + ignore.File + "\" are not in force, but those before them: " + err.Error() + ".",
			Remedy: "Correct them in the shared folder's view, or with \"lanyard share ignore\".",
		})
		return nil
	}
	return w.enforce(ctx, string(text), rules)
}

// readRules reads the file of the rules as it was when it had a certain stat.
func readRules(t *tree.Tree, as tree.Stat) ([]byte, error) {
	if as.Size > ignore.MaxSize {
		return nil, ignore.ErrSize
	}
	text := make([]byte, as.Size)
	f, err := t.Read(ignore.File)
	if err != nil {
		return nil, err
	}
	_, err = io.ReadFull(io.NewSectionReader(f, 0, as.Size), text)
	now, looked := f.Stat()
	if err = errors.Join(err, looked, f.Close()); err == nil && !now.Same(as) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, errMoving
	}
	return text, err
}

func (w *worker) setRulesProblem(p *Problem) {
	w.s.mu.Lock()
	before := w.s.rulesWrong
	w.s.rulesWrong = p
	w.s.mu.Unlock()
	if before != nil || p != nil {
		w.s.engine.changed(w.s.id)
	}
}

// enforce puts rules in force: what they leave out is forgotten, what they leave out no more is looked at.
func (w *worker) enforce(ctx context.Context, text string, rules *ignore.Rules) error {
	w.setRulesProblem(nil)
	if text == w.ignore.text {
		return nil
	}
	var again []index.Path
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		rows, err := rowsWhere(tx, `WHERE kind < 3`)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if rules.Ignored(string(r.path), r.Kind == index.Dir) {
				if err := dropRow(tx, r.path); err != nil {
					return err
				}
			}
		}
		if again, err = noLonger(tx, w.ignore.Rules, rules); err != nil {
			return err
		}
		if err := want(tx, again...); err != nil {
			return err
		}
		pending, err := pendingPaths(tx)
		again = append(again, pending...) // of those that are left out now it is found that nothing is to be done
		return errors.Join(err, setFact(tx, rulesFact, text))
	})
	if err != nil {
		return fmt.Errorf("put the rules of share %s in force: %w", w.s.id, err)
	}
	w.ignore.inForce = inForce{rules, text}
	for _, p := range again {
		w.replan(p)
	}
	for p := range w.brakes.young {
		if rules.Ignored(string(p), false) {
			delete(w.brakes.young, p) // it is not counted among the files either
		}
	}
	for p, b := range w.brakes.all {
		if rules.Ignored(string(p), b.before.Kind == index.Dir) {
			w.brakes.drop(p)
		}
	}
	w.check = time.Time{} // what lies in the folder is looked at with these rules
	w.s.engine.changed(w.s.id)
	return w.recount(ctx)
}

// noLonger returns what has records and was left out before, but is not by the new rules.
func noLonger(tx *store.Tx, before, now *ignore.Rules) ([]index.Path, error) {
	if before.None() {
		return nil, nil
	}
	var paths []index.Path
	err := eachStanding(tx, func(p index.Path, kind index.Kind, _ int64) {
		if before.Ignored(string(p), kind == index.Dir) && !now.Ignored(string(p), kind == index.Dir) {
			paths = append(paths, p)
		}
	})
	return paths, err
}

// eachStanding calls fn with each path at which a record says that something stands.
func eachStanding(tx *store.Tx, fn func(p index.Path, kind index.Kind, size int64)) error {
	rows, err := tx.Query(`SELECT path, max(kind), max(size) FROM record WHERE path IS NOT NULL AND kind < 3 GROUP BY path`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p string
		var kind index.Kind
		var size int64
		if err := rows.Scan(&p, &kind, &size); err != nil {
			return err
		}
		fn(index.Path(p), kind, size)
	}
	return rows.Err()
}

// awaitRules has the rules of a folder in force before what lies in it is shared, or added to what it joins: those that come from the others, else those
// that lie in it. waits says that they are still coming; all else waits for them.
func (w *worker) awaitRules(ctx context.Context) (waits bool, err error) {
	if !w.ignore.first || !w.joined {
		return false, nil
	}
	if !w.ignore.found {
		w.ignore.found = true
		if err := w.publishRules(ctx); err != nil {
			return false, err
		}
	}
	if w.queue[ignore.File] {
		w.unqueue(ignore.File)
		if err := w.applyBatch(ctx, []index.Path{ignore.File}, true); err != nil {
			return false, err
		}
		if err := w.land(ctx); err != nil {
			return false, err
		}
	}
	w.lonely(time.Now())
	if err := w.tellHeld(ctx); err != nil {
		return false, err
	}
	w.fetch(ctx)
	w.ignore.first, err = w.rulesComing(ctx)
	return w.ignore.first, err
}

// rulesComing reports whether the rules are on their way. Those that nobody has who is here, or that cannot be put in place, are not waited for.
func (w *worker) rulesComing(ctx context.Context) (yes bool, err error) {
	if _, blocked := w.blocked[ignore.File]; blocked {
		return false, nil
	}
	err = w.s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM pending WHERE path = ? AND reason < 2)`, ignore.File).Scan(&yes)
	})
	if err != nil {
		return false, fmt.Errorf("look whether the rules of share %s have come: %w", w.s.id, err)
	}
	return yes, nil
}

// publishRules publishes the rules that lie in the folder ahead of all else.
func (w *worker) publishRules(ctx context.Context) error {
	s, err := w.s.tree.Lstat(ignore.File)
	if err != nil || s.Kind != tree.KindFile || errors.Is(w.s.tree.Busy(ignore.File), tree.ErrBusy) {
		return nil // the look at everything says why
	}
	rows, err := w.rowsAt(ctx, []index.Path{ignore.File})
	if err != nil {
		return fmt.Errorf("look for the rules of share %s: %w", w.s.id, err)
	}
	if r := rows[ignore.File]; r != nil && r.unchanged(s) {
		return nil
	}
	return w.publish(ctx, []finding{w.finding(ignore.File, s, rows[ignore.File])})
}

// lyingIgnored returns the name of something in a folder that the rules leave out, "" if there is nothing.
func (w *worker) lyingIgnored(dir index.Path) (string, error) {
	entries, err := w.s.tree.List(string(dir))
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if w.leftOut(joinPath(string(dir), e.Name), e.Kind == tree.KindDir) {
			return e.Name, nil
		}
	}
	return "", nil
}

// ignoredError says that a folder stays since something lies in it that is not shared.
type ignoredError string

func (e ignoredError) Error() string {
	return "the folder was deleted, but " + name.Quote(string(e)) + " lies in it, which is not shared here"
}

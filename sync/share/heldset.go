package share

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

// HeldSet is what one person did that waits for a word: it is so much that it may be a mistake, or a program that does damage.
type HeldSet struct {
	By        Person
	Here      bool // it was done on this machine, and the others have not got it; else it came from another one, and is not done here
	Deleted   int  // files
	Rewritten int
	Of        int // files there are
	Folders   []HeldFolder
	Since     time.Time
}

// HeldFolder is how many of the files lie in one folder of the share; the path is empty for the shared folder itself.
type HeldFolder struct {
	Path  string
	Files int
}

// maxHeldFolders is how many folders are told of one set, those with most files first.
const maxHeldFolders = 5

// heldSets reads what waits for a word.
func (s *Share) heldSets(tx *store.Tx, files int) ([]HeldSet, error) {
	rows, err := tx.Query(`SELECT peer, max(author), what, count(*), min(noted), CASE instr(path, '/') WHEN 0 THEN '' ELSE substr(path, 1, instr(path, '/') - 1) END AS top
		FROM braked WHERE state = 2 AND kind = 1 GROUP BY peer, what, top`)
	if err != nil {
		return nil, fmt.Errorf("read what is held: %w", err)
	}
	defer rows.Close()
	var out []HeldSet
	for rows.Next() {
		var by index.Writer
		var peer []byte
		var what brake.What
		var n int
		var since int64
		var top string
		if err := rows.Scan(&peer, &by.Name, &what, &n, &since, &top); err != nil {
			return nil, err
		}
		by.Peer = identity.PeerID(peer)
		set := setOf(&out, s.personOf(by), by.Peer == s.engine.cfg.Identity.PeerID())
		set.Of = files
		set.add(what, n, top, time.UnixMilli(since))
	}
	for i := range out {
		slices.SortFunc(out[i].Folders, func(a, b HeldFolder) int { return cmp.Or(cmp.Compare(b.Files, a.Files), cmp.Compare(a.Path, b.Path)) })
		out[i].Folders = out[i].Folders[:min(len(out[i].Folders), maxHeldFolders)]
	}
	return out, rows.Err()
}

// setOf returns the set of a person, made if missing.
func setOf(all *[]HeldSet, by Person, here bool) *HeldSet {
	i := slices.IndexFunc(*all, func(h HeldSet) bool { return h.By.ID == by.ID && h.Here == here })
	if i < 0 {
		i = len(*all)
		*all = append(*all, HeldSet{By: by, Here: here})
	}
	return &(*all)[i]
}

func (h *HeldSet) add(what brake.What, n int, top string, since time.Time) {
	if what == brake.Deleted {
		h.Deleted += n
	} else {
		h.Rewritten += n
	}
	if h.Since.IsZero() || since.Before(h.Since) {
		h.Since = since
	}
	i := slices.IndexFunc(h.Folders, func(f HeldFolder) bool { return f.Path == top })
	if i < 0 {
		i, h.Folders = len(h.Folders), append(h.Folders, HeldFolder{Path: top})
	}
	h.Folders[i].Files += n
}

// What an answer may be refused for.
var (
	errNothingHeld = errors.New("nothing waits for an answer there: see \"lanyard share status\"")
	errUndoReads   = errors.New("you may only read this share, so you cannot bring files back for everybody: ask somebody who may write")
)

// ApplyHeld lets go on what is held: of one person, or of everybody if by is zero. What was done here is published, what came from others is done here.
func (e *Engine) ApplyHeld(ctx context.Context, id ID, by identity.PersonID) error {
	return e.answerHeld(ctx, id, by, (*worker).agree)
}

// UndoHeld brings back what was before what is held, and what was before the changes of the same person shortly before, which went on: for everybody.
func (e *Engine) UndoHeld(ctx context.Context, id ID, by identity.PersonID) error {
	return e.answerHeld(ctx, id, by, (*worker).undoHeld)
}

func (e *Engine) answerHeld(ctx context.Context, id ID, by identity.PersonID, do func(*worker, context.Context, []braked) error) error {
	s, err := e.atWork(ctx, id)
	if err != nil {
		return err
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error {
		if err := w.scanAll(ctx); err != nil { // what is answered is all that was done, found or not
			return err
		}
		list := w.heldBy(by)
		if len(list) == 0 {
			return errNothingHeld
		}
		if err := do(w, ctx, list); err != nil {
			return err
		}
		w.check = time.Time{} // what lies here is looked at anew, with the answer
		w.s.engine.changed(id)
		return nil
	})
}

// heldBy returns what is held of a person, sorted by path, or of everybody.
func (w *worker) heldBy(by identity.PersonID) []braked {
	var out []braked
	for _, b := range w.brakes.all {
		if b.state == brakeHeld && (by == identity.PersonID{} || w.person(b.by).ID == by) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b braked) int { return comparePaths(a.path, b.path) })
	return out
}

// agree lets held changes go on.
func (w *worker) agree(ctx context.Context, list []braked) error {
	var paths []index.Path
	for i := range list {
		list[i].state = brakeAgreed
		paths = append(paths, list[i].path)
	}
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(saveBraked(tx, list), planAnew(tx, paths))
	})
	if err != nil {
		return fmt.Errorf("let %d held changes go on: %w", len(list), err)
	}
	w.brakes.stored(list, nil)
	for _, b := range list {
		if !w.here(b) {
			w.replan(b.path)
		}
	}
	return nil
}

// planAnew takes back that pending paths wait.
func planAnew(tx *store.Tx, paths []index.Path) error {
	return inChunks(paths, pathArgument, func(args []any) error {
		_, err := tx.Exec(`UPDATE pending SET reason = 0, text = '', remedy = '' WHERE path IN (`+listOf("?")+`)`, args...)
		return err
	})
}

// undoHeld undoes held changes, and those of the same machines that were done before and still count with them.
func (w *worker) undoHeld(ctx context.Context, list []braked) error {
	machines := map[identity.PeerID]bool{}
	for _, b := range list {
		machines[b.by.Peer] = true
		if !w.here(b) && !w.rules().Write {
			return errUndoReads
		}
	}
	done := list
	for _, b := range w.brakes.all {
		if b.state == brakeDone && machines[b.by.Peer] {
			done = append(done, b)
		}
	}
	var p *publishing
	var kept []braked
	var gone []index.Path
	err := w.s.db.Write(ctx, func(tx *store.Tx) (err error) {
		if p, err = newPublishing(tx, w, nil); err != nil {
			return err
		}
		kept, gone, err = p.undoAll(done)
		if err != nil {
			return err
		}
		if err := errors.Join(p.close(), saveBraked(tx, kept), dropBraked(tx, gone), planAnew(tx, gone)); err != nil {
			return err
		}
		if p.written > 0 {
			tx.AfterCommit(w.s.published)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("undo %d changes: %w", len(done), err)
	}
	w.brakes.stored(kept, gone)
	for _, q := range slices.Concat(gone, p.wanted) {
		w.replan(q)
	}
	w.s.counted(p.known.tally)
	w.s.engine.tellNotices(w.s.id, p.notices)
	return nil
}

// undoAll undoes what others know already, by new versions that say what was before; what is here alone is undone when it is found again. It returns the
// entries that stay for that, and the paths of those that go.
func (p *publishing) undoAll(list []braked) (kept []braked, gone []index.Path, err error) {
	for _, b := range list {
		if err := p.reinstate(b); err != nil { // of what is held here a beginning may have gone out
			return nil, nil, err
		}
		if b.state == brakeHeld && p.w.here(b) {
			b.state = brakeUndone
			kept = append(kept, b)
		} else {
			gone = append(gone, b.path)
		}
	}
	return kept, gone, nil
}

// reinstate writes a version that says of a path what was there before a change, unless somebody has done something else there since.
func (p *publishing) reinstate(b braked) error {
	view, _, err := p.known.look(b.path)
	if err != nil {
		return err
	}
	other := view.Kind == index.File && view.Head.Content != b.before.Content
	still := b.what == brake.Deleted && view.Kind == index.Tombstone || other && (b.what == brake.Rewritten || b.state == brakeHeld)
	if !still || view.Head.Writer().Peer != b.by.Peer {
		return nil
	}
	known, err := p.known.row(b.path)
	if err != nil {
		return err
	}
	v := index.Change(baseOf(known), index.Edit{Path: b.path, Kind: b.before.Kind, Size: b.before.Size, Content: b.before.Content, Exec: b.before.Exec, Mtime: b.mtime}, nil)
	v.Context, v.Agreed = v.Context.Join(view.Seen), true
	if v, err = p.write(v, false); err != nil {
		return err
	}
	if known != nil && known.Kind == v.Kind && known.Content == v.Content {
		r := *known
		r.Seen = v.Seen()
		p.known.saveRow(r, known)
	}
	p.known.want(b.path)
	p.wanted = append(p.wanted, b.path)
	if b.before.Kind == index.File {
		p.notices = noted(p.notices, p.w.notice(b.path, Restored))
	}
	return nil
}

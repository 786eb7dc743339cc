package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
	"lanyard/sync/role"
)

// A folder of a share may be deselected on one machine: what lies in it goes to the trash there, once somebody who has everything is known to have just
// these versions, and nothing below is published, fetched or put in place any more. Records go on coming and going: others notice nothing but that this
// machine takes the folder no more, which it tells with its knowledge. As what the rules leave out it has no row, so its absence says nothing.
//
// What a person puts there nevertheless stays where it is, is told, and is taken like anything found when the folder is selected again.

// deselectedTable keeps which folders are not taken here, and which not by other machines: paths, one in each line.
const deselectedTable = `CREATE TABLE deselected (dir TEXT PRIMARY KEY) WITHOUT ROWID;
ALTER TABLE machine ADD COLUMN without TEXT NOT NULL DEFAULT ''`

// maxDeselected bounds the folders that one machine does not take.
const maxDeselected = 64

// What choosing folders may be refused for.
var (
	errKeepsAll     = errors.New("this computer keeps a complete copy for the others, so it takes every folder: ask the share's owner for another role first")
	errNoSuchFolder = errors.New("there is no such folder in this share: list them with \"lanyard share files\"")
	errSelected     = errors.New("this folder is taken on this computer")
	errManyFolders  = fmt.Errorf("at most %d folders can be left out: choose one further up", maxDeselected)
)

// deselected reads which folders are not taken here.
func deselected(tx *store.Tx) ([]index.Path, error) {
	dirs, err := pathsFrom(tx, `SELECT dir FROM deselected ORDER BY dir`)
	if err != nil {
		return nil, fmt.Errorf("read which folders are not taken here: %w", err)
	}
	return dirs, nil
}

func joinPaths(paths []index.Path) string {
	lines := make([]string, len(paths))
	for i, p := range paths {
		lines[i] = string(p)
	}
	return strings.Join(lines, "\n") // no path holds a line's end
}

func splitPaths(lines string) (paths []index.Path) {
	for p := range strings.SplitSeq(lines, "\n") {
		if p != "" {
			paths = append(paths, index.Path(p))
		}
	}
	return paths
}

// Deselect takes a folder off this machine. Nothing is deleted for anybody else.
func (e *Engine) Deselect(ctx context.Context, id ID, dir string) error {
	return e.choose(ctx, id, dir, (*worker).deselect)
}

// Select takes a folder again, or one that lies in such a folder with all of that.
func (e *Engine) Select(ctx context.Context, id ID, dir string) error {
	return e.choose(ctx, id, dir, (*worker).selectAgain)
}

func (e *Engine) choose(ctx context.Context, id ID, dir string, do func(*worker, context.Context, index.Path) error) error {
	p, err := index.ParsePath(dir)
	if err != nil {
		return errNoSuchFolder
	}
	s, err := e.atWork(ctx, id)
	if err != nil {
		return err
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error { return do(w, ctx, p) })
}

func (w *worker) deselect(ctx context.Context, dir index.Path) error {
	switch {
	case slices.ContainsFunc(w.without, dir.Within):
		return nil
	case w.s.members().role(w.self().ID) == role.Keeper:
		return errKeepsAll
	case len(w.without) >= maxDeselected:
		return errManyFolders
	}
	if err := w.scanAll(ctx); err != nil { // what somebody has just saved there is shared first
		return err
	}
	if err := w.spared(ctx, dir); err != nil {
		return err
	}
	without := append(slices.DeleteFunc(slices.Clone(w.without), func(p index.Path) bool { return p.Under(dir) }), dir)
	if err := w.storeWithout(ctx, without, nil); err != nil {
		return err
	}
	if err := w.clearDeselected(ctx); err != nil {
		return err
	}
	w.s.advanced()
	w.s.engine.changed(w.s.id)
	return w.recount(ctx)
}

// storeWithout stores which folders are not taken, and that paths are to be looked at.
func (w *worker) storeWithout(ctx context.Context, without, again []index.Path) error {
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(`DELETE FROM deselected`); err != nil {
			return err
		}
		for _, dir := range without {
			if _, err := tx.Exec(`INSERT INTO deselected VALUES (?)`, string(dir)); err != nil {
				return err
			}
		}
		return want(tx, again...)
	})
	if err != nil {
		return fmt.Errorf("store which folders are taken: %w", err)
	}
	slices.Sort(without)
	w.without = without
	return nil
}

// spared refuses what keeps a folder from being taken off this machine: something in it that is not settled, or that nobody else has for sure.
func (w *worker) spared(ctx context.Context, dir index.Path) error {
	if p, ok := w.unrest(dir); ok {
		return fmt.Errorf("%s has just changed: try again when the folder is up to date", name.Quote(string(p)))
	}
	others := w.wholeMachines()
	return w.s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := rowsBelow(tx, dir)
		if err != nil {
			return err
		}
		if at, err := rowAt(tx, dir); err != nil || at == nil || at.Kind != index.Dir {
			return errors.Join(err, errNoSuchFolder)
		}
		waits, err := pathsFrom(tx, `SELECT path FROM pending WHERE path = ? OR path > ? AND path < ?`, string(dir), string(dir)+"/", string(dir)+"0")
		if err != nil {
			return err
		}
		if len(waits) > 0 {
			return fmt.Errorf("%s is not up to date here: try again when it is", name.Quote(string(waits[0])))
		}
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		paths := make([]index.Path, len(rows))
		for i, r := range rows {
			paths[i] = r.path
		}
		known, err := surveyOf(tx, namesOf(all), paths, nil, nil)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := sparedFile(known, r, others); err != nil {
				return err
			}
		}
		return nil
	})
}

// unrest returns a path in a folder where something happens on disk, or waits for a person's word.
func (w *worker) unrest(dir index.Path) (index.Path, bool) {
	for p := range w.settle.hints {
		if p.Within(dir) {
			return p, true
		}
	}
	for p := range w.settle.gone {
		if p.Within(dir) {
			return p, true
		}
	}
	for p := range w.hashing {
		if p.Within(dir) {
			return p, true
		}
	}
	for p := range w.brakes.all {
		if p.Within(dir) && w.brakes.holds(p) {
			return p, true
		}
	}
	return "", false
}

// wholeMachines returns what machines of others have told that take every folder.
func (w *worker) wholeMachines() map[identity.PeerID]index.Applied {
	others, _ := w.s.otherMachines()
	whole := map[identity.PeerID]index.Applied{}
	for _, m := range others {
		if a := w.s.appliedAt(m); len(a.Vector) > 0 && len(a.Without) == 0 {
			whole[m] = a
		}
	}
	return whole
}

// sparedFile refuses a file of which nobody who takes everything has told to have just this version.
func sparedFile(known *survey, r row, others map[identity.PeerID]index.Applied) error {
	if r.Kind != index.File {
		return nil
	}
	if r.Local {
		return fmt.Errorf("%s is on this computer only: move it somewhere else first", name.Quote(string(r.path)))
	}
	view, hs := known.look(r.path)
	if view.Kind != index.File || view.Head.Content != r.Content {
		return fmt.Errorf("%s is not up to date here: try again when it is", name.Quote(string(r.path)))
	}
	for m, a := range others {
		has := a.Of(m)
		if slices.ContainsFunc(hs, func(h head) bool { return h.Kind == index.File && h.Content == r.Content && has(r.path, h.Dot) }) {
			return nil
		}
	}
	return fmt.Errorf("%s is on no other computer that takes the whole folder: try again when a colleague has everything", name.Quote(string(r.path)))
}

// clearDeselected takes off the disk what has rows in folders that are not taken, and drops these rows. What has changed since stays, and is told by looks.
func (w *worker) clearDeselected(ctx context.Context) error {
	for _, dir := range w.without {
		var rows []row
		err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
			if rows, err = rowsBelow(tx, dir); err != nil {
				return err
			}
			at, err := rowAt(tx, dir)
			if at != nil && at.Kind.Live() {
				rows = append(rows, *at)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("read what lies in %s: %w", name.Quote(string(dir)), err)
		}
		if err := w.clear(ctx, rows); err != nil {
			return fmt.Errorf("take %s off this computer: %w", name.Quote(string(dir)), err)
		}
	}
	return nil
}

// clear takes what rows speak of to the trash, files first, then folders that are empty by then.
func (w *worker) clear(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.Kind != b.Kind {
			return int(a.Kind) - int(b.Kind) // files, then folders
		}
		return comparePaths(b.path, a.path) // what lies in a folder before it
	})
	var gone []displacement
	for _, r := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		d, err := w.clearOne(r)
		if err != nil {
			return err
		}
		gone = append(gone, d...)
	}
	if err := w.s.tree.Flush(ctx); err != nil {
		return err
	}
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		for _, r := range rows {
			if err := dropRow(tx, r.path); err != nil {
				return err
			}
		}
		return saveDisplaced(tx, gone)
	})
	if err != nil {
		return fmt.Errorf("note that %d paths are not here any more: %w", len(rows), err)
	}
	if len(gone) > 0 {
		w.displacedNow()
	}
	return nil
}

func (w *worker) clearOne(r row) ([]displacement, error) {
	if r.Kind == index.Dir {
		err := w.s.tree.RemoveDir(string(r.path))
		if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, tree.ErrNotEmpty) || errors.Is(err, tree.ErrNotDir) || errors.Is(err, tree.ErrParent) {
			return nil, nil
		}
		return nil, err
	}
	id, err := w.s.tree.Remove(string(r.path), r.stat)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, tree.ErrChanged), errors.Is(err, tree.ErrBusy), errors.Is(err, tree.ErrParent), errors.Is(err, tree.ErrNotFile):
		if id == "" {
			return nil, nil
		}
	case err != nil:
		return nil, err
	}
	return []displacement{{id: id, path: r.path, content: r.Content, size: r.Size, what: Deleted, by: w.self(), mtime: r.stat.Mtime, winner: w.writer()}}, nil
}

func (w *worker) selectAgain(ctx context.Context, dir index.Path) error {
	i := slices.IndexFunc(w.without, dir.Within)
	if i < 0 {
		return errSelected
	}
	top := w.without[i]
	var again []index.Path
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		return eachStanding(tx, func(p index.Path, _ index.Kind, _ int64) {
			if p.Within(top) {
				again = append(again, p)
			}
		})
	})
	if err != nil {
		return fmt.Errorf("read what is to lie in %s: %w", name.Quote(string(top)), err)
	}
	if err := w.storeWithout(ctx, slices.Delete(slices.Clone(w.without), i, i+1), again); err != nil {
		return err
	}
	for _, p := range again {
		w.replan(p)
	}
	w.check = time.Time{} // what lies there by now is found first
	w.s.advanced()
	w.s.engine.changed(w.s.id)
	return nil
}

// keepAll takes every folder again on the machine of somebody who has become a keeper.
func (w *worker) keepAll(ctx context.Context) error {
	for w.joined && len(w.without) > 0 && w.s.members().role(w.self().ID) == role.Keeper {
		if err := w.selectAgain(ctx, w.without[0]); err != nil {
			return err
		}
	}
	return nil
}

// tellNotTaken lists what somebody has put into a folder that is not taken on this machine.
func (w *worker) tellNotTaken(p index.Path, folder bool) {
	_, base := splitPath(p)
	if !slices.ContainsFunc(w.without, p.Within) || name.Ignored(base, folder) || w.ignore.Ignored(string(p), folder) || folder && !w.holdsFiles(p) {
		return
	}
	w.unshared(p, "its folder is not taken on this computer", "Take the folder here again, or move what lies there elsewhere.")
}

// holdsFiles reports whether anything in a folder would be shared if that were taken.
func (w *worker) holdsFiles(dir index.Path) bool {
	entries, err := w.s.tree.List(string(dir))
	return err == nil && slices.ContainsFunc(entries, func(e tree.Entry) bool {
		p, folder := joinPath(string(dir), e.Name), e.Kind == tree.KindDir
		return !name.Ignored(e.Name, folder) && !w.ignore.Ignored(string(p), folder) && (!folder || w.holdsFiles(p))
	})
}

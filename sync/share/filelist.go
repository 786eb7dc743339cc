package share

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// FileState says how a file or folder of a share is on this machine.
type FileState string

const (
	FileHere    FileState = "here"     // what everybody shall have lies on this disk
	FileComing  FileState = "coming"   // it is on its way
	FileAway    FileState = "away"     // nobody who is here can give it
	FileBlocked FileState = "blocked"  // it cannot be put in place, for the reason given
	FileIgnored FileState = "ignored"  // the share's rules leave it out
	FileNotHere FileState = "not-here" // its folder is not taken on this machine
)

// FileQuery asks for a part of what lies in a share.
type FileQuery struct {
	Under string // the folder whose children are listed; "" is the share itself
	Find  string // instead of the children the files at any depth below it whose paths contain these words
	After string // the Next of the page before
	Limit int
}

// FilePage is a part of a list, in the order of the bytes of the paths. Next is empty when it is the last.
type FilePage struct {
	Files []File
	Next  string
}

// File is a file or folder of a share as it should be, and how far it has come.
type File struct {
	Path    string
	Folder  bool
	Size    int64
	By      Person    // who wrote it; nobody of a folder that only its files make
	Time    time.Time // when, by their clock
	State   FileState
	Why     string // of a file that is away or blocked
	Remedy  string
	Done    int64    // of a file that is coming: bytes that are here already
	Coming  int      // of a folder: files and folders in it that are not yet as they should be, the following among them
	Blocked int      // and those that cannot be for now
	Reached int      // members who have it on a disk
	Of      int      // members who take part
	Lacking []Person // who does not have it
	Beside  string   // it holds what lost a conflict over the file at this path
	Refused []Refusal
}

// Refusal is why a file cannot come to some members: their disks do not hold it.
type Refusal struct {
	Whom   []Person
	Why    string
	Remedy string // for who may rename it
}

// Files lists a folder of a share, or finds files in it.
func (e *Engine) Files(ctx context.Context, id ID, q FileQuery) (FilePage, error) {
	if q.Under != "" && name.CheckPath(q.Under) != nil {
		return FilePage{}, fmt.Errorf("%s is not a path below the folder: see \"lanyard share files\"", name.Quote(q.Under))
	}
	var page FilePage
	err := e.peruse(ctx, id, func(db *store.DB, open func() (*tree.Tree, error)) error {
		f, ok := e.folder(id)
		if !ok {
			return errUnknown
		}
		l := &fileList{ctx: ctx, query: q, reach: e.reachOf(f)}
		if err := db.Read(ctx, l.read); err != nil {
			return fmt.Errorf("list the files of share %s: %w", id, err)
		}
		page = l.page
		return l.progress(open)
	})
	return page, err
}

// fileList is one page being made.
type fileList struct {
	ctx     context.Context
	query   FileQuery
	reach   reach
	rules   *ignore.Rules
	without []index.Path
	paths   []index.Path
	last    string // where the newest of them ends
	page    FilePage
	coming  []pendingContent
}

// pendingContent is what a file of the page waits for.
type pendingContent struct {
	file    int
	content index.Hash
}

func (l *fileList) read(tx *store.Tx) error {
	find := l.children
	if l.query.Find != "" {
		find = l.found
	}
	if err := find(tx); err != nil {
		return err
	}
	applied, err := toldApplied(tx)
	if err != nil {
		return err
	}
	l.reach.applied = applied
	if l.reach.roots, err = toldRoots(tx); err != nil {
		return err
	}
	all, err := allBranches(tx)
	if err != nil {
		return err
	}
	rules, err := rulesInForce(tx)
	if err != nil {
		return err
	}
	l.rules = rules.Rules
	if l.without, err = deselected(tx); err != nil {
		return err
	}
	known, err := surveyOf(tx, namesOf(all), l.paths, nil, nil)
	if err != nil {
		return err
	}
	for _, p := range l.paths {
		if err := l.add(tx, known, p); err != nil {
			return err
		}
	}
	return nil
}

// belowAll is behind every path below a folder: no name begins with the last of all characters.
const belowAll = "/\U0010FFFF"

// span are the bounds of all paths below a folder.
func span(dir string) (from, to string) {
	if dir == "" {
		return "", "\U0010FFFF"
	}
	return dir + "/", dir + belowAll
}

// children collects the direct children of a folder. Of what lies deeper one path is read of each folder, then the rest of it is passed over.
func (l *fileList) children(tx *store.Tx) error {
	from, to := span(l.query.Under)
	last := max(from, l.query.After)
	for {
		p, ok, err := nextPath(tx, last, to)
		if err != nil || !ok {
			return err
		}
		child, _, deeper := strings.Cut(string(p)[len(from):], "/")
		path, listed := index.Path(from+child), false
		if last = string(p); deeper {
			last = string(path) + belowAll
			if listed, err = stands(tx, path); err != nil { // then it has its turn by itself
				return err
			}
		}
		if !listed && !l.collect(path, last) {
			return nil
		}
	}
}

// found collects the files at any depth whose paths contain all words of the query, in any case.
func (l *fileList) found(tx *store.Tx) error {
	words := strings.Fields(name.FoldCase(l.query.Find))
	from, to := span(l.query.Under)
	rows, err := tx.Query(`SELECT DISTINCT path FROM record WHERE path > ? AND path < ? AND kind = 1 ORDER BY path`, max(from, l.query.After), to)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p string
		if err := errors.Join(rows.Scan(&p), l.ctx.Err()); err != nil {
			return err
		}
		folded := name.FoldCase(p)
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, w) }) {
			continue
		}
		if !l.collect(index.Path(p), p) {
			return nil
		}
	}
	return rows.Err()
}

// collect takes a path on the page; it returns false when the page is full and the path belongs to the next.
func (l *fileList) collect(p index.Path, last string) bool {
	if len(l.paths) == l.query.Limit {
		l.page.Next = l.last
		return false
	}
	l.paths, l.last = append(l.paths, p), last
	return true
}

func nextPath(tx *store.Tx, after, before string) (p index.Path, ok bool, err error) {
	err = tx.QueryRow(`SELECT path FROM record WHERE path > ? AND path < ? AND kind < 3 ORDER BY path LIMIT 1`, after, before).Scan((*string)(&p))
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return p, err == nil, err
}

// stands reports whether a record says that something stands at a path.
func stands(tx *store.Tx, p index.Path) (yes bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM record WHERE path = ? AND kind < 3)`, string(p)).Scan(&yes)
	return yes, err
}

// add describes one path.
func (l *fileList) add(tx *store.Tx, known *survey, p index.Path) error {
	view, hs := known.look(p)
	if !view.Kind.Live() {
		return nil
	}
	f := File{Path: string(p), Folder: view.Kind == index.Dir, Size: view.Head.Size, State: FileHere}
	if by := view.Head.Writer(); by != (index.Writer{}) {
		f.By, f.Time = l.reach.person(by), time.UnixMilli(by.Time)
	}
	if c := copyOf(view, hs); c != nil {
		f.Beside = string(c.Beside.Path)
	}
	switch {
	case l.rules.Ignored(f.Path, f.Folder):
		f.State = FileIgnored
		l.page.Files = append(l.page.Files, f)
		return nil
	case slices.ContainsFunc(l.without, p.Within):
		f.State = FileNotHere
	default:
		if err := l.state(tx, &f, known, view); err != nil {
			return err
		}
	}
	l.reach.tell(&f, view, hs)
	l.reach.refuse(&f)
	l.page.Files = append(l.page.Files, f)
	return nil
}

// state says how far a path is here.
func (l *fileList) state(tx *store.Tx, f *File, known *survey, view index.View) error {
	var reason index.Reason
	err := tx.QueryRow(`SELECT reason, text, remedy FROM pending WHERE path = ?`, f.Path).Scan(&reason, &f.Why, &f.Remedy)
	row, lies := known.rows[index.Path(f.Path)]
	switch {
	case err == nil:
		f.State = stateFor(reason)
	case !errors.Is(err, sql.ErrNoRows):
		return err
	case !f.Folder && (!lies || row.Kind != index.File || row.Content != view.Head.Content):
		f.State = FileComing // the plan has not come to it yet
	}
	if f.State == FileComing && !f.Folder {
		l.coming = append(l.coming, pendingContent{len(l.page.Files), view.Head.Content})
	}
	if !f.Folder {
		return nil
	}
	from, to := span(f.Path)
	return tx.QueryRow(`SELECT ifnull(sum(reason < 2), 0), ifnull(sum(reason > 1), 0) FROM pending WHERE path > ? AND path < ?`, from, to).Scan(&f.Coming, &f.Blocked)
}

func stateFor(r index.Reason) FileState {
	switch r {
	case 0, index.Waiting:
		return FileComing
	case index.Missing:
		return FileAway
	}
	return FileBlocked
}

// progress adds how much of the contents on their way is here already.
func (l *fileList) progress(open func() (*tree.Tree, error)) error {
	if len(l.coming) == 0 {
		return nil
	}
	t, err := open()
	if err != nil {
		return err
	}
	for _, c := range l.coming {
		f := &l.page.Files[c.file]
		size, err := t.IncomingSize(incomingName(c.content))
		if err != nil {
			return fmt.Errorf("look how much of %s has come: %w", name.Quote(f.Path), err)
		}
		f.Done = min(size, f.Size)
	}
	return nil
}

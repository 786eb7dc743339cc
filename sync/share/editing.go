package share

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
	"lanyard/sync/editing"
	"lanyard/sync/index"
)

// capabilityEditing is of machines that are told what others have open.
const capabilityEditing = "editing"

// Editing is a document that somebody else has open.
type Editing struct {
	Path  string
	By    Person
	Since time.Time // by their clock
}

// editors holds what people have open in a share: on this machine, by folder, and elsewhere.
type editors struct {
	wake chan struct{} // capacity 1: something is to be told, or to be forgotten in time

	mu     sync.Mutex
	mine   map[string][]editing.Edit
	theirs editing.Table[machine]
}

func newEditors() *editors {
	return &editors{wake: make(chan struct{}, 1), mine: map[string][]editing.Edit{}}
}

// editingFrame says all that a machine has open in a share; none withdraws.
type editingFrame struct {
	Share ID         `cbor:"1,keyasint"`
	Edits []wireEdit `cbor:"2,keyasint,omitempty"`
}

type wireEdit struct {
	_     struct{} `cbor:",toarray"`
	Path  string
	Since int64 // ms since 1970
}

// maxEditing bounds the bytes of the paths in a frame; further documents are not told of.
const maxEditing = 3 << 10

// lastMoment is the end of the year 9999, in ms since 1970: what lies behind it no calendar shows.
const lastMoment = 253402300799999

func (f editingFrame) validate() error {
	if len(f.Edits) > editing.MaxEdits {
		return fmt.Errorf("%d documents are said to be open", len(f.Edits))
	}
	for _, e := range f.Edits {
		if err := name.CheckPath(e.Path); err != nil {
			return fmt.Errorf("a document is said to be open: %w", err)
		}
		if e.Since < 0 || e.Since > lastMoment {
			return fmt.Errorf("a document is said to be open since %d", e.Since)
		}
	}
	return nil
}

// owners looks which documents in a folder have an owner file beside them.
func (w *worker) owners(dir string, entries []tree.Entry) {
	var names []string
	owned := false
	for _, e := range entries {
		if e.Kind == tree.KindFile {
			names, owned = append(names, e.Name), owned || editing.Owner(e.Name)
		}
	}
	var edits []editing.Edit
	if owned {
		since := map[string]int64{}
		for _, e := range entries {
			since[e.Name] = e.Mtime
		}
		for doc, owner := range editing.Documents(names) {
			if at := time.Unix(0, since[owner]); time.Since(at) < editing.Stale {
				edits = append(edits, editing.Edit{Path: string(joinPath(dir, doc)), Since: at})
			}
		}
		slices.SortFunc(edits, func(a, b editing.Edit) int { return comparePaths(index.Path(a.Path), index.Path(b.Path)) })
	}
	w.s.editors.have(dir, edits)
}

// ownersIn looks at a folder in which an owner file came or went.
func (w *worker) ownersIn(dir string) {
	entries, err := w.s.tree.List(dir)
	if err != nil {
		entries = nil // nothing is open in what cannot be listed; that it cannot be, the next look at everything tells
	}
	w.owners(dir, entries)
}

// have takes what is open on this machine in a folder.
func (e *editors) have(dir string, edits []editing.Edit) {
	e.mu.Lock()
	changed := !slices.Equal(e.mine[dir], edits)
	if e.mine[dir] = edits; len(edits) == 0 {
		delete(e.mine, dir)
	}
	e.mu.Unlock()
	if changed {
		nudge(e.wake)
	}
}

// only forgets the folders that are no more.
func (e *editors) only(there map[index.Path]bool) {
	e.mu.Lock()
	before := len(e.mine)
	maps.DeleteFunc(e.mine, func(dir string, _ []editing.Edit) bool { return !there[index.Path(dir)] })
	changed := len(e.mine) < before
	e.mu.Unlock()
	if changed {
		nudge(e.wake)
	}
}

// in reports whether something is open in a folder.
func (e *editors) in(dir string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.mine[dir]) > 0
}

// frame is what this machine tells.
func (e *editors) frame(id ID) editingFrame {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := editingFrame{Share: id}
	size := 0
	for _, dir := range slices.Sorted(maps.Keys(e.mine)) {
		for _, one := range e.mine[dir] {
			if size += len(one.Path); len(f.Edits) == editing.MaxEdits || size > maxEditing {
				return f
			}
			f.Edits = append(f.Edits, wireEdit{Path: one.Path, Since: one.Since.UnixMilli()})
		}
	}
	return f
}

// next returns when something is to be told again or forgotten, zero if nothing is.
func (e *editors) next(now time.Time) (next time.Time, changed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	next, changed = e.theirs.Expire(now)
	if again := now.Add(editing.Renew); len(e.mine) > 0 && (next.IsZero() || again.Before(next)) {
		next = again
	}
	return next, changed
}

// tellEditing tells the other machines what is open here, when it changes and again while it is, and forgets what they do not say again. It ends with ctx.
func (s *Share) tellEditing(ctx context.Context) {
	for {
		s.eachSession(func(x *session) { x.note(func() { x.editing = true }) })
		next, changed := s.editors.next(time.Now())
		if changed {
			s.engine.changed(s.id)
		}
		var due <-chan time.Time
		if !next.IsZero() {
			due = time.After(time.Until(next))
		}
		select {
		case <-ctx.Done():
			return
		case <-s.editors.wake:
		case <-due:
		}
	}
}

// tellEdits sends what is open here, unless nothing is and nothing was.
func (x *session) tellEdits(ctx context.Context) error {
	f := x.share.editors.frame(x.share.id)
	if len(f.Edits) == 0 && !x.edited || !x.link.Offers(capabilityEditing) {
		return nil
	}
	x.edited = len(f.Edits) > 0
	body, err := wire.Marshal(f)
	if err != nil {
		return fmt.Errorf("tell what is open: %w", err)
	}
	return x.link.Send(ctx, wire.KindEditing, body)
}

// editingCame takes what somebody's machine has open.
func (e *Engine) editingCame(_ context.Context, l *peer.Link, f editingFrame) error {
	if err := f.validate(); err != nil {
		return err
	}
	s := e.shareOf(f.Share)
	if s == nil || !s.members().takesPart(l.Person()) {
		return nil
	}
	edits := make([]editing.Edit, len(f.Edits))
	for i, one := range f.Edits {
		edits[i] = editing.Edit{Path: one.Path, Since: time.UnixMilli(one.Since)}
	}
	s.heardEdits(l.Peer(), edits)
	return nil
}

func (s *Share) heardEdits(from machine, edits []editing.Edit) {
	s.editors.mu.Lock()
	changed := s.editors.theirs.Hear(from, edits, time.Now())
	s.editors.mu.Unlock()
	if changed {
		nudge(s.editors.wake) // when it is to be forgotten
		s.engine.changed(s.id)
	}
}

// editedBy says what other machines have open, by path.
func (s *Share) editedBy(m membership) []Editing {
	s.editors.mu.Lock()
	all := s.editors.theirs.All()
	s.editors.mu.Unlock()
	var out []Editing
	for from, edits := range all {
		who := s.engine.personOf(s.id, from)
		for _, one := range edits {
			out = append(out, Editing{Path: one.Path, By: Person{ID: who, Name: s.engine.nameOf(m, who)}, Since: one.Since})
		}
	}
	slices.SortFunc(out, func(a, b Editing) int {
		return cmp.Or(comparePaths(index.Path(a.Path), index.Path(b.Path)), a.Since.Compare(b.Since))
	})
	return out
}

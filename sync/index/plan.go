package index

import (
	"slices"
	"strings"
)

// Row is what a machine last knew to lie at a path on its disk. It is written when something was placed or scanned, never before it is durable.
type Row struct {
	Kind    Kind // Tombstone: nothing lies there, and Seen holds the deletion
	Size    int64
	Content Hash
	Exec    bool
	Seen    Context // the versions that what lies there stands for; a local change will have seen these
	Local   bool    // what lies there is on this machine only: it stays where the share has nothing, and is kept beside where it has
}

// Entry is one path to be planned.
type Entry struct {
	View   View
	Row    *Row   // nil: this machine never knew anything there
	Copies []Copy // one for each conflict of the view
}

// Copy says what is known at the copy path of a conflict.
type Copy struct {
	Known bool // a record exists, live or tombstone: the copy is not made again
	Held  bool // the losing bytes lie there durably on this machine
}

// Rules say what this machine and its disk can do.
type Rules struct {
	Refuse func(p Path, size int64) string // why the disk cannot hold a name or so much, "" if it can; pure
	Write  bool                            // this member may author records; who may not makes no copies of conflicts either
}

// Verb is what an action does.
type Verb uint8

const (
	Adopt       Verb = iota + 1 // nothing on disk: the row takes over Seen
	CopyAside                   // copy the bytes at Path (matching Expect) to Copy, publish the copy, then the collapse of Conflict
	EndConflict                 // publish the collapse of Conflict, whose copy lies safe; without one, the deletion that overruled a collapse
	Trash                       // move the file (matching Expect) to the trash
	RemoveDir                   // remove the directory if it is empty
	MakeDir                     // make the directory
	Move                        // move the file at From (matching Expect) to Path, where nothing is
	Place                       // put Want where nothing is
	Replace                     // put Want in place of the file matching Expect, which goes to the trash
	SetMeta                     // give the file (matching Expect) Want's mode
	Refuse                      // Want cannot stand here, for Reason and Text
)

// Action is one step of a plan. After it is done and durable, the row of Path has the kind and content of Want and has seen Seen.
type Action struct {
	Verb     Verb
	Path     Path
	Want     Version
	Expect   Row
	Seen     Context
	From     Path
	Conflict *Conflict // of CopyAside and EndConflict, else nil; empty for a deletion that overruled a collapse
	Reason   Reason
	Text     string
}

// Plan appends to acts what must happen on disk so that it shows the view of one path, in the order in which it must happen. Nothing to append means that
// all is as it should be. Names that a disk takes for one, twins of case, are paths like any others here: below, tree.Exact lets them lie side by side.
func Plan(acts []Action, e *Entry, r Rules) []Action {
	begin := len(acts)
	why, text := refusal(e, r)
	if why == 0 {
		acts = e.plan(acts, r)
	} else {
		if e.Row != nil && e.Row.Kind == File {
			acts = append(acts, e.action(Trash))
		}
		acts = append(acts, Action{Verb: Refuse, Path: e.View.Path, Want: e.View.Head, Reason: why, Text: text})
	}
	if own := acts[begin:]; len(own) > 1 {
		slices.SortStableFunc(own, func(a, b Action) int { return a.phase() - b.phase() })
	}
	return acts
}

func refusal(e *Entry, r Rules) (Reason, string) {
	if !e.View.Kind.Live() {
		return 0, ""
	}
	if r.Refuse != nil {
		if text := r.Refuse(e.View.Path, e.View.Head.Size); text != "" {
			return Refused, text
		}
	}
	return 0, ""
}

func (e *Entry) plan(acts []Action, r Rules) []Action {
	acts = e.conflicts(acts, r)
	v, row := &e.View, e.Row
	switch {
	case v.Kind == None:
		// The last child of a folder and the memory of its deletion are gone; or those of a file are, which this machine had heard of before it was put back.
		if row != nil && !row.Local && (row.Kind == Dir || row.Kind == File && len(row.Seen) > 0) {
			acts = append(acts, e.leave())
		}
	case row == nil || !row.Kind.Live():
		acts = e.arrive(acts)
	case row.Kind == v.Kind:
		acts = e.change(acts)
	case row.Local && !v.Kind.Live():
	default:
		acts = append(acts, e.leave())
		if v.Kind.Live() {
			acts = e.arrive(acts)
		}
	}
	return acts
}

// conflicts saves the losing contents that lie on this disk under the visible name, and ends conflicts whose copies lie safe.
func (e *Entry) conflicts(acts []Action, r Rules) []Action {
	if e.View.Overruled && r.Write && e.Row != nil && e.Row.Kind == Tombstone {
		acts = append(acts, Action{Verb: EndConflict, Path: e.View.Path, Conflict: &Conflict{}})
	}
	for i, c := range e.View.Conflicts {
		a := Action{Path: e.View.Path, Conflict: &c}
		copied := e.Copies[i]
		switch {
		case !copied.Known && r.Write && e.Row != nil && e.Row.Kind == File && e.Row.Content == c.Version.Content:
			a.Verb, a.Expect = CopyAside, *e.Row
		case copied.Held && r.Write:
			a.Verb = EndConflict
		default:
			continue
		}
		acts = append(acts, a)
	}
	return acts
}

// arrive plans for a path where nothing lies.
func (e *Entry) arrive(acts []Action) []Action {
	switch e.View.Kind {
	case File:
		return append(acts, e.action(Place))
	case Dir:
		return append(acts, e.action(MakeDir))
	}
	if e.Row != nil && e.Row.Seen.Equal(e.View.Seen) {
		return acts
	}
	return append(acts, e.action(Adopt))
}

// leave plans to clear away what is of another kind than the view's.
func (e *Entry) leave() Action {
	if e.Row.Kind == Dir {
		return e.action(RemoveDir)
	}
	return e.action(Trash)
}

// change plans for a path where something of the right kind lies.
func (e *Entry) change(acts []Action) []Action {
	v, row := &e.View, e.Row
	switch {
	case v.Kind == File && row.Content != v.Head.Content:
		return append(acts, e.action(Replace))
	case v.Kind == File && row.Exec != v.Head.Exec:
		return append(acts, e.action(SetMeta))
	case !row.Seen.Equal(v.Seen) || row.Local:
		return append(acts, e.action(Adopt))
	}
	return acts
}

func (e *Entry) action(verb Verb) Action {
	a := Action{Verb: verb, Path: e.View.Path, Want: e.View.Head, Seen: e.View.Seen}
	if e.Row != nil {
		a.Expect = *e.Row
	}
	return a
}

// phase orders the actions of a batch so that none stands in another's way.
func (a *Action) phase() int {
	switch a.Verb {
	case CopyAside, EndConflict, Refuse:
		return 0
	case Adopt: // of a moved path: true only when the move was done
		return 6
	case Trash:
		return 1
	case MakeDir:
		return 2
	case Move:
		return 3
	case RemoveDir:
		return 4
	}
	return 5
}

// Order sorts the actions of many groups: what makes room first, directories before what lies in them and removed after it.
func Order(acts []Action) {
	compare := func(a, b Action) int {
		if d := a.phase() - b.phase(); d != 0 {
			return d
		}
		if a.Verb == RemoveDir {
			return b.Path.Depth() - a.Path.Depth()
		}
		return strings.Compare(string(a.Path), string(b.Path))
	}
	if !slices.IsSortedFunc(acts, compare) { // arrivals alone are, and actions are long
		slices.SortStableFunc(acts, compare)
	}
}

package share

import (
	"errors"
	"fmt"

	"lanyard/internal/tree"
	"lanyard/sync/index"
	"lanyard/sync/portable"
)

// refusal says why a path is not as it should be.
type refusal struct {
	reason index.Reason
	text   string
	remedy string
}

func refusalOf(err error) refusal {
	r := refusal{reason: index.Blocked, text: err.Error(), remedy: "Lanyard tries again."}
	switch {
	case errors.Is(err, tree.ErrBusy):
		r.text, r.remedy = "a program has it open", "Close it there; it is updated then."
	case errors.Is(err, tree.ErrFull):
		r.text, r.remedy = "the disk is full", "Make room on it; nothing is lost meanwhile."
	case errors.As(err, new(ignoredError)):
		r.remedy = "Delete the folder here, or move that away."
	case errors.Is(err, tree.ErrNotEmpty):
		r.text, r.remedy = "the folder was deleted, but files that are not shared lie in it", "Move them away, or delete the folder."
	case errors.Is(err, tree.ErrDenied):
		r.text, r.remedy = "the system does not let Lanyard write it", "Check who may change it."
	case errors.Is(err, tree.ErrParent):
		r.text, r.remedy = "a folder above it is a link, a file or another disk", "Move that away, or rename it."
	case errors.Is(err, tree.ErrName):
		r.reason, r.text, r.remedy = index.Refused, "the disk cannot store its name", "Rename it where it was made."
	}
	return r
}

var errRefused = errors.New("refused")

// refused says why this root cannot have a version, and whom to ask.
func (w *worker) refused(a index.Action) refusal {
	by, how := w.person(a.Want.Writer()), "to rename it"
	if w.s.holds.Judge(string(a.Path), a.Want.Size).Why == portable.Large {
		how = "to cut it in parts, or share this folder on another disk"
	}
	r := refusal{reason: a.Reason, text: a.Text, remedy: fmt.Sprintf("Ask %s %s.", by.Name, how)}
	if by.Name == "" || by.ID == w.self().ID {
		r.remedy = "It can be changed where it was made."
	}
	return r
}

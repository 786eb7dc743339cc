package chat

import (
	"errors"
	"slices"

	"lanyard/chat/frame"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/tree"
)

// Unable says that somebody took an offer of ours and cannot receive it until they try again.
type Unable struct {
	Person identity.PersonID
	Why    Why
}

// Why says why somebody cannot receive a file.
type Why uint8

// Reasons.
const (
	WhyOther    Why = frame.WhyOther    // their Lanyard told them
	WhyName     Why = frame.WhyName     // its name, or one in it, cannot be stored there
	WhyMismatch Why = frame.WhyMismatch // what came is not what was offered
	WhyRules    Why = frame.WhyRules    // a side broke the rules
	WhyGone     Why = frame.WhyGone     // it is not to be had from us any more
)

// Sentence tells the sender what it means and what helps; it follows "cannot receive it:".
func (w Why) Sentence() string {
	switch w {
	case WhyName:
		return "its name, or one in it, cannot be stored on that computer: rename it and send it again"
	case WhyMismatch:
		return "what came is not what was offered: send it again"
	case WhyRules:
		return "the two computers do not understand each other: both should run the newest Lanyard"
	case WhyGone:
		return "it is not to be had from this computer any more: send it again"
	}
	return "Lanyard on that computer says why and what to do"
}

// whyOf is what the sender is told of a failure that a person here has to do something about.
func whyOf(err error) Why {
	var here *blockedError
	switch {
	case errors.Is(err, tree.ErrName):
		return WhyName
	case errors.Is(err, blob.ErrMismatch):
		return WhyMismatch
	case errors.Is(err, blob.ErrGone), errors.Is(err, blob.ErrChanged), errors.Is(err, blob.ErrUnreadable):
		return WhyGone
	case errors.As(err, &here):
		return WhyOther
	case errors.Is(err, blob.ErrBreach):
		return WhyRules
	}
	return WhyOther
}

// cannotReceive notes why a file of theirs cannot be received, for our person and for who offers it.
func (f *files) cannotReceive(t *transfer, why Why, problem string) {
	f.setProblem(t, problem)
	f.mu.Lock()
	t.why = why
	f.mu.Unlock()
	f.tellEverybodyPaused(t)
}

// whyNotLocked returns what the sender is told of why a file of theirs cannot be received, 0 if nothing hinders it but a full disk. The reason itself does not
// outlive a restart, only that there is one.
func (t *transfer) whyNotLocked() uint64 {
	if t.mine || t.problem == "" || t.short {
		return 0
	}
	return uint64(max(t.why, WhyOther))
}

// ableness is what a machine told last of whether it can receive an offer of ours.
type ableness struct {
	machine identity.PeerID
	person  identity.PersonID
	why     Why // it cannot; 0: it can
}

// setUnable notes why a machine cannot receive an offer of ours, as it tells; 0: it can, or tries it again.
func (f *files) setUnable(t *transfer, machine identity.PeerID, who identity.PersonID, told uint64) {
	why := Why(told)
	if told > uint64(WhyGone) {
		why = WhyOther
	}
	several := len(f.chat.config.Roster.Machines(who)) > 1 // of a person with one machine that it can needs no note
	f.alterUnable(t, func(all []ableness) []ableness {
		all = slices.DeleteFunc(all, func(a ableness) bool { return a.machine == machine })
		if why != 0 || several {
			all = append(all, ableness{machine, who, why})
		}
		return all
	})
}

// tries notes that somebody asks for an offer of ours, on one of their machines.
func (f *files) tries(t *transfer, who identity.PersonID) {
	f.alterUnable(t, func(all []ableness) []ableness {
		return slices.DeleteFunc(all, func(a ableness) bool { return a.person == who && a.why != 0 })
	})
}

// alterUnable changes what is known of who cannot receive an offer of ours, and tells it if that changes what is shown.
func (f *files) alterUnable(t *transfer, change func([]ableness) []ableness) {
	f.mu.Lock()
	before := t.unableLocked()
	t.ables = change(t.ables)
	changed := !slices.Equal(before, t.unableLocked())
	f.mu.Unlock()
	if changed {
		f.tell(t)
	}
}

// unableLocked returns who cannot receive an offer of ours on any machine that told of it, but for those whose answer says that they have it or do not want it. Of several reasons the newest counts.
func (t *transfer) unableLocked() (unable []Unable) {
	for i, a := range t.ables {
		newer := slices.ContainsFunc(t.ables[i+1:], func(b ableness) bool { return b.person == a.person })
		able := slices.ContainsFunc(t.ables, func(b ableness) bool { return b.person == a.person && b.why == 0 })
		if !newer && !able && !slices.Contains(t.fate.holders, a.person) && !slices.Contains(t.fate.decliners, a.person) {
			unable = append(unable, Unable{a.person, a.why})
		}
	}
	return unable
}

package agent

import (
	"context"
	"errors"

	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/desktop"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/verify"
)

// words is how two people make sure who the other is, as the local API has it.
type words struct {
	compared *verify.Comparisons
	people   *people
	hub      *control.Hub
}

// Compare begins a comparison, or joins the one under way.
func (w *words) Compare(ctx context.Context, q string) (api.Words, error) {
	id, err := w.people.one(q)
	if err != nil {
		return api.Words{}, err
	}
	now, err := w.compared.Begin(ctx, id)
	if err != nil {
		return api.Words{}, w.told(id, err)
	}
	return w.shown(now), nil
}

// Now tells how far a comparison is.
func (w *words) Now(_ context.Context, q string) (api.Words, error) {
	id, err := w.people.one(q)
	if err != nil {
		return api.Words{}, err
	}
	return w.shown(w.compared.Now(id)), nil
}

// Answer ends a comparison by what our person heard.
func (w *words) Answer(ctx context.Context, q string, same bool) (api.Words, error) {
	return w.judge(q, func(id identity.PersonID) error { return w.compared.Answer(ctx, id, same) })
}

// Doubt takes back that a person is verified, or that words differed.
func (w *words) Doubt(ctx context.Context, q string) (api.Words, error) {
	return w.judge(q, func(id identity.PersonID) error { return w.compared.Doubt(ctx, id) })
}

func (w *words) judge(q string, do func(identity.PersonID) error) (api.Words, error) {
	id, err := w.people.one(q)
	if err != nil {
		return api.Words{}, err
	}
	if err := do(id); err != nil {
		return api.Words{}, w.told(id, err)
	}
	return w.shown(verify.Comparison{Person: id}), nil
}

// going are the comparisons under way.
func (w *words) going() (all []api.Words) {
	for _, c := range w.compared.Going() {
		all = append(all, w.shown(c))
	}
	return all
}

func (w *words) shown(c verify.Comparison) api.Words {
	v := api.Words{Person: c.Person.String(), Name: w.people.called(c.Person), Apart: w.people.roster.Apart(c.Person), State: "none", Ended: c.End.String(), Theirs: c.Theirs, Trust: w.people.trust(c.Person)}
	if c.Comparing {
		v.State, v.Words, v.Digits, v.Mine, v.Until = "comparing", c.Words.Words[:], c.Words.Digits, c.Ours, &c.Until
	}
	return v
}

// wordsHappened tells readers of a comparison, and our person that somebody wants to compare, says that the words differ, or sent what does not fit together.
func (l *life) wordsHappened(c verify.Comparison) {
	l.words.hub.Publish(api.EventWords, l.words.shown(c))
	text, urgent := "", true
	switch {
	case c.Comparing && !c.Ours:
		text, urgent = "wants to make sure who you are: compare four words", false
	case c.End == verify.Different && c.Theirs:
		text = "says that the words differ: write nothing secret there"
	case c.End == verify.Spoiled:
		text = "wanted to compare words, and what came does not fit together: somebody may be between your computers"
	default:
		return
	}
	l.ringer.happened(desktop.Happening{Conversation: l.chats.Direct(c.Person).String(), Apart: "words", Name: l.people.author(c.Person).Distinct(), Text: text, Urgent: urgent,
		Still: func() bool { return l.words.stillAsks(c.Person) }})
}

// told gives errors of comparisons with a person their codes, and says how one begins.
func (w *words) told(with identity.PersonID, err error) error {
	switch {
	case errors.Is(err, verify.ErrNothing) && w.people.trust(with) == peer.Differs.String():
		return told(api.CodeConflict, "the words were said to differ: compare them again with lanyard verify %s", with)
	case errors.Is(err, verify.ErrNothing):
		return told(api.CodeConflict, "no words are being compared: begin with lanyard verify %s", with)
	case errors.Is(err, verify.ErrAbsent), errors.Is(err, verify.ErrSilent), errors.Is(err, verify.ErrBroken):
		return told(api.CodeOffline, "%v", err)
	case errors.Is(err, verify.ErrOlder), errors.Is(err, verify.ErrSpoiled):
		return told(api.CodeConflict, "%v", err)
	case errors.Is(err, verify.ErrNotNow):
		return told(api.CodeTooOften, "%v", err)
	case errors.Is(err, peer.ErrUnknownPerson):
		return told(api.CodeUnknown, "%v", err)
	}
	return peopleError(err)
}

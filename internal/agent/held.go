package agent

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/sync/share"
)

// held is what waits in shared folders for a person's word.
type held struct{ *shares }

// Apply lets it go on.
func (h held) Apply(ctx context.Context, id, by string) (api.Share, error) {
	return h.answer(ctx, id, by, h.engine.ApplyHeld)
}

// Undo brings back what was before.
func (h held) Undo(ctx context.Context, id, by string) (api.Share, error) {
	return h.answer(ctx, id, by, h.engine.UndoHeld)
}

func (h held) answer(ctx context.Context, id, by string, do func(context.Context, share.ID, identity.PersonID) error) (api.Share, error) {
	return h.change(id, func(s share.ID) error {
		var who identity.PersonID
		if by != "" {
			var err error
			if who, err = h.whose(s, by); err != nil {
				return err
			}
		}
		return do(ctx, s, who)
	})
}

// whose finds a person among those of whom something is held: they may be gone for long.
func (h held) whose(id share.ID, q string) (identity.PersonID, error) {
	one, err := h.engine.Get(id)
	if err != nil {
		return identity.PersonID{}, err
	}
	for _, set := range one.Held {
		if set.By.ID.String() == q || name.Same(set.By.Name, q) {
			return set.By.ID, nil
		}
	}
	return identity.PersonID{}, fmt.Errorf("nothing of %s waits for an answer there: see \"lanyard share held\"", name.Quote(q))
}

func (p *people) heldOf(s share.Status) []api.HeldSet {
	all := []api.HeldSet{}
	for _, h := range s.Held {
		set := api.HeldSet{By: p.sharer(h.By), Here: h.Here, Deleted: h.Deleted, Rewritten: h.Rewritten, Of: h.Of, Folders: []api.HeldFolder{}, Since: h.Since}
		for _, f := range h.Folders {
			set.Folders = append(set.Folders, api.HeldFolder{Path: f.Path, Files: f.Files})
		}
		all = append(all, set)
	}
	return all
}

// heldTold is of which sets people were told. It is safe for concurrent use.
type heldTold struct {
	mu  sync.Mutex
	all map[share.ID][]share.HeldSet
}

// take takes over what a share holds now, and returns what was not held before, and all shares' sets.
func (t *heldTold) take(id share.ID, now []share.HeldSet) (fresh []share.HeldSet, all map[share.ID][]share.HeldSet) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[share.ID][]share.HeldSet{}
	}
	for _, h := range now {
		if !slices.ContainsFunc(t.all[id], func(old share.HeldSet) bool { return old.By.ID == h.By.ID && old.Here == h.Here }) {
			fresh = append(fresh, h)
		}
	}
	t.all[id] = now
	if len(now) == 0 {
		delete(t.all, id)
	}
	return fresh, maps.Clone(t.all)
}

// heldChanged tells people that something waits for their word, and that it does no more.
func (l *life) heldChanged(c share.Change) {
	switch {
	case c.Status != nil:
		fresh, all := l.held.take(c.Status.ID, c.Status.Held)
		l.problems.set("held", l.shares.heldProblems(all))
		for _, h := range fresh {
			id := c.Status.ID
			l.ringer.happened(desktop.Happening{Share: id.String(), Apart: "held", Name: c.Status.Name, Text: heldWords(l.people.sharer(h.By).Distinct(), c.Status.Name, h), Urgent: true,
				Still: func() bool { return l.shares.stillHeld(id) }})
		}
	case c.Gone != nil:
		_, all := l.held.take(*c.Gone, nil)
		l.problems.set("held", l.shares.heldProblems(all))
	}
}

func (s *shares) stillHeld(id share.ID) bool {
	one, err := s.engine.Get(id)
	return err == nil && len(one.Held) > 0
}

// heldProblems says of each set what a person should know.
func (s *shares) heldProblems(all map[share.ID][]share.HeldSet) []api.Problem {
	var out []api.Problem
	for id, sets := range all {
		for _, h := range sets {
			out = append(out, api.Problem{ID: fmt.Sprintf("%s/%s/%v", id, h.By.ID, h.Here), Severity: "warning", Share: id.String(),
				Text:   heldWords(s.people.sharer(h.By).Distinct(), s.called(id), h),
				Remedy: "Say whether it is wanted: in the window, or by \"lanyard share apply\" or \"lanyard share undo\"."})
		}
	}
	return out
}

// heldWords tells of a set in one sentence.
func heldWords(who, folder string, h share.HeldSet) string {
	deed := "were deleted"
	switch {
	case h.Deleted == 0:
		deed = "were rewritten"
	case h.Rewritten > 0:
		deed = "were deleted or rewritten"
	}
	where, rest := "by "+who, "on this computer they are as before until you say what is wanted"
	if h.Here {
		where, rest = "on this computer", "the others have not got that until you say what is wanted"
	}
	return fmt.Sprintf("%d of %d files in %s %s %s: %s.", h.Deleted+h.Rewritten, h.Of, name.Quote(folder), deed, where, rest)
}

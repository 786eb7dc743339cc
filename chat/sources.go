package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

// sourcesLocked returns the machines that are here and have a file: the one that offers it first, then those of persons who say that they have received and
// verified it. What comes from any of them is verified by its hash all the same.
func (f *files) sourcesLocked(t *transfer) []identity.PeerID {
	var all []identity.PeerID
	if _, here := f.chat.config.Roster.Link(t.peer); here {
		all = append(all, t.peer)
	}
	if len(t.fate.holders) == 0 {
		return all
	}
	first := len(all)
	for _, l := range f.chat.inUse() {
		if l.Peer() != t.peer && slices.Contains(t.fate.holders, l.Person()) {
			all = append(all, l.Peer())
		}
	}
	slices.SortFunc(all[first:], func(a, b identity.PeerID) int { return slices.Compare(a[:], b[:]) })
	return all
}

// source chooses from whom to ask next: the first one here that neither refused nor was slow.
func (f *files) source(t *transfer, w *worker) (identity.PeerID, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return w.asked.next(f.sourcesLocked(t))
}

// refuses notes that a machine does not give a file, and reports whether another one is here to be asked, or can still come: the word of who only received
// it is never the last.
func (f *files) refuses(t *transfer, w *worker, from identity.PeerID) (elsewhere bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.asked.refused[from] = true
	if slices.ContainsFunc(f.sourcesLocked(t), func(id identity.PeerID) bool { return !w.asked.refused[id] }) {
		return true
	}
	return from != t.peer && !w.asked.refused[t.peer]
}

// awaitSource waits until a machine is here that has the file and did not refuse it; false when ctx has ended. Who refused is asked again once somebody has come or gone.
func (f *files) awaitSource(ctx context.Context, t *transfer, w *worker) (identity.PeerID, bool) {
	for ctx.Err() == nil {
		if id, here := f.source(t, w); here {
			return id, true
		}
		select {
		case <-w.wake:
			f.mu.Lock()
			clear(w.asked.refused)
			f.mu.Unlock()
		case <-ctx.Done():
		}
	}
	return identity.PeerID{}, false
}

// elsewhere reports whether a failure is a refusal after which somebody else is asked.
func (f *files) elsewhere(t *transfer, w *worker, from identity.PeerID, err error) bool {
	refusal := errors.Is(err, blob.ErrGone) || errors.Is(err, blob.ErrChanged) || errors.Is(err, blob.ErrUnreadable) || errors.Is(err, blob.ErrMismatch) || errors.Is(err, blob.ErrBreach)
	return refusal && f.refuses(t, w, from)
}

// mayHave reports whether an offer is for somebody, or was made by them.
func (f *files) mayHave(t *transfer, who identity.PersonID) bool {
	return who == f.chat.config.Roster.PersonOf(t.peer) || f.isFor(t, who) || t.in.room == nil && who == t.in.with
}

// isFor reports whether an offer is for somebody: those to whom the message goes that offers it, and, as they are given its words, all who came later into a room
// with open history.
func (f *files) isFor(t *transfer, who identity.PersonID) bool {
	author := f.chat.config.Roster.PersonOf(t.peer)
	if t.in.room != nil && who != author {
		if m := t.in.room.members(); m.Closed != 1 {
			return m.Has(who)
		}
	}
	return slices.Contains(t.in.recipients(author, t.at), who)
}

// Open is the blob.Source of what we offer or have received: to the persons it was offered to, while the offer stands and its message counts.
func (f *files) Open(_ context.Context, from identity.PersonID, scope blob.Scope, hash blob.Hash) (blob.Content, error) {
	t, err := f.find(event.ID(scope.ID))
	if err != nil || t.mine && !f.isFor(t, from) || !t.mine && !f.mayHave(t, from) {
		return nil, blob.ErrGone
	}
	if err := f.mayRead(t); err != nil {
		return nil, err
	}
	if t.mine {
		f.tries(t, from)
	}
	content, err := f.openOffered(t, hash)
	switch {
	case errors.Is(err, errDebris):
	case err != nil && !t.mine:
		return nil, blob.ErrGone // not here, or not any more: what is theirs to say is who offers it
	case errors.Is(err, blob.ErrChanged), errors.Is(err, blob.ErrUnreadable):
		f.setProblem(t, fmt.Sprintf("%s was changed, moved or deleted after it was offered: send it again", t.offer.Name))
	}
	return content, err
}

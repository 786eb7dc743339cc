package chat

import (
	"slices"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// readers tells for whom the words of events of a room are. The zero value is that of any other conversation, where they are for both.
type readers struct {
	in      *membership.State
	person  func(identity.PeerID) identity.PersonID // whose a machine is
	origins map[event.ID][]event.ID                 // of what these events repeat and is here, the changes that it names
}

// readersOf prepares to tell for whom the words of some events are.
func (c *Chat) readersOf(tx *store.Tx, v *conversation, events []*event.Event) (readers, error) {
	if v.room == nil {
		return readers{}, nil
	}
	return c.readersIn(tx, v.room.members(), events)
}

// readersIn does so by a membership.
func (c *Chat) readersIn(tx *store.Tx, m *membership.State, events []*event.Event) (readers, error) {
	r := readers{in: m, person: c.config.Roster.PersonOf, origins: map[event.ID][]event.ID{}}
	if r.in.Closed != 1 {
		return r, nil
	}
	for _, e := range events {
		for _, old := range repeated(e) {
			h, here, err := headerOf(tx, old)
			if err != nil {
				return readers{}, err
			}
			if here {
				r.origins[old] = h.Heads()
			}
		}
	}
	return r, nil
}

// headerOf reads the header of an event, if it is here.
func headerOf(tx *store.Tx, id event.ID) (*event.Event, bool, error) {
	at, here, err := placeOf(tx, id)
	if err != nil || !here {
		return nil, false, err
	}
	var raw []byte
	if err := tx.QueryRow(`SELECT header FROM chat_event WHERE place = ?`, at).Scan(&raw); err != nil {
		return nil, false, err
	}
	e, err := event.Read(raw, nil, nil)
	return e, err == nil, err
}

// repeats reports whether an event holds the words of an older one, as they were or changed, and is for whom these were, and not anew for all.
func repeats(e *event.Event) bool { return len(repeated(e)) > 0 }

// repeated are these older ones: what it re-issues and what it is an edit of.
func repeated(e *event.Event) (all []event.ID) {
	if e.Anew == 1 {
		return nil
	}
	if len(e.Again) > 0 {
		all = append(all, event.ID(e.Again))
	}
	if e.Kind == event.KindEdit && len(e.Edits) > 0 {
		all = append(all, event.ID(e.Edits))
	}
	return all
}

// misnames reports whether an edit has another event in its header than in its body. By the header it is told for whom its words are. Where that counted though the body names what others
// have as well, these would show that otherwise than who has the words, and nobody could tell.
func misnames(h *event.Header, a *amend.Amendment) bool {
	return a.Kind == event.KindEdit && len(h.Edits) > 0 && a.Named != event.ID(h.Edits)
}

// closed reports whether this is a room in which newcomers do not get the words of what was said before.
func (v *conversation) closed() bool { return v.room != nil && v.room.members().Closed == 1 }

// everybodys reports whether an event is for everybody whom its log goes to: a change, or a deletion, which holds no words and takes back what they may have.
func everybodys(e *event.Event) bool { return e.Kind.ChangesMembers() || e.Kind == event.KindDelete }

// areFor reports whether the words of an event are for somebody ("Who is sent what"). Who sends them, asks for them, waits for them, passes them by and counts them as lacked: all of them ask here.
func (r *readers) areFor(who identity.PersonID, e *event.Event) bool {
	return everybodys(e) || r.in.Closed != 1 && r.in.Has(who) || r.meant(who, e)
}

// mayBeFor reports whether they may be by what the event says itself, whatever it repeats: false if they are not, though somebody who is no member of a room with open history becomes one and all that it names comes.
func mayBeFor(m *membership.State, who identity.PersonID, e *event.Event) bool {
	return everybodys(e) || m.Closed != 1 || !m.Here(e.Heads()...) || m.MemberBy(who, e.Heads())
}

// under reports whether an event was written under a membership with somebody.
func (r *readers) under(who identity.PersonID, e *event.Event) bool {
	return r.in.MemberBy(who, e.Heads())
}

// meant reports whether the words of an event were written for somebody: under a membership with them, and so was what it repeats. What nobody here can
// tell for whom it was is its author's alone.
func (r *readers) meant(who identity.PersonID, e *event.Event) bool {
	if !r.under(who, e) {
		return false
	}
	if r.in.Closed != 1 || r.person(e.Peer) == who {
		return true
	}
	return !slices.ContainsFunc(repeated(e), func(old event.ID) bool {
		heads, here := r.origins[old]
		return !here || !r.in.MemberBy(who, heads)
	})
}

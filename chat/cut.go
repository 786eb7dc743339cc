package chat

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
)

// What stands up to a cut may be signed only with what lies behind it: the author of a removal or leaving knew another history of the log. It goes with the headers up to that
// signature, without which nobody could verify it: docs/protocol.md, section 6, rooms, "Who is sent what".

// toSignature has events that end unsigned at a cut go on up to the next signature, without the words behind the cut. Of our own log any can be signed.
func (s *session) toSignature(tx *store.Tx, b *branch, events []*event.Event, cut uint64) ([]*event.Event, error) {
	if len(events) == 0 || b.log.Peer == s.chat.self() || !s.v.isBehindCut(b, cut+1) {
		return events, nil
	}
	if last := events[len(events)-1]; last.Number < cut || len(last.Signature) > 0 {
		return events, nil
	}
	behind, err := eventsFrom(tx, b, cut+1, cut+frame.MaxChain)
	if err != nil {
		return nil, err
	}
	for i, e := range behind {
		if !e.Kind.ChangesMembers() {
			e.Salt, e.Body = nil, nil
		}
		if len(e.Signature) > 0 {
			return append(events, behind[:i+1]...), nil
		}
	}
	return events, nil
}

// reachesCut reports whether events reach up to where their log counts, and hold no words behind that: so they come from who knows of the cut.
func reachesCut(events []*event.Event, upTo uint64) bool {
	return events[0].Number <= upTo && events[len(events)-1].Number-upTo <= frame.MaxChain && !slices.ContainsFunc(events, func(e *event.Event) bool {
		return e.Number > upTo && !e.Dropped() && !e.Kind.ChangesMembers()
	})
}

// reachBehindCut reports whether something comes with this page that does not count where it stands.
func (p *page) reachBehindCut() bool {
	return p.v.room != nil && slices.ContainsFunc(p.arrivals, func(a *arrival) bool {
		return a.events[len(a.events)-1].Number > p.v.room.members().UpTo(a.branch.log, p.chat.config.Roster.PersonOf(a.branch.log.Peer))
	})
}

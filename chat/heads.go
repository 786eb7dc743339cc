package chat

import (
	"lanyard/chat/event"
	"lanyard/chat/membership"
)

// headsNow returns the newest changes of the room for what this page writes; of a direct conversation there are none.
func (p *page) headsNow() *membership.Heads {
	if p.v.room == nil {
		return &membership.Heads{}
	}
	return p.v.room.members().HeadsFor(p.chat.config.Identity.Person())
}

// mergesFor are the merges that have to be written before anything else, so that one event can name all of the newest changes.
func mergesFor(h *membership.Heads) []*draft {
	if h.Merges == 0 {
		return nil
	}
	all := make([]writing, h.Merges)
	for i := range all {
		all[i] = writing{kind: event.KindMerge, body: []byte{0xa0}} // an empty map
	}
	return []*draft{{writings: all, done: make(chan outcome, 1)}}
}

// untangled returns ErrTangled for an event of a kind that can not be written any more.
func untangled(h *membership.Heads, kind event.Kind) error {
	if h.Takes(kind) {
		return nil
	}
	return ErrTangled
}

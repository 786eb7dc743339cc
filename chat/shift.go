package chat

import (
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// shift is what a page of the ledger changes about who is a member of a room.
type shift struct {
	changes []memberChange
	begun   map[vector.Log]logStart
	now     *membership // nil: nothing
	before  *membership
	cuts    map[*branch]*point // of all branches; nil: all of it counts
	hides   bool               // something is shown no more, or again
	quiet   bool               // our person became a member and shall not be noticed
}

// noteShift takes an event that was just stored.
func (p *page) noteShift(e *event) {
	if p.v.room == nil {
		return
	}
	s := &p.made.shift
	if e.Number == 1 {
		if s.begun == nil {
			s.begun = map[vector.Log]logStart{}
		}
		begin(s.begun, e.log(), startOf(e))
	}
	if !e.Kind.changesMembers() {
		return
	}
	if change, ok := p.chat.changeOf(e); ok {
		s.changes = append(s.changes, change)
	}
}

// shiftMembers works out who is a member once this page is stored, and what counts no more.
func (p *page) shiftMembers(tx *store.Tx) error {
	s := &p.made.shift
	if len(s.changes)+len(s.begun) == 0 {
		return nil
	}
	s.before, s.now, s.cuts = p.v.room.members(), p.v.room.next(s.changes, s.begun), map[*branch]*point{}
	branches := p.branches()
	for _, b := range branches {
		cut, changed, err := p.chat.recut(tx, s.now, b, p.end(b).number, p.cutOf(b))
		if err != nil {
			return err
		}
		s.cuts[b], s.hides = cut, s.hides || changed
		if changed {
			if err := p.touchFrom(tx, b); err != nil {
				return err
			}
		}
	}
	p.made.recount = p.made.recount || s.hides
	if s.hides {
		if err := p.unmask(tx); err != nil {
			return err
		}
	}
	return p.quieten(tx)
}

// touchFrom notes what is amended by events of a branch whose cut moved: some of them count now, or no longer.
func (p *page) touchFrom(tx *store.Tx, b *branch) error {
	origins, err := amendedFrom(tx, b, b.fork+1)
	for _, origin := range origins {
		p.touched(origin).anew = true
	}
	return err
}

// branches returns all branches as they are once this page is stored.
func (p *page) branches() []*branch {
	var all []*branch
	for _, w := range p.v.allViews() {
		all = append(all, w.branch)
	}
	for b := range p.ends {
		if !slices.Contains(all, b) {
			all = append(all, b)
		}
	}
	return all
}

func (p *page) cutOf(b *branch) *point {
	p.v.mu.Lock()
	defer p.v.mu.Unlock()
	return b.cut
}

// endsCut is where branches end once this page is stored, as far as they count then.
func (p *page) endsCut() map[*branch]point {
	if p.made.shift.now == nil {
		return p.ends
	}
	ends := map[*branch]point{}
	for b, end := range p.ends {
		ends[b] = end
	}
	for b, cut := range p.made.shift.cuts {
		if cut != nil && p.end(b).number > cut.number {
			ends[b] = *cut
		}
	}
	return ends
}

// takeShiftLocked makes the shift true in memory.
func (p *page) takeShiftLocked() {
	s := &p.made.shift
	if s.now == nil {
		return
	}
	p.v.room.take(s.changes, s.begun, s.now, s.quiet)
	for b, cut := range s.cuts {
		b.cut, b.over = cut, s.now.upTo(b.log, p.chat.config.Roster.PersonOf(b.log.Peer)) != everythingOK
	}
	if b := p.v.pen.branch; b != nil && b.over {
		p.v.pen.branch = nil // invited again, we begin a new log
	}
}

// heads are the newest changes of a room that our machine knows, for the header of what it writes.
type heads struct{ ids []EventID }

// headsNow returns them; of a direct conversation there are none.
func (p *page) headsNow() *heads {
	if p.v.room == nil {
		return &heads{}
	}
	m := p.v.room.members()
	return &heads{ownFirst(m, m.heads(), p.chat.config.Identity.Person())}
}

// ownFirst has one of the changes by which our person is a member among those that the next event can name: a log whose first event has not seen that
// its author is one counts nothing.
func ownFirst(m *membership, ids []EventID, self identity.PersonID) []EventID {
	if len(ids) <= maxHeads {
		return ids
	}
	own := slices.IndexFunc(ids, func(id EventID) bool { return m.isMember(self, m.seenBy([]EventID{id})) })
	if own < maxHeads {
		return ids
	}
	moved := slices.Insert(slices.Clone(ids[:maxHeads-1]), maxHeads-1, ids[own]) // still in event order
	return append(append(moved, ids[maxHeads-1:own]...), ids[own+1:]...)
}

// name is what the next event names.
func (h *heads) name() []byte { return joinIDs(h.ids[:min(len(h.ids), maxHeads)]) }

// wrote takes an event that names them.
func (h *heads) wrote(e *event) {
	if e.Kind.changesMembers() {
		h.ids = append(slices.Clone(h.ids[min(len(h.ids), maxHeads):]), e.id)
	}
}

// merges returns what has to be written first, so that one event can name all of them.
func (h *heads) merges() []*draft {
	var all []writing
	for n := len(h.ids); n > maxHeads; n -= maxHeads - 1 {
		all = append(all, writing{kind: KindMerge, body: []byte{0xa0}}) // an empty map
	}
	if len(all) == 0 {
		return nil
	}
	return []*draft{{writings: all, done: make(chan outcome, 1)}}
}

package chat

import (
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/store"
)

// shift is what a page of the ledger changes about who is a member of a room.
type shift struct {
	changes []membership.Change
	begun   membership.Logs
	now     *membership.State // nil: nothing
	before  *membership.State
	cuts    map[*branch]*event.Point // of all branches; nil: all of it counts
	hides   bool                     // something is shown no more, or again
	quiet   bool                     // our person became a member and shall not be noticed
	refused int                      // messages of ours that were shown and count no more
	undone  RefusedChanges           // what else of ours does
	heard   bool                     // somebody whom they did not block says or changes something
	shuns   bool                     // they became a member by somebody whom they blocked, and it is shown nowhere
}

// noteShift takes an event that was just stored.
func (p *page) noteShift(e *event.Event) {
	if p.v.room == nil {
		return
	}
	p.hears(e)
	s := &p.made.shift
	if e.Number == 1 {
		if s.begun == nil {
			s.begun = membership.Logs{}
		}
		s.begun.Begin(e.VectorLog(), membership.StartOf(e))
	}
	if !e.Kind.ChangesMembers() {
		return
	}
	if change, ok := p.chat.changeOf(e); ok {
		s.changes = append(s.changes, change)
	}
}

// shiftMembers works out who is a member once this page is stored, and what counts no more.
func (p *page) shiftMembers(tx *store.Tx) error {
	s := &p.made.shift
	if s.heard {
		if err := p.v.hear(tx); err != nil {
			return err
		}
	}
	if len(s.changes)+len(s.begun) == 0 && !p.reachBehindCut() {
		return nil
	}
	s.before, s.now, s.cuts = p.v.room.members(), p.v.room.next(s.changes, s.begun), map[*branch]*event.Point{}
	branches := p.branches()
	before, err := p.refusedNow(tx, branches)
	if err != nil {
		return err
	}
	undone, err := p.folder().refusedChanges(tx, p.cutsBefore(branches))
	if err != nil {
		return err
	}
	for _, b := range branches {
		cut, changed, err := p.chat.recut(tx, s.now, b, p.end(b).Number, p.cutOf(b))
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
	p.made.recount = true // in which groups our person is may be otherwise now
	if s.hides {
		if err := errors.Join(p.unmask(tx), p.refuse(tx, before)); err != nil {
			return err
		}
		now, err := p.folder().refusedChanges(tx, s.cuts)
		if err != nil {
			return err
		}
		s.undone = now.beyond(undone)
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

// cutNow is where a branch is cut once this page is stored; cutOf where it was before.
func (p *page) cutNow(b *branch) *event.Point {
	if p.made.shift.now != nil {
		return p.made.shift.cuts[b]
	}
	return p.cutOf(b)
}

func (p *page) cutsBefore(all []*branch) map[*branch]*event.Point {
	cuts := map[*branch]*event.Point{}
	for _, b := range all {
		cuts[b] = p.cutOf(b)
	}
	return cuts
}

func (p *page) cutOf(b *branch) *event.Point {
	p.v.mu.Lock()
	defer p.v.mu.Unlock()
	return b.cut
}

// endsCut is where branches end once this page is stored, as far as they count then.
func (p *page) endsCut() map[*branch]event.Point {
	if p.made.shift.now == nil {
		return p.ends
	}
	ends := map[*branch]event.Point{}
	for b, end := range p.ends {
		ends[b] = end
	}
	for b, cut := range p.made.shift.cuts {
		if cut != nil && p.end(b).Number > cut.Number {
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
	if s.shuns {
		p.v.room.shunning.is.Store(true)
	}
	for b, cut := range s.cuts {
		b.cut, b.over = cut, s.now.UpTo(b.log, p.chat.config.Roster.PersonOf(b.log.Peer)) != membership.Unlimited
	}
	if b := p.v.pen.branch; b != nil && b.over {
		p.v.pen.branch = nil // invited again, we begin a new log
	}
}

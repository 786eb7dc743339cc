package chat

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/store"
)

// lacked is what is lacked in a room as it is stored, so that nobody has to look through the headers for it. It is never changed: the page of the ledger that changes
// something of it makes the next one.
type lacked struct {
	by      *membership.State       // by which it was found; nil: it has to be found
	all     lacking                 // also in logs of our own person's other machines: who they are can change without a page
	before  map[*branch]event.Point // of each branch in all the event before the first one; where that is another branch's, only its number
	edits   map[*branch][]uint64    // those among them that are edits
	origins map[event.ID]bool       // events that decide for whom others are that lack their words, and that are not here
	unsure  bool                    // some name changes that are not here
	noted   int                     // events that are noted as being without words
	rough   bool                    // stretches hold more than is lacked, as so much is noted that not all was looked at
	taken   int                     // numbers that were taken out since all was looked at
	looked  int                     // headers that were read for it so far
}

func (l *lacked) isKnown() bool { return l != nil && l.by != nil }

// lackBook holds what is lacked in a room. The zero value says that it has to be found.
type lackBook struct{ now atomic.Pointer[lacked] }

// turn puts next in the place of what it was made from, when it is durable. If that is not there any more, what is lacked has to be found anew.
func (b *lackBook) turn(from, next *lacked) {
	if !b.now.CompareAndSwap(from, next) {
		b.forget()
	}
}

// forget has it found anew: who changes in the database what is noted as being without words, and is no page of the ledger, calls it when that is durable.
func (b *lackBook) forget() { b.now.Store(&lacked{}) } // another one each time, so that who looks meanwhile does not pass for up to date

// storeLacked works out what is lacked once this page is stored.
func (p *page) storeLacked(tx *store.Tx) error {
	if p.v.room == nil {
		return nil
	}
	book := &p.v.room.lacked
	from := book.now.Load()
	next, err := p.nextLacked(tx, from)
	if err != nil {
		return fmt.Errorf("look for what is lacked %s: %w", p.v.in(), err)
	}
	p.made.lacked = next
	// What was passed over, as nobody could tell for whom it is, may be ours.
	p.made.judged.ours = p.made.judged.ours || from.isKnown() && p.brings(from.origins)
	if next != from {
		tx.AfterCommit(func() { book.turn(from, next) })
	}
	return nil
}

func (p *page) nextLacked(tx *store.Tx, from *lacked) (*lacked, error) {
	m := p.members()
	if !from.isKnown() || p.unsettles(from, m) {
		return p.chat.findLacked(tx, p.v, m, from)
	}
	unnoted := p.unnoted()
	if len(p.made.mute)+len(p.made.filled)+len(unnoted) == 0 && from.by == m && !p.deletes() {
		return from, nil
	}
	d := draftOf(from, m)
	if err := p.addMute(tx, d); err != nil {
		return nil, err
	}
	for _, f := range p.made.filled {
		d.take(f.branch, f.event.Number)
	}
	for _, at := range unnoted {
		d.take(p.folder().branches[placeBranch(at)], placeNumber(at))
	}
	d.noted += len(p.made.mute) - len(p.made.filled) - len(unnoted)
	if d.rough && (d.taken >= gapStep/2 || d.noted <= gapStep) {
		return p.chat.findLacked(tx, p.v, m, from)
	}
	return d.done(tx)
}

// unnoted is where what this page found deleted lies that was noted as being without words.
func (p *page) unnoted() []int64 {
	if p.folding == nil {
		return nil
	}
	return p.folding.unnoted
}

// regains reports whether this page found words that were dropped and are asked for.
func (p *page) regains() bool { return p.folding != nil && p.folding.regains }

// members is who is a member once this page is stored; nil where nobody is.
func (p *page) members() *membership.State {
	if p.made.shift.now != nil {
		return p.made.shift.now
	}
	return p.v.membersNow()
}

// unsettles reports whether this page changes what is lacked of what was noted before, beside words that came: by another membership, by what turned out
// to be for us or not to be, or by an event that tells for whom others are.
func (p *page) unsettles(from *lacked, m *membership.State) bool {
	switch {
	case p.made.judged.moved, p.regains():
		return true
	case from.noted == 0:
		return false
	case m != from.by && (from.unsure || p.made.shift.hides || !from.by.SameFor(p.chat.config.Identity.Person(), m)):
		return true
	}
	return p.brings(from.origins)
}

// brings reports whether one of these events arrives.
func (p *page) brings(these map[event.ID]bool) bool {
	return len(these) > 0 && slices.ContainsFunc(p.arrivals, func(a *arrival) bool {
		return slices.ContainsFunc(a.events, func(e *event.Event) bool { return these[e.ID] })
	})
}

// deletes reports whether this page brings deletions: edits without words before them are not lacked.
func (p *page) deletes() bool {
	return slices.ContainsFunc(p.arrivals, func(a *arrival) bool {
		return slices.ContainsFunc(a.events, func(e *event.Event) bool { return e.Kind == event.KindDelete })
	})
}

// addMute adds what came without words and is owed to us.
func (p *page) addMute(tx *store.Tx, d *lackedDraft) error {
	mute := map[*event.Event]bool{}
	for _, e := range p.made.mute {
		mute[e] = true
	}
	owed, err := p.chat.owingOf(tx, d.by, p.made.mute)
	if err != nil {
		return err
	}
	for _, a := range p.arrivals {
		for _, e := range a.events {
			if mute[e] && owed.isOwed(e) {
				d.add(a.branch, e)
			}
			if e.Kind == event.KindDelete {
				d.takeEdits(a.branch, e.Number)
			}
		}
	}
	maps.Copy(d.origins, owed.awaited(p.made.mute))
	d.unsure = d.unsure || !owed.isSure(p.made.mute)
	return nil
}

// lackedDraft is what is lacked while the next one is made.
type lackedDraft struct {
	*lacked
	cloned map[*branch]bool // whose stretches are no longer those of the one before
}

func draftOf(from *lacked, by *membership.State) *lackedDraft {
	next := *from
	next.by, next.all, next.before = by, maps.Clone(from.all), maps.Clone(from.before)
	next.edits, next.origins = maps.Clone(from.edits), maps.Clone(from.origins)
	return &lackedDraft{&next, map[*branch]bool{}}
}

func (d *lackedDraft) clone(b *branch) {
	if !d.cloned[b] {
		d.cloned[b] = true
		d.all[b], d.edits[b] = slices.Clone(d.all[b]), slices.Clone(d.edits[b])
	}
}

// add adds an event behind those that are there of a branch.
func (d *lackedDraft) add(b *branch, e *event.Event) {
	d.clone(b)
	if len(d.all[b]) == 0 {
		d.before[b] = event.Point{Number: e.Number - 1}
		if e.Number-1 > b.fork {
			d.before[b] = event.Point{Number: e.Number - 1, ID: event.ID(e.Previous)}
		}
	}
	d.all.add(b, span{e.Number, e.Number})
	if e.Kind == event.KindEdit {
		d.edits[b] = append(d.edits[b], e.Number)
	}
}

func (d *lackedDraft) take(b *branch, number uint64) {
	if _, is := stretchOf(d.all[b], number); !is {
		return
	}
	d.clone(b)
	d.all.take(b, number)
	d.edits[b] = slices.DeleteFunc(d.edits[b], func(n uint64) bool { return n == number })
	d.taken++
}

// takeEdits takes out the edits of a branch before a deletion: they may be of what it deletes.
func (d *lackedDraft) takeEdits(b *branch, before uint64) {
	for _, number := range slices.Clone(d.edits[b]) {
		if number < before {
			d.take(b, number)
		}
	}
}

// done looks where branches end now before the first event that is lacked.
func (d *lackedDraft) done(tx *store.Tx) (*lacked, error) {
	for b := range d.cloned {
		if len(d.all[b]) == 0 {
			delete(d.all, b)
			delete(d.before, b)
			delete(d.edits, b)
		} else if err := d.findBefore(tx, b); err != nil {
			return nil, err
		}
	}
	return d.lacked, nil
}

// findBefore looks up the event before the first one that is lacked of a branch.
func (l *lacked) findBefore(tx *store.Tx, b *branch) error {
	at := event.Point{Number: l.all[b][0].first - 1}
	if was, is := l.before[b]; is && was.Number == at.Number {
		return nil
	}
	if at.Number > b.fork {
		ids, err := idsFrom(tx, b, at.Number, at.Number)
		if err != nil {
			return err
		}
		if len(ids) == 1 {
			at.ID = ids[0]
		} else { // the file was altered: less counts
			at.Number = b.fork
		}
	}
	l.before[b] = at
	return nil
}

// end is where a branch ends for who counts nothing from the first event on that is lacked of its history, which has that number.
func (l *lacked) end(b *branch, first uint64) event.Point {
	if first <= b.fork {
		return event.Point{Number: b.fork}
	}
	return l.before[b]
}

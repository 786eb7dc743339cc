package chat

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// page is what one turn of the ledger does to one conversation. Its methods run on the ledger's goroutine: prepare before the transaction, store
// within it, then settle or giveUp.
type page struct {
	chat     *Chat
	v        *conversation
	drafts   []*draft
	arrivals []*arrival
	states   []*arrivedState
	marks    []*readMark
	tolds    []*toldMark
	bygones  []*bygone
	fills    []*fill
	review   bool // of what our state says
	lost     bool // arrivals did not continue what is durable

	own      *branch        // that we write, nil if we do not
	wrote    []*event.Event // ours, in order
	outcomes []outcome
	runs     []event.Run // the same, cut into frames
	ends     map[*branch]event.Point
	made     made
	folding  *folder // once something of this page amends or quotes
}

// made is what the transaction found out or made.
type made struct {
	state    *frame.SignedState // ours, if it changed
	told     frame.State        // what it says
	reading  map[*branch]vector.Mark
	unread   unread // counted anew, if recount
	recount  bool   // something was marked as read or taken back, or mentions others
	marks    []error
	hidden   map[*event.Event]bool // not shown, as the same is here in another log
	swapped  map[*event.Event]bool // takes the place of a re-issue that was shown before
	again    map[*event.Event]bool // re-issues what was told when it came, although that counts no more
	anew     map[*event.Event]bool // takes the place of one that was shown as refused
	reissues int
	fates    map[*event.Event]fate   // what is known already of offers that arrive
	paths    map[*event.Event]string // where what we offer lies
	touched  map[event.ID]*touched   // origins whose amendments are to be looked at
	mentions callers                 // texts that mention our person, and who they are by
	amended  []eventRow              // what is shown of those, with its upshot
	waiting  bool                    // as the conversation's summary
	last     *eventRow               // newest message, if the one that was may have been hidden
	quotes   map[event.ID]*Quote     // by the reply
	starred  map[event.ID]bool       // of those amended
	filled   []*fill                 // events that have their words now
	mute     []*event.Event          // that are noted as being without words
	lacked   *lacked                 // in a room: what is lacked then
	judged   judged                  // what came before without words is for us, or not any more
	tells    bool                    // in a room with closed history: something came that tells for whom the words of others are that came before
	shift    shift                   // in a room: who is a member then
	replaced bool                    // of what is shown as refused something is said again, or it is counted anew
	refused  refusals                // how much of it there is, if replaced
	offers   map[event.ID]bool       // that are refused then; nil: those that were
	turned   []int64                 // messages of ours that are refused by that, or are not any more
}

func newPage(c *Chat, v *conversation) *page {
	return &page{chat: c, v: v, ends: map[*branch]event.Point{}}
}

// prepare drops arrivals that do not continue what is durable, and writes the drafts.
func (p *page) prepare() {
	kept := p.arrivals[:0]
	for _, a := range p.arrivals {
		if !p.continues(a) {
			p.v.forget(a)
			p.lost = true
			p.chat.giveShareBack(p.v, a.events)
			p.chat.dropped("events that do not continue what is stored")
			if a.branch.log.Peer == p.chat.self() {
				p.chat.askAll(p.v)
			}
			continue
		}
		p.ends[a.branch] = event.PointOf(a.events[len(a.events)-1])
		kept = append(kept, a)
	}
	p.arrivals = kept
	if len(p.drafts) > 0 {
		p.write()
	}
}

func (p *page) continues(a *arrival) bool {
	end := p.end(a.branch)
	if base := a.branch.base; base != nil && p.end(base).Number < a.branch.fork {
		return false
	}
	first := a.events[0]
	return first.Number == end.Number+1 && (first.Number == 1 || sameID(first.Previous, end.ID))
}

// end returns where a branch ends once this page is stored.
func (p *page) end(b *branch) event.Point {
	if to, ok := p.ends[b]; ok {
		return to
	}
	p.v.mu.Lock()
	defer p.v.mu.Unlock()
	return b.kept
}

// write turns drafts into events of our log and signs them. What a draft cannot write does not hold up the others.
func (p *page) write() {
	p.v.mu.Lock()
	p.own = p.v.pen.branch
	seen := p.v.lamport
	p.v.mu.Unlock()
	if r := p.v.room; r != nil && r.flows.any() {
		seen = max(seen, r.late()) // what we do not take was said before this all the same
	}
	if p.v.worn(p.own, time.Now()) {
		p.v.writesNoMore(p.own.log)
		p.own = nil
	}
	if p.own == nil {
		p.own = p.chat.newBranch(vector.Log{Peer: p.chat.self(), ID: vector.NewLogID()}, nil, event.Point{})
	}
	end := p.end(p.own)
	base := event.Header{Conversation: p.v.id[:], Peer: p.own.log.Peer, Log: p.own.log.ID, Time: max(time.Now().UnixMilli(), p.v.notBefore(p.own))}
	under := p.headsNow()
	p.drafts = append(mergesFor(under), p.drafts...)
	p.introduce(end)
	for _, d := range p.drafts {
		out := outcome{branch: p.own}
		for _, w := range d.writings {
			base.Membership, base.Kind, base.Again, base.Edits, base.Anew = under.Name(), w.kind, w.again, w.edits, 0
			if w.anew {
				base.Anew = 1
			}
			e, err := base.Next(end, max(seen, w.after), w.body)
			if err = cmp.Or(err, untangled(under, w.kind)); err != nil {
				out.err = fmt.Errorf("write a message: %w", err)
				break
			}
			end, seen = event.PointOf(e), max(seen, e.Lamport)
			under.Wrote(e)
			out.events = append(out.events, e)
		}
		p.wrote = append(p.wrote, out.events...)
		p.outcomes = append(p.outcomes, out)
	}
	if len(p.wrote) > 0 {
		p.ends[p.own] = end
		p.runs = event.Runs(p.wrote, p.chat.config.Identity)
	}
}

// store writes everything, and the state that tells others what is durable then.
func (p *page) store(tx *store.Tx) error {
	p.made = made{reading: map[*branch]vector.Mark{}, hidden: map[*event.Event]bool{}, mentions: callers{}, again: map[*event.Event]bool{}, anew: map[*event.Event]bool{}, swapped: map[*event.Event]bool{},
		fates: map[*event.Event]fate{}, paths: map[*event.Event]string{}, touched: map[event.ID]*touched{}, quotes: map[event.ID]*Quote{}, starred: map[event.ID]bool{}}
	if p.folding != nil {
		p.folding.unnoted, p.folding.mentions, p.folding.regains = nil, false, false
	}
	if err := p.storeRows(tx); err != nil {
		return err
	}
	for _, a := range p.arrivals {
		for _, e := range a.events {
			if err := p.storeEvent(tx, a.branch, e); err != nil {
				return err
			}
		}
	}
	if err := p.storeDrafts(tx); err != nil {
		return err
	}
	if err := p.storeBygones(tx); err != nil {
		return err
	}
	if err := p.storeFills(tx); err != nil {
		return err
	}
	if err := p.shiftMembers(tx); err != nil {
		return fmt.Errorf("work out who is %s: %w", p.v.in(), err)
	}
	if err := p.storeGaps(tx); err != nil {
		return err
	}
	if err := p.amend(tx); err != nil {
		return err
	}
	if err := errors.Join(p.storeCame(tx), p.storeFlows(tx)); err != nil {
		return err
	}
	for _, t := range p.tolds {
		if err := t.store(tx); err != nil {
			return err
		}
	}
	for _, s := range p.states {
		if err := putState(tx, p.v, s.peer, s.counter, s.signed); err != nil {
			return err
		}
	}
	if err := p.storeMarks(tx); err != nil {
		return err
	}
	if err := p.storeLacked(tx); err != nil {
		return err
	}
	return p.storeState(tx)
}

// storeRows makes the rows of the conversation and of new branches, a base before what forks from it.
func (p *page) storeRows(tx *store.Tx) error {
	if !p.v.stored && (!p.storesNothing() || p.v.outdone()) {
		if err := insertConversation(tx, p.v); err != nil {
			return err
		}
	}
	var rows []*branch
	for _, a := range p.arrivals {
		rows = append(rows, a.branch)
	}
	if len(p.wrote) > 0 {
		rows = append(rows, p.own)
	}
	inserted := map[*branch]bool{}
	for _, b := range rows {
		if b.stored || inserted[b] {
			continue
		}
		inserted[b] = true
		if err := insertBranch(tx, p.v, b); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) storesNothing() bool {
	return len(p.wrote)+len(p.arrivals)+len(p.states)+len(p.bygones) == 0
}

func (p *page) storeEvent(tx *store.Tx, b *branch, e *event.Event) error {
	if len(e.Again) > 0 {
		p.made.reissues++
	}
	hidden, err := p.standing(tx, e, place(b, e.Number))
	if err != nil {
		return err
	}
	p.made.hidden[e] = hidden || e.Dropped() || p.v.displaced(e) || p.v.shuts(e.Peer)
	if err := insertEvent(tx, p.v, b, e, p.chat.arrival(tx, b), hidden); err != nil {
		return err
	}
	if p.v.displaced(e) {
		return nil // it means nothing there
	}
	p.noteShift(e)
	if err := p.noteMentions(tx, b, e); err != nil {
		return err
	}
	if err := p.touch(tx, b, e); err != nil {
		return fmt.Errorf("look for what amends event %d of log %s: %w", e.Number, b.log.ID, err)
	}
	return p.storeFile(tx, b, e)
}

// standing finds out whether an event is not shown, as the same is here in another log, or takes the place of what re-issues it.
func (p *page) standing(tx *store.Tx, e *event.Event, at int64) (hidden bool, err error) {
	switch {
	case len(e.Again) > 0:
		if hidden, err = unshown(tx, e.Again, at); err != nil {
			return false, fmt.Errorf("look for what event %d of log %s re-issues: %w", e.Number, e.Log, err)
		}
		if !hidden {
			if p.made.anew[e], err = replaceRefused(tx, p.v, event.ID(e.Again)); err != nil {
				return false, fmt.Errorf("hide what event %d of log %s says again: %w", e.Number, e.Log, err)
			}
			p.made.replaced = p.made.replaced || p.made.anew[e]
		}
		_, p.made.again[e], err = placeOf(tx, event.ID(e.Again))
	case p.v.reissues()+p.made.reissues > 0 && !e.Dropped(): // without words it takes nobody's place
		if p.made.swapped[e], err = unhide(tx, e.ID); err != nil {
			return false, fmt.Errorf("look for what re-issues event %d of log %s: %w", e.Number, e.Log, err)
		}
	}
	return hidden, err
}

func (p *page) storeDrafts(tx *store.Tx) error {
	for i, d := range p.drafts {
		for j, e := range p.outcomes[i].events {
			if path := d.writings[j].path; path != "" {
				p.made.paths[e] = path
			}
			if err := p.storeEvent(tx, p.own, e); err != nil {
				return err
			}
			if with := d.writings[j].with; with != nil {
				if err := with(tx, e, place(p.own, e.Number)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// storeMarks raises how far our person has read, and counts what they have not.
func (p *page) storeMarks(tx *store.Tx) error {
	p.made.marks = make([]error, len(p.marks))
	if len(p.marks) == 0 && !p.made.recount {
		return nil
	}
	views := p.foreign()
	for i, m := range p.marks {
		p.made.recount = p.made.recount || m.anew
		reached, err := m.direct, error(nil)
		if reached == nil {
			reached, err = readUpTo(tx, p.v, views, m.upTo)
		}
		if err != nil {
			p.made.marks[i] = err
			continue
		}
		for b, mark := range reached {
			if mark.Number > max(p.v.readTo(b), p.made.reading[b].Number) {
				p.made.reading[b] = mark
			}
		}
	}
	for b, mark := range p.made.reading {
		if err := putRead(tx, b, mark.Number); err != nil {
			return err
		}
	}
	var err error
	p.made.recount = p.made.recount || len(p.made.reading) > 0
	p.made.unread, err = p.chat.unreadOf(tx, p.v, views, p.made.reading, p.members())
	return err
}

// foreign returns the branches of others, as they will be when this page is stored.
func (p *page) foreign() []view {
	views := p.chat.foreign(p.v)
	known := map[*branch]bool{}
	for i := range views {
		if to, ok := p.ends[views[i].branch]; ok {
			views[i].kept = to
		}
		known[views[i].branch] = true
	}
	for _, a := range p.arrivals {
		if !known[a.branch] && a.branch.log.Peer != p.chat.self() {
			known[a.branch] = true
			views = append(views, view{branch: a.branch, kept: p.ends[a.branch]})
		}
	}
	return views
}

// storeState makes and stores our new state when there is more to say than in the last one.
func (p *page) storeState(tx *store.Tx) error {
	if p.v.room != nil && p.made.judged.goesOn {
		return nil // it would tell as delivered what may turn out to be lacked
	}
	if p.v.office != nil || len(p.arrivals)+len(p.made.reading)+len(p.made.filled) == 0 && p.made.shift.now == nil && !p.review && !p.v.outdone() {
		return nil
	}
	at, err := p.standsNow(tx)
	if err != nil {
		return fmt.Errorf("look for what we told %s: %w", p.v.in(), err)
	}
	s, news := p.v.nextState(p.chat.self(), at, p.made.reading, p.chat.secretive())
	if !news {
		return nil
	}
	signed, err := s.Sign(p.chat.config.Identity)
	if err != nil {
		return err
	}
	p.made.state, p.made.told = &signed, s
	return putState(tx, p.v, s.Peer, s.Counter, signed)
}

package chat

import (
	"errors"
	"slices"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// amend changes a message as its amendments say; self is our person.
func (m *Message) amend(u *amend.Upshot, self identity.PersonID) {
	if u.Deleted {
		m.Deleted, m.Opaque, m.Gone, m.Text, m.File, m.Reply, m.Mentions, m.Groups, m.From, m.Hook = true, false, false, "", nil, nil, nil, nil, "", ""
		return
	}
	if u.Edits > 0 && !m.Opaque {
		m.Text, m.Mentions, m.Groups, m.Edits, m.Edited = u.Text, u.Mentions, u.Groups, u.Edits, time.UnixMilli(u.Time)
	}
	m.Pinned, m.Reacted, m.RefusedEdits, m.RefusedDeletion = u.Pinned, u.More, u.RefusedEdits, u.RefusedDeletion
	for _, r := range u.Emoji {
		one := Reaction{Emoji: r.Emoji, Count: r.Count, By: r.By}
		for _, by := range r.By {
			one.Mine = one.Mine || by == self
		}
		m.Reactions = append(m.Reactions, one)
	}
}

// folder returns what works out upshots, also for branches that this page begins.
func (p *page) folder() *folder {
	if p.folding != nil {
		return p.folding
	}
	branches := p.v.branchKeys()
	if p.own != nil {
		branches[p.own.key] = p.own
	}
	for _, a := range p.arrivals {
		branches[a.branch.key] = a.branch
	}
	p.folding = &folder{chat: p.chat, v: p.v, branches: branches}
	return p.folding
}

// touch notes the origins for which an event just stored changes what is shown.
func (p *page) touch(tx *store.Tx, b *branch, e *event.Event) error {
	origin := e.ID
	if len(e.Again) > 0 {
		origin = event.ID(e.Again)
		if err := retarget(tx, p.v, e.ID, e.Again); err != nil {
			return err
		}
	}
	if e.Kind.Amends() {
		return p.touchNamed(tx, b, e)
	}
	if len(e.Again) == 0 && !p.made.swapped[e] && !p.v.awaits() && len(p.made.touched) == 0 {
		return nil // the usual case: nobody can have said anything about it
	}
	is, err := isAmended(tx, p.v, origin)
	if is {
		p.touched(origin).anew = true
	}
	p.made.tells = p.made.tells || (is || p.made.swapped[e]) && p.v.closed()
	return err
}

// touched is what a page brings for one origin.
type touched struct {
	fresh []amend.Amendment // that came
	anew  bool              // something else changed: all amendments have to be looked at
}

func (p *page) touched(origin event.ID) *touched {
	t := p.made.touched[origin]
	if t == nil {
		t = &touched{}
		p.made.touched[origin] = t
	}
	return t
}

// touchNamed takes an amendment.
func (p *page) touchNamed(tx *store.Tx, b *branch, e *event.Event) error {
	a, err := p.folder().storeAmendment(tx, place(b, e.Number), e)
	if err != nil || a.Named == (event.ID{}) {
		return err
	}
	a.At, a.Origin, a.Time, a.By = e.Position(), e.ID, e.Time, p.chat.personIn(p.v, b.log.Peer)
	t := p.touched(a.Named)
	t.fresh, t.anew = append(t.fresh, a), t.anew || len(e.Again) > 0
	return nil
}

// awaits reports whether amendments wait for what they name.
func (v *conversation) awaits() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.summary.waiting
}

// amend works out what the amendments come to that this page touches, and what the replies of it quote.
func (p *page) amend(tx *store.Tx) error {
	if err := errors.Join(p.amendTouched(tx), p.addTurned(tx), p.starAmended(tx), p.recountRefused(tx), p.refuseOffers(tx)); err != nil {
		return err
	}
	other := p.made.shift.hides || len(p.made.filled) > 0 || slices.ContainsFunc(p.made.amended, func(r eventRow) bool { return r.upshot.Deleted })
	for _, is := range p.made.swapped {
		other = other || is
	}
	if other { // than what is only amended: another message may be the newest
		var err error
		if p.made.last, err = lastOf(tx, p.v, p.folder().branches); err != nil {
			return err
		}
	}
	return p.quote(tx)
}

func (p *page) amendTouched(tx *store.Tx) (err error) {
	if len(p.made.touched) == 0 {
		return nil
	}
	f := p.folder()
	for origin, t := range p.made.touched {
		row, here, err := f.refold(tx, origin, t)
		if err != nil {
			return err
		}
		if here {
			p.made.amended = append(p.made.amended, row)
			p.made.recount = p.made.recount || row.upshot.Deleted || f.mentions
		}
	}
	p.made.waiting, err = waits(tx, p.v)
	return err
}

// starAmended finds out which of those that are told anew our person starred.
func (p *page) starAmended(tx *store.Tx) error {
	if len(p.made.amended) == 0 {
		return nil
	}
	messages := make([]Message, len(p.made.amended))
	for i := range messages {
		messages[i].ID = p.made.amended[i].id
	}
	err := star(tx, messages)
	for _, m := range messages {
		p.made.starred[m.ID] = m.Starred
	}
	return err
}

// messageOf is what people see of an event of this page.
func (p *page) messageOf(b *branch, e *event.Event) *Message {
	for i := range p.made.amended {
		if row := &p.made.amended[i]; row.id == e.ID {
			return p.messageOfRow(row)
		}
	}
	return p.quoting(p.chat.messageOf(p.v, b, e))
}

func (p *page) messageOfRow(row *eventRow) *Message { return p.quoting(p.chat.messageOfRow(p.v, row)) }

// quoting gives a reply what it quotes.
func (p *page) quoting(m *Message) *Message {
	if q := p.made.quotes[m.ID]; q != nil && m.Reply != nil {
		m.Reply = q
	}
	return m
}

// setLast brings the conversation's newest message up to date after one was hidden, or came without its body and is shown as deleted.
func (p *page) setLast() {
	if p.made.last == nil && !p.made.shift.hides {
		return
	}
	var m *Message
	if p.made.last != nil {
		m = p.messageOfRow(p.made.last)
	}
	p.v.mu.Lock()
	defer p.v.mu.Unlock()
	if m == nil {
		p.v.summary.last, p.v.summary.at = nil, event.Position{}
		return
	}
	p.v.summary.last, p.v.summary.at = m, p.made.last.position()
}

// tellAmended tells messages whose amendments are different now.
func (p *page) tellAmended() {
	for i := range p.made.amended {
		m := p.messageOfRow(&p.made.amended[i])
		m.Starred = p.made.starred[m.ID] && !m.Deleted
		if m.Kind == event.KindFile && m.Deleted {
			p.chat.files.takenBack(m.ID)
		}
		p.v.replaceLast(m)
		p.chat.news.change(Change{Amended: m})
	}
}

// replaceLast changes the conversation's last message, if this is it.
func (v *conversation) replaceLast(m *Message) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.summary.last != nil && v.summary.last.ID == m.ID {
		v.summary.last = m
	}
}

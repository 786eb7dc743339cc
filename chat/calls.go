package chat

import (
	"context"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Send writes texts into a conversation, in order. They are durable when it returns, all of them or none, and are pushed at once to who is here. The
// error says what is wrong with the first text that is no text (see event.CheckText), with the person, or with the disk.
func (c *Chat) Send(ctx context.Context, to event.ConversationID, texts ...string) ([]Message, error) {
	writings := make([]writing, len(texts))
	for i, text := range texts {
		if err := event.CheckText(text); err != nil {
			return nil, err
		}
		body, err := wire.Marshal(event.Text{Text: text})
		if err != nil {
			return nil, err
		}
		writings[i] = writing{kind: event.KindText, body: body}
	}
	v, err := c.reachable(ctx, to)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	return c.write(ctx, v, writings)
}

// reachable returns a conversation into which our person may write.
func (c *Chat) reachable(ctx context.Context, to event.ConversationID) (*conversation, error) {
	v, err := c.lookup(ctx, to)
	if err != nil {
		return nil, err
	}
	if v.office != nil {
		return nil, ErrOffice
	}
	return v, c.mayWrite(v)
}

// MayWrite returns nil if our person may write into a conversation now, else the error with which Send would be refused.
func (c *Chat) MayWrite(ctx context.Context, in event.ConversationID) error {
	_, err := c.reachable(ctx, in)
	return err
}

// mayWrite returns nil if our person may write into a conversation.
func (c *Chat) mayWrite(v *conversation) error {
	if v.office != nil {
		return c.mayAnnounce(v, 0)
	}
	if v.room != nil {
		if !v.room.members().Has(c.config.Identity.Person()) {
			return ErrNoMember
		}
		return nil
	}
	if v.with == c.config.Identity.Person() {
		return ErrSelf
	}
	machines := c.config.Roster.Machines(v.with)
	if len(machines) == 0 {
		return ErrStranger
	}
	for _, m := range machines {
		if p, ok := c.config.Roster.Get(m); ok && p.Trust == peer.Blocked {
			return ErrBlocked
		}
	}
	return nil
}

// Direct returns the ID of the conversation with a person, by which it is known from then on. It does not wait for what Load reads and is not to be called before.
func (c *Chat) Direct(with identity.PersonID) event.ConversationID { return c.conversation(with).id }

// lookup returns a conversation once all are in memory; ErrNoConversation if there is none with this ID.
func (c *Chat) lookup(ctx context.Context, id event.ConversationID) (*conversation, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	if v := c.known(id); v != nil && !c.gone(v) {
		return v, nil
	}
	return nil, ErrNoConversation
}

// write writes what our person does, by which they open the conversation.
func (c *Chat) write(ctx context.Context, v *conversation, writings []writing) ([]Message, error) {
	if err := c.opened(ctx, v); err != nil {
		return nil, err
	}
	return c.enter(ctx, v, writings)
}

// enter hands events to the ledger and waits until they are durable. By itself it is for what the program writes unasked: that opens no room.
func (c *Chat) enter(ctx context.Context, v *conversation, writings []writing) ([]Message, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	d := &draft{in: v, writings: writings, done: make(chan outcome, 1)}
	if err := c.ledger.add(func(b *batch) { b.drafts = append(b.drafts, d) }); err != nil {
		return nil, err
	}
	var out outcome
	select {
	case out = <-d.done:
	case <-ctx.Done(): // it may be stored all the same
		return nil, context.Cause(ctx)
	}
	if out.err != nil {
		return nil, fmt.Errorf("write %s: %w", v.in(), out.err)
	}
	messages := make([]Message, len(out.events))
	for i, e := range out.events {
		messages[i] = *c.messageOf(v, out.branch, e)
	}
	return messages, nil
}

// MarkRead marks a message of a conversation and everything before it as read; the zero ID means everything. A message that arrives
// late stays unread, though its place is before.
func (c *Chat) MarkRead(ctx context.Context, in event.ConversationID, upTo event.ID) (Conversation, error) {
	v, err := c.lookup(ctx, in)
	if err != nil {
		return Conversation{}, err
	}
	if err := c.opened(ctx, v); err != nil {
		return Conversation{}, err
	}
	if _, err := v.ghostsHandedOver(ctx); err != nil { // a mark is stored behind what it marks
		return Conversation{}, err
	}
	m := &readMark{in: v, upTo: upTo, done: make(chan error, 1)}
	if err := c.ledger.add(func(b *batch) { b.marks = append(b.marks, m) }); err != nil {
		return Conversation{}, err
	}
	select {
	case err := <-m.done:
		if err != nil {
			return Conversation{}, fmt.Errorf("mark what is %s as read: %w", v.in(), err)
		}
	case <-ctx.Done():
		return Conversation{}, context.Cause(ctx)
	}
	row := c.row(v)
	if row.Marked {
		return c.decide(ctx, in, func(m *Mine) { m.Marked = false })
	}
	return row, nil
}

// Conversations returns every conversation in which something was said, and every room that our person is or was a member of, the newest first. A room in which nothing
// was said, and that ended for them before they opened it, is left out, and so is one into which somebody brought them whom they blocked (see shun.go): who brings others into rooms and removes them leaves nothing on their lists.
func (c *Chat) Conversations(ctx context.Context) ([]Conversation, error) {
	return c.rows(ctx, func(_ *conversation, row Conversation) bool {
		return row.Last != nil || row.Room != nil && (row.Room.Member || row.Room.Ended != nil && !row.Room.Unopened)
	})
}

// Rooms returns every room that our person is or was a member of, the newest first: also those that ended before they were opened, so that each can be named and forgotten.
func (c *Chat) Rooms(ctx context.Context) ([]Conversation, error) {
	return c.rows(ctx, func(v *conversation, row Conversation) bool {
		return row.Room != nil && (row.Last != nil || v.room.members().Ever(c.config.Identity.Person()))
	})
}

// rows returns the rows of those conversations that are wanted, the newest first.
func (c *Chat) rows(ctx context.Context, wanted func(*conversation, Conversation) bool) ([]Conversation, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	var rows []Conversation
	for _, v := range c.all() {
		if c.hides(v) {
			continue
		}
		if row := c.row(v); wanted(v, row) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Conversation) int {
		if n := b.Time().Compare(a.Time()); n != 0 {
			return n
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	return rows, nil
}

// Conversation returns the row of a conversation; without messages it has no Last.
func (c *Chat) Conversation(ctx context.Context, id event.ConversationID) (Conversation, error) {
	v, err := c.lookup(ctx, id)
	if err != nil {
		return Conversation{}, err
	}
	return c.row(v), nil
}

// Known reports whether there is a conversation with this ID.
func (c *Chat) Known(id event.ConversationID) bool {
	v := c.known(id)
	return v != nil && !c.gone(v)
}

// Person returns the other person of a direct conversation; false for all others.
func (c *Chat) Person(in event.ConversationID) (identity.PersonID, bool) {
	v := c.known(in)
	if v == nil || !v.direct() {
		return identity.PersonID{}, false
	}
	return v.with, true
}

// row is the conversation as the list shows it, with the present states of its last message.
func (c *Chat) row(v *conversation) Conversation {
	row := Conversation{ID: v.id, With: v.with, Room: c.roomOf(v), Office: v.office != nil, Mentioned: c.isMentioned(v)}
	v.mu.Lock()
	row.Unread, row.Mine = v.summary.unread.count, v.mine
	var last Message
	var b *branch
	at, spoken := v.summary.at, v.summary.last != nil
	if spoken {
		last, b = *v.summary.last, v.branchLocked(at)
		last.Reply = nil // what it quotes may be another by now
		last.Unread = !last.Mine && !last.Deleted && !v.readLocked(b, at.Number)
	}
	v.mu.Unlock()
	if spoken {
		if last.Mine && !last.Refused {
			last.States = c.statesOf(v, b, at)
			if v.office != nil {
				last.Reach = c.reachOf(v, b, at.Number, at.ID)
			}
		}
		row.Last = &last
	}
	return row
}

// branchLocked returns the branch that holds an event.
func (v *conversation) branchLocked(at event.Position) *branch {
	for _, b := range v.branches[at.Log] {
		if id, ok := b.recentLocked(at.Number); ok && id == at.ID && at.Number > b.fork {
			return b
		}
	}
	branches := v.branches[at.Log]
	if len(branches) == 0 {
		return nil
	}
	return branches[0]
}

// conversation returns the conversation with a person, made in memory if it is new.
func (c *Chat) conversation(with identity.PersonID) *conversation {
	id := event.DirectID(c.config.Identity.Person(), with)
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.conversations[id]
	if v == nil {
		c.keys.conversation++
		v = newConversation(id, c.keys.conversation, with)
		c.conversations[id] = v
	}
	return v
}

func (c *Chat) all() []*conversation {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]*conversation, 0, len(c.conversations))
	for _, v := range c.conversations {
		all = append(all, v)
	}
	return all
}

// newBranch makes a branch in memory that begins after at, on base or, if that is nil, as a new log.
func (c *Chat) newBranch(log vector.Log, base *branch, at event.Point) *branch {
	c.mu.Lock()
	c.keys.branch++
	b := &branch{key: c.keys.branch, log: log, tip: at, kept: at}
	c.mu.Unlock()
	if base != nil {
		b.base, b.fork = base.owner(at.Number), at.Number
	}
	return b
}

// foreign returns the branches that others wrote.
func (c *Chat) foreign(v *conversation) []view {
	return slices.DeleteFunc(v.allViews(), func(w view) bool { return c.config.Roster.PersonOf(w.log.Peer) == c.config.Identity.Person() })
}

// branchOf finds a branch by its key in the database.
func (c *Chat) branchOf(key int64) (*conversation, *branch) {
	for _, v := range c.all() {
		if b := v.branchKeys()[key]; b != nil {
			return v, b
		}
	}
	return nil, nil
}

package chat

import (
	"context"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// NewRoom is a room to be made.
type NewRoom struct {
	Name          string
	With          []identity.PersonID // members from the beginning, beside our person
	Open          bool                // anybody in the office finds and joins it
	ClosedHistory bool                // who comes later does not get what was written before
}

// Room is what a conversation has that is a room.
type Room struct {
	Name           string
	Open           bool
	ClosedHistory  bool
	Creator        identity.PersonID
	Made           time.Time
	Members        []Member           // sorted by person
	Member         bool               // our person is one
	Groups         []membership.Group // to mention, in the order in which their names came up
	Ended          *RoomEnd           // how our person's part ended; nil while they are a member, or never were one
	InvitedBy      identity.PersonID  // who brought our person in; zero if they made the room, or came by themselves
	Unopened       bool               // InvitedBy brought our person in, who never opened it
	Refused        int                // messages of our person that only they are shown: see Message.Refused
	RefusedChanges RefusedChanges     // and what else of theirs was refused
	Quiet          bool               // it makes no notice until it is opened: InvitedBy is somebody to whom our person never wrote
}

// RoomEnd is how somebody's part in a room ended.
type RoomEnd struct {
	What string // left, removed
	By   identity.PersonID
	Time time.Time
}

// Member is a person who is in a room.
type Member struct {
	Person    identity.PersonID
	MayRemove bool // other members
	Waits     bool // of whom very much came: more of theirs is not taken until our person says so (Chat.More)
}

// CreateRoom makes a room of which our person and those named are members at once.
func (c *Chat) CreateRoom(ctx context.Context, r NewRoom) (Conversation, error) {
	if err := c.loaded(ctx); err != nil {
		return Conversation{}, err
	}
	if len(r.With)+1 > membership.MaxMembers {
		return Conversation{}, ErrFullRoom
	}
	invites := make([]writing, 0, len(r.With))
	for _, who := range r.With {
		w, err := c.invitation(who)
		if err != nil {
			return Conversation{}, err
		}
		invites = append(invites, w)
	}
	title, err := titleOf(r.Name)
	if err != nil {
		return Conversation{}, err
	}
	made, err := membership.Found(c.config.Identity, c.ownLists(), c.config.Roster.Self().Name, membership.Draft{Title: title, Open: r.Open, ClosedHistory: r.ClosedHistory, Time: time.Now()})
	if err != nil {
		return Conversation{}, err
	}
	v := c.addRoom(made)
	if err := c.storeRoom(ctx, v); err != nil {
		return Conversation{}, err
	}
	if len(invites) > 0 {
		if _, err := c.write(ctx, v, invites); err != nil {
			return Conversation{}, err
		}
	}
	c.shiftNow(v)
	c.news.conversation(v)
	return c.row(v), nil
}

// storeRoom makes the row of a room in which nothing was said yet.
func (c *Chat) storeRoom(ctx context.Context, v *conversation) error {
	err := c.config.DB.Write(ctx, func(tx *store.Tx) error {
		v.mu.Lock()
		stored := v.stored
		v.mu.Unlock()
		if stored {
			return nil
		}
		tx.AfterCommit(func() {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.stored = true
		})
		return insertConversation(tx, v)
	})
	if err != nil {
		return fmt.Errorf("keep the room: %w", err)
	}
	return nil
}

// invitation makes the change by which somebody becomes a member.
func (c *Chat) invitation(who identity.PersonID) (writing, error) {
	if who == c.config.Identity.Person() {
		return writing{}, ErrSelf
	}
	machines := c.config.Roster.Machines(who)
	lists, listed := c.config.Roster.PersonLists(who)
	if len(machines) == 0 || !listed {
		return writing{}, ErrStranger
	}
	if event.SizeOfLists(lists) > event.MaxLists {
		return writing{}, event.ErrManyLists
	}
	row, _ := c.config.Roster.Get(machines[0])
	if row.Trust == peer.Blocked {
		return writing{}, ErrBlocked
	}
	return change(event.KindInvite, membership.Body{Who: &who, Name: row.Name, List: &lists[0], Later: lists[1:]})
}

// change makes an event that changes members.
func change(kind event.Kind, b membership.Body) (writing, error) {
	body, err := wire.Marshal(b)
	if err != nil {
		return writing{}, err
	}
	if _, err := membership.Read(kind, identity.PersonID{}, body); err != nil && kind != event.KindJoin { // the author of a joining is in its list
		return writing{}, fmt.Errorf("write who is a member: %w", err)
	}
	return writing{kind: kind, body: body}, nil
}

// roomFor returns a room of which our person is a member.
func (c *Chat) roomFor(ctx context.Context, id event.ConversationID) (*conversation, *membership.State, error) {
	v, err := c.lookup(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if v.room == nil {
		return nil, nil, ErrNoRoom
	}
	return v, v.room.members(), c.mayWrite(v)
}

// shape writes a change into a room and returns the room as it is then; ErrManyChanges for one that would not take part.
func (c *Chat) shape(ctx context.Context, v *conversation, w writing, err error) (Conversation, error) {
	switch {
	case err != nil:
		return Conversation{}, err
	case w.kind != event.KindLeave && v.room.members().Free(w.kind, c.config.Identity.Person()) <= 0:
		return Conversation{}, ErrManyChanges
	}
	sent, err := c.write(ctx, v, []writing{w})
	if err != nil {
		return Conversation{}, err
	}
	if !v.room.members().Here(sent[0].ID) { // others changed the room meanwhile
		return Conversation{}, ErrManyChanges
	}
	return c.row(v), nil
}

// Invite makes somebody a member, at once.
func (c *Chat) Invite(ctx context.Context, room event.ConversationID, who identity.PersonID) (Conversation, error) {
	v, m, err := c.roomFor(ctx, room)
	switch {
	case err != nil:
		return Conversation{}, err
	case m.Has(who):
		return Conversation{}, ErrAlready
	case len(m.Members()) >= membership.MaxMembers:
		return Conversation{}, ErrFullRoom
	}
	w, err := c.invitation(who)
	return c.shape(ctx, v, w, err)
}

// Leave ends our person's part in a room. It lasts until somebody who knows of it invites them again.
func (c *Chat) Leave(ctx context.Context, room event.ConversationID) (Conversation, error) {
	v, _, err := c.roomFor(ctx, room)
	if err != nil {
		return Conversation{}, err
	}
	w, err := change(event.KindLeave, membership.Body{})
	return c.shape(ctx, v, w, err)
}

// Remove ends a member's part in a room: they get nothing that is written by anybody who knows of it. Only the room's creator may, and whom they named.
func (c *Chat) Remove(ctx context.Context, room event.ConversationID, who identity.PersonID) (Conversation, error) {
	v, m, err := c.roomFor(ctx, room)
	self := c.config.Identity.Person()
	one, is := m.Member(who)
	ours, _ := m.Member(self)
	switch {
	case err != nil:
		return Conversation{}, err
	case who == self:
		return Conversation{}, ErrSelf
	case !is:
		return Conversation{}, ErrNotIn
	case !ours.Entrusted || who == m.Creator || one.Entrusted && self != m.Creator:
		return Conversation{}, ErrNotRemover
	}
	if err := c.ledger.settled(ctx); err != nil { // what is stored and shown already is to count
		return Conversation{}, err
	}
	w, err := change(event.KindRemove, membership.Body{Who: &who, Cuts: c.cutsOf(v, who)})
	return c.shape(ctx, v, w, err)
}

// cutsOf is what counts of all logs of somebody: what is here now.
func (c *Chat) cutsOf(v *conversation, who identity.PersonID) []membership.Cut {
	last := map[vector.Log]uint64{}
	for _, w := range v.allViews() {
		if c.config.Roster.PersonOf(w.log.Peer) == who {
			last[w.log] = max(last[w.log], w.counts())
		}
	}
	var cuts []membership.Cut
	for log, number := range last {
		if len(cuts) < membership.MaxCuts {
			cuts = append(cuts, membership.Cut{Peer: log.Peer, Log: log.ID, Number: number})
		}
	}
	return cuts
}

// Rename gives a room another name, for everybody.
func (c *Chat) Rename(ctx context.Context, room event.ConversationID, to string) (Conversation, error) {
	v, m, err := c.roomFor(ctx, room)
	if err != nil {
		return Conversation{}, err
	}
	clean, err := titleOf(to)
	if err != nil {
		return Conversation{}, err
	}
	if clean == m.Title() {
		return c.row(v), nil
	}
	w, err := change(event.KindRename, membership.Body{Name: clean})
	return c.shape(ctx, v, w, err)
}

// Entrust lets a member remove others. Only the room's creator may.
func (c *Chat) Entrust(ctx context.Context, room event.ConversationID, who identity.PersonID) (Conversation, error) {
	v, m, err := c.roomFor(ctx, room)
	one, is := m.Member(who)
	switch {
	case err != nil:
		return Conversation{}, err
	case m.Creator != c.config.Identity.Person():
		return Conversation{}, ErrNotCreator
	case !is:
		return Conversation{}, ErrNotIn
	case one.Entrusted:
		return c.row(v), nil
	}
	w, err := change(event.KindEntrust, membership.Body{Who: &who})
	return c.shape(ctx, v, w, err)
}

// roomOf is a room as people see it, nil for a direct conversation.
func (c *Chat) roomOf(v *conversation) *Room {
	if v.room == nil {
		return nil
	}
	m, self := v.room.members(), c.config.Identity.Person()
	r := &Room{Name: m.Title(), Open: m.Open == 1, ClosedHistory: m.Closed == 1, Creator: m.Creator, Made: time.UnixMilli(m.Time), Member: m.Has(self),
		Members: make([]Member, 0, len(m.Members())), Ended: endOf(m, self), InvitedBy: m.Inviter(self), Unopened: v.room.unopened.is.Load(), Quiet: v.room.isQuiet(), Groups: m.Groups()}
	v.mu.Lock()
	r.Refused, r.RefusedChanges = v.summary.refused.messages, v.summary.refused.changes
	v.mu.Unlock()
	for _, who := range m.Members() {
		one, _ := m.Member(who)
		r.Members = append(r.Members, Member{Person: who, MayRemove: one.Entrusted, Waits: v.room.flows.holds(who)})
	}
	return r
}

// endOf tells how somebody's part ended; nil for a member, and for who never was one.
func endOf(m *membership.State, who identity.PersonID) *RoomEnd {
	end := m.End(who)
	if end == nil {
		return nil
	}
	return &RoomEnd{What: end.What(), By: end.By, Time: time.UnixMilli(end.Time)}
}

package chat

import (
	"context"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// Rooms that are open to the office are told to everybody by their members.

// OpenRoom is a room of which our person is no member and which they may join.
type OpenRoom struct {
	ID      event.ConversationID
	Name    string
	Members int
	Creator identity.PersonID
	Called  string              // the creator, as they called themselves
	By      []identity.PersonID // who told of it
	Made    time.Time           // by the creator's clock

	ClosedHistory bool // who joins does not get what was written before
}

// takeRooms notes which rooms the other side of a link tells of.
func (c *Chat) takeRooms(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	all, err := frame.ReadRooms(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	c.mu.Lock()
	before := c.offers[l.ID()]
	c.offers[l.ID()] = all
	c.mu.Unlock()
	if !slices.EqualFunc(before, all, func(a, b frame.OpenRoom) bool { return a.ID == b.ID && a.Title == b.Title && a.Members == b.Members }) {
		c.news.openRooms()
	}
	if c.isInUse(l) {
		c.exchangeOffered(l, all)
	}
	context.AfterFunc(l.Context(), func() {
		c.mu.Lock()
		told := len(c.offers[l.ID()])
		delete(c.offers, l.ID())
		c.mu.Unlock()
		if told > 0 {
			c.news.openRooms()
		}
	})
}

// offersMoved tells that the list of open rooms is another one when a link over which there were some is taken into use, or no longer used.
func (c *Chat) offersMoved(l *peer.Link) {
	if len(c.offersOf(l)) > 0 {
		c.news.openRooms()
	}
}

// exchangeOffered brings up what the other side tells of and our person is a member of already: the link over which they joined may have ended
// before it came to that.
func (c *Chat) exchangeOffered(l *peer.Link, all []frame.OpenRoom) {
	for _, o := range all {
		v := c.known(o.ID)
		if v != nil && v.room.members().Has(c.config.Identity.Person()) && !c.sessionFor(l, v).running() {
			c.exchange(v, l, false)
		}
	}
}

// sendRooms tells of the rooms that are open to the office and have us as a member.
func (s *session) sendRooms(ctx context.Context) error {
	f := frame.Rooms{Rooms: []frame.Room{}}
	for _, v := range s.chat.all() {
		if v.room == nil || len(f.Rooms) == frame.MaxRooms {
			continue
		}
		m := v.room.members()
		if m.Open == 1 && m.Has(s.chat.config.Identity.Person()) {
			f.Rooms = append(f.Rooms, frame.Room{Creation: m.Signed.Body, Signature: m.Signed.Signature, Name: m.Title(), Members: uint64(len(m.Members()))})
		}
	}
	s.mu.Lock()
	silent := len(f.Rooms) == 0 && s.relay.offered == 0
	s.relay.offered = len(f.Rooms)
	s.mu.Unlock()
	if silent {
		return nil
	}
	body, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	return s.link.Send(ctx, wire.KindRooms, body)
}

// OpenRooms lists the rooms that our person may join, as those who are here tell of them.
func (c *Chat) OpenRooms(ctx context.Context) ([]OpenRoom, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	byID := map[event.ConversationID]*OpenRoom{}
	for _, l := range c.inUse() {
		for _, o := range c.offersOf(l) {
			if v := c.known(o.ID); v != nil && v.room.members().Has(c.config.Identity.Person()) && !c.mayBeJoinedAnew(v) {
				continue
			}
			r := byID[o.ID]
			if r == nil {
				r = &OpenRoom{ID: o.ID, Name: o.Title, Creator: o.Creator, Called: o.Called, Made: time.UnixMilli(o.Time), ClosedHistory: o.Closed == 1}
				byID[o.ID] = r
			}
			r.Members = max(r.Members, o.Members)
			r.By = append(r.By, l.Person())
		}
	}
	all := make([]OpenRoom, 0, len(byID))
	for _, r := range byID {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b OpenRoom) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return all, nil
}

// mayBeJoinedAnew reports whether a room that has our person as a member is one of those that they may join: a colleague's room that is shown nowhere, since somebody blocked brought them in.
// Who is blocked neither offers theirs by that nor takes away others'.
func (c *Chat) mayBeJoinedAnew(v *conversation) bool {
	return c.shuns(v) && !c.Blocks(v.room.creation.Creator)
}

func (c *Chat) offersOf(l *peer.Link) []frame.OpenRoom {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offers[l.ID()]
}

// Join makes our person a member of a room that is open to the office, or once more of one that they made. It waits up to twice [joinWait] for those who tell of the room, so that what
// our person writes next is for its members of now; who cannot wait so long ends ctx, and is a member from when the joining is stored.
func (c *Chat) Join(ctx context.Context, room event.ConversationID) (Conversation, error) {
	if err := c.loaded(ctx); err != nil {
		return Conversation{}, err
	}
	v := c.joinable(room)
	self := c.config.Identity.Person()
	switch {
	case v == nil:
		return Conversation{}, ErrNoConversation
	case v.room == nil:
		return Conversation{}, ErrNoRoom
	}
	m := v.room.members()
	switch {
	case m.Has(self):
		err := c.opened(ctx, v)
		c.news.conversation(v)
		return c.row(v), err
	case m.MayJoin(self):
	case m.Open != 1:
		return Conversation{}, ErrClosedRoom
	default:
		return Conversation{}, ErrBarred
	}
	lists := c.ownLists()
	w, err := change(event.KindJoin, membership.Body{Name: c.config.Roster.Self().Name, List: &lists[0], Later: lists[1:]})
	w.after = c.timeOf(ctx, v)
	if _, err := c.shape(ctx, v, w, err); err != nil {
		return Conversation{}, err
	}
	c.begin(func() { c.exchangeTold(v) })
	c.catchUp(ctx, v)
	return c.row(v), nil
}

// joinable returns a room that is known or was told of.
func (c *Chat) joinable(room event.ConversationID) *conversation {
	if v := c.known(room); v != nil {
		return v
	}
	for _, l := range c.inUse() {
		for _, o := range c.offersOf(l) {
			if o.ID == room {
				return c.addRoom(o.Creation)
			}
		}
	}
	return nil
}

// offersRoom reports whether the other side of a link told that a room is open.
func (c *Chat) offersRoom(l *peer.Link, room event.ConversationID) bool {
	return slices.ContainsFunc(c.offersOf(l), func(o frame.OpenRoom) bool { return o.ID == room })
}

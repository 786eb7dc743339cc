package agent

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

// rooms shows conversations of many as the local API does.
type rooms struct{ *conversations }

// List returns our rooms, the one with the newest message first, then those that are open to us, and at last those that we left or were removed from.
func (r rooms) List(ctx context.Context) ([]api.Room, error) {
	all, err := r.chats.Rooms(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	r.alike.look(ctx)
	rows, left := []api.Room{}, []api.Room{}
	for _, one := range all {
		if one.Room.Member {
			rows = append(rows, *r.room(one))
		} else {
			left = append(left, *r.room(one))
		}
	}
	open, err := r.chats.OpenRooms(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	for _, one := range open {
		if slices.ContainsFunc(left, func(row api.Room) bool { return row.ID == one.ID.String() }) {
			continue
		}
		rows = append(rows, api.Room{ID: one.ID.String(), Name: one.Name, Open: true, ClosedHistory: one.ClosedHistory, Time: one.Made, Creator: r.people.hearsay(one.Creator, one.Called), Size: one.Members,
			Members: []api.RoomMember{}, LookalikeOf: r.alike.like(one.ID)})
	}
	return append(rows, left...), nil
}

// room is a conversation's row as a room, nil if it is none.
func (c *conversations) room(one chat.Conversation) *api.Room {
	r := one.Room
	if r == nil {
		return nil
	}
	v := &api.Room{ID: one.ID.String(), Name: r.Name, Open: r.Open, ClosedHistory: r.ClosedHistory, Creator: c.people.author(r.Creator), Time: r.Made,
		Member: r.Member, Over: !r.Member, Size: len(r.Members), Members: []api.RoomMember{}, Unopened: r.Unopened, Refused: r.Refused, RefusedChanges: refusedChanges(r.RefusedChanges), LookalikeOf: c.alike.like(one.ID)}
	if r.InvitedBy != (identity.PersonID{}) {
		by := c.people.author(r.InvitedBy)
		v.InvitedBy, v.Quiet = &by, r.Quiet
	}
	if r.Ended != nil {
		v.Ended = &api.RoomEnd{What: r.Ended.What, By: c.people.author(r.Ended.By), Time: r.Ended.Time}
	}
	for _, m := range r.Members {
		v.Members = append(v.Members, api.RoomMember{ID: m.Person.String(), Name: c.people.called(m.Person), Apart: c.people.roster.Apart(m.Person), MayRemove: m.MayRemove, Waits: m.Waits})
	}
	for _, g := range r.Groups {
		one := api.RoomGroup{Name: g.Name, Members: []string{}}
		for _, who := range g.Members {
			one.Members = append(one.Members, who.String())
		}
		v.Groups = append(v.Groups, one)
	}
	slices.SortStableFunc(v.Members, func(a, b api.RoomMember) int { return strings.Compare(name.Fold(a.Name), name.Fold(b.Name)) })
	return v
}

// done is the answer of what changes a room.
func (r rooms) done(ctx context.Context, one chat.Conversation, err error) (api.Room, error) {
	if err != nil {
		return api.Room{}, chatError(err)
	}
	r.alike.look(ctx)
	return *r.room(one), nil
}

// Create makes a room.
func (r rooms) Create(ctx context.Context, b api.NewRoomRequest) (api.Room, error) {
	with, err := r.people.all(b.With)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.CreateRoom(ctx, chat.NewRoom{Name: b.Name, With: with, Open: b.Open, ClosedHistory: b.ClosedHistory})
	return r.done(ctx, one, err)
}

// which returns the room that somebody names; people of its name are not meant here. That it is none of a person is told by chat, which knows that, too.
func (r rooms) which(ctx context.Context, room string) (event.ConversationID, error) {
	if id, err := event.ParseConversationID(room); err != nil || !r.chats.Known(id) {
		named, err := r.roomsCalled(ctx, room)
		switch {
		case err != nil:
			return event.ConversationID{}, err
		case len(named) > 0:
			return r.amongRooms(room, named, nil)
		}
	}
	id, err := r.find(ctx, room)
	if e := (*api.Error)(nil); errors.As(err, &e) && e.Code == api.CodeUnknown {
		return id, told(api.CodeUnknown, "there is no room called %s: lanyard room list shows them", name.Brief(room))
	}
	return id, err
}

// Invite makes somebody a member.
func (r rooms) Invite(ctx context.Context, room, person string) (api.Room, error) {
	id, err := r.which(ctx, room)
	if err != nil {
		return api.Room{}, err
	}
	who, err := r.people.one(person)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.Invite(ctx, id, who)
	return r.done(ctx, one, err)
}

// Remove ends a member's part.
func (r rooms) Remove(ctx context.Context, room, person string) (api.Room, error) {
	id, who, err := r.member(ctx, room, person)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.Remove(ctx, id, who)
	return r.done(ctx, one, err)
}

// Entrust lets a member remove others.
func (r rooms) Entrust(ctx context.Context, room, person string) (api.Room, error) {
	id, who, err := r.member(ctx, room, person)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.Entrust(ctx, id, who)
	return r.done(ctx, one, err)
}

// More has what waits of a member fetched.
func (r rooms) More(ctx context.Context, room, person string) (api.Room, error) {
	id, who, err := r.member(ctx, room, person)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.More(ctx, id, who)
	return r.done(ctx, one, err)
}

// Leave ends our own part.
func (r rooms) Leave(ctx context.Context, room string) (api.Room, error) {
	id, err := r.which(ctx, room)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.Leave(ctx, id)
	return r.done(ctx, one, err)
}

// Forget takes a room off the list that we are no member of any more, and ends what programs do in it: both or neither. Of several rooms of one name those that we are no member of are meant.
func (r rooms) Forget(ctx context.Context, room string) error {
	id, err := r.left(ctx, room)
	if err != nil {
		return err
	}
	one, err := r.chats.Conversation(ctx, id)
	switch {
	case err != nil:
		return chatError(err)
	case one.Room == nil:
		return chatError(chat.ErrNoRoom)
	case one.Room.Member:
		return chatError(chat.ErrStillIn)
	}
	if err := r.chats.ForgetRoom(ctx, id, func(tx *store.Tx) error { return r.unhook(tx, id.String()) }); err != nil {
		return chatError(err)
	}
	r.unhooked()
	r.alike.look(ctx)
	return nil
}

// left returns the room of that name that we are no member of any more, else whatever which does.
func (r rooms) left(ctx context.Context, room string) (event.ConversationID, error) {
	all, err := r.chats.Rooms(ctx)
	if err != nil {
		return event.ConversationID{}, chatError(err)
	}
	named := slices.DeleteFunc(all, func(one chat.Conversation) bool { return one.Room.Member || !name.Same(one.Room.Name, room) })
	if len(named) > 0 {
		return r.amongRooms(room, named, nil)
	}
	return r.which(ctx, room)
}

// Rename gives a room another name.
func (r rooms) Rename(ctx context.Context, room, to string) (api.Room, error) {
	id, err := r.which(ctx, room)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.Rename(ctx, id, to)
	return r.done(ctx, one, err)
}

// Get returns one room that is or was ours.
func (r rooms) Get(ctx context.Context, room string) (api.Room, error) {
	id, err := r.which(ctx, room)
	if err != nil {
		return api.Room{}, err
	}
	one, err := r.chats.Conversation(ctx, id)
	if err == nil && one.Room == nil {
		err = chat.ErrNoRoom
	}
	return r.done(ctx, one, err)
}

// Group gives members a name by which they are mentioned together; without anybody the group is none.
func (r rooms) Group(ctx context.Context, room string, g api.RoomGroupRequest) (api.Room, error) {
	id, err := r.which(ctx, room)
	if err != nil {
		return api.Room{}, err
	}
	var members []identity.PersonID
	for _, one := range g.With {
		_, who, err := r.member(ctx, id.String(), one)
		if err != nil {
			return api.Room{}, err
		}
		members = append(members, who)
	}
	one, err := r.chats.NameGroup(ctx, id, g.Name, members)
	return r.done(ctx, one, err)
}

// Join makes us a member of a room that is open to the office: one of those that were told of, or one that we left.
func (r rooms) Join(ctx context.Context, room string) (api.Room, error) {
	open, err := r.chats.OpenRooms(ctx)
	if err != nil {
		return api.Room{}, chatError(err)
	}
	var hits []chat.OpenRoom
	for _, one := range open {
		if name.Same(one.Name, room) || len(room) >= minPrefix && strings.HasPrefix(one.ID.String(), strings.ToLower(room)) {
			hits = append(hits, one)
		}
	}
	switch len(hits) {
	case 0:
		id, err := r.which(ctx, room)
		if err != nil {
			return api.Room{}, err
		}
		one, err := r.chats.Join(ctx, id)
		return r.done(ctx, one, err)
	case 1:
		one, err := r.chats.Join(ctx, hits[0].ID)
		return r.done(ctx, one, err)
	}
	several := told(api.CodeAmbiguous, "several rooms are called %s; give one of their IDs", name.Quote(room))
	for _, one := range hits {
		several.Candidates = append(several.Candidates, api.Candidate{ID: one.ID.String(), Name: one.Name, By: one.Called})
	}
	return api.Room{}, several
}

// member finds a room and somebody in it, who need not be on the list.
func (r rooms) member(ctx context.Context, room, person string) (event.ConversationID, identity.PersonID, error) {
	id, err := r.which(ctx, room)
	if err != nil {
		return id, identity.PersonID{}, err
	}
	one, err := r.chats.Conversation(ctx, id)
	if err != nil || one.Room == nil {
		return id, identity.PersonID{}, chatError(errors.Join(err, chat.ErrNoRoom))
	}
	var hits []chat.Member
	for _, m := range one.Room.Members {
		if m.Person.String() == person || name.Same(r.people.called(m.Person), person) {
			hits = append(hits, m)
		}
	}
	switch len(hits) {
	case 0:
		who, err := r.people.one(person)
		return id, who, err
	case 1:
		return id, hits[0].Person, nil
	}
	several := told(api.CodeAmbiguous, "several members are called %s; give one of their IDs", name.Quote(person))
	for _, m := range hits {
		several.Candidates = append(several.Candidates, api.Candidate{ID: m.Person.String(), Name: r.people.called(m.Person)})
	}
	return id, identity.PersonID{}, several
}

// called is what a conversation is called: the other person's name, or the room's or office's.
func (c *conversations) called(one chat.Conversation) string {
	switch {
	case one.Room != nil:
		return one.Room.Name
	case one.Office:
		return officeName
	}
	return c.people.called(one.With)
}

// otherPerson is the other person of a conversation; empty for a room and the office.
func otherPerson(one chat.Conversation) string {
	if one.Room != nil || one.Office {
		return ""
	}
	return one.With.String()
}

// apart is what tells the other person of a direct conversation from who is called alike.
func (c *conversations) apart(one chat.Conversation) string {
	if one.Room != nil || one.Office {
		return ""
	}
	return c.people.roster.Apart(one.With)
}

// titled is called and otherPerson of a conversation by its ID.
func (c *conversations) titled(ctx context.Context, id event.ConversationID) (person, title string, err error) {
	one, err := c.chats.Conversation(ctx, id)
	if err != nil {
		return "", "", chatError(err)
	}
	return otherPerson(one), c.called(one), nil
}

// roomsCalled lists our rooms of a name, in any case. Those that we left or were removed from are meant only where no other has it.
func (c *conversations) roomsCalled(ctx context.Context, q string) ([]chat.Conversation, error) {
	all, err := c.chats.Rooms(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	named := slices.DeleteFunc(all, func(one chat.Conversation) bool { return !name.Same(one.Room.Name, q) })
	if slices.ContainsFunc(named, func(one chat.Conversation) bool { return one.Room.Member }) {
		named = slices.DeleteFunc(named, func(one chat.Conversation) bool { return !one.Room.Member })
	}
	return named, nil
}

// roomChange is a change of members for readers; false when the room is not known any more.
func (c *conversations) roomChange(ctx context.Context, r *chat.RoomChange) (api.RoomChange, bool) {
	_, title, err := c.titled(ctx, r.Room)
	return api.RoomChange{ID: r.Room.String(), Name: title, What: r.What, By: c.people.author(r.By), Who: c.people.author(r.Who), Time: r.Time, Message: r.ID.String(), Refused: r.Refused, RefusedChanges: refusedChanges(r.RefusedChanges)}, err == nil
}

// refusedChanges are what of ours was refused, for readers; nil for nothing.
func refusedChanges(r chat.RefusedChanges) *api.RefusedChanges {
	if r.Total() == 0 {
		return nil
	}
	return &api.RefusedChanges{Deletions: r.Deletions, Edits: r.Edits, Reactions: r.Reactions, Pins: r.Pins, Names: r.Names, Groups: r.Groups, Members: r.Members}
}

// change is what a line of history tells of a room's members, for readers.
func (c *conversations) change(m *chat.MemberChange) *api.MemberChange {
	if m == nil {
		return nil
	}
	line := &api.MemberChange{What: m.What, Who: c.people.author(m.Who), Name: m.Name, Size: len(m.In), Missed: m.Missed, Overruled: m.Overruled}
	for _, who := range m.In[:min(len(m.In), api.MaxInChange)] {
		line.In = append(line.In, c.people.author(who))
	}
	return line
}

// ofRoom is a change of members as something that happened: what concerns our own person.
func ofRoom(r api.RoomChange, self string) (desktop.Happening, bool) {
	if r.Who.ID != self || r.By.ID == self {
		return desktop.Happening{}, false
	}
	what := map[string]string{"invited": "invites you to the room %s", "removed": "removed you from the room %s"}[r.What]
	if r.Refused > 0 {
		what += "; only you see what you wrote there since"
	}
	if refused := r.RefusedChanges.Sentence(); refused != "" {
		what += "; " + refused
	}
	return desktop.Happening{Conversation: r.ID, Apart: "members", Name: r.By.Distinct(), Text: strings.Replace(what, "%s", name.Quote(r.Name), 1)}, what != ""
}

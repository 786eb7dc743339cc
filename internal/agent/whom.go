package agent

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
)

// minPrefix is how much of a conversation's ID has to be given, as of a person's.
const minPrefix = 8

// find returns the conversation that to means: by its ID, the office by that word, else a person's or room's whole name (of both, the person's, unless we wrote into the room), else somebody's who is not on the
// list any more, else the beginning of a person's or conversation's ID.
func (c *conversations) find(ctx context.Context, to string) (event.ConversationID, error) {
	if id, err := event.ParseConversationID(to); err == nil && c.chats.Known(id) {
		return id, nil
	}
	if name.Same(to, officeName) {
		return event.OfficeID(), nil
	}
	named, err := c.roomsCalled(ctx, to)
	if err != nil {
		return event.ConversationID{}, err
	}
	person, err := c.people.one(to)
	people := c.namesakes(to, person, err)
	if err == nil && len(people) == 1 {
		if ours, err := c.anyOurs(ctx, named); err != nil || !ours {
			return c.direct(person, err)
		}
	}
	if len(named) > 0 && (len(people) == 0 || named[0].Room.Member) {
		return c.amongRooms(to, named, people)
	}
	var e *api.Error
	unknown := errors.As(err, &e) && e.Code == api.CodeUnknown
	if err != nil && !unknown || err == nil && name.Same(c.people.called(person), to) {
		return c.direct(person, err)
	}
	if unknown {
		if off, err := c.offList(ctx, to); err != nil || len(off) > 0 {
			return c.amongOff(to, off, err)
		}
	}
	begun, listErr := c.begun(ctx, to)
	switch {
	case listErr != nil:
		return event.ConversationID{}, listErr
	case len(begun) == 0 && unknown:
		if err := c.unjoined(ctx, to); err != nil {
			return event.ConversationID{}, err
		}
		return event.ConversationID{}, told(api.CodeUnknown, "nobody on the list, and no room, is called \"%s\": type the whole name, or the first %d or more characters of the ID", name.Brief(to), minPrefix)
	case len(begun) == 0:
		return c.direct(person, err)
	case len(begun) == 1 && (unknown || begun[0].With == person):
		return begun[0].ID, nil
	}
	several := told(api.CodeAmbiguous, "%s is the beginning of several IDs; give more of one", name.Quote(to))
	if !unknown {
		several.Candidates = append(several.Candidates, api.Candidate{ID: person.String(), Name: c.people.called(person)})
	}
	for _, one := range begun {
		several.Candidates = append(several.Candidates, api.Candidate{ID: one.ID.String(), Name: c.called(one)})
	}
	return event.ConversationID{}, several
}

// unjoined says how to get into an open room of that name that we are not in; nil where there is none.
func (c *conversations) unjoined(ctx context.Context, called string) error {
	open, err := c.chats.OpenRooms(ctx)
	if err != nil {
		return chatError(err)
	}
	i := slices.IndexFunc(open, func(one chat.OpenRoom) bool { return name.Same(one.Name, called) })
	if i < 0 {
		return nil
	}
	return told(api.CodeConflict, "%s is an open room that you are not in: join it first, lanyard room join %s", name.Quote(open[i].Name), open[i].ID)
}

// anyOurs reports whether one of these is a room that we are in and that our person made, joined or wrote into. Only such a one keeps its name from meaning the person of
// that name: somebody who brings us into a room that they call like a colleague takes nothing away, and who calls themselves like a room of ours does not get what we write into it.
func (c *conversations) anyOurs(ctx context.Context, rooms []chat.Conversation) (bool, error) {
	for _, room := range rooms {
		if !room.Room.Member {
			continue
		}
		if wrote, err := c.chats.Wrote(ctx, room.ID); wrote || err != nil {
			return wrote, chatError(err)
		}
	}
	return false, nil
}

// namesakes are the people of that whole name, given what it means as a person.
func (c *conversations) namesakes(to string, person identity.PersonID, err error) (all []api.Candidate) {
	if err == nil && name.Same(c.people.called(person), to) {
		return []api.Candidate{{ID: person.String(), Name: c.people.called(person)}}
	}
	if several := (*api.Error)(nil); errors.As(err, &several) && several.Code == api.CodeAmbiguous {
		for _, one := range several.Candidates {
			if name.Same(one.Name, to) {
				all = append(all, one)
			}
		}
	}
	return all
}

// amongRooms is the room of that name, if nobody else has it.
func (c *conversations) amongRooms(to string, named []chat.Conversation, people []api.Candidate) (event.ConversationID, error) {
	if len(named) == 1 && len(people) == 0 {
		return named[0].ID, nil
	}
	called := "several people or rooms"
	if len(people) == 0 {
		called = "several rooms"
	}
	all := told(api.CodeAmbiguous, "%s are called %s; give one of their IDs", called, name.Quote(to))
	all.Candidates = people
	for _, one := range named {
		all.Candidates = append(all.Candidates, api.Candidate{ID: one.ID.String(), Name: one.Room.Name, By: c.people.called(one.Room.Creator)})
	}
	return event.ConversationID{}, all
}

// direct is the conversation with a person that was found, if they were.
func (c *conversations) direct(with identity.PersonID, err error) (event.ConversationID, error) {
	if err != nil {
		return event.ConversationID{}, err
	}
	return c.chats.Direct(with), nil
}

// offList lists the conversations with people who are not on the list any more, by what these are listed as, else by the beginning of the person's ID: what was said stays, and can be read.
func (c *conversations) offList(ctx context.Context, to string) (off []chat.Conversation, err error) {
	talks, err := c.chats.Conversations(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	talks = slices.DeleteFunc(talks, func(one chat.Conversation) bool { return otherPerson(one) == "" || c.people.known(one.With) })
	for _, fits := range []func(chat.Conversation) bool{
		func(one chat.Conversation) bool { return name.Same(c.called(one), to) },
		func(one chat.Conversation) bool { return peer.Begins(one.With, to) },
	} {
		off = slices.DeleteFunc(slices.Clone(talks), func(one chat.Conversation) bool { return !fits(one) })
		if len(off) > 0 {
			break
		}
	}
	return off, nil
}

// amongOff is the one of these conversations, if there is no other.
func (c *conversations) amongOff(to string, off []chat.Conversation, err error) (event.ConversationID, error) {
	switch {
	case err != nil:
		return event.ConversationID{}, err
	case len(off) == 1:
		return off[0].ID, nil
	}
	several := told(api.CodeAmbiguous, "several people who are not on the list any more fit %s; give one of their IDs", name.Quote(to))
	for _, one := range off {
		several.Candidates = append(several.Candidates, api.Candidate{ID: otherPerson(one), Name: c.called(one)})
	}
	return event.ConversationID{}, several
}

// begun lists the conversations whose ID begins so.
func (c *conversations) begun(ctx context.Context, prefix string) ([]chat.Conversation, error) {
	if len(prefix) < minPrefix {
		return nil, nil
	}
	talks, err := c.chats.Conversations(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	rooms, err := c.chats.Rooms(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	var begun []chat.Conversation
	for _, one := range append(rooms, slices.DeleteFunc(talks, func(one chat.Conversation) bool { return one.Room != nil })...) {
		if strings.HasPrefix(one.ID.String(), strings.ToLower(prefix)) {
			begun = append(begun, one)
		}
	}
	return begun, nil
}

// seenBy returns the persons whose conversation is on screen; none when it is unknown by now.
func (c *conversations) seenBy(ctx context.Context, open string) []identity.PersonID {
	if open == "" {
		return nil
	}
	id, err := c.find(ctx, open)
	if err != nil {
		return nil
	}
	row, err := c.chats.Conversation(ctx, id)
	if err != nil {
		return nil
	}
	switch {
	case row.Office:
		return nil
	case row.Room == nil:
		return []identity.PersonID{row.With}
	}
	var all []identity.PersonID
	for _, m := range row.Room.Members {
		all = append(all, m.Person)
	}
	return all
}

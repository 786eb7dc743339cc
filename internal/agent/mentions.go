package agent

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/internal/markdown"
	"lanyard/internal/name"
)

// whom is who a text mentions: persons, and groups of the room by name.
type whom struct {
	persons []identity.PersonID
	groups  []string
}

// mentions reads whom a text mentions: as given, or, where nothing is given at all, those whose names stand in the text after an @.
func (c *conversations) mentions(ctx context.Context, in event.ConversationID, text string, given []string) (whom, error) {
	if given == nil && strings.IndexByte(text, '@') < 0 {
		return whom{}, nil
	}
	row, err := c.chats.Conversation(ctx, in)
	if err != nil {
		return whom{}, chatError(err)
	}
	if given == nil {
		return c.named(row, text), nil
	}
	var w whom
	for _, one := range given {
		if who, is := c.memberCalled(row.Room, one); is { // a person goes before a group
			w.persons = append(w.persons, who)
			continue
		}
		if called, is := groupCalled(row.Room, one); is {
			w.groups = append(w.groups, called)
			continue
		}
		id, err := identity.ParsePersonID(one) // also of somebody never met who is a member of the same room
		if err != nil {
			if id, err = c.people.one(one); err != nil {
				return whom{}, err
			}
		}
		w.persons = append(w.persons, id)
	}
	return w, nil
}

// inside refuses a mention of somebody who is not in the conversation. Everybody is in the office.
func (c *conversations) inside(ctx context.Context, in event.ConversationID, persons []identity.PersonID) error {
	row, err := c.chats.Conversation(ctx, in)
	if err != nil {
		return chatError(err)
	}
	for _, who := range persons {
		switch {
		case row.Office || who == row.With || who == c.people.self():
		case row.Room == nil:
			return told(api.CodeUsage, "%s is not in this conversation and would not hear of it: leave the mention out, or write into a room with them", name.Quote(c.people.called(who)))
		case !slices.ContainsFunc(row.Room.Members, func(m chat.Member) bool { return m.Person == who }):
			return told(api.CodeUsage, "%s is no member of this room and would not hear of it: invite them first, or leave the mention out", name.Quote(c.people.called(who)))
		}
	}
	return nil
}

// memberCalled is the one other member of a room who has a name.
func (c *conversations) memberCalled(r *chat.Room, called string) (who identity.PersonID, is bool) {
	if r == nil {
		return who, false
	}
	for _, m := range r.Members {
		if m.Person == c.people.self() || !name.Same(c.people.called(m.Person), called) {
			continue
		}
		if is {
			return identity.PersonID{}, false
		}
		who, is = m.Person, true
	}
	return who, is
}

// groupCalled is a group of a room as it writes itself.
func groupCalled(r *chat.Room, called string) (string, bool) {
	if r == nil {
		return "", false
	}
	if name.Same(called, membership.Everyone) {
		return membership.Everyone, true
	}
	for _, g := range r.Groups {
		if name.Same(g.Name, called) {
			return g.Name, true
		}
	}
	return "", false
}

// mentionable is somebody, or a group, whose name may stand in a text.
type mentionable struct {
	name   string
	person identity.PersonID // zero for a group
}

// named finds whom a text mentions by their names: others in the conversation, its groups, everyone. A name that two have mentions neither.
func (c *conversations) named(row chat.Conversation, text string) (w whom) {
	var all []mentionable
	switch {
	case row.Room != nil:
		all = append(all, mentionable{name: membership.Everyone})
		for _, g := range row.Room.Groups {
			all = append(all, mentionable{name: g.Name})
		}
		for _, m := range row.Room.Members {
			if m.Person != c.people.self() {
				all = append(all, mentionable{c.people.called(m.Person), m.Person})
			}
		}
	case row.With != (identity.PersonID{}):
		all = []mentionable{{c.people.called(row.With), row.With}}
	}
	for _, one := range inText(text, all) {
		switch {
		case one.person == (identity.PersonID{}):
			w.groups = append(w.groups, one.name)
		default:
			w.persons = append(w.persons, one.person)
		}
	}
	return w
}

// Limits of what a text mentions: docs/protocol.md.
const (
	mostPersons = 32
	mostGroups  = 8
)

// inText finds the candidates whose names stand in a text after an @, each once. The longest name that fits counts, in any case, if it is one mentionable's alone. What stands as code mentions nobody.
func inText(text string, all []mentionable) (found []mentionable) {
	text = markdown.WithoutCode(text)
	persons, groups := 0, 0
	for at, r := range text {
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); r != '@' || unicode.IsLetter(before) || unicode.IsDigit(before) {
			continue
		}
		one, is := longest(text[at+1:], all)
		if !is || slices.Contains(found, one) {
			continue
		}
		if one.person == (identity.PersonID{}) {
			groups++
		} else {
			persons++
		}
		if groups > mostGroups || persons > mostPersons {
			break
		}
		found = append(found, one)
	}
	return found
}

// longest is the mentionable with the longest name that a text begins with.
func longest(text string, all []mentionable) (best mentionable, is bool) {
	for _, one := range all {
		size := len(one.name)
		if size == 0 || size > len(text) || !strings.EqualFold(text[:size], one.name) || size < len(best.name) {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(text[size:]); unicode.IsLetter(after) || unicode.IsDigit(after) {
			continue
		}
		switch theirs, held := one.person != (identity.PersonID{}), best.person != (identity.PersonID{}); {
		case size > len(best.name) || theirs && !held: // a person goes before a group
			best, is = one, true
		case theirs || !held:
			best, is = one, false
		}
	}
	return best, is
}

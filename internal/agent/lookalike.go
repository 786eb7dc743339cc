package agent

import (
	"context"
	"maps"
	"slices"
	"sync"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
)

// What a room's name can be, or look like, that is not the room itself.
const (
	likeOffice = "office"
	likePerson = "person"
	likeRoom   = "room"
)

// lookalikes knows which rooms have the name of something else, or one that looks like it. It marks and refuses nothing: two rooms may have one name, and who made
// them tells them apart. Which persons look like each other the roster knows.
type lookalikes struct {
	chats  *chat.Chat
	roster *peer.Roster
	told   func()     // marks changed; may be nil
	turn   sync.Mutex // held while marks are worked out, so that older names never come after newer ones

	mu     sync.Mutex
	of     map[event.ConversationID]string
	people map[identity.PersonID]string // what the marks were made from
	keys   map[string]string            // names to what they look like
}

// labelled is a room and what it is called.
type labelled struct {
	id   event.ConversationID
	name string
	over bool // our person is no member any more: it is not taken for anything else
}

// like tells what a room can be taken for, "" for nothing.
func (l *lookalikes) like(room event.ConversationID) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[room]
}

// met looks again if the names on the list are others than before.
func (l *lookalikes) met(ctx context.Context) {
	now := l.names()
	l.mu.Lock()
	same := maps.Equal(now, l.people)
	l.mu.Unlock()
	if !same {
		l.look(ctx)
	}
}

// names are those of all on the list and our own. Blocked people do not count: else they would mark whatever they call themselves after.
func (l *lookalikes) names() map[identity.PersonID]string {
	all := map[identity.PersonID]string{}
	for _, p := range l.roster.Peers() {
		if p.Trust != peer.Blocked {
			all[p.Person] = p.Name
		}
	}
	self := l.roster.Self()
	all[self.Person] = self.Name
	return all
}

// look works the marks out. What cannot be listed, since the agent is about to end, stays as it was.
func (l *lookalikes) look(ctx context.Context) {
	if l.lookOnce(ctx) && l.told != nil {
		l.told()
	}
}

func (l *lookalikes) lookOnce(ctx context.Context) (changed bool) {
	l.turn.Lock()
	defer l.turn.Unlock()
	ours, err := l.chats.Rooms(ctx)
	if err != nil {
		return false
	}
	open, err := l.chats.OpenRooms(ctx)
	if err != nil {
		return false
	}
	var rooms []labelled
	known := map[event.ConversationID]bool{}
	for _, one := range ours {
		rooms = append(rooms, labelled{one.ID, one.Room.Name, !one.Room.Member})
		known[one.ID] = true
	}
	for _, one := range open {
		if !known[one.ID] {
			rooms = append(rooms, labelled{one.ID, one.Name, false})
		}
	}
	return l.take(rooms, l.names())
}

// take makes the marks of these names, and reports whether they are others than before.
func (l *lookalikes) take(rooms []labelled, people map[identity.PersonID]string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	keys := map[string]string{}
	key := func(called string) string {
		k, known := l.keys[called]
		if !known {
			k = name.Skeleton(called)
		}
		keys[called] = k
		return k
	}
	of := resembling(rooms, slices.Collect(maps.Values(people)), key)
	changed := !maps.Equal(of, l.of)
	l.of, l.people, l.keys = of, people, keys
	return changed
}

// resembling tells what rooms can be taken for: the office before a person, and a person before another room. Both of two rooms are marked and neither is
// preferred, but one that is over marks no other.
func resembling(rooms []labelled, people []string, key func(string) string) map[event.ConversationID]string {
	persons, live := map[string]bool{}, map[string]int{}
	for _, called := range people {
		persons[key(called)] = true
	}
	for _, r := range rooms {
		if !r.over {
			live[key(r.name)]++
		}
	}
	of := map[event.ConversationID]string{}
	for _, r := range rooms {
		others := live[key(r.name)]
		if !r.over {
			others--
		}
		switch k := key(r.name); {
		case k == key(officeName):
			of[r.id] = likeOffice
		case persons[k]:
			of[r.id] = likePerson
		case others > 0:
			of[r.id] = likeRoom
		}
	}
	return of
}

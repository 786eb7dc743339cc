package chat

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// BenchmarkSessionsOf measures the look-up of the sessions of one room while there are 50 links with 100 rooms each.
func BenchmarkSessionsOf(b *testing.B) {
	s := &site{}
	anna := s.start(b, "Anna")
	rooms := make([]*conversation, 100)
	anna.Chat.mu.Lock()
	for i := range rooms {
		rooms[i] = newConversation(event.ConversationID{byte(i)}, int64(i), identity.PersonID{})
		for link := range uint64(50) {
			anna.Chat.sessions.put(1_000_000+link, &session{v: rooms[i]})
		}
	}
	anna.Chat.mu.Unlock()
	at := 0
	for b.Loop() {
		at++
		if len(anna.sessionsOf(rooms[at%len(rooms)])) != 50 {
			b.Fatal("not all")
		}
	}
	anna.Chat.mu.Lock()
	clear(anna.Chat.sessions)
	anna.Chat.mu.Unlock()
}

package agent_test

import (
	"strings"
	"testing"

	"lanyard/chat"
	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestLongestDraftIsKept: how long a draft may be goes by its own length, however much longer its letters are as JSON.
func TestLongestDraftIsKept(t *testing.T) {
	anna := join(t, "Anna", agent.Options{})
	room, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans"})
	if err != nil {
		t.Fatal(err)
	}
	for _, letter := range []string{"a", `"`, "\n", "<", "\x01", "ü", "😀"} {
		longest := strings.Repeat(letter, chat.MaxDraft/len(letter))
		row, err := anna.Draft(t.Context(), room.ID, longest)
		if err != nil || row.Draft != longest {
			t.Errorf("a draft of %d times %q: %d bytes are kept: %v", len(longest)/len(letter), letter, len(row.Draft), err)
		}
		if _, err := anna.Draft(t.Context(), room.ID, longest+letter); api.CodeOf(err) != api.CodeTooLong {
			t.Errorf("one %q more: %v", letter, err)
		}
	}
}

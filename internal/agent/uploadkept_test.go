package agent

import (
	"testing"

	"lanyard/chat"
	"lanyard/chat/event"
)

// TestSmallUploadsAreKept: a small one stays with its message, whatever came of it; one that was taken back and a large one do not.
func TestSmallUploadsAreKept(t *testing.T) {
	for _, c := range []struct {
		state chat.FileState
		size  int64
		want  bool
	}{
		{chat.FileReceived, 20_000_000, true}, {chat.FileReceived, 20_000_001, false}, {chat.FileDeclined, 5, true}, {chat.FileWithdrawn, 5, false},
	} {
		if got := keeps(chat.File{Mine: true, State: c.state, Offer: event.Offer{Size: c.size}}); got != c.want {
			t.Errorf("%v of %d bytes: kept %v", c.state, c.size, got)
		}
	}
}

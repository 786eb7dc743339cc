package typing

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"lanyard/internal/wire"
)

// FuzzFrames: whatever a colleague sends is refused or within the limits.
func FuzzFrames(f *testing.F) {
	for _, body := range []any{typingBody{Conversation: bytes.Repeat([]byte{1}, 32), Writes: 1}, typingBody{}, liveBody{On: 1, Text: "Hello\u202e"}, liveBody{Text: "a\x00b"}, map[int]any{1: 1, 99: "later"}} {
		b, err := wire.Marshal(body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if in, writes, err := readTyping(body); err != nil && (writes || in != Conversation{}) {
			t.Error("half a frame")
		}
		if _, text, err := readLive(body); len(text) > MaxText || !utf8.ValidString(text) || bytes.ContainsRune([]byte(text), 0) || err != nil && text != "" {
			t.Errorf("%q %v", text, err)
		}
	})
}

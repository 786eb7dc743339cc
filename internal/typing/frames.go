package typing

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

const (
	capabilityTyping = "typing"
	capabilityLive   = "live"
)

// Bodies of the frames.
type (
	typingBody struct {
		Conversation []byte `cbor:"1,keyasint"`
		Writes       uint64 `cbor:"2,keyasint,omitempty"` // 1 = yes
	}
	liveBody struct {
		On   uint64 `cbor:"1,keyasint,omitempty"` // 1 = switched on
		Text string `cbor:"2,keyasint,omitempty"`
	}
)

// readTyping decodes a typing frame.
func readTyping(body []byte) (in Conversation, writes bool, err error) {
	var b typingBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return in, false, fmt.Errorf("decode typing: %w", err)
	}
	if len(b.Conversation) != len(in) || b.Writes > 1 {
		return in, false, errors.New("typing in no conversation")
	}
	copy(in[:], b.Conversation)
	return in, b.Writes == 1, nil
}

// readLive decodes a live frame. A text that may not be shown makes the frame one without text.
func readLive(body []byte) (on bool, text string, err error) {
	var b liveBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return false, "", fmt.Errorf("decode live: %w", err)
	}
	if !showable(b.Text) {
		b.Text = ""
	}
	return b.On == 1, b.Text, nil
}

func showable(text string) bool { return len(text) <= MaxText && !strings.ContainsRune(text, 0) }

// say sends a frame to every machine of a person that is linked, offers the capability and may have it. It does not wait: a link that takes nothing now gets the next one.
func (t *Typing) say(to identity.PersonID, capability string, kind wire.Kind, body any, may func(identity.PeerID) bool) {
	frame, err := wire.Marshal(body)
	if err != nil {
		return // both bodies always are CBOR
	}
	for _, id := range t.config.Roster.Machines(to) {
		if l, up := t.config.Roster.Link(id); up && l.Offers(capability) && may(id) {
			send(l, kind, frame)
		}
	}
}

func everywhere(identity.PeerID) bool { return true }

// send queues a frame if there is room for it now.
func send(l *peer.Link, kind wire.Kind, frame []byte) {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = l.Send(now, kind, frame) // a passing state: what cannot be sent now is not worth sending later
}

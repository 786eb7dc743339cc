package frame

import (
	"errors"

	"lanyard/chat/event"
	"lanyard/internal/wire"
)

// Pause tells the other end that a file is held or goes on. It is a state and no event: after a restart and on a new link it is told again.
type Pause struct {
	Offer  []byte `cbor:"1,keyasint"`           // ID of the event that offers it
	Paused uint64 `cbor:"2,keyasint"`           // 1 held, 0 goes on
	Done   uint64 `cbor:"3,keyasint,omitempty"` // bytes that the receiver has; 0 is not told
	NoRoom uint64 `cbor:"4,keyasint,omitempty"` // 1 = held because the receiver's disk has no room for it
	Why    uint64 `cbor:"5,keyasint,omitempty"` // 1 to 255 = it cannot be received, until the receiver's person has it tried again
}

// Numbers of Why. Others mean something else that the receiver's program told its person.
const (
	WhyOther    = 1
	WhyName     = 2 // its name, or one in it, cannot be stored there
	WhyMismatch = 3 // what came is not what was offered
	WhyRules    = 4 // a side broke the rules
	WhyGone     = 5 // it is not to be had any more where it was offered
	maxWhy      = 255
)

// ReadPause decodes the body of a pause frame.
func ReadPause(body []byte) (Pause, error) {
	var f Pause
	if err := wire.Unmarshal(body, &f); err != nil {
		return Pause{}, err
	}
	if len(f.Offer) != len(event.ID{}) || f.Paused > 1 || f.NoRoom > 1 || f.Why > maxWhy {
		return Pause{}, errors.New("a pause of no file, or that says neither")
	}
	return f, nil
}

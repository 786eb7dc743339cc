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
}

// ReadPause decodes the body of a pause frame.
func ReadPause(body []byte) (Pause, error) {
	var f Pause
	if err := wire.Unmarshal(body, &f); err != nil {
		return Pause{}, err
	}
	if len(f.Offer) != len(event.ID{}) || f.Paused > 1 || f.NoRoom > 1 {
		return Pause{}, errors.New("a pause of no file, or that says neither")
	}
	return f, nil
}

package frame

import (
	"errors"

	"lanyard/chat/membership"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// MaxRooms is how many rooms one side of a link tells of.
const MaxRooms = 32

// Rooms tells of all rooms that are open to the office and have the sender as a member.
type Rooms struct {
	Rooms []Room `cbor:"1,keyasint"`
}

// Room is how one of them is told: by its signed creation, and as it is now.
type Room struct {
	_         struct{} `cbor:",toarray"`
	Creation  []byte
	Signature []byte
	Name      string // now; a display name
	Members   uint64
}

// OpenRoom is a room that somebody told of, as it was read.
type OpenRoom struct {
	*membership.Creation
	Title   string // now
	Members int
}

// ReadRooms decodes the body of a rooms frame. Each room is open, its creation signed, and its name can be shown; that it is as large as it says is a claim.
func ReadRooms(body []byte) ([]OpenRoom, error) {
	var f Rooms
	if err := wire.Unmarshal(body, &f); err != nil {
		return nil, err
	}
	if len(f.Rooms) > MaxRooms {
		return nil, errors.New("more rooms than one may tell of")
	}
	var all []OpenRoom
	for _, one := range f.Rooms {
		made, err := membership.ReadCreation(membership.Signed{Body: one.Creation, Signature: one.Signature})
		if err != nil {
			return nil, err
		}
		if made.Open != 1 || !name.IsDisplay(one.Name) || one.Members > membership.MaxMembers {
			return nil, errors.New("a room that cannot be joined")
		}
		all = append(all, OpenRoom{Creation: made, Title: one.Name, Members: int(one.Members)})
	}
	return all, nil
}

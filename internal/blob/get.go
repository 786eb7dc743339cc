package blob

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"lanyard/internal/wire"
)

// Limits of a request.
const (
	maxItems = 512      // in a get
	maxAsk   = 16 << 20 // bytes that we ask for at once
)

// get asks for parts of items; the answers come in their order.
type get struct {
	Kind  ScopeKind `cbor:"1,keyasint"`
	Scope []byte    `cbor:"2,keyasint"`
	Items []ask     `cbor:"3,keyasint"`
}

// ask is one part of an item: length bytes from offset on.
type ask struct {
	_      struct{} `cbor:",toarray"`
	Hash   Hash
	Size   uint64
	Offset uint64
	Length uint64
}

func decodeGet(body []byte) (scope Scope, asks []ask, err error) {
	var g get
	if err := wire.Unmarshal(body, &g); err != nil {
		return Scope{}, nil, err
	}
	if scope, err = scopeOf(g.Kind, g.Scope); err != nil {
		return Scope{}, nil, err
	}
	if n := len(g.Items); n == 0 || n > maxItems {
		return Scope{}, nil, fmt.Errorf("a get of %d items", n)
	}
	for i, a := range g.Items {
		if a.Size > math.MaxInt64 || a.Offset > a.Size || a.Length > a.Size-a.Offset {
			return Scope{}, nil, fmt.Errorf("item %d asks for %d bytes at %d of %d", i, a.Length, a.Offset, a.Size)
		}
	}
	return scope, g.Items, nil
}

// gone answers an item that cannot be had, also after some of its pieces.
type gone struct {
	Item   uint64 `cbor:"1,keyasint"`
	Reason reason `cbor:"2,keyasint"`
}

// Layout of the binary frames.
const (
	frameHeader = 6         // length and kind, see package wire
	pieceHeader = 4         // item number
	entryHeader = 8         // item number and length, in a pack
	payload     = 256 << 10 // bytes of content in a frame that we send: more is not quicker, and costs memory
	bufferSize  = frameHeader + payload + entryHeader*maxItems
	smallItem   = 64 << 10 // up to here an item goes into a pack
)

var errCutPack = errors.New("a pack ends inside an entry")

// nextEntry cuts the first entry off a pack.
func nextEntry(pack []byte) (number uint32, content, rest []byte, err error) {
	if len(pack) < entryHeader {
		return 0, nil, nil, errCutPack
	}
	number = binary.BigEndian.Uint32(pack)
	length := binary.BigEndian.Uint32(pack[4:])
	if uint64(length) > uint64(len(pack)-entryHeader) {
		return 0, nil, nil, errCutPack
	}
	end := entryHeader + int(length)
	return number, pack[entryHeader:end], pack[end:], nil
}

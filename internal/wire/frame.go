package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Frame is one unit on a connection.
type Frame struct {
	Kind Kind
	Body []byte
}

const (
	lengthSize = 4
	kindSize   = 2
	headerSize = lengthSize + kindSize
)

// Errors about frames, wrapped. Both mean that the connection has to be closed.
var (
	ErrTooLong  = errors.New("frame too long")
	ErrTooShort = errors.New("frame too short")
)

// Append appends a frame to dst and returns the longer slice. A body over the cap of its kind is refused with ErrTooLong; dst is
// returned as it was then.
func Append(dst []byte, k Kind, body []byte) ([]byte, error) {
	if len(body) > k.Cap() {
		return dst, fmt.Errorf("%w: %d bytes in a %s, which may have %d", ErrTooLong, len(body), k, k.Cap())
	}
	dst = AppendHeader(dst, k, len(body))
	return append(dst, body...), nil
}

// AppendHeader appends what precedes a body of the given size, for those who send large bodies without copying them. The size must not
// be over the cap of the kind.
func AppendHeader(dst []byte, k Kind, size int) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(kindSize+size))
	return binary.BigEndian.AppendUint16(dst, uint16(k))
}

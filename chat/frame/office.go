package frame

import (
	"errors"

	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Limits of the logs of announcements, counted by branches.
const (
	MaxOfficeLogs = 512 // in all; a vector of them fits into a frame, with those of an author beside
	MaxAuthorLogs = 16  // of one author
)

// Office tells an author how far their announcements got here, and anybody what is new here.
type Office struct {
	Delivered vector.Vector `cbor:"1,keyasint,omitempty"` // of the receiver's logs: what is durable at the sender
	Read      vector.Vector `cbor:"2,keyasint,omitempty"` // the same: what the sender's person has read
	News      vector.Vector `cbor:"3,keyasint,omitempty"` // of others' logs: what the sender has and the receiver has not told to have
}

// ReadOffice decodes the body of an office frame.
func ReadOffice(body []byte) (Office, error) {
	var f Office
	if err := wire.Unmarshal(body, &f); err != nil {
		return Office{}, err
	}
	if countMarks(f.Delivered) > MaxAuthorLogs || countMarks(f.Read) > MaxAuthorLogs || countMarks(f.News) > MaxOfficeLogs {
		return Office{}, errors.New("more logs of announcements than there can be")
	}
	return f, nil
}

func countMarks(v vector.Vector) (n int) {
	for _, marks := range v {
		n += len(marks)
	}
	return n
}

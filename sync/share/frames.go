package share

import (
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// The bodies of the frames of section 8 of docs/protocol.md.

// membersFrame is the body of invite and members.
type membersFrame struct {
	Share     ID       `cbor:"1,keyasint"`
	List      []byte   `cbor:"2,keyasint"`
	Signature []byte   `cbor:"3,keyasint"`
	Answers   []signed `cbor:"4,keyasint,omitempty"`
	Files     int      `cbor:"5,keyasint,omitempty"`
	Bytes     int64    `cbor:"6,keyasint,omitempty"`
}

// answerFrame is the body of answer: one signed answer.
type answerFrame struct {
	Share     ID     `cbor:"1,keyasint"`
	Body      []byte `cbor:"2,keyasint"`
	Signature []byte `cbor:"3,keyasint"`
}

// Flags of knowledge.
const (
	again  = 1 // frames were lost or did not fit: send anew what K does not cover
	begins = 2 // the exchange begins: tell yours, too, also if you told it before
	pauses = 4 // the exchange ends here until it begins again

	readsWhole = 8  // whoever says this can read a whole snapshot
	hasWhole   = 16 // and this, that one has come to its end on this link
)

type knowledgeFrame struct {
	Share  ID              `cbor:"1,keyasint"`
	Number uint64          `cbor:"2,keyasint"`
	Hash   []byte          `cbor:"3,keyasint"`
	K      vector.Vector   `cbor:"4,keyasint"`
	A      vector.Vector   `cbor:"5,keyasint"`
	Except []wireException `cbor:"6,keyasint,omitempty"`
	Whole  int             `cbor:"7,keyasint,omitempty"`
	Flags  uint64          `cbor:"8,keyasint,omitempty"`
	Root   *wireRoot       `cbor:"9,keyasint,omitempty"` // nil: it holds everything

	Without []string `cbor:"10,keyasint,omitempty"` // folders that are not taken there
}

type wireException struct {
	_      struct{} `cbor:",toarray"`
	Peer   identity.PeerID
	ID     vector.LogID
	Number uint64
	Reason index.Reason
}

// maxExceptions bounds the exceptions in a frame; a machine that has more tells less of its vector instead.
const maxExceptions = 256

// applied is what a frame says of its machine's disk.
func (f knowledgeFrame) applied() (index.Applied, error) {
	if len(f.Except) > maxExceptions || len(f.Without) > maxDeselected {
		return index.Applied{}, fmt.Errorf("knowledge with %d exceptions and %d folders", len(f.Except), len(f.Without))
	}
	a := index.Applied{Vector: f.A}
	for _, e := range f.Except {
		a.Except = append(a.Except, index.Exception{Dot: index.Dot{Log: vector.Log{Peer: e.Peer, ID: e.ID}, Number: e.Number}, Reason: e.Reason})
	}
	for _, dir := range f.Without {
		p, err := index.ParsePath(dir)
		if err != nil {
			return index.Applied{}, fmt.Errorf("knowledge with a folder: %w", err)
		}
		a.Without = append(a.Without, p)
	}
	return a, nil
}

// How records are meant.
const (
	live         = 1 // the next of their author's log; K rises with each
	snapshotPart = 2
	snapshotEnd  = 3
)

type recordsFrame struct {
	Share   ID            `cbor:"1,keyasint"`
	Records []item        `cbor:"2,keyasint,omitempty"`
	K       vector.Vector `cbor:"3,keyasint,omitempty"`
	Mode    uint8         `cbor:"4,keyasint"`
	Whole   int           `cbor:"5,keyasint,omitempty"` // of a whole snapshot the number of the frame in it, from 1
}

// item is one record on its way. Record is empty where a later version superseded it; Content may ride along for small files.
type item struct {
	_       struct{} `cbor:",toarray"`
	Peer    identity.PeerID
	ID      vector.LogID
	Number  uint64
	Chain   vector.Hash
	Record  []byte
	Content []byte
}

func (i item) log() vector.Log { return vector.Log{Peer: i.Peer, ID: i.ID} }

func (i item) dot() index.Dot { return index.Dot{Log: i.log(), Number: i.Number} }

// Sizes of what rides along.
const (
	maxRiding = 16 << 10                   // bytes of a file whose content may come with its record
	itemCost  = 160                        // bytes of an item beside record and content, at most
	frameRoom = wire.MaxLinkFrame - 16<<10 // for records; the rest is for K and the end of a move
	tombRoom  = 6 << 10
)

func (f recordsFrame) validate() error {
	if f.Mode < live || f.Mode > snapshotEnd {
		return fmt.Errorf("records in unknown mode %d", f.Mode)
	}
	if f.Whole < 0 || f.Whole > 0 && f.Mode == live {
		return fmt.Errorf("records in mode %d as frame %d of a whole snapshot", f.Mode, f.Whole)
	}
	for _, i := range f.Records {
		if i.Number == 0 || i.Number >= 1<<39 || len(i.Record) > index.MaxRecord || len(i.Content) > maxRiding {
			return fmt.Errorf("record %d of %s is out of bounds", i.Number, i.Peer.Short())
		}
	}
	return nil
}

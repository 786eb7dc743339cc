package index

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// MaxRecord is the size of the largest record in bytes: it fits one frame of a link beside its dot.
const MaxRecord = 32 << 10

// ErrTooLong says that a record would be larger than MaxRecord.
var ErrTooLong = errors.New("the record is too long")

// MaxAuthor is the size of the longest author's name in bytes.
const MaxAuthor = 160

// record is a version's body on the wire and in the database (docs/protocol.md, "Record").
type record struct {
	Path    string    `cbor:"1,keyasint"`
	Kind    Kind      `cbor:"2,keyasint"`
	Size    int64     `cbor:"3,keyasint,omitempty"`
	Content []byte    `cbor:"4,keyasint,omitempty"`
	Exec    bool      `cbor:"5,keyasint,omitempty"`
	Mtime   int64     `cbor:"6,keyasint,omitempty"`
	Context []wireDot `cbor:"7,keyasint,omitempty"`
	Lamport uint64    `cbor:"8,keyasint,omitempty"`
	Base    []byte    `cbor:"9,keyasint,omitempty"`
	From    *origin   `cbor:"10,keyasint,omitempty"`
	Author  string    `cbor:"11,keyasint,omitempty"`
	Time    int64     `cbor:"12,keyasint,omitempty"`
	Zone    int       `cbor:"13,keyasint,omitempty"`
	Ends    bool      `cbor:"14,keyasint,omitempty"`
	By      *writer   `cbor:"15,keyasint,omitempty"`
	Beside  *beside   `cbor:"16,keyasint,omitempty"`
	Old     bool      `cbor:"17,keyasint,omitempty"`
	Agreed  bool      `cbor:"18,keyasint,omitempty"`
}

type wireDot struct {
	_      struct{} `cbor:",toarray"`
	Peer   identity.PeerID
	ID     vector.LogID
	Number uint64
}

type origin struct {
	_      struct{} `cbor:",toarray"`
	Path   string
	Peer   identity.PeerID
	ID     vector.LogID
	Number uint64
}

type writer struct {
	_    struct{} `cbor:",toarray"`
	Peer identity.PeerID
	Name string
	Time int64
	Zone int
}

func writerTo(w Writer) writer { return writer{Peer: w.Peer, Name: w.Name, Time: w.Time, Zone: w.Zone} }

func (w writer) writer() Writer {
	return Writer{Peer: w.Peer, Name: w.Name, Time: w.Time, Zone: w.Zone}
}

type beside struct {
	_      struct{} `cbor:",toarray"`
	Path   string
	Loser  writer
	Winner writer
}

func toWire(d Dot) wireDot { return wireDot{Peer: d.Log.Peer, ID: d.Log.ID, Number: d.Number} }

func (d wireDot) dot() Dot { return Dot{Log: vector.Log{Peer: d.Peer, ID: d.ID}, Number: d.Number} }

// Encode returns the record of v. Dot and chain are not part of it.
func Encode(v Version) ([]byte, error) {
	if err := v.validate(); err != nil {
		return nil, err
	}
	r := record{
		Path: string(v.Path), Kind: v.Kind, Size: v.Size, Content: v.Content.bytes(), Exec: v.Exec, Mtime: v.Mtime,
		Lamport: v.Lamport, Base: v.Base.bytes(), Author: v.Author, Time: v.Time, Zone: v.Zone, Ends: v.Ends, Old: v.Old, Agreed: v.Agreed,
	}
	for _, d := range v.Context {
		r.Context = append(r.Context, toWire(d))
	}
	if f := v.From; f != nil {
		r.From = &origin{Path: string(f.Path), Peer: f.Dot.Log.Peer, ID: f.Dot.Log.ID, Number: f.Dot.Number}
	}
	if v.By != nil {
		by := writerTo(*v.By)
		r.By = &by
	}
	if c := v.Beside; c != nil {
		r.Beside = &beside{Path: string(c.Path), Loser: writerTo(c.Loser), Winner: writerTo(c.Winner)}
	}
	b, err := wire.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode record of %q: %w", v.Path, err)
	}
	if len(b) > MaxRecord {
		return nil, fmt.Errorf("encode record of %q: %w: %d bytes, at most %d fit", v.Path, ErrTooLong, len(b), MaxRecord)
	}
	return b, nil
}

// Decode reads a record that stands at dot d with chain hash chain. It returns no version together with an error: the path passes
// name.CheckPath, numbers are in bounds, and fields that make no sense for the kind are refused.
func Decode(d Dot, chain vector.Hash, b []byte) (Version, error) {
	if len(b) > MaxRecord {
		return Version{}, fmt.Errorf("record of %d bytes, at most %d are allowed", len(b), MaxRecord)
	}
	var r record
	if err := wire.Unmarshal(b, &r); err != nil {
		return Version{}, fmt.Errorf("decode record: %w", err)
	}
	v := Version{
		Dot: d, Chain: chain, Path: Path(r.Path), Kind: r.Kind, Size: r.Size, Exec: r.Exec, Mtime: r.Mtime,
		Lamport: r.Lamport, Author: r.Author, Time: r.Time, Zone: r.Zone, Ends: r.Ends, Old: r.Old, Agreed: r.Agreed,
	}
	var err error
	if v.Content, err = hashOf(r.Content); err != nil {
		return Version{}, err
	}
	if v.Base, err = hashOf(r.Base); err != nil {
		return Version{}, err
	}
	for _, c := range r.Context {
		v.Context = append(v.Context, c.dot())
	}
	if f := r.From; f != nil {
		v.From = &Origin{Path: Path(f.Path), Dot: Dot{Log: vector.Log{Peer: f.Peer, ID: f.ID}, Number: f.Number}}
	}
	if r.By != nil {
		by := r.By.writer()
		v.By = &by
	}
	if c := r.Beside; c != nil {
		v.Beside = &Beside{Path: Path(c.Path), Loser: c.Loser.writer(), Winner: c.Winner.writer()}
	}
	if err := v.validate(); err != nil {
		return Version{}, err
	}
	return v, nil
}

func (v Version) validate() error {
	if err := name.CheckPath(string(v.Path)); err != nil {
		return fmt.Errorf("record with path %q: %w", v.Path, err)
	}
	if v.From != nil {
		if err := name.CheckPath(string(v.From.Path)); err != nil {
			return fmt.Errorf("record of %q moved from %q: %w", v.Path, v.From.Path, err)
		}
	}
	if v.Beside != nil {
		if err := name.CheckPath(string(v.Beside.Path)); err != nil {
			return fmt.Errorf("record of %q, the copy beside %q: %w", v.Path, v.Beside.Path, err)
		}
	}
	file := v.Kind == File
	bad := ""
	switch {
	case !file && v.Kind != Dir && v.Kind != Tombstone:
		bad = "unknown kind"
	case file == (v.Content == Hash{}):
		bad = "content hash does not fit the kind"
	case !file && (v.Size != 0 || v.Exec || v.Mtime != 0):
		bad = "size, time or mode where there is no file"
	case v.Size < 0 || v.Size > MaxSize:
		bad = "impossible size"
	case !v.Context.valid() || v.Dot.Number > 0 && v.Context.Covers(v.Dot):
		bad = "impossible context"
	case v.Lamport > MaxLamport:
		bad = "impossible Lamport number"
	case !file && v.Beside != nil:
		bad = "a conflict copy where there is no file"
	case len(v.Author) > MaxAuthor:
		bad = "author's name too long"
	case v.Time < minTime || v.Time > maxTime || v.Zone < -24*60 || v.Zone > 24*60:
		bad = "impossible time"
	case !v.By.possible() || !v.Beside.possible():
		bad = "impossible name or time of who wrote it"
	}
	if bad != "" {
		return fmt.Errorf("record of %q: %s", v.Path, bad)
	}
	return nil
}

// Years 0001 to 9999: what the form of [Version.When] can show.
const (
	minTime = -62135596800000
	maxTime = 253402300799999
)

// Chain returns the chain hash of the record after the one with hash prev; prev is zero before the first.
func Chain(prev vector.Hash, record []byte) vector.Hash {
	return sha256.Sum256(slices.Concat(prev[:], record))
}

func (h Hash) bytes() []byte {
	if h == (Hash{}) {
		return nil
	}
	return h[:]
}

func hashOf(b []byte) (Hash, error) {
	switch len(b) {
	case 0:
		return Hash{}, nil
	case len(Hash{}):
		return Hash(b), nil
	}
	return Hash{}, fmt.Errorf("record with a hash of %d bytes", len(b))
}

// Package manifest is the list of what an offered folder holds: directories and files with sizes, hashes and times. Who offers a folder reads it once and writes the
// list; who takes it fetches the list first, by the hash that the offer gives, and then each file by its own. docs/protocol.md, section 6, files in messages, is the
// format.
//
// # Use
//
//	all = append(all, manifest.Entry{Path: "a/"}, manifest.Entry{Path: "a/b", Size: 3, Hash: sum})
//	all.Sort()
//	body, err := all.Encode()                   // what the offer's hash and size of the manifest are of
//	err = all.Check(offer)                      // nothing goes out that others would refuse
//
//	all, err := manifest.Read(body, offer)      // whatever came: strictly decoded and checked
//	x, err := manifest.NewIndex(body, offer)    // finds entries by the hashes that are asked for
//
// # Promises
//
// Distrust: what [Read] gives is safe to be used as paths below a folder. Each is a name for files on every system, stands once, and lies in a directory of the same
// list; nothing leads out of the folder or into what Lanyard keeps for itself. Sizes and the number of files are those of the offer. An error comes without a list.
//
// Bounds: at most event.MaxOfferFiles entries in event.MaxManifest bytes.
//
// All of it is values and pure functions: nothing blocks, and there is no disk, clock or lock. An [Index] never changes: any goroutine may ask it.
//
// # Left out
//
// Reading a folder, sending, fetching and putting in place: that is package chat's. That an offer is an event: package event's.
package manifest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"lanyard/chat/event"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// hashSize is that of BLAKE3 in bytes.
const hashSize = 32

// List is what an offered folder holds: directories before what is in them, sorted by path.
type List []Entry

// Entry is one file or directory of an offered folder.
type Entry struct {
	_    struct{} `cbor:",toarray"`
	Path string   // below the folder, with slashes; a directory's ends with one
	Size uint64   // bytes; 0 for a directory
	Hash []byte   // BLAKE3 of the content; empty for a directory
	Exec bool     // may be run
	Time int64    // when it was changed, ms since 1970
}

// IsFolder reports whether it is a directory.
func (e *Entry) IsFolder() bool { return strings.HasSuffix(e.Path, "/") }

// Name is the path without the slash at the end of a directory's.
func (e *Entry) Name() string { return strings.TrimSuffix(e.Path, "/") }

// IsDebris reports whether programs left it behind, and it is nobody's work.
func (e *Entry) IsDebris() bool { return name.IgnoredPath(e.Name(), e.IsFolder()) }

// Sort puts the entries in the order of a list.
func (l List) Sort() {
	slices.SortFunc(l, func(a, b Entry) int { return strings.Compare(a.Name(), b.Name()) })
}

// Encode makes the bytes that are sent.
func (l List) Encode() ([]byte, error) { return wire.Marshal([]Entry(l)) }

// Read decodes a list and checks all that it says against itself and the offer: what comes from it is used as paths.
func Read(b []byte, offer event.File) (List, error) {
	l, err := Decode(b)
	if err != nil {
		return nil, err
	}
	if err := l.Check(offer); err != nil {
		return nil, err
	}
	return l, nil
}

// Decode decodes a list, and checks nothing of what it says: it is for what came through [Read] before, and was kept.
func Decode(b []byte) (List, error) {
	if len(b) > event.MaxManifest {
		return nil, fmt.Errorf("a list of %d bytes", len(b))
	}
	decoder, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8RejectInvalid,
		MaxNestedLevels: 4, MaxArrayElements: event.MaxOfferFiles, MaxMapPairs: 16,
	}.DecMode()
	if err != nil {
		return nil, err
	}
	var l []Entry
	if err := decoder.Unmarshal(b, &l); err != nil {
		return nil, fmt.Errorf("decode the list of files: %w", err)
	}
	return l, nil
}

// Files returns how many files there are, and their bytes together.
func (l List) Files() (files, bytes uint64) {
	for i := range l {
		if !l[i].IsFolder() {
			files++
			bytes += l[i].Size
		}
	}
	return files, bytes
}

// Check returns nil for a list that fits its offer, and that everybody takes.
func (l List) Check(offer event.File) error {
	if len(l) > event.MaxOfferFiles {
		return fmt.Errorf("%d files and folders, more than %d", len(l), event.MaxOfferFiles)
	}
	folders, files, total := map[string]bool{"": true}, uint64(0), uint64(0)
	before := ""
	for i := range l {
		e := &l[i]
		if err := e.check(); err != nil {
			return err
		}
		path := e.Name()
		if i > 0 && path <= before {
			return fmt.Errorf("%s is listed twice or in the wrong place", name.Quote(path))
		}
		before = path
		if !folders[parentOf(path)] {
			return fmt.Errorf("%s lies in no folder of the list", name.Quote(path))
		}
		if e.IsFolder() {
			folders[path] = true
			continue
		}
		files++
		if total += e.Size; total > math.MaxInt64 {
			return errors.New("sizes that no disk holds")
		}
	}
	if files != offer.Files || total != offer.Size {
		return errors.New("other files than the offer says")
	}
	return nil
}

func (e *Entry) check() error {
	if err := name.CheckPath(e.Name()); err != nil {
		return err
	}
	switch {
	case e.IsFolder() && (e.Size != 0 || len(e.Hash) != 0):
		return fmt.Errorf("the folder %s has a content", name.Quote(e.Path))
	case !e.IsFolder() && (len(e.Hash) != hashSize || e.Size > math.MaxInt64):
		return fmt.Errorf("the file %s has a size or hash that cannot be", name.Quote(e.Path))
	}
	return nil
}

func parentOf(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}

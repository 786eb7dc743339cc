package chat

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// manifest lists what an offered folder holds: directories before what is in them, sorted by path.
type manifest []manifestEntry

// manifestEntry is one file or directory of an offered folder; docs/protocol.md section 6, "Files in messages".
type manifestEntry struct {
	_    struct{} `cbor:",toarray"`
	Path string   // a directory's ends with a slash
	Size uint64
	Hash []byte // BLAKE3; empty for a directory
	Exec bool
	Time int64 // ms since 1970
}

func (e *manifestEntry) folder() bool { return strings.HasSuffix(e.Path, "/") }

func (e *manifestEntry) hash() blob.Hash { return blob.Hash(e.Hash) }

func (m manifest) encode() ([]byte, error) { return wire.Marshal([]manifestEntry(m)) }

// decodeManifest reads a manifest and checks all that it says against itself and the offer: what comes from it is used as paths.
func decodeManifest(b []byte, offer event.File) (manifest, error) {
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
	var m []manifestEntry
	if err := decoder.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("decode the list of files: %w", err)
	}
	if err := manifest(m).check(offer); err != nil {
		return nil, err
	}
	return m, nil
}

func (m manifest) check(offer event.File) error {
	if len(m) > event.MaxOfferFiles {
		return fmt.Errorf("%d files and folders, more than %d", len(m), event.MaxOfferFiles)
	}
	folders, files, total := map[string]bool{"": true}, uint64(0), uint64(0)
	before := ""
	for i := range m {
		e := &m[i]
		if err := e.check(); err != nil {
			return err
		}
		path := strings.TrimSuffix(e.Path, "/")
		if i > 0 && path <= before {
			return fmt.Errorf("%s is listed twice or in the wrong place", name.Quote(path))
		}
		before = path
		if !folders[parentOf(path)] {
			return fmt.Errorf("%s lies in no folder of the list", name.Quote(path))
		}
		if e.folder() {
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

func (e *manifestEntry) check() error {
	if err := name.CheckPath(strings.TrimSuffix(e.Path, "/")); err != nil {
		return err
	}
	switch {
	case e.folder() && (e.Size != 0 || len(e.Hash) != 0):
		return fmt.Errorf("the folder %s has a content", name.Quote(e.Path))
	case !e.folder() && (len(e.Hash) != len(blob.Hash{}) || e.Size > math.MaxInt64):
		return fmt.Errorf("the file %s has a size or hash that cannot be", name.Quote(e.Path))
	}
	return nil
}

func parentOf(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}

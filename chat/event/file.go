package event

import (
	"errors"
	"fmt"
	"math"

	"lanyard/internal/media"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// File is the body of an event of KindFile: the offer of a file or folder.
type File struct {
	Name     string `cbor:"1,keyasint"`
	Size     uint64 `cbor:"2,keyasint"`
	Hash     []byte `cbor:"3,keyasint"` // BLAKE3 of the content, of the manifest for a folder
	Folder   uint64 `cbor:"4,keyasint"`
	Files    uint64 `cbor:"5,keyasint"`
	Manifest uint64 `cbor:"6,keyasint,omitempty"` // bytes of the manifest
	Small    []byte `cbor:"7,keyasint,omitempty"` // of a picture: JPEG, opaque to who receives it
	Width    uint64 `cbor:"8,keyasint,omitempty"` // of the whole picture, upright, in pixels
	Height   uint64 `cbor:"9,keyasint,omitempty"`
	LeftOut  uint64 `cbor:"10,keyasint,omitempty"` // of a folder: links, special files, other disks, Lanyard's own folders, and debris that cannot be read or named: they are not sent
	From     string `cbor:"11,keyasint,omitempty"` // of what is passed on: the name of the person from whom it came, as the sender gives it
}

// Offer is what a [File] says to people.
type Offer struct {
	Name    string
	Size    int64 // bytes in all
	Folder  bool
	Files   int      // 1 for a file
	Picture *Picture // with a thumbnail; nil for what has none
	LeftOut int      // as File says it
}

// Picture is what the offer of a picture says about it, so that its place on the screen is known before it is here.
type Picture struct {
	Width, Height int // pixels, upright, as the sender says
}

// Limits of what is offered.
const (
	MaxOfferFiles = 100_000  // and folders, in an offered folder
	MaxManifest   = 32 << 20 // bytes of the list of them
)

// maxPictureSide is the longest side of a picture that an offer may give.
const maxPictureSide = 65535

// ReadFile decodes and checks a body of KindFile. Its name is a name for a file on every system, and the person's name is cleaned: both are safe to show.
func ReadFile(body []byte) (File, error) {
	var b File
	if err := wire.Unmarshal(body, &b); err != nil {
		return File{}, err
	}
	if err := b.Check(); err != nil {
		return File{}, err
	}
	b.From = shownName(b.From)
	return b, nil
}

// Check returns nil for an offer that can be made.
func (b *File) Check() error {
	if err := name.CheckElement(b.Name); err != nil {
		return fmt.Errorf("an offer's name: %w", err)
	}
	switch {
	case b.Size > math.MaxInt64 || len(b.Hash) != 32 || b.Folder > 1:
		return errors.New("an offer with a size, hash or kind that cannot be")
	case len(b.From) > name.MaxDisplayBytes:
		return errors.New("an offer that came from somebody with too long a name")
	case b.LeftOut > math.MaxInt32:
		return errors.New("an offer that leaves out more than can be")
	case b.Folder == 0 && (b.Files > 1 || b.Manifest != 0):
		return errors.New("an offer of a file that is a folder")
	case b.Folder == 1 && (b.Files > MaxOfferFiles || b.Manifest == 0 || b.Manifest > MaxManifest):
		return errors.New("an offer of a folder with too many files")
	}
	return nil
}

// Without is the offer of a folder from which so much more is left out: so many files and folders, of which the files count as such, with so many bytes.
func (b File) Without(left, files, bytes uint64) File {
	b.LeftOut = min(b.LeftOut+left, math.MaxInt32)
	b.Files -= files
	b.Size -= bytes
	return b
}

// Offer is the same for people.
func (b *File) Offer() Offer {
	return Offer{Name: b.Name, Size: int64(b.Size), Folder: b.Folder == 1, Files: int(b.Files), Picture: b.Picture(), LeftOut: int(b.LeftOut)}
}

// Picture returns what the offer says about a picture, nil if it says nothing that keeps the rules.
func (b *File) Picture() *Picture {
	if b.Folder != 0 || len(b.Small) == 0 || len(b.Small) > media.MaxThumbnail || b.Width < 1 || b.Width > maxPictureSide || b.Height < 1 || b.Height > maxPictureSide {
		return nil
	}
	return &Picture{Width: int(b.Width), Height: int(b.Height)}
}

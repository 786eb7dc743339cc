// Package media knows pictures, sound and film by their bytes: which of them a browser may show, and how to make a small picture of a large one.
//
// # Use
//
//	kind := media.KindOf("holiday.jpg")              // by the name: what it is probably, for who lists files
//	kind, is := media.Sniff(head)                    // by the first bytes: what may be told to a browser
//	face, err := maker.Portrait(content)             // the picture of a person
//	small, ok := maker.Thumbnail(file, size)         // var maker media.Maker: a JPEG of at most MaxThumbnail bytes
//	width, height, err := media.CheckThumbnail(jpeg) // one that somebody else made
//
// # Promises
//
// Sniff names only types that a browser draws or plays and never runs: no HTML, no SVG, no XML, no PDF. What it does not know has no type. It needs
// HeadSize bytes at most.
//
// Thumbnail decodes only PNG, JPEG, GIF and WebP, and only after the header said that there are at most MaxPixels: a picture of 20,000 x 20,000 in a
// few kilobytes costs nothing. It blocks for up to a second or two and works on one picture at a time, so that memory is bounded however many are sent
// at once. A file that is no such picture simply has no thumbnail. CheckThumbnail reads the header only, so nothing that a peer sends is decoded by this program.
//
// # Left out
//
// Frames of films, covers of music, previews of documents, and pictures in other formats (HEIC, AVIF, TIFF): each would need a decoder that has to be
// trusted with files from anywhere.
package media

import (
	"path"
	"strings"
)

// Kind is how something is shown.
type Kind string

// Kinds. The words are those of the local API.
const (
	None  Kind = ""
	Image Kind = "image"
	Audio Kind = "audio"
	Video Kind = "video"
)

// KindOf tells by its name what a file probably is. Only Sniff decides what may be shown.
func KindOf(name string) Kind {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return Image
	case ".mp3", ".m4a", ".oga", ".ogg", ".opus", ".wav", ".flac":
		return Audio
	case ".mp4", ".m4v", ".webm", ".ogv":
		return Video
	}
	return None
}

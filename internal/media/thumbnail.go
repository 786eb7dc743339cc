package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // registers the decoder
	"image/jpeg"
	_ "image/png" // registers the decoder
	"io"
	"sync"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // registers the decoder
)

// Limits of pictures and of what is made of them.
const (
	MaxThumbnail = 16 << 10   // bytes of a thumbnail
	MaxPixels    = 36_000_000 // of a picture that is decoded, here or in a browser
	MaxSide      = 30_000     // pixels

	maxSource    = 64 << 20 // bytes of a file that is decoded
	thumbSide    = 360      // pixels of the longer side of ours
	maxThumbSide = 1024     // pixels of the longer side of anybody's
)

// Small is a thumbnail and the size of the picture that it is of, upright.
type Small struct {
	JPEG          []byte
	Width, Height int // of the whole picture, in pixels
}

// Maker makes thumbnails, one at a time: a large picture takes a hundred megabytes for a moment. The zero Maker is ready; it is safe for concurrent use.
type Maker struct{ mu sync.Mutex }

// Size reads the header of a picture: how many pixels it has, as it is stored. The error says why it is none that may be shown.
func Size(content io.Reader) (width, height int, err error) {
	c, _, err := image.DecodeConfig(content)
	if err != nil {
		return 0, 0, fmt.Errorf("read the header of a picture: %w", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > MaxSide || c.Height > MaxSide || c.Width*c.Height > MaxPixels {
		return 0, 0, fmt.Errorf("a picture of %d x %d pixels", c.Width, c.Height)
	}
	return c.Width, c.Height, nil
}

// Thumbnail makes a small picture of a file's content. False means that it has none: it is no picture, or too large a one to be decoded.
func (m *Maker) Thumbnail(content io.ReaderAt, size int64) (Small, bool) {
	head := make([]byte, HeadSize)
	n, _ := content.ReadAt(head, 0) // a file shorter than this is not read whole, and no picture
	if kind, _ := Sniff(head[:n]); kind != Image || size > maxSource {
		return Small{}, false
	}
	whole := func() io.Reader { return io.NewSectionReader(content, 0, size) }
	if _, _, err := Size(whole()); err != nil {
		return Small{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	picture, err := decode(whole())
	if err != nil {
		return Small{}, false
	}
	return shrink(picture, orientation(whole()))
}

// decode decodes a picture. A decoder that panics over a broken file must not end the program: the file is sent without a thumbnail then.
func decode(content io.Reader) (picture image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decode a picture: %v", p)
		}
	}()
	picture, _, err = image.Decode(content)
	return picture, err
}

// shrink scales a picture, on white where one sees through it, until its JPEG is small enough.
func shrink(picture image.Image, turned turned) (Small, bool) {
	b := picture.Bounds()
	small := Small{Width: b.Dx(), Height: b.Dy()}
	if turned.swaps() {
		small.Width, small.Height = small.Height, small.Width
	}
	for side := thumbSide; side >= 32; side = side * 3 / 4 {
		width, height := within(b.Dx(), b.Dy(), side)
		to := image.NewRGBA(image.Rect(0, 0, width, height))
		draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		draw.BiLinear.Scale(to, to.Bounds(), picture, b, draw.Over, nil)
		upright := turned.apply(to)
		for quality := 80; quality >= 50; quality -= 15 {
			var out bytes.Buffer
			if err := jpeg.Encode(&out, upright, &jpeg.Options{Quality: quality}); err != nil {
				return Small{}, false
			}
			if out.Len() <= MaxThumbnail {
				small.JPEG = out.Bytes()
				return small, true
			}
		}
	}
	return Small{}, false
}

// within returns the size of a picture that fits into a square of that side, never larger than it is.
func within(width, height, side int) (int, int) {
	longer := max(width, height)
	if longer <= side {
		return width, height
	}
	return max(1, width*side/longer), max(1, height*side/longer)
}

// ErrThumbnail is wrapped by what CheckThumbnail says.
var ErrThumbnail = errors.New("this is no small picture")

// CheckThumbnail looks at the header of a thumbnail that somebody else made: it must be a JPEG of a size that a browser decodes without noticing.
func CheckThumbnail(b []byte) (width, height int, err error) {
	if len(b) > MaxThumbnail {
		return 0, 0, fmt.Errorf("%w: %d bytes", ErrThumbnail, len(b))
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", ErrThumbnail, err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > maxThumbSide || c.Height > maxThumbSide {
		return 0, 0, fmt.Errorf("%w: %d x %d pixels", ErrThumbnail, c.Width, c.Height)
	}
	return c.Width, c.Height, nil
}

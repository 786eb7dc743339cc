package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// Limits of the picture of a person.
const (
	MaxPortrait  = 8 << 20 // bytes of the file that it is made of
	PortraitSide = 96      // pixels
)

// ErrNoPortrait says that a file is no picture that a portrait can be made of.
var ErrNoPortrait = errors.New("this is no JPEG or PNG picture: choose another file")

// TooLargeError says that a picture is too large to make a portrait of.
type TooLargeError struct{ Bytes int }

func (e *TooLargeError) Error() string {
	if e.Bytes > 0 {
		return fmt.Sprintf("the picture has %.1f MB: choose one of at most %d MB", float64(e.Bytes)/(1<<20), MaxPortrait>>20)
	}
	return fmt.Sprintf("the picture has more than %d million pixels: choose a smaller one", MaxPixels/1_000_000)
}

// Portrait makes a square JPEG of PortraitSide pixels and at most MaxThumbnail bytes of the middle of a JPEG or PNG. Nothing of the file itself is kept, so
// neither where it was taken nor what somebody hid in it.
func (m *Maker) Portrait(content []byte) ([]byte, error) {
	if len(content) > MaxPortrait {
		return nil, &TooLargeError{len(content)}
	}
	if _, kind := Sniff(content); kind != "image/jpeg" && kind != "image/png" {
		return nil, ErrNoPortrait
	}
	header, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || header.Width < 1 || header.Height < 1 {
		return nil, ErrNoPortrait
	}
	if _, _, err := Size(bytes.NewReader(content)); err != nil {
		return nil, &TooLargeError{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	picture, err := decode(bytes.NewReader(content))
	if err != nil {
		return nil, ErrNoPortrait
	}
	to := image.NewRGBA(image.Rect(0, 0, PortraitSide, PortraitSide))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(to, to.Bounds(), picture, middle(picture.Bounds()), draw.Over, nil)
	upright := orientation(bytes.NewReader(content)).apply(to)
	for quality := 85; quality > 0; quality -= 10 {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, upright, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("encode a portrait: %w", err)
		}
		if out.Len() <= MaxThumbnail {
			return out.Bytes(), nil
		}
	}
	return nil, ErrNoPortrait
}

// middle is the largest square in the middle of a picture.
func middle(b image.Rectangle) image.Rectangle {
	side := min(b.Dx(), b.Dy())
	x, y := b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2
	return image.Rect(x, y, x+side, y+side)
}

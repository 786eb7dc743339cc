package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"strings"
	"testing"
)

func TestPortraits(t *testing.T) {
	for what, content := range map[string][]byte{
		"a wide JPEG": jpegOf(t, painted(500, 100)), "a tall PNG": pngOf(t, painted(30, 900)), "one pixel": pngOf(t, painted(1, 1)),
		"one held sideways": turnedJPEG(t, painted(300, 200), 6, binary.BigEndian, "MM"), "a place in it": append(jpegOf(t, painted(9, 9)), "GPS 52.5N 13.4E"...),
	} {
		small, err := new(Maker).Portrait(content)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(small))
		if err != nil || c.Width != PortraitSide || c.Height != PortraitSide || len(small) > MaxThumbnail || bytes.Contains(small, []byte("GPS")) {
			t.Errorf("%s: %d x %d in %d bytes, %v", what, c.Width, c.Height, len(small), err)
		}
	}
}

func TestWhatMakesNoPortrait(t *testing.T) {
	var large *TooLargeError
	for what, c := range map[string]struct {
		content []byte
		large   bool
	}{
		"nothing":       {nil, false},
		"text":          {[]byte("Hello"), false},
		"SVG":           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), false},
		"half a JPEG":   {jpegOf(t, painted(90, 90))[:200], false},
		"ten megabytes": {append(jpegOf(t, painted(4, 4)), make([]byte, 10<<20)...), true},
		"a bomb":        {giant(t), true},
	} {
		_, err := new(Maker).Portrait(c.content)
		if err == nil || errors.As(err, &large) != c.large || !strings.Contains(err.Error(), "choose") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// giant is a PNG whose header tells 30,000 x 30,000 pixels.
func giant(t testing.TB) []byte {
	b := pngOf(t, image.NewGray(image.Rect(0, 0, 2, 2)))
	binary.BigEndian.PutUint32(b[16:], 30_000)
	binary.BigEndian.PutUint32(b[20:], 30_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

package media

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
)

// webpPixel is a lossless WebP picture of one pixel.
const webpPixel = "524946461a000000574542505650384c0d0000002f00000010071011118888fe0700"

func painted(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(r.Uint32()) | 0x80
	}
	return m
}

func encoded(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

func jpegOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) })
}

func TestThumbnails(t *testing.T) {
	webp, err := hex.DecodeString(webpPixel)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		content       []byte
		width, height int
	}{
		"a PNG of noise":     {pngOf(t, painted(1200, 800)), 1200, 800},
		"a JPEG":             {jpegOf(t, painted(700, 900)), 700, 900},
		"a GIF":              {encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, painted(64, 32), nil) }), 64, 32},
		"a WebP":             {webp, 1, 1},
		"a very long strip":  {pngOf(t, image.NewGray(image.Rect(0, 0, 20000, 2))), 20000, 2},
		"one pixel":          {pngOf(t, painted(1, 1)), 1, 1},
		"one see-through":    {pngOf(t, image.NewNRGBA(image.Rect(0, 0, 40, 40))), 40, 40},
		"sixteen bits":       {pngOf(t, image.NewNRGBA64(image.Rect(0, 0, 40, 40))), 40, 40},
		"one with a palette": {pngOf(t, image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White})), 9, 9},
	} {
		small, ok := new(Maker).Thumbnail(bytes.NewReader(c.content), int64(len(c.content)))
		if !ok || small.Width != c.width || small.Height != c.height || len(small.JPEG) > MaxThumbnail {
			t.Errorf("%s: %v, %d x %d, %d bytes", what, ok, small.Width, small.Height, len(small.JPEG))
			continue
		}
		w, h, err := CheckThumbnail(small.JPEG)
		if err != nil || w > thumbSide || h > thumbSide {
			t.Errorf("%s: what was made of it is %d x %d: %v", what, w, h, err)
		}
	}
}

// bomb is a PNG that says to have so many pixels and holds none.
func bomb(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), width), height)
	head = append(head, 8, 6, 0, 0, 0)
	b := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	return binary.BigEndian.AppendUint32(append(b, head...), crc32.ChecksumIEEE(head))
}

func TestWhatHasNoThumbnail(t *testing.T) {
	good := pngOf(t, painted(300, 300))
	for what, content := range map[string][]byte{
		"a bomb":            bomb(20000, 20000),
		"a long bomb":       bomb(1<<31-1, 1),
		"no pixels":         bomb(0, 0),
		"nothing":           {},
		"a text":            []byte("hello"),
		"an SVG":            []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"HTML called a GIF": []byte("GIF89a<script>alert(1)</script>"),
		"half a PNG":        good[:len(good)/2],
		"half a header":     good[:20],
		"half a WebP":       []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f"),
	} {
		if small, ok := new(Maker).Thumbnail(bytes.NewReader(content), int64(len(content))); ok {
			t.Errorf("%s has one of %d bytes", what, len(small.JPEG))
		}
	}
}

func TestThumbnailsOfOthers(t *testing.T) {
	for what, b := range map[string][]byte{
		"a PNG":        pngOf(t, painted(4, 4)),
		"nothing":      {},
		"HTML":         []byte("<html>"),
		"a large one":  jpegOf(t, image.NewGray(image.Rect(0, 0, 1025, 4))),
		"many bytes":   append(jpegOf(t, painted(4, 4)), make([]byte, MaxThumbnail)...),
		"half of one":  jpegOf(t, painted(4, 4))[:30],
		"65500 pixels": []byte("\xff\xd8\xff\xc0\x00\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\x00\xff\xd9"),
	} {
		if w, h, err := CheckThumbnail(b); err == nil {
			t.Errorf("%s passes as %d x %d", what, w, h)
		}
	}
}

// turnedJPEG is a JPEG with an Exif segment that says how it is to be turned.
func turnedJPEG(t testing.TB, m image.Image, how uint16, order binary.AppendByteOrder, mark string) []byte {
	tiff := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = append(order.AppendUint16(tiff, 0x0100), make([]byte, 10)...)
	tiff = order.AppendUint16(order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x0112), 3), 1), how)
	segment := append([]byte("Exif\x00\x00"), append(tiff, 0, 0, 0, 0, 0, 0)...)
	plain := jpegOf(t, m)
	out := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(segment)+2))
	return append(append(out, segment...), plain[2:]...)
}

// TestCameraHeldSideways: the corner that is bright in the stored picture is where the tag says that it belongs.
func TestCameraHeldSideways(t *testing.T) {
	stored := image.NewGray(image.Rect(0, 0, 64, 32))
	for y := range 8 {
		for x := range 8 {
			stored.SetGray(x, y, color.Gray{255}) // top left
		}
	}
	corners := map[uint16][2]bool{1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true}, 5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true}} // right, bottom
	for how, at := range corners {
		for mark, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
			b := turnedJPEG(t, stored, how, order, mark)
			small, ok := new(Maker).Thumbnail(bytes.NewReader(b), int64(len(b)))
			if !ok || (how >= 5) != (small.Width == 32) {
				t.Fatalf("%d %s: %v, %d x %d", how, mark, ok, small.Width, small.Height)
			}
			m, err := jpeg.Decode(bytes.NewReader(small.JPEG))
			if err != nil {
				t.Fatal(err)
			}
			x, y := 2, 2
			if at[0] {
				x = small.Width - 3
			}
			if at[1] {
				y = small.Height - 3
			}
			if r, _, _, _ := m.At(x, y).RGBA(); r < 0xc000 {
				t.Errorf("%d %s: the bright corner is not at %d, %d", how, mark, x, y)
			}
		}
	}
}

func TestSniff(t *testing.T) {
	for head, want := range map[string]string{
		"\x89PNG\r\n\x1a\n....":            "image/png",
		"\xff\xd8\xff\xe0":                 "image/jpeg",
		"GIF89a":                           "image/gif",
		"RIFF....WEBPVP8 ":                 "image/webp",
		"RIFF....WAVEfmt ":                 "audio/wav",
		"fLaC":                             "audio/flac",
		"ID3\x04":                          "audio/mpeg",
		"\xff\xfb\x90\x64":                 "audio/mpeg",
		"\x00\x00\x00\x20ftypisom\x00\x00": "video/mp4",
		"\x00\x00\x00\x20ftypM4A \x00\x00": "audio/mp4",
		"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm":             "video/webm",
		"OggS\x00" + strings.Repeat(".", 23) + "\x01vorbis.........": "audio/ogg",
		"OggS\x00" + strings.Repeat(".", 23) + "\x80theora.........": "video/ogg",
		"":                                   "",
		"<!DOCTYPE html><html>":              "",
		"<svg xmlns=":                        "",
		"<?xml version=":                     "",
		"%PDF-1.7":                           "",
		"\xff\xfe<\x00h\x00":                 "",
		"\x00\x00\x00\x04ftypisom":           "",
		"\x00\x00\x00\x20ftypheic":           "",
		"\x1a\x45\xdf\xa3....matroska":       "",
		"RIFF....<htm":                       "",
		"MZ\x90\x00":                         "",
		"PK\x03\x04":                         "",
		"FWS\x06":                            "",
		"\x7fELF":                            "",
		"GIF8<script>":                       "",
		" \n\xff\xd8\xff":                    "",
		"javascript:alert(1)":                "",
		"MIME-Version: 1.0\nContent-Type: t": "",
	} {
		if _, got := Sniff([]byte(head)); got != want {
			t.Errorf("%q is %q, not %q", head, got, want)
		}
	}
}

func TestKindOf(t *testing.T) {
	for name, want := range map[string]Kind{"a.PNG": Image, "b.jpeg": Image, "c.mp3": Audio, "d.webm": Video, "e.svg": None, "f.html": None, "png": None, "g.png.exe": None} {
		if got := KindOf(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func FuzzThumbnail(f *testing.F) {
	webp, err := hex.DecodeString(webpPixel)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(webp)
	f.Add(pngOf(f, painted(3, 3)))
	f.Add(turnedJPEG(f, painted(3, 3), 6, binary.LittleEndian, "II"))
	f.Add(bomb(20000, 20000))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		Sniff(b)
		if small, ok := new(Maker).Thumbnail(bytes.NewReader(b), int64(len(b))); ok {
			if _, _, err := CheckThumbnail(small.JPEG); err != nil {
				t.Errorf("what we make others refuse: %v", err)
			}
		}
	})
}

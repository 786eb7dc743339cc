package media

import (
	"encoding/binary"
	"image"
	"io"
)

// turned is how a camera was held: the value of the Exif tag 0x0112 (CIPA DC-008), 1 for upright, up to 8.
type turned uint16

// maxExif is how much of a file is searched for the tag; it stands in one of the first segments.
const maxExif = 128 << 10

// orientation reads how a JPEG is to be turned. What has no such tag, or one that makes no sense, is upright.
func orientation(content io.Reader) turned {
	b, err := io.ReadAll(io.LimitReader(content, maxExif))
	if err != nil || len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return 1
	}
	for at := 2; at+4 <= len(b) && b[at] == 0xff; {
		marker, length := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == 0xda || length < 2 || at+2+length > len(b) {
			return 1 // the picture itself begins, or the segment is cut off
		}
		segment := b[at+4 : at+2+length]
		if marker == 0xe1 && len(segment) > 6 && string(segment[:6]) == "Exif\x00\x00" {
			return exif(segment[6:])
		}
		at += 2 + length
	}
	return 1
}

// exif looks for the tag in the first directory of a TIFF header.
func exif(b []byte) turned {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(b[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	for n := int64(order.Uint16(b[at:])); n > 0; n-- {
		entry := at + 2 + (n-1)*12
		if entry+12 > int64(len(b)) {
			continue
		}
		if order.Uint16(b[entry:]) == 0x0112 {
			if v := turned(order.Uint16(b[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// swaps reports whether width and height change places.
func (t turned) swaps() bool { return t >= 5 }

// apply turns a picture upright.
func (t turned) apply(from *image.RGBA) *image.RGBA {
	if t <= 1 {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if t.swaps() {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			u, v := t.place(x, y, w, h)
			to.SetRGBA(u, v, from.RGBAAt(x, y))
		}
	}
	return to
}

// place returns where a pixel of a stored picture of w x h is in the upright one.
func (t turned) place(x, y, w, h int) (int, int) {
	switch t {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

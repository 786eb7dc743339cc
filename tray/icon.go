package tray

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math"
	"runtime"
)

// iconSize is the edge in pixels; desktops scale it down to 16 to 48.
const iconSize = 64

// icons are the encoded pictures: PNG, on Windows ICO. The toolkit keeps a pointer to the bytes, so they live as long as the menu.
type icons struct {
	here, unread, grey []byte
}

var (
	blue   = color.NRGBA{0x2b, 0x62, 0xd9, 0xff}
	strap  = color.NRGBA{0x1b, 0x45, 0xa6, 0xff}
	grey   = color.NRGBA{0x8a, 0x90, 0x9c, 0xff}
	slate  = color.NRGBA{0x6b, 0x71, 0x7e, 0xff}
	paper  = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	signal = color.NRGBA{0xe0, 0x2f, 0x3c, 0xff}
)

func drawIcons() icons {
	here := badge(blue, strap)
	unread := badge(blue, strap)
	paint(unread, paper, func(x, y float64) bool { return circle(x, y, 50, 14, 15) })
	paint(unread, signal, func(x, y float64) bool { return circle(x, y, 50, 14, 12) })
	return icons{here: encode(here), unread: encode(unread), grey: encode(badge(grey, slate))}
}

// badge draws a name badge on its strap: the shape reads down to 16 pixels.
func badge(body, band color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	paint(m, band, func(x, y float64) bool { return segment(x, y, 16, 0, 32, 20, 4) || segment(x, y, 48, 0, 32, 20, 4) })
	paint(m, body, func(x, y float64) bool { return rounded(x, y, 10, 18, 54, 62, 9) })
	paint(m, paper, func(x, y float64) bool { return rounded(x, y, 26, 22, 38, 26, 2) })
	paint(m, paper, func(x, y float64) bool { return circle(x, y, 32, 38, 7) })
	paint(m, paper, func(x, y float64) bool { return y < 57 && y > 46 && circle(x, y, 32, 59, 13) })
	return m
}

// paint fills the shape over what is there, smoothing its edge by 16 samples a pixel.
func paint(m *image.NRGBA, c color.NRGBA, inside func(x, y float64) bool) {
	for py := range iconSize {
		for px := range iconSize {
			hits := 0
			for s := range 16 {
				if inside(float64(px)+(float64(s%4)+.5)/4, float64(py)+(float64(s/4)+.5)/4) {
					hits++
				}
			}
			if hits > 0 {
				m.SetNRGBA(px, py, over(m.NRGBAAt(px, py), c, float64(hits)/16))
			}
		}
	}
}

func over(below, above color.NRGBA, cover float64) color.NRGBA {
	belowA := float64(below.A) / 255 * (1 - cover)
	a := cover + belowA
	mix := func(u, o uint8) uint8 { return uint8(math.Round((float64(o)*cover + float64(u)*belowA) / a)) }
	return color.NRGBA{mix(below.R, above.R), mix(below.G, above.G), mix(below.B, above.B), uint8(math.Round(a * 255))}
}

func circle(x, y, cx, cy, r float64) bool { return math.Hypot(x-cx, y-cy) <= r }

func rounded(x, y, left, top, right, bottom, r float64) bool {
	dx := math.Max(math.Max(left+r-x, x-right+r), 0)
	dy := math.Max(math.Max(top+r-y, y-bottom+r), 0)
	return math.Hypot(dx, dy) <= r
}

func segment(x, y, x1, y1, x2, y2, r float64) bool {
	t := ((x-x1)*(x2-x1) + (y-y1)*(y2-y1)) / ((x2-x1)*(x2-x1) + (y2-y1)*(y2-y1))
	t = math.Min(math.Max(t, 0), 1)
	return math.Hypot(x-x1-t*(x2-x1), y-y1-t*(y2-y1)) <= r
}

func encode(m *image.NRGBA) []byte {
	if runtime.GOOS == "windows" {
		return encodeICO(m)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic("encode the icon: " + err.Error()) // into memory, of a picture we drew: cannot happen
	}
	return out.Bytes()
}

// encodeICO writes one 32-bit bitmap in an ICO container (Microsoft, "Icons", 1995), which is what Windows' LoadImage takes; it refuses a PNG.
func encodeICO(m *image.NRGBA) []byte {
	const headers, info = 6 + 16, 40
	pixels, mask := iconSize*iconSize*4, iconSize*iconSize/8
	out := make([]byte, 0, headers+info+pixels+mask)
	le := binary.LittleEndian
	for _, v := range []uint16{0, 1, 1} {
		out = le.AppendUint16(out, v)
	}
	out = append(out, iconSize, iconSize, 0, 0)
	out = le.AppendUint16(out, 1)
	out = le.AppendUint16(out, 32)
	out = le.AppendUint32(out, uint32(info+pixels+mask))
	out = le.AppendUint32(out, headers)
	for _, v := range []uint32{info, iconSize, 2 * iconSize, 1 | 32<<16, 0, 0, 0, 0, 0, 0} {
		out = le.AppendUint32(out, v)
	}
	for y := iconSize - 1; y >= 0; y-- {
		for x := range iconSize {
			c := m.NRGBAAt(x, y)
			out = append(out, c.B, c.G, c.R, c.A)
		}
	}
	return append(out, make([]byte, mask)...)
}

package chunk

import "github.com/PlakarKorp/go-cdc-chunkers/chunkers/fastcdc"

// The masks of docs/protocol.md: before Mean bytes a cut is rarer than beyond.
const (
	maskBefore = 0x9249249249249240
	maskBeyond = 0x8888888888888888
)

// end returns where the chunk ends that begins with b; b has Max bytes, or all that is left.
func end(b []byte) int {
	if len(b) <= Min {
		return len(b)
	}
	b = b[:min(len(b), Max)]
	f, i := seek(b, 0, Min, min(len(b), Mean), maskBefore)
	if i < Mean && i < len(b) {
		return i
	}
	_, i = seek(b, f, i, len(b), maskBeyond)
	return i
}

// seek goes on with f until a byte from i on, before to, with which the mask finds nothing in it. Four bytes at a time: each sum waits for the one of four
// bytes before alone.
func seek(b []byte, f uint64, i, to int, mask uint64) (uint64, int) {
	g := &fastcdc.G
	for ; i+4 <= to; i += 4 {
		p := b[i : i+4 : i+4]
		s1 := g[p[0]]
		s2 := s1<<1 + g[p[1]]
		s3 := s2<<1 + g[p[2]]
		s4 := s3<<1 + g[p[3]]
		f1, f2, f3, f4 := f<<1+s1, f<<2+s2, f<<3+s3, f<<4+s4
		if f1&mask == 0 {
			return f1, i
		}
		if f2&mask == 0 {
			return f2, i + 1
		}
		if f3&mask == 0 {
			return f3, i + 2
		}
		if f4&mask == 0 {
			return f4, i + 3
		}
		f = f4
	}
	for ; i < to; i++ {
		if f = f<<1 + g[b[i]]; f&mask == 0 {
			break
		}
	}
	return f, i
}

package chunk_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	chunkers "github.com/PlakarKorp/go-cdc-chunkers"
	"github.com/PlakarKorp/go-cdc-chunkers/chunkers/fastcdc"
	"github.com/zeebo/blake3"

	"lanyard/internal/chunk"
)

func noise(seed byte, size int) []byte {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func cut(t testing.TB, b []byte) chunk.Sum {
	t.Helper()
	sum, err := chunk.Cut(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestVector pins where content is cut: who cuts elsewhere finds nothing again of what others have.
func TestVector(t *testing.T) {
	sum := cut(t, noise(1, 16<<20))
	list := blake3.Sum256(sum.List.Encode())
	if len(sum.List) != 56 || sum.List[0].Length != 335936 || hex.EncodeToString(list[:]) != "91797f44055f052c7adcbf02172a94b31b6e3491cd9c2f2bac489e5934463a50" {
		t.Errorf("%d chunks, the first of %d bytes; the list's hash is %x", len(sum.List), sum.List[0].Length, list)
	}
}

// TestRule: content is cut as docs/protocol.md says, so that others need not have our library.
func TestRule(t *testing.T) {
	small, large := uint64(0), uint64(0)
	for i := range 20 {
		small |= 1 << (63 - 3*i)
	}
	for i := range 16 {
		large |= 1 << (63 - 4*i)
	}
	length := func(b []byte) int {
		var f uint64
		for i := 65536; i < min(len(b), 1048576); i++ {
			mask := small
			if i >= 262144 {
				mask = large
			}
			if f = f<<1 + fastcdc.G[b[i]]; f&mask == 0 {
				return i
			}
		}
		return min(len(b), 1048576)
	}
	content := slices.Concat(noise(6, 5<<20), make([]byte, 3<<20), noise(7, 70_000))
	at := 0
	for i, c := range cut(t, content).List {
		if want := length(content[at:]); c.Length != want {
			t.Fatalf("chunk %d has %d bytes, by the rule %d", i, c.Length, want)
		}
		at += c.Length
	}
}

// TestLibrary: content is cut as the library does whose table it is.
func TestLibrary(t *testing.T) {
	options := &chunkers.ChunkerOpts{MinSize: chunk.Min, NormalSize: chunk.Mean, MaxSize: chunk.Max}
	for seed := range 5 {
		content := slices.Concat(noise(byte(seed), 9<<20+seed), bytes.Repeat(noise(byte(seed), 70+seed), 50_000), make([]byte, seed*500_000))
		cutter, err := chunkers.NewChunker("fastcdc-v1.0.0", bytes.NewReader(content), options)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range cut(t, content).List {
			if b, err := cutter.Next(); len(b) != c.Length || err != nil && !errors.Is(err, io.EOF) {
				t.Fatalf("seed %d: chunk %d has %d bytes, the library's %d (%v)", seed, i, c.Length, len(b), err)
			}
		}
	}
}

// TestCut: a list names the bytes of the content in their order, within the bounds, however the reader gives them.
func TestCut(t *testing.T) {
	for _, size := range []int{0, 1, chunk.Min, chunk.Min + 1, chunk.Max, chunk.Above + 1, 5<<20 + 3} {
		b := noise(2, size)
		sum := cut(t, b)
		if sum.Whole != chunk.Hash(blake3.Sum256(b)) || sum.Size != int64(size) {
			t.Errorf("%d bytes: hash %x of %d", size, sum.Whole, sum.Size)
		}
		if err := sum.List.Check(int64(size)); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		at := 0
		for i, c := range sum.List {
			if c.Hash != chunk.Hash(blake3.Sum256(b[at:at+c.Length])) {
				t.Errorf("%d bytes: chunk %d has another hash", size, i)
			}
			at += c.Length
		}
		slow, err := chunk.Cut(iotest.HalfReader(bytes.NewReader(b)))
		if err != nil || !slices.Equal(slow.List, sum.List) || slow.Whole != sum.Whole {
			t.Errorf("%d bytes are cut otherwise by a reader that gives less at a time: %v", size, err)
		}
	}
}

// TestCutZeros: zeros are cut at the greatest length, which is also the longest that a list may say.
func TestCutZeros(t *testing.T) {
	sum := cut(t, make([]byte, 3*chunk.Max))
	for _, c := range sum.List {
		if c.Length != chunk.Max || c.Hash != sum.List[0].Hash {
			t.Errorf("%+v", sum.List)
		}
	}
}

// TestEditsStayLocal: what is inserted at the front or overwritten in the middle leaves nearly all chunks as they were.
func TestEditsStayLocal(t *testing.T) {
	b := noise(3, 32<<20)
	before := map[chunk.Hash]bool{}
	for _, c := range cut(t, b).List {
		before[c.Hash] = true
	}
	middle := bytes.Clone(b)
	copy(middle[16<<20:], noise(4, 4096))
	for what, after := range map[string][]byte{"front": append([]byte{7}, b...), "middle": middle} {
		var fresh int
		for _, c := range cut(t, after).List {
			if !before[c.Hash] {
				fresh += c.Length
			}
		}
		if fresh == 0 || fresh > 3<<20 {
			t.Errorf("%s: %d bytes are in chunks that were not there before", what, fresh)
		}
	}
}

// TestCutFails: what cannot be read to its end has no sum.
func TestCutFails(t *testing.T) {
	why := errors.New("the disk is broken")
	sum, err := chunk.Cut(io.MultiReader(bytes.NewReader(noise(5, 3<<20)), iotest.ErrReader(why)))
	if !errors.Is(err, why) || sum.List != nil || sum.Size != 0 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestCheck: what no content can have is refused.
func TestCheck(t *testing.T) {
	whole := chunk.List{{Length: chunk.Max}, {Length: chunk.Min}, {Length: 1}}
	if err := whole.Check(chunk.Max + chunk.Min + 1); err != nil {
		t.Error(err)
	}
	many := make(chunk.List, chunk.MaxCount+1)
	for i := range many {
		many[i].Length = chunk.Min
	}
	for what, bad := range map[string]struct {
		list chunk.List
		size int64
	}{
		"too small in the middle": {chunk.List{{Length: chunk.Min - 1}, {Length: 1}}, chunk.Min},
		"too large":               {chunk.List{{Length: chunk.Max + 1}}, chunk.Max + 1},
		"empty":                   {chunk.List{{Length: chunk.Min}, {Length: 0}}, chunk.Min},
		"negative":                {chunk.List{{Length: -1}}, -1},
		"sum too small":           {whole, chunk.Max + chunk.Min + 2},
		"sum too large":           {whole, chunk.Max + chunk.Min},
		"nothing of something":    {nil, 1},
		"too many":                {many, many.Size()},
	} {
		if bad.list.Check(bad.size) == nil {
			t.Errorf("%s: taken", what)
		}
	}
	if err := many[:chunk.MaxCount].Check(chunk.MaxCount * chunk.Min); err != nil {
		t.Error(err)
	}
}

// FuzzDecode: entries that are taken are encoded the same again, and none has an impossible length.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(chunk.List{{Length: 1}, {Length: chunk.Max, Hash: chunk.Hash{1, 2}}}.Encode())
	f.Add(chunk.List{{Length: chunk.Max + 1}}.Encode())
	f.Add(make([]byte, chunk.EntrySize+1))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := chunk.Decode(b)
		if err != nil {
			if list != nil {
				t.Fatal("a list beside an error")
			}
			return
		}
		if !bytes.Equal(list.Encode(), b) {
			t.Fatalf("%x became %x", b, list.Encode())
		}
		for _, c := range list {
			if c.Length < 1 || c.Length > chunk.Max {
				t.Fatalf("a chunk of %d bytes", c.Length)
			}
		}
	})
}

// TestDecodeTooMany: more entries than any list may have are refused before anything is made of them.
func TestDecodeTooMany(t *testing.T) {
	entry := chunk.List{{Length: 1}}.Encode()
	if _, err := chunk.Decode(bytes.Repeat(entry, chunk.MaxCount)); err != nil {
		t.Error(err)
	}
	if _, err := chunk.Decode(bytes.Repeat(entry, chunk.MaxCount+1)); err == nil {
		t.Error("taken")
	}
}

func BenchmarkCut(b *testing.B) {
	content := noise(1, 256<<20)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := chunk.Cut(bytes.NewReader(content)); err != nil {
			b.Fatal(err)
		}
	}
}

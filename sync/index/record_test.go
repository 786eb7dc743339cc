package index

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestRecordRefused(t *testing.T) {
	cases := []struct {
		what   string
		change func(*Version)
	}{
		{"a path that climbs out", func(v *Version) { v.Path = "../x" }},
		{"an absolute path", func(v *Version) { v.Path = "/etc/passwd" }},
		{"the folder that is ours", func(v *Version) { v.Path = ".lanyard/in/x" }},
		{"an origin that climbs out", func(v *Version) { v.From = &Origin{Path: "a/../../b", Dot: dot("a1")} }},
		{"no kind", func(v *Version) { v.Kind = None }},
		{"an unknown kind", func(v *Version) { v.Kind = 9 }},
		{"a file without content", func(v *Version) { v.Content = Hash{} }},
		{"a directory with content", func(v *Version) { v.Kind = Dir }},
		{"a tombstone with a size", func(v *Version) { v.Kind, v.Content = Tombstone, Hash{} }},
		{"a negative size", func(v *Version) { v.Size = -1 }},
		{"a size beyond all disks", func(v *Version) { v.Size = MaxSize + 1 }},
		{"a context with a zero", func(v *Version) { v.Context = Context{{Log: logOf('a')}} }},
		{"a context out of order", func(v *Version) { v.Context = Context{dot("b1"), dot("a1")} }},
		{"a context with one log twice", func(v *Version) { v.Context = Context{dot("a1"), dot("a2")} }},
		{"a context that has seen the version itself", func(v *Version) { v.Context = ctx("a1") }},
		{"a Lamport number at the end of numbers", func(v *Version) { v.Lamport = 1<<64 - 1 }},
		{"an endless author", func(v *Version) { v.Author = strings.Repeat("x", MaxAuthor+1) }},
		{"an endless name of who wrote it", func(v *Version) { v.By = &Writer{Name: strings.Repeat("x", MaxAuthor+1)} }},
		{"a repeated content of the year 30,828", func(v *Version) { v.By = &Writer{Time: maxTime + 1} }},
		{"a copy beside what climbs out", func(v *Version) { v.Beside = &Beside{Path: "../x"} }},
		{"a copy of an endless name", func(v *Version) { v.Beside = &Beside{Path: "x", Loser: Writer{Name: strings.Repeat("x", MaxAuthor+1)}} }},
		{"a copy beside an endless name", func(v *Version) {
			v.Beside = &Beside{Path: "x", Winner: Writer{Name: strings.Repeat("x", MaxAuthor+1)}}
		}},
		{"a deletion that is a conflict copy", func(v *Version) { *v = gone("a1", "", 1); v.Beside = &Beside{Path: "x"} }},
		{"the year 30,828", func(v *Version) { v.Time = maxTime + 1 }},
		{"a desk outside the world", func(v *Version) { v.Zone = 2000 }},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			v := file("a1", "", 'X', 0, 1)
			c.change(&v)
			if _, err := Encode(v); err == nil {
				t.Fatal("it was encoded")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	moved := file("b2", "a1", 'Y', 'X', 7)
	moved.From = &Origin{Path: "old/Budget.xlsx", Dot: dot("a1")}
	moved.Exec, moved.Mtime, moved.Old = true, -5, true
	copied := file("c4", "", 'Z', 0, 9)
	copied.By = &Writer{Peer: dot("b1").Log.Peer, Name: "Ben"}
	copied.Beside = &Beside{Path: "Budget.xlsx", Loser: *copied.By, Winner: Writer{Peer: dot("a1").Log.Peer, Name: "Anna"}}
	for _, v := range []Version{copied, file("a1", "", 'X', 0, 1), dir("b2", "", 1), gone("c3", "a1 b2", 1<<62), moved} {
		b, err := Encode(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)-1])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := Decode(dot("z9"), [32]byte{1}, b)
		if err != nil {
			if !reflect.DeepEqual(v, Version{}) {
				t.Fatal("a value beside an error")
			}
			return
		}
		again, err := Encode(v)
		if err != nil {
			t.Fatalf("what was decoded cannot be encoded: %v", err)
		}
		w, err := Decode(v.Dot, v.Chain, again)
		if err != nil || !reflect.DeepEqual(v, w) {
			t.Fatalf("%+v became %+v, %v", v, w, err)
		}
		if once, _ := Encode(w); !bytes.Equal(once, again) {
			t.Fatal("encoding is not stable")
		}
		Look(v.Path, Heads{v}, false)
	})
}

func TestChain(t *testing.T) {
	p := Pen{Log: logOf('a'), Author: "Anna"}
	first, b1, err := p.Write(file("a1", "", 'X', 0, 0), day, false)
	if err != nil {
		t.Fatal(err)
	}
	second, b2, err := p.Write(gone("a1", "a1", 0), day, false)
	if err != nil {
		t.Fatal(err)
	}
	if first.Dot != dot("a1") || second.Dot != dot("a2") || second.Lamport != 2 {
		t.Fatalf("%+v %+v", first, second)
	}
	if c := Chain(Chain([32]byte{}, b1), b2); c != second.Chain || c != p.Chain {
		t.Fatal("the chain hash is not that of the records")
	}
	if found, _, err := p.Write(file("a1", "", 'Y', 0, 0), day, true); err != nil || found.Lamport != 0 {
		t.Fatalf("what was found ranks %d, %v", found.Lamport, err)
	}
}

// TestShortenedContextFits: whatever is about a version, with a shortened context it fits, and has seen the heads that there are.
func TestShortenedContextFits(t *testing.T) {
	long := func(c string) Path { return Path(strings.Repeat(strings.Repeat(c, 239)+"/", 17) + "x") }
	by := Writer{Peer: logOf('b').Peer, Name: strings.Repeat("n", MaxAuthor), Time: maxTime, Zone: 24 * 60}
	v := file("a1", "", 1, 2, 1)
	v.Path, v.Size, v.Mtime, v.Lamport, v.Base, v.Exec, v.Ends, v.Old, v.Agreed = long("p"), MaxSize, -1<<63, MaxLamport, v.Content, true, true, true, true
	v.From = &Origin{Path: long("f"), Dot: Dot{Log: logOf('b'), Number: 1<<64 - 1}}
	v.By, v.Beside, v.Author, v.Time, v.Zone = &by, &Beside{Path: long("b"), Loser: by, Winner: by}, by.Name, maxTime, 24*60
	heads := Heads{file("y9", "", 3, 0, 1), file("z9", "", 4, 0, 1)}
	for _, h := range heads {
		v.Context = v.Context.With(h.Dot)
	}
	for n := range MaxContext - len(heads) {
		l := logOf('c')
		l.ID[0], l.ID[1] = byte(n>>8), byte(n)
		v.Context = v.Context.With(Dot{Log: l, Number: 1<<64 - 1})
	}
	if _, err := Encode(v); !errors.Is(err, ErrTooLong) {
		t.Fatalf("a context of %d logs: %v", len(v.Context), err)
	}
	v.Context = v.Context.Shortened(heads)
	if _, err := Encode(v); err != nil {
		t.Errorf("with %d logs: %v", len(v.Context), err)
	}
	if len(v.Context) != ShortContext || !v.Context.Covers(heads[0].Dot) || !v.Context.Covers(heads[1].Dot) {
		t.Errorf("it has %d logs, and has seen the heads: %v, %v", len(v.Context), v.Context.Covers(heads[0].Dot), v.Context.Covers(heads[1].Dot))
	}
}

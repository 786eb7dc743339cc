package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zeebo/blake3"

	"lanyard/chat/event"
)

func file(path, text string) Entry {
	sum := blake3.Sum256([]byte(text))
	return Entry{Path: path, Size: uint64(len(text)), Hash: sum[:]}
}

func folder(path string) Entry { return Entry{Path: path} }

// offerOf makes the offer that fits a list.
func offerOf(l List) event.File {
	b := event.File{Name: "Photos", Folder: 1}
	for _, e := range l {
		b.Size += e.Size
		if !e.IsFolder() {
			b.Files++
		}
	}
	return b
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name  string
		list  List
		other func(*event.File) // what the offer says instead
		why   string            // a part of the error; empty for what is taken
	}{
		{name: "nothing at all"},
		{name: "files in folders", list: List{file("a.txt", "x"), folder("b/"), folder("b/c/"), file("b/c/d", "yz"), file("b/e", "")}},
		{name: "a folder before a file that goes on with a dash", list: List{folder("a/"), file("a-b", "x"), file("a/b", "x")}},
		{name: "a parent", list: List{file("../evil", "x")}, why: ".."},
		{name: "a parent within", list: List{folder("a/"), file("a/../../evil", "x")}, why: ".."},
		{name: "a drive", list: List{file("C:/evil", "x")}, why: "drive"},
		{name: "the hidden folder", list: List{folder(".lanyard/")}, why: ".lanyard"},
		{name: "one path twice", list: List{file("a", "x"), file("a", "x")}, why: "listed twice"},
		{name: "a folder of the name of a file", list: List{file("a", "x"), folder("a/")}, why: "listed twice"},
		{name: "the wrong order", list: List{file("b", "x"), file("a", "x")}, why: "wrong place"},
		{name: "a folder that is missing", list: List{file("a/b", "x")}, why: "in no folder"},
		{name: "a folder with a content", list: List{{Path: "a/", Size: 1, Hash: make([]byte, hashSize)}}, why: "has a content"},
		{name: "a file without a hash", list: List{{Path: "a", Size: 1}}, why: "cannot be"},
		{name: "a size beyond all disks", list: List{{Path: "a", Size: 1 << 63, Hash: make([]byte, hashSize)}}, why: "cannot be"},
		{name: "sizes beyond all disks together", list: List{{Path: "a", Size: 1<<63 - 1, Hash: make([]byte, hashSize)}, file("b", "x")}, why: "no disk holds"},
		{name: "another size than offered", list: List{file("a", "x")}, other: func(o *event.File) { o.Size++ }, why: "other files"},
		{name: "another number of files than offered", list: List{file("a", "x")}, other: func(o *event.File) { o.Files++ }, why: "other files"},
	} {
		t.Run(test.name, func(t *testing.T) {
			offer := offerOf(test.list)
			if test.other != nil {
				test.other(&offer)
			}
			encoded, err := test.list.Encode()
			if err != nil {
				t.Fatal(err)
			}
			got, err := Read(encoded, offer)
			switch {
			case test.why == "" && (err != nil || len(got) != len(test.list)):
				t.Errorf("refused: %v", err)
			case test.why != "" && (err == nil || !strings.Contains(err.Error(), test.why) || got != nil):
				t.Errorf("%d entries, and the error is %v", len(got), err)
			}
		})
	}
}

// TestSort: whatever order a disk lists in, the list that is made of it is taken.
func TestSort(t *testing.T) {
	l := List{file("a/b", "x"), file("a-b", "x"), folder("a/"), file("Z", "x"), folder("a/c/"), file("a.b", "x")}
	l.Sort()
	if err := l.Check(offerOf(l)); err != nil {
		t.Error(err)
	}
	if !slices.IsSortedFunc(l, func(a, b Entry) int { return strings.Compare(a.Name(), b.Name()) }) {
		t.Error("not sorted by path")
	}
}

func TestIndex(t *testing.T) {
	l := List{file("a", "once"), folder("b/"), file("b/c", "twice"), file("b/d", "twice"), file("e", "last")}
	encoded, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewIndex(encoded, offerOf(l))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text   string
		paths  []string
		before int64
		once   bool
	}{
		{"once", []string{"a"}, 0, true},
		{"twice", []string{"b/c", "b/d"}, 0, false},
		{"last", []string{"e"}, 14, true},
		{"another", nil, 0, false},
	} {
		hash := blake3.Sum256([]byte(test.text))
		var paths []string
		for _, e := range x.Find(hash) {
			paths = append(paths, e.Path)
		}
		if before, once := x.Before(hash); !slices.Equal(paths, test.paths) || before != test.before || once != test.once {
			t.Errorf("%q is found as %q, once %v with %d bytes before it", test.text, paths, once, before)
		}
	}
	if _, err := NewIndex(encoded, event.File{Folder: 1}); err == nil {
		t.Error("taken: the list of another offer")
	}
}

// TestIndexOfTwins: of many files with the same content a few are found, and what may be somebody's work before what programs left behind.
func TestIndexOfTwins(t *testing.T) {
	l := List{file(".DS_Store", ""), file("4913", ""), file("b", "")}
	find := func() (paths []string) {
		t.Helper()
		l.Sort()
		encoded, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		x, err := NewIndex(encoded, offerOf(l))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range x.Find(blake3.Sum256(nil)) {
			paths = append(paths, e.Path)
		}
		return paths
	}
	if got := find(); !slices.Equal(got, []string{"b", ".DS_Store", "4913"}) {
		t.Errorf("found are %q", got)
	}
	for i := range 2 * maxTwins {
		l = append(l, file(fmt.Sprintf("c%03d", i), ""))
	}
	if got := find(); len(got) != maxTwins || got[0] != "b" || got[maxTwins-1] != fmt.Sprintf("c%03d", maxTwins-2) {
		t.Errorf("found are %q", got)
	}
}

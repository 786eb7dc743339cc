package tree

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestIncomingResumes(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		if err := incoming(t, tr, "h-1", "first ").Close(); err != nil {
			t.Fatal(err)
		}
		if names, err := tr.IncomingNames(); err != nil || !slices.Equal(names, []string{"h-1"}) {
			t.Errorf("incoming: %v, %v", names, err)
		}
		in := incoming(t, tr, "h-1", "second!!")
		if err := in.Truncate(12); err != nil || in.Size() != 12 {
			t.Errorf("size %d, %v", in.Size(), err)
		}
		b := make([]byte, 12)
		if _, err := in.ReadAt(b, 0); err != nil || string(b) != "first second" {
			t.Errorf("read back %q, %v", b, err)
		}
		if _, err := tr.Place(in, "a"); err != nil {
			t.Fatal(err)
		}
		want(t, who, "a", "first second")
		if _, err := in.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("write after place: %v", err)
		}
		for _, bad := range []string{"", "a/b", "..", "a.b", "ä", strings.Repeat("x", 129)} {
			if _, err := tr.Incoming(bad); !errors.Is(err, ErrName) {
				t.Errorf("incoming %q: %v", bad, err)
			}
		}
	})
}

// TestIncomingImpostor: what a local program put under an incoming's name is neither written through nor lost.
func TestIncomingImpostor(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		for _, kind := range []Kind{KindLink, KindOther} {
			if err := who.Put(inDir+"/c-k", kind); err != nil {
				t.Fatal(err)
			}
			if _, err := tr.Place(incoming(t, tr, "k", "new"), "a-"+kind.String()); err != nil {
				t.Fatal(err)
			}
			want(t, who, "a-"+kind.String(), "new")
		}
	})
}

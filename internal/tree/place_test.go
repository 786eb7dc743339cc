package tree

import (
	"errors"
	"io/fs"
	"sync"
	"testing"
)

// behind lets a local program act just after a call that puts something at a path.
type behind struct {
	FS
	path  string
	after func()
}

func (b *behind) done(path string, err error) error {
	if err == nil && path == b.path {
		b.after()
	}
	return err
}

func (b *behind) Rename(from, to string) error   { return b.done(to, b.FS.Rename(from, to)) }
func (b *behind) Supplant(from, to string) error { return b.done(to, b.FS.Supplant(from, to)) }
func (b *behind) Exchange(from, to string) error { return b.done(to, b.FS.Exchange(from, to)) }

// TestWrittenAsSoonAsPlaced: a person writes into a file in the instant after it has come to its path. What is told of it is not what they wrote: else nobody
// would ever notice that they did.
func TestWrittenAsSoonAsPlaced(t *testing.T) {
	for _, how := range []string{"placed", "placed whole", "replaced"} {
		t.Run(how, func(t *testing.T) {
			onEach(t, func(t *testing.T, tr *Tree, who person) {
				var old Stat
				if how == "replaced" {
					old = put(t, tr, "a", "old")
				}
				tr.fs = &behind{tr.fs, "a", func() {
					if err := who.WriteFile("a", []byte("person's")); err != nil {
						t.Error(err)
					}
				}}
				var told Stat
				var err error
				switch how {
				case "placed":
					told, err = tr.Place(incoming(t, tr, "k", "new"), "a")
				case "placed whole":
					told, err = tr.PlaceSmall("k", "a", []byte("new"), 1_700_000_000_000_000_000, false)
				case "replaced":
					var d Displaced
					d, err = tr.Replace(incoming(t, tr, "k", "new"), "a", old)
					told = d.Placed
				}
				if err != nil {
					t.Fatal(err)
				}
				want(t, who, "a", "person's")
				if is := mustStat(t, tr, "a"); told.unwritten(is) || told.Size != 3 {
					t.Errorf("told as %+v, and it is %+v", told, is)
				}
			})
		})
	}
}

// TestWrittenWhilePlaced: the same of a disk's own short way to place a file, by a person who writes as soon as they see it.
func TestWrittenWhilePlaced(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		home, real := who.(home)
		if !real {
			return // no short way
		}
		for range 300 {
			ready, written := make(chan struct{}), make(chan error, 1)
			var all sync.WaitGroup
			all.Go(func() {
				close(ready)
				err := fs.ErrNotExist
				for errors.Is(err, fs.ErrNotExist) {
					err = home.overwrite("a", "person's")
				}
				written <- err
			})
			<-ready
			told, err := tr.PlaceSmall("k", "a", []byte("new"), 1_700_000_000_000_000_000, false)
			all.Wait()
			if err = errors.Join(err, <-written); err != nil {
				t.Fatal(err)
			}
			if is := mustStat(t, tr, "a"); told.unwritten(is) || told.Size != 3 {
				t.Fatalf("told as %+v, and it is %+v", told, is)
			}
			if err := who.Remove("a"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

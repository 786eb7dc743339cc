package share_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/lantest"
)

// TestMovedInTwoSteps: a move whose deletion and arrival come one by one, in either order, costs the network nothing: the bytes are taken from the trash
// or from the old place. The network is so slow meanwhile that they could not come over it.
func TestMovedInTwoSteps(t *testing.T) {
	t.Parallel()
	content := make([]byte, 6<<20)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	large := string(content)
	cases := []struct {
		what  string
		steps []func(t *testing.T, root string) map[string]string // each returns what the folders hold then
	}{
		{"the deletion first", []func(*testing.T, string) map[string]string{
			func(t *testing.T, root string) map[string]string {
				check(t, os.Remove(filepath.Join(root, "old.bin")))
				return map[string]string{}
			},
			func(t *testing.T, root string) map[string]string {
				write(t, root, "new.bin", large)
				return map[string]string{"new.bin": large}
			},
		}},
		{"the arrival first", []func(*testing.T, string) map[string]string{
			func(t *testing.T, root string) map[string]string {
				write(t, root, "new.bin", large)
				return map[string]string{"old.bin": large, "new.bin": large}
			},
			func(t *testing.T, root string) map[string]string {
				check(t, os.Remove(filepath.Join(root, "old.bin")))
				return map[string]string{"new.bin": large}
			},
		}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			lan := lantest.New(3)
			o := openOffice(t, lan, "Anna", "Ben")
			anna, ben := o.desks[0], o.desks[1]
			id, roots := anna.share(map[string]string{"old.bin": large}, ben)
			become(t, map[string]string{"old.bin": large}, roots...)
			o.agree(id, roots...)
			lan.Slow(anna.host, ben.host, 64<<10) // the content would take a minute and a half
			for _, step := range c.steps {
				become(t, step(t, roots[0]), roots...)
				o.agree(id, roots...)
			}
		})
	}
}

// TestMovedOverItsEqual: a file is moved over another with the same bytes. Nothing changes under that name, but the old one is gone, everywhere.
func TestMovedOverItsEqual(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"old.txt": "text", "new.txt": "text"})
	check(t, os.Rename(filepath.Join(a, "old.txt"), filepath.Join(a, "new.txt")))
	become(t, map[string]string{"new.txt": "text"}, a, b)
	o.agree(id, a, b)
}

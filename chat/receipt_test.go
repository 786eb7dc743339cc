package chat

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestPlacedBeforeItWasNoted: what got its name just before the program ended, and was not noted as received, does not come a second time, unless it was changed there meanwhile.
func TestPlacedBeforeItWasNoted(t *testing.T) {
	edit := func(path string) error { return os.WriteFile(path, []byte("mine"), 0o644) }
	for what, c := range map[string]struct {
		name   string
		change func(at string) error
		want   []string
	}{
		"a file":                                {"film", func(string) error { return nil }, []string{"film"}},
		"a file that was changed":               {"film", edit, []string{"film", "film (2)"}},
		"a folder":                              {"Photos", func(string) error { return nil }, []string{"Photos"}},
		"a folder of which a file was changed":  {"Photos", func(at string) error { return edit(filepath.Join(at, "a", "one")) }, []string{"Photos", "Photos (2)"}},
		"a folder of which a file was deleted":  {"Photos", func(at string) error { return os.Remove(filepath.Join(at, "a", "one")) }, []string{"Photos", "Photos (2)"}},
		"a folder of which an empty one is off": {"Photos", func(at string) error { return os.Remove(filepath.Join(at, "empty")) }, []string{"Photos", "Photos (2)"}},
	} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				dir := t.TempDir()
				writeFile(t, filepath.Join(dir, "film"), noise(1, 3*readSize))
				writeFile(t, filepath.Join(dir, "Photos", "a", "one"), noise(2, 5000))
				writeFile(t, filepath.Join(dir, "Photos", "two"), noise(3, readSize))
				if err := os.Mkdir(filepath.Join(dir, "Photos", "empty"), 0o755); err != nil {
					t.Fatal(err)
				}
				id := anna.offer(t, ben, filepath.Join(dir, c.name))[0].ID
				end := ben.failWrites(t, `UPDATE OF path ON chat_file`)
				ben.accept(t, id)
				at := filepath.Join(ben.dir, "Received", c.name)
				ben.await(t, "it has its name", func() bool {
					_, err := os.Stat(at)
					return err == nil
				})
				ben.stop()
				if err := c.change(at); err != nil {
					t.Fatal(err)
				}
				changed := listing(t, filepath.Dir(at))
				ben.run(t)
				end()
				got := ben.awaitFile(t, id, FileReceived)
				anna.awaitFile(t, id, FileReceived)
				if filepath.Base(got.Path) != c.want[len(c.want)-1] {
					t.Errorf("it lies at %s", got.Path)
				}
				if found := received(t, ben); !slices.Equal(found, c.want) {
					t.Errorf("received are %q", found)
				}
				all := listing(t, filepath.Dir(at))
				for path, content := range changed {
					if all[path] != content {
						t.Errorf("%s is not as it was left", path)
					}
				}
			})
		})
	}
}

// received returns the names of what somebody received.
func received(t *testing.T, a *agent) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(a.dir, "Received"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name()[0] != '.' {
			names = append(names, e.Name())
		}
	}
	return names
}

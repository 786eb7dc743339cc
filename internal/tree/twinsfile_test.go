package tree

import (
	"errors"
	"io/fs"
	"testing"
)

// TestTwinsFileIsReadStrictly: a list in which a path is not what it was is refused; half a character would be read as another path.
func TestTwinsFileIsReadStrictly(t *testing.T) {
	disk := NewMemory(MemoryOptions{})
	if _, err := Create(disk, Marker{Share: "s"}); err != nil {
		t.Fatal(err)
	}
	for text, good := range map[string]bool{
		`{"a/B":"B 2"}`:               true,
		`{"a/\ud83d\ude00":"B 2"}`:    true,
		`{"a/\ud83d":"B 2"}`:          false,
		"{\"a/\xff\":\"B 2\"}":        false,
		`{"../a":"B 2"}`:              false,
		`{"` + twinsPath + `":"B 2"}`: false,
		`{"a/B":"B/2"}`:               false,
		`{"a/B":"B 2"`:                false,
	} {
		if err := disk.Remove(twinsPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		f, err := disk.Create(twinsPath)
		if err == nil {
			_, err = f.WriteAt([]byte(text), 0)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		if list, err := readTwins(disk); (err == nil) != good || good && len(list) != 1 {
			t.Errorf("%s: %v, %v", text, list, err)
		}
	}
}

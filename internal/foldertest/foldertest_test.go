package foldertest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFoldersAreComparedByContent(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	put := func(dir, path, content string) {
		t.Helper()
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(a, "x/one.txt", "1")
	put(b, "x/one.txt", "1")
	put(a, ".lanyard/marker", "a")
	put(b, ".lanyard/marker", "b")
	if !Equal(a, b) {
		t.Error("equal folders differ")
	}
	got, err := Read(a)
	if diff := got.Differs(Of(map[string]string{"x/one.txt": "1"})); err != nil || diff != "" || got.Files() != 1 || !got.Holds("1") || got.Holds("2") {
		t.Errorf("%v, %v, %s", got, err, diff)
	}
	put(b, "x/one.txt", "2")
	put(b, "y.txt", "")
	other, err := Read(b)
	if diff := got.Differs(other); err != nil || diff != "!x/one.txt -y.txt" || Equal(a, b) {
		t.Errorf("%s, %v", diff, err)
	}
	if Equal(a, filepath.Join(b, "none")) {
		t.Error("a folder that is not there equals another")
	}
}

package agent

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestFirstName(t *testing.T) {
	for _, c := range []struct {
		about string
		texts []string
		want  string
	}{
		{"the full name", []string{"Anna Berg", "anna"}, "Anna Berg"},
		{"cleaned", []string{"  Anna\u202e   Berg ", "anna"}, "Anna Berg"},
		{"no full name", []string{"", "anna"}, "anna"},
		{"one without a letter", []string{",,,", "anna"}, "anna"},
		{"nothing at all", []string{"", ""}, ""},
	} {
		if got := firstName(c.texts...); got != c.want {
			t.Errorf("%s: got %q, want %q", c.about, got, c.want)
		}
	}
}

func TestDirectoryName(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script: run it on Linux or macOS")
	}
	for _, c := range []struct{ about, entry, want string }{
		{"an account of a directory", "anna:*:5001:100:Anna Berg,Room 7,,:/home/anna:/bin/sh", "Anna Berg"},
		{"without a full name", "anna:*:5001:100::/home/anna:/bin/sh", ""},
		{"nonsense", "anna", ""},
	} {
		dir := t.TempDir()
		script := "#!/bin/sh\n[ \"$1 $2\" = 'passwd 5001' ] && echo '" + c.entry + "'\n"
		if err := os.WriteFile(filepath.Join(dir, "getent"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", dir+":/bin:/usr/bin")
		if got := directoryName(t.Context(), "5001"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.about, got, c.want)
		}
		if got := directoryName(t.Context(), "5002"); got != "" {
			t.Errorf("nobody's account: got %q", got)
		}
	}
}

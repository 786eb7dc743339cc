package share_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealTree: a part of the Go tree goes to two others, one of whom is stopped half-way; then its folder is renamed.
func TestRealTree(t *testing.T) {
	t.Parallel()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	check(t, err)
	source := filepath.Join(strings.TrimSpace(string(root)), "src", "encoding")
	if _, err := os.Stat(source); err != nil {
		t.Skip("needs the Go tree's sources: install Go with them")
	}
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(nil, ben, carla)
	check(t, os.CopyFS(filepath.Join(roots[0], "encoding"), os.DirFS(source)))
	want := contents(t, roots[0])
	eventually(t, "half has arrived", func() bool { return len(contents(t, roots[1])) > len(want)/3 }, func() string { return "" })
	ben.restart()
	become(t, want, roots...)
	o.agree(id, roots...)

	check(t, os.Rename(filepath.Join(roots[2], "encoding"), filepath.Join(roots[2], "secrets")))
	moved := map[string]string{}
	for p, c := range want {
		moved["secrets"+p[len("encoding"):]] = c
	}
	become(t, moved, roots...)
	o.agree(id, roots...)
	for _, d := range o.desks {
		trash, err := d.engine.Trash(t.Context(), id)
		check(t, err)
		for _, e := range trash {
			if e.Size > 0 { // an empty file is made anew, not moved
				t.Errorf("%s has %s in the trash after a rename", d.name, e.Path)
			}
		}
	}
}

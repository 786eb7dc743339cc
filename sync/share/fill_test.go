package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lanyard/sync/share"
)

// TestFillIsNoNews: nobody is told file by file of what a share held when they came, also when they start anew meanwhile; what happens from then on is told.
func TestFillIsNoNews(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	files := map[string]string{}
	for i := range 700 { // more than one batch
		files[fmt.Sprintf("f%03d.txt", i)] = fmt.Sprint("content ", i)
	}
	id, roots := anna.share(files, ben)
	eventually(t, "something has come", func() bool { return len(contents(t, roots[1])) > 0 }, ben.state(id))
	ben.restart()
	become(t, files, roots[1])
	o.agree(id, roots...)
	if list := ben.account(id); len(list) != 0 {
		t.Errorf("Ben is told of %d files that the invitation told him of, the first %+v", len(list), list[0])
	}
	save(t, roots[0], "f001.txt", "changed")
	write(t, roots[0], "new.txt", "new")
	files["f001.txt"], files["new.txt"] = "changed", "new"
	become(t, files, roots...)
	o.agree(id, roots...)
	told := map[string]share.What{}
	for _, n := range ben.account(id) {
		told[n.Path] = n.What
	}
	if len(told) != 2 || told["f001.txt"] != share.Changed || told["new.txt"] != share.Added {
		t.Errorf("later changes are told as %v", told)
	}
}

// TestManyAtOnceAreCounted: of many files at once the account adds up to all of them, at the desk where it happened and at the other, however they were divided into batches.
func TestManyAtOnceAreCounted(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"a.txt": "one"}, ben)
	o.agree(id, roots...)
	const many = 600
	aside := t.TempDir()
	for i := range many {
		write(t, aside, fmt.Sprintf("photos/%d.jpg", i), fmt.Sprint("picture ", i))
	}
	check(t, os.Rename(filepath.Join(aside, "photos"), filepath.Join(roots[0], "photos")))
	eventually(t, "all have come", func() bool { return len(contents(t, roots[1])) == many+2 }, ben.state(id))
	o.agree(id, roots...)
	counted := func(what share.What) {
		t.Helper()
		for _, d := range o.desks {
			sum := 0
			for _, n := range d.account(id) {
				if n.What == what && n.By.ID == person(anna) {
					sum += 1 + n.More
				}
			}
			if sum != many {
				t.Errorf("%s tells %d files %s, of %d", d.name, sum, what, many)
			}
		}
	}
	counted(share.Added)
	check(t, os.RemoveAll(filepath.Join(roots[0], "photos")))
	become(t, map[string]string{"a.txt": "one"}, roots...)
	o.agree(id, roots...)
	counted(share.Deleted)
}

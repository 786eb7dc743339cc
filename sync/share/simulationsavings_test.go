package share_test

import (
	"math/rand/v2"
	"path"
	"time"

	"lanyard/internal/tree"
)

// saving is how one program saves over a file: step by step, with a little time in between.
type saving struct {
	name  string // of the file
	steps func(p, serial string) []func(l tree.Local, c []byte) (touched string, err error)
}

// The steps of known programs. Each returns the name that a watcher would tell of.
func write1(p string) func(tree.Local, []byte) (string, error) {
	return func(l tree.Local, c []byte) (string, error) {
		if err := l.WriteFile(p, c); err != nil {
			return p, err
		}
		return p, l.Sync(p)
	}
}

func rename1(from, to string) func(tree.Local, []byte) (string, error) {
	return func(l tree.Local, _ []byte) (string, error) { return to, l.Rename(from, to) }
}

func remove1(p string) func(tree.Local, []byte) (string, error) {
	return func(l tree.Local, _ []byte) (string, error) { return p, l.Remove(p) }
}

var savings = []saving{
	{"report.docx", func(p, n string) []func(tree.Local, []byte) (string, error) { // Word
		return []func(tree.Local, []byte) (string, error){write1("~WRD" + n + ".tmp"), rename1(p, "~WRL"+n+".tmp"), rename1("~WRD"+n+".tmp", p), remove1("~WRL" + n + ".tmp")}
	}},
	{"table.xlsx", func(p, n string) []func(tree.Local, []byte) (string, error) { // Excel
		return []func(tree.Local, []byte) (string, error){write1("~$" + n + ".tmp"), remove1(p), rename1("~$"+n+".tmp", p)}
	}},
	{"letter.odt", func(p, n string) []func(tree.Local, []byte) (string, error) { // LibreOffice
		return []func(tree.Local, []byte) (string, error){write1(".~lock." + p + "#"), write1(p), remove1(".~lock." + p + "#")}
	}},
	{"notes.txt", func(p, n string) []func(tree.Local, []byte) (string, error) { // vim with a backup
		return []func(tree.Local, []byte) (string, error){write1("." + p + ".swp"), rename1(p, p+"~"), write1(p), remove1(p + "~"), remove1("." + p + ".swp")}
	}},
	{"code.go", func(p, n string) []func(tree.Local, []byte) (string, error) { // VS Code
		return []func(tree.Local, []byte) (string, error){write1(p)}
	}},
}

// program saves as one of them does.
func (s *simulation) program(d, _ *seat, r *rand.Rand) {
	if d.open != nil {
		return
	}
	v := savings[r.IntN(len(savings))]
	c := s.content(d, r)
	for _, one := range v.steps(v.name, path.Base(c[:6])) {
		touched := ""
		d.person(func(l tree.Local) {
			touched, _ = one(l, []byte(c)) // of a new file there is nothing to set aside
		})
		d.hear(touched, true, false)
		if r.IntN(3) == 0 {
			time.Sleep(time.Duration(r.IntN(200)) * time.Millisecond)
		}
	}
}

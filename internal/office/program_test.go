package office

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// program is how a program saves its document: the calls that it makes in the document's folder, in their order.
type program struct {
	name  string
	file  string // its document
	lock  string // lies beside it while it is open; empty: nothing does
	keeps string // where the version before stays; empty: nowhere
	lines int    // of a version
	torn  bool   // it writes into the file that has the name, so that a beginning of it can be seen
	save  func(dir, file string, content []byte, n int) error
}

// programs are those of an office. Word, Excel, vim and AutoCAD take the old version away before the new one has the name: for a moment there is no document.
func programs() []program {
	return []program{
		{name: "Word", file: "Offer.docx", lock: "~$Offer.docx", lines: 6000, save: func(dir, file string, content []byte, n int) error {
			fresh, old := fmt.Sprintf("~WRD%04d.tmp", n), fmt.Sprintf("~WRL%04d.tmp", n)
			return inTurn(dir, written(fresh, content), renamed(file, old), renamed(fresh, file), removed(old))
		}},
		{name: "Excel", file: "Budget.xlsx", lock: "~$Budget.xlsx", lines: 3000, save: func(dir, file string, content []byte, n int) error {
			fresh := fmt.Sprintf("%08X.tmp", 0xA1B2C300+n)
			return inTurn(dir, written(fresh, content), removed(file), renamed(fresh, file))
		}},
		{name: "LibreOffice", file: "Minutes.odt", lock: ".~lock.Minutes.odt#", lines: 3000, torn: true, save: func(dir, file string, content []byte, n int) error {
			fresh := fmt.Sprintf("lu%dab.tmp", 4000+n)
			return inTurn(dir, written(fresh, content), written(file, content), removed(fresh))
		}},
		{name: "vim", file: "hosts.conf", lock: ".hosts.conf.swp", lines: 300, torn: true, save: func(dir, file string, content []byte, _ int) error {
			return inTurn(dir, written("4913", nil), removed("4913"), renamed(file, file+"~"), written(file, content), removed(file+"~"))
		}},
		{name: "Visual Studio Code", file: "site.css", lines: 1000, torn: true, save: func(dir, file string, content []byte, _ int) error {
			return inTurn(dir, written(file, content))
		}},
		{name: "gedit", file: "todo.txt", lines: 10, save: func(dir, file string, content []byte, n int) error {
			fresh := fmt.Sprintf(".goutputstream-%06d", n)
			return inTurn(dir, written(fresh, content), renamed(fresh, file))
		}},
		{name: "AutoCAD", file: "House.dwg", keeps: "House.bak", lines: 60_000, save: func(dir, file string, content []byte, n int) error {
			fresh := fmt.Sprintf("~sav%04d.tmp", n)
			return inTurn(dir, written(fresh, content), renamed(file, "House.bak"), renamed(fresh, file))
		}},
	}
}

// call is one that a program makes in a folder.
type call func(dir string) error

// inTurn makes calls until one fails.
func inTurn(dir string, calls ...call) error {
	for _, c := range calls {
		if err := c(dir); err != nil {
			return err
		}
	}
	return nil
}

// written writes a file in pieces, so that whoever looks in between sees a part.
func written(name string, content []byte) call {
	return func(dir string) (err error) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		for rest := content; len(rest) > 0 && err == nil; {
			var n int
			n, err = f.Write(rest[:min(len(rest), 64<<10)])
			rest = rest[n:]
		}
		return err
	}
}

func renamed(from, to string) call {
	return func(dir string) error { return os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)) }
}

func removed(name string) call {
	return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
}

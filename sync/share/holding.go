package share

import (
	"fmt"
	"runtime"
	"unicode/utf16"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
	"lanyard/sync/portable"
)

// What a machine's root holds, as it is found out here, told and remembered.

// rootsTold keeps what machines told of their roots; empty: they hold everything.
const rootsTold = `ALTER TABLE machine ADD COLUMN root BLOB NOT NULL DEFAULT x''`

// wireRoot is what a root holds, on the wire and in the database. Limits left out are none.
type wireRoot struct {
	Rules   uint64 `cbor:"1,keyasint,omitempty"`
	Element int    `cbor:"2,keyasint,omitempty"`
	File    int64  `cbor:"3,keyasint,omitempty"`
	Path    int    `cbor:"4,keyasint,omitempty"`
}

// Rules of a wireRoot; others are ignored.
const (
	windowsNames = 1
	caseBlind    = 2
)

// opened is the longest path, in UTF-16 units, that programs on Windows open which were not made for longer ones: Explorer, Office.
const opened = 259

// holdsOf is what our own root holds.
func holdsOf(t tree.Traits, path string) portable.Root {
	r := portable.Root{Windows: t.Windows, CaseBlind: t.CaseBlind, Element: t.Element, File: t.File}
	if runtime.GOOS == "windows" {
		r.Path = max(opened-len(utf16.Encode([]rune(path)))-1, 1)
	}
	return r
}

func toWire(r portable.Root) *wireRoot {
	if r.Any() {
		return nil
	}
	w := &wireRoot{Element: r.Element, File: r.File, Path: r.Path}
	if r.Windows {
		w.Rules |= windowsNames
	}
	if r.CaseBlind {
		w.Rules |= caseBlind
	}
	return w
}

// root checks and returns what somebody told.
func (w *wireRoot) root() (portable.Root, error) {
	if w == nil {
		return portable.Root{}, nil
	}
	r := portable.Root{Windows: w.Rules&windowsNames != 0, CaseBlind: w.Rules&caseBlind != 0, Element: w.Element, File: w.File, Path: w.Path}
	return r, r.Check()
}

// encodeRoot returns what is stored of what a machine told.
func encodeRoot(w *wireRoot) ([]byte, error) {
	if w == nil {
		return []byte{}, nil
	}
	return wire.Marshal(w)
}

// toldRoots reads what machines last told of their roots, of those that do not hold everything.
func toldRoots(tx *store.Tx) (map[machine]portable.Root, error) {
	rows, err := tx.Query(`SELECT peer, root FROM machine WHERE length(root) > 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[machine]portable.Root{}
	for rows.Next() {
		var peer, b []byte
		if err := rows.Scan(&peer, &b); err != nil {
			return nil, err
		}
		var w wireRoot
		err := wire.Unmarshal(b, &w)
		if err == nil {
			out[identity.PeerID(peer)], err = w.root()
		}
		if err != nil {
			return nil, fmt.Errorf("what a machine told of its root: %w", err)
		}
	}
	return out, rows.Err()
}

package share

import (
	"errors"
	"slices"

	"lanyard/internal/store"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// memo answers, inside one transaction, what the database knows of paths: from a survey made at the beginning, and by a query of its own for what the
// survey does not cover and for what was written since. It keeps what is written back until something is asked, so that many rows go in by one
// statement; flush ends it.
type memo struct {
	tx    *store.Tx
	names logNames
	rules *ignore.Rules // what they leave out keeps no folder
	at    *survey
	stale map[index.Path]bool // what they show, or their row, was changed since
	rows  []row               // to be saved
	heads []headRow           // to be inserted
	wants []index.Path        // to be marked as pending
	tally tally               // what saveRow has changed
}

// fewPaths are asked about one by one: a survey's queries are made for many.
const fewPaths = 8

// newMemo begins with a survey of paths; with read being headsOf it is of their heads alone.
func newMemo(tx *store.Tx, names logNames, paths []index.Path, read func(*store.Tx, logNames, []index.Path, map[index.Path]*head) (*survey, error)) (*memo, error) {
	m := &memo{tx: tx, names: names, stale: make(map[index.Path]bool, len(paths))}
	if len(paths) <= fewPaths {
		paths = nil
	}
	paths = withParents(paths)
	var err error
	m.at, err = read(tx, names, paths, nil)
	return m, err
}

// withParents adds the folders that paths lie in directly, of which much will be asked, too.
func withParents(paths []index.Path) []index.Path {
	known := make(map[index.Path]bool, len(paths))
	for _, p := range paths {
		known[p] = true
	}
	for _, p := range paths {
		if dir, ok := p.Parent(); ok && !known[dir] {
			known[dir] = true
			paths = append(paths, dir)
		}
	}
	return paths
}

// wrote notes that a path's heads or row have changed, and so perhaps what the folders above it show.
func (m *memo) wrote(p index.Path) {
	m.stale[p] = true
	for dir, ok := p.Parent(); ok && !m.stale[dir]; dir, ok = dir.Parent() {
		m.stale[dir] = true
	}
}

func (m *memo) fits(p index.Path) bool { return m.at.covers[p] && !m.stale[p] }

// plainDir reports whether all heads of a path are directories: then what lies below changes nothing about it.
func (m *memo) plainDir(p index.Path) (bool, error) {
	hs, err := m.headsAt(p)
	return len(hs) > 0 && !slices.ContainsFunc(hs, func(h head) bool { return h.Kind != index.Dir }), err
}

func (m *memo) look(p index.Path) (index.View, []head, error) {
	if m.at.whole && m.fits(p) {
		view, hs := m.at.look(p)
		return view, hs, nil
	}
	if err := m.flush(); err != nil {
		return index.View{}, nil, err
	}
	return lookBy(m.tx, m.names, p, m.rules)
}

// headsAt returns the heads of a path.
func (m *memo) headsAt(p index.Path) ([]head, error) {
	if m.at.covers[p] { // merge keeps them up to date
		return m.at.heads[p], nil
	}
	if err := m.flush(); err != nil {
		return nil, err
	}
	return headsAt(m.tx, m.names, p)
}

// row returns the row of a path, nil if there is none.
func (m *memo) row(p index.Path) (*row, error) {
	if m.at.whole && m.fits(p) {
		if r, ok := m.at.rows[p]; ok {
			return &r, nil
		}
		return nil, nil
	}
	if err := m.flush(); err != nil {
		return nil, err
	}
	return rowAt(m.tx, p)
}

// merge adds a version to the heads of its path and supersedes those that it has seen. It returns how many heads there were before and are now.
func (m *memo) merge(h *head, body []byte) (outcome index.Outcome, before, after int, err error) {
	v := &h.Version
	known, err := m.headsAt(v.Path)
	if err != nil {
		return 0, 0, 0, err
	}
	heads, outcome := versionsOf(known).Merge(*v)
	switch outcome {
	case index.Present:
		return outcome, len(known), len(heads), nil
	case index.Covered:
		return outcome, len(known), len(heads), insertBare(m.tx, h.row, v.Chain)
	}
	m.wrote(v.Path)
	now := make([]head, 0, len(heads))
	for _, old := range known {
		if slices.ContainsFunc(heads, old.Same) {
			now = append(now, old)
		} else if err := m.supersede(old); err != nil {
			return 0, 0, 0, err
		}
	}
	if m.at.covers[v.Path] {
		m.at.heads[v.Path] = append(now, *h)
	}
	m.heads = append(m.heads, headRow{h, body})
	return outcome, len(known), len(heads), nil
}

// supersede takes a head away, which may be among what is kept back.
func (m *memo) supersede(old head) error {
	if err := m.flush(); err != nil {
		return err
	}
	if err := keepPassed(m.tx, old.Version); err != nil {
		return err
	}
	return supersede(m.tx, old.row)
}

// forget takes a head away that nothing supersedes.
func (m *memo) forget(h head) error {
	m.wrote(h.Path)
	if m.at.covers[h.Path] {
		m.at.heads[h.Path] = slices.DeleteFunc(m.at.heads[h.Path], func(k head) bool { return k.row == h.row })
	}
	return m.supersede(h)
}

// saveRow has a row written in place of the one that was there, nil if there was none.
func (m *memo) saveRow(r row, was *row) {
	m.tally.swap(was, &r)
	m.wrote(r.path)
	m.rows = append(m.rows, r)
}

// want marks a path to be planned.
func (m *memo) want(p index.Path) { m.wants = append(m.wants, p) }

// flush writes what was kept back.
func (m *memo) flush() error {
	rows, heads, wants := m.rows, m.heads, m.wants
	m.rows, m.heads, m.wants = nil, nil, nil
	return errors.Join(insertHeads(m.tx, heads), saveRows(m.tx, rows), want(m.tx, wants...))
}

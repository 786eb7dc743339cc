package share

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/sync/index"
	"lanyard/sync/portable"
	"lanyard/sync/role"
)

// misfits are the files of a share that somebody's machine cannot have, or not as they are, by what it told of its root: so their author hears of it where
// they made them, also while that machine is away. Where every root holds everything it looks at nothing.
type misfits struct {
	mu      sync.Mutex
	roots   map[machine]portable.Root      // those that do not hold everything
	seen    map[int64]int64                // by branch: the last record that was looked at
	twins   *portable.Twins                // nil unless a root is blind to case
	places  map[string]map[index.Path]bool // where twins have met: what stands there
	all     map[index.Path]misfit
	waiting []suspect     // to be looked at
	gone    []index.Path  // deletions that were forgotten, perhaps before anybody looked at them
	groups  []misfitGroup // of all; nil when they have changed
}

// misfit is one such file.
type misfit struct {
	size int64
	by   index.Writer
	twin index.Path // the other one, if it differs from that in case alone
}

// misfitGroup is files of one author that the roots of one kind do not hold for one reason.
type misfitGroup struct {
	root    portable.Root
	verdict portable.Verdict
	by      index.Writer
	files   int
	first   []index.Path // some of them, sorted
	twins   []index.Path // and of each of these its twin, or none
}

// maxMisfits bounds the files that are known one by one, and the places where twins have met; of those beyond nothing is told until others are renamed.
// maxTwins bounds what is known of one place. lookAtOnce is how many paths are looked at while somebody waits for a count.
const (
	maxMisfits = 10_000
	maxTwins   = 64
	lookAtOnce = 256
)

// learn takes what a machine told of its root. It reports whether that is new.
func (m *misfits) learn(at machine, r portable.Root) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.roots[at]
	if old == r {
		return false
	}
	if m.roots == nil {
		m.roots = map[machine]portable.Root{}
	}
	if m.roots[at] = r; r.Any() {
		delete(m.roots, at)
	}
	m.resetLocked()
	return true
}

// reset has everything looked at anew.
func (m *misfits) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.resetLocked()
}

func (m *misfits) resetLocked() {
	m.seen, m.twins, m.places, m.all, m.waiting, m.gone, m.groups = nil, nil, nil, nil, nil, nil, nil
}

// forgot takes that deletions were forgotten. It reports whether one of them concerns what is known.
func (m *misfits) forgot(gone []tombstone) (news bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range gone {
		_, known := m.all[t.path]
		_, met := m.places[portable.Place(string(t.path))]
		if known || met {
			m.gone, news = append(m.gone, t.path), true
		}
	}
	return news
}

// of returns the roots that do not hold everything.
func (m *misfits) of() map[machine]portable.Root {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.roots)
}

// kinds are the different roots.
func (m *misfits) kinds() (out []portable.Root) {
	for _, r := range m.roots {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// count looks at the records that are new and returns what does not fit where, as far as that is known. more says that there is more to look at.
func (m *misfits) count(tx *store.Tx, all []branch) (groups []misfitGroup, more bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.roots) == 0 {
		return nil, false, nil
	}
	if err := m.catchUp(tx, all); err != nil {
		m.resetLocked() // it is not known how far the look came
		return nil, false, fmt.Errorf("look for files that members cannot have: %w", err)
	}
	if m.groups == nil {
		m.groups = m.group(m.kinds())
	}
	return m.groups, len(m.waiting) > 0, nil
}

// catchUp reads what is new, and looks at some of what waits for that.
func (m *misfits) catchUp(tx *store.Tx, all []branch) error {
	kinds := m.kinds()
	if m.all == nil {
		m.all, m.seen, m.places = map[index.Path]misfit{}, map[int64]int64{}, map[string]map[index.Path]bool{}
		if slices.ContainsFunc(kinds, func(r portable.Root) bool { return r.CaseBlind }) {
			m.twins = portable.NewTwins()
		}
	}
	for _, b := range all {
		if err := m.suspects(tx, b, kinds); err != nil {
			return err
		}
	}
	names, n := namesOf(all), min(len(m.waiting), lookAtOnce)
	if err := m.look(tx, names, m.waiting[:n], kinds); err != nil {
		return err
	}
	if m.waiting = m.waiting[n:]; len(m.waiting) == 0 {
		m.waiting = nil
	}
	return m.bury(tx, names, kinds)
}

// suspect is a path that may not fit, or did not.
type suspect struct {
	path index.Path
	met  bool // it may have twins
}

// suspects has those among the new records of a branch wait.
func (m *misfits) suspects(tx *store.Tx, b branch, kinds []portable.Root) error {
	rows, err := tx.Query(`SELECT id, path, kind, size FROM record WHERE id > ? AND id < ? AND path IS NOT NULL ORDER BY id`, max(m.seen[b.id], b.record(0)), (b.id+1)<<branchShift)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, size int64
		var p string
		var kind index.Kind
		if err := rows.Scan(&id, &p, &kind, &size); err != nil {
			return err
		}
		m.seen[b.id] = id
		_, known := m.all[index.Path(p)]
		met := m.twins != nil && m.twins.Note(p, kind.Live())
		if known || met || kind.Live() && len(m.all)+len(m.waiting) < maxMisfits && refusedBySome(kinds, p, size) {
			m.waiting = append(m.waiting, suspect{index.Path(p), met})
		}
	}
	return rows.Err()
}

func refusedBySome(kinds []portable.Root, p string, size int64) bool {
	return slices.ContainsFunc(kinds, func(r portable.Root) bool { return r.Judge(p, size).Why != portable.Fits })
}

// look finds out what is wrong with paths, and with their twins.
func (m *misfits) look(tx *store.Tx, names logNames, suspects []suspect, kinds []portable.Root) error {
	touched := map[string]bool{}
	unknown := map[string]bool{} // folders with places that nobody has looked at
	for _, one := range suspects {
		m.groups = nil
		if !one.met {
			if err := m.note(tx, names, one.path, "", kinds); err != nil {
				return err
			}
			continue
		}
		place := portable.Place(string(one.path))
		there, known := m.places[place]
		if !known && len(m.places) >= maxMisfits {
			continue
		}
		if touched[place] = true; known {
			if len(there) < maxTwins {
				there[one.path] = true // notePlace sees whether it still stands
			}
			continue
		}
		m.places[place] = map[index.Path]bool{one.path: true}
		dir, _ := splitPath(one.path)
		unknown[dir] = true
	}
	for dir := range unknown {
		if err := m.gatherTwins(tx, dir); err != nil {
			return err
		}
	}
	for place := range touched {
		if err := m.notePlace(tx, names, m.places[place], kinds); err != nil {
			return err
		}
	}
	return nil
}

// bury looks again at what was deleted and forgotten.
func (m *misfits) bury(tx *store.Tx, names logNames, kinds []portable.Root) error {
	over := make([]suspect, len(m.gone))
	for i, p := range m.gone {
		_, met := m.places[portable.Place(string(p))]
		over[i] = suspect{p, met}
	}
	if err := m.look(tx, names, over, kinds); err != nil {
		return err
	}
	m.gone = nil
	return nil
}

// gatherTwins adds to the places that are known what stands in them in one folder.
func (m *misfits) gatherTwins(tx *store.Tx, dir string) error {
	from, to := span(dir)
	rows, err := tx.Query(`SELECT DISTINCT path FROM record WHERE path > ? AND path < ? AND kind < 3`, from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return err
		}
		if there, known := m.places[portable.Place(p)]; known && len(there) < maxTwins {
			there[index.Path(p)] = true
		}
	}
	return rows.Err()
}

// notePlace notes the twins of one place: the least of them keeps its name where case does not count.
func (m *misfits) notePlace(tx *store.Tx, names logNames, there map[index.Path]bool, kinds []portable.Root) error {
	first := index.Path("")
	for _, p := range slices.Sorted(maps.Keys(there)) {
		stands, err := stands(tx, p)
		if err != nil {
			return err
		}
		if !stands {
			delete(there, p)
			delete(m.all, p)
			continue
		}
		if err := m.note(tx, names, p, first, kinds); err != nil {
			return err
		}
		if first == "" {
			first = p
		}
	}
	return nil
}

// note notes whether a path fits, given the twin that has its name.
func (m *misfits) note(tx *store.Tx, names logNames, p, twin index.Path, kinds []portable.Root) error {
	delete(m.all, p)
	view, _, err := look(tx, names, p)
	if err != nil {
		return err
	}
	one := misfit{size: view.Head.Size, by: view.Head.Writer(), twin: twin}
	if view.Kind.Live() && (twin != "" || refusedBySome(kinds, string(p), one.size)) && len(m.all) < maxMisfits {
		m.all[p] = one
	}
	return nil
}

// judge says what is wrong with a file on one kind of root.
func (o misfit) judge(p index.Path, r portable.Root) portable.Verdict {
	v := r.Judge(string(p), o.size)
	if v.Why == portable.Fits && o.twin != "" && r.CaseBlind {
		return portable.Verdict{Why: portable.Twin}
	}
	return v
}

// group puts together what is told together, the least path first.
func (m *misfits) group(kinds []portable.Root) []misfitGroup {
	out := []misfitGroup{}
	for _, p := range slices.Sorted(maps.Keys(m.all)) {
		one := m.all[p]
		for _, r := range kinds {
			v := one.judge(p, r)
			if v.Why == portable.Fits {
				continue
			}
			i := slices.IndexFunc(out, func(g misfitGroup) bool { return g.root == r && g.verdict == v && g.by.Peer == one.by.Peer })
			if i < 0 {
				i, out = len(out), append(out, misfitGroup{root: r, verdict: v, by: one.by})
			}
			if g := &out[i]; len(g.first) < fewAlike {
				g.first, g.twins = append(g.first, p), append(g.twins, one.twin)
			}
			out[i].files++
		}
	}
	return out
}

// misfitProblems says what the members cannot have to who can do something about it: the author, or else the owner.
func (s *Share) misfitProblems(groups []misfitGroup, members []Member) (out []Problem) {
	roots := s.misfits.of()
	type told struct {
		verdict portable.Verdict
		by      machine
		first   index.Path
		files   int
	}
	whom := map[told][]string{}
	rest := map[told]misfitGroup{}
	for _, g := range groups {
		if !s.mends(s.personOf(g.by).ID, members) {
			continue
		}
		at := told{g.verdict, g.by.Peer, g.first[0], g.files}
		for _, m := range members {
			if !m.Self && m.takesPart() && slices.ContainsFunc(s.engine.cfg.Roster.Machines(m.ID), func(p machine) bool { return roots[p] == g.root }) {
				whom[at], rest[at] = append(whom[at], m.Name), g
			}
		}
	}
	keys := slices.SortedFunc(maps.Keys(whom), func(a, b told) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.verdict.Why, b.verdict.Why), cmp.Compare(a.verdict.Text, b.verdict.Text))
	})
	for _, k := range keys {
		out = append(out, rest[k].problems(distinct(whom[k]))...)
	}
	return out
}

// mends reports whether it is this person who can do something about a file of that author.
func (s *Share) mends(author identity.PersonID, members []Member) bool {
	self := s.engine.cfg.Identity.Person()
	if author == self {
		return true
	}
	there := slices.ContainsFunc(members, func(m Member) bool { return m.ID == author && m.takesPart() && m.Role == role.ReadWrite })
	return !there && s.members().list.Owner == self
}

// problems says it: one by one if they are few, else all at once.
func (g misfitGroup) problems(whom []string) (out []Problem) {
	if g.files > len(g.first) {
		what := fmt.Sprintf("%d files, %s among them,", g.files, name.Quote(string(g.first[0])))
		return []Problem{g.problem(what, "", "", whom, g.files)}
	}
	for i, p := range g.first {
		out = append(out, g.problem(name.Quote(string(p)), p, g.twins[i], whom, 1))
	}
	return out
}

func (g misfitGroup) problem(what string, path, twin index.Path, whom []string, files int) Problem {
	p := Problem{Path: string(path), Remedy: g.verdict.Why.Remedy(), Act: ActYou, Files: files, Since: time.Now()}
	switch g.verdict.Why {
	case portable.Twin:
		p.Note, p.Text = true, fmt.Sprintf("%s has another name on the disk of %s, since it differs from %s in capital letters alone.", what, list(whom), name.Quote(string(twin)))
		if files > 1 {
			p.Text = fmt.Sprintf("%s have other names on the disk of %s, since they differ from others in capital letters alone.", what, list(whom))
		}
	case portable.Deep:
		p.Note, p.Text = true, fmt.Sprintf("%s may not open at %s: %s.", what, list(whom), g.verdict.Text)
	default:
		p.Text = fmt.Sprintf("%s cannot come to %s: %s.", what, list(whom), g.verdict.Text)
	}
	return p
}

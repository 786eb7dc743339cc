package share

import (
	"errors"
	"fmt"

	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// errGap says that records do not follow what is here: the sender is asked to begin at our knowledge again.
var errGap = errors.New("the records do not follow those that are here")

// merger takes the records of one frame into the ledger, inside one transaction.
type merger struct {
	tx      *store.Tx
	members membership
	self    selfWriting
	known   *memo
	logs    map[vector.Log][]branch
	ownLog  vector.Log            // to which this machine writes; zero if there is none yet
	tips    map[int64]vector.Hash // by branch: the chain hash of its last record here, where that was read
	touched map[int64]bool
	parents map[index.Path]bool
	lamport uint64
	result  mergeResult
}

// mergeResult is what a frame changed.
type mergeResult struct {
	wanted   []index.Path         // to be planned
	fresh    map[index.Path]*head // the only heads of those of which nothing was known before, if they are files
	breaches []index.Path         // two records with one dot
	refused  int                  // records that break the rules
	ended    bool                 // a snapshot is complete
	reissued int                  // records written anew
	pruned   int                  // heads that a whole snapshot shows to be gone
	left     bool                 // our log was left, since somebody has seen more of it than there is
}

// mergeFrame merges a frame. On errGap nothing of it may be kept. present are the heads of the whole snapshot that the frame ends, nil if it ends none.
func mergeFrame(tx *store.Tx, members membership, self selfWriting, f recordsFrame, present map[index.Dot]bool) (mergeResult, error) {
	all, err := allBranches(tx)
	if err != nil {
		return mergeResult{}, err
	}
	m := &merger{
		tx: tx, members: members, self: self, logs: map[vector.Log][]branch{}, tips: map[int64]vector.Hash{}, touched: map[int64]bool{}, parents: map[index.Path]bool{},
	}
	m.result.fresh = map[index.Path]*head{}
	for _, b := range all {
		m.logs[b.log] = append(m.logs[b.log], b)
		if b.own {
			m.ownLog = b.log
		}
	}
	read := readItems(f.Records)
	if m.known, err = newMemo(tx, namesOf(all), read.paths, headsOf); err != nil {
		return mergeResult{}, err
	}
	for i, it := range f.Records {
		if err := m.take(it, read.versions[i], read.errs[i], f.Mode == live); err != nil {
			return mergeResult{}, err
		}
	}
	if f.Mode == snapshotEnd {
		if err := m.end(f.K); err != nil {
			return mergeResult{}, err
		}
		if err := rejoined(tx, self.from); err != nil {
			return mergeResult{}, err
		}
		if present != nil {
			if err := m.prune(f.K, present); err != nil {
				return mergeResult{}, fmt.Errorf("take away what a whole snapshot lacks: %w", err)
			}
		}
	}
	return m.result, m.save()
}

// readings are the decoded records of a frame.
type readings struct {
	versions []index.Version
	errs     []error
	paths    []index.Path
}

func readItems(items []item) readings {
	r := readings{versions: make([]index.Version, len(items)), errs: make([]error, len(items)), paths: make([]index.Path, 0, len(items))}
	for i, it := range items {
		if len(it.Record) == 0 {
			continue
		}
		if r.versions[i], r.errs[i] = index.Decode(it.dot(), it.Chain, it.Record); r.errs[i] == nil {
			r.paths = append(r.paths, r.versions[i].Path)
		}
	}
	return r
}

// take merges one record, unless it is known. wrong says why it cannot be read.
func (m *merger) take(it item, v index.Version, wrong error, push bool) error {
	if _, ok := m.members.personOf(it.Peer); !ok {
		return fmt.Errorf("%w: machine %s is on no list we have", errGap, it.Peer.Short())
	}
	b, known, err := m.place(it, push)
	if err != nil || known {
		return err
	}
	id := b.record(it.Number)
	switch {
	case len(it.Record) == 0 || !m.members.counts(it.dot()):
		err = insertBare(m.tx, id, it.Chain)
	case wrong != nil:
		m.result.refused++
		err = insertBare(m.tx, id, it.Chain)
	default:
		err = m.merge(id, v, it.Record)
	}
	if err != nil {
		return err
	}
	b.stored, m.tips[b.id] = it.Number, it.Chain
	if push {
		b.number, b.hash = it.Number, it.Chain
	}
	m.touched[b.id] = true
	return nil
}

// place finds the branch that a record continues, or makes one where a log forks.
func (m *merger) place(it item, push bool) (b *branch, known bool, err error) {
	bs := m.logs[it.log()]
	fork := false
	for i := range bs {
		b := &bs[i]
		switch {
		case it.Number > b.since && it.Number <= b.stored:
			h, ok, err := m.chainAt(b.record(it.Number))
			if err != nil || ok && h == it.Chain {
				return nil, true, err
			}
			fork = true
		case it.Number == b.stored+1 && (!push || b.stored == b.number):
			fits, err := m.continues(*b, it)
			if err != nil || fits {
				return b, false, err
			}
			fork = true
		}
	}
	if !fork && (len(bs) > 0 || it.Number != 1) || fork && push {
		return nil, false, fmt.Errorf("%w: number %d of log %s", errGap, it.Number, it.ID)
	}
	if fork {
		if err := m.forked(bs, it.Number-1); err != nil {
			return nil, false, err
		}
	}
	added, err := addBranch(m.tx, branch{log: it.log(), since: it.Number - 1, stored: it.Number - 1, number: it.Number - 1})
	if err != nil {
		return nil, false, err
	}
	m.known.names[added.id] = added.log
	m.logs[it.log()] = append(bs, added)
	return &m.logs[it.log()][len(bs)], false, nil
}

// continues verifies the chain where the record's bytes are here.
func (m *merger) continues(b branch, it item) (bool, error) {
	if len(it.Record) == 0 || b.stored == b.since && b.since > 0 {
		return true, nil
	}
	var prev vector.Hash
	if b.stored > 0 {
		h, ok, err := m.tip(b)
		if err != nil || !ok {
			return false, err
		}
		prev = h
	}
	return index.Chain(prev, it.Record) == it.Chain, nil
}

// tip returns the chain hash of a branch's last record here.
func (m *merger) tip(b branch) (vector.Hash, bool, error) {
	if h, ok := m.tips[b.id]; ok {
		return h, true, nil
	}
	return m.chainAt(b.record(b.stored))
}

func (m *merger) chainAt(id int64) (vector.Hash, bool, error) {
	if err := m.known.flush(); err != nil {
		return vector.Hash{}, false, err
	}
	return chainAt(m.tx, id)
}

func (m *merger) merge(id int64, v index.Version, body []byte) error {
	if err := m.foreseen(v.Context); err != nil {
		return err
	}
	h := &head{row: id, Version: v}
	outcome, before, _, err := m.known.merge(h, body)
	if err != nil {
		return err
	}
	m.lamport = max(m.lamport, v.Lamport)
	switch outcome {
	case index.Present, index.Covered:
		return nil
	case index.Breach:
		m.result.breaches = append(m.result.breaches, v.Path)
	}
	m.result.wanted = append(m.result.wanted, v.Path)
	delete(m.result.fresh, v.Path)
	if before == 0 && v.Kind == index.File {
		m.result.fresh[v.Path] = h
	}
	m.known.want(v.Path)
	return m.ancestors(v.Path)
}

// ancestors marks the directories above a path, where their view may depend on their children.
func (m *merger) ancestors(p index.Path) error {
	for dir, ok := p.Parent(); ok && !m.parents[dir]; dir, ok = dir.Parent() {
		m.parents[dir] = true
		plain, err := m.known.plainDir(dir)
		if err != nil {
			return err
		}
		if plain {
			continue
		}
		m.result.wanted = append(m.result.wanted, dir)
		m.known.want(dir)
	}
	return nil
}

// end raises K to that of the sender's snapshot.
func (m *merger) end(k vector.Vector) error {
	for _, l := range k.Logs() {
		for _, mark := range k[l] {
			if err := m.raise(l, mark); err != nil {
				return err
			}
		}
	}
	m.result.ended = true
	if err := noteFill(m.tx, k); err != nil {
		return err
	}
	return setFact(m.tx, "joined", 1)
}

func (m *merger) raise(l vector.Log, mark vector.Mark) error {
	for i := range m.logs[l] {
		b := &m.logs[l][i]
		if mark.Number <= b.since || mark.Number > b.stored {
			continue
		}
		h, ok, err := m.chainAt(b.record(mark.Number))
		if err != nil {
			return err
		}
		if !ok || h != mark.Hash {
			continue
		}
		if mark.Number > b.number {
			b.number, b.hash = mark.Number, mark.Hash
			m.touched[b.id] = true
		}
		return nil
	}
	return fmt.Errorf("%w: the snapshot does not hold number %d of log %s", errGap, mark.Number, l.ID)
}

func (m *merger) save() error {
	if err := m.known.flush(); err != nil {
		return err
	}
	for _, bs := range m.logs {
		for _, b := range bs {
			if m.touched[b.id] {
				if err := saveBranch(m.tx, b); err != nil {
					return err
				}
			}
		}
	}
	if m.lamport == 0 {
		return nil
	}
	return raiseLamport(m.tx, m.lamport)
}

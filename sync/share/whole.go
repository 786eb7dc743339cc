package share

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// A whole snapshot holds every head of its sender, also those that the receiver should have. It is for a machine whose database was put back: deletions that
// it had heard of may be forgotten everywhere, so that no record says to it what is gone. What it has besides, and the sender's knowledge covers, was deleted or
// superseded: the rule by which sets that forget deletions are merged (Bieniusa et al., An optimized conflict-free replicated set, 2012).

// wentBack reports whether somebody knows less than they told before.
func wentBack(before, now vector.Vector) bool {
	for l, marks := range before {
		for _, m := range marks {
			if !reaches(now[l], m) {
				return true
			}
		}
	}
	return false
}

// reaches reports whether marks of a log stand at m or behind it.
func reaches(marks []vector.Mark, m vector.Mark) bool {
	for _, n := range marks {
		if n == m || n.Number > m.Number {
			return true
		}
	}
	return false
}

// noteTold stores what a machine told, and whether it is owed a whole snapshot: it is when it knows less than it told before, or tells for the first time and
// has missed what may be forgotten, until it says that one has come to its end. A program that cannot read one is owed none; as long as it takes part nothing
// is forgotten.
func noteTold(tx *store.Tx, peer identity.PeerID, f knowledgeFrame, a index.Applied) error {
	k, av, except, err := encodeTold(f.K, a)
	if err != nil {
		return err
	}
	root, err := encodeRoot(f.Root)
	if err != nil {
		return err
	}
	before, err := toldBy(tx, peer)
	if err != nil {
		return err
	}
	missed := false
	if !before.ever {
		if missed, err = missesForgotten(tx, f.K); err != nil {
			return err
		}
	}
	reads := f.Flags&readsWhole != 0
	owed := reads && (before.owed && f.Flags&hasWhole == 0 || missed || wentBack(before.k, f.K))
	_, err = tx.Exec(`INSERT INTO machine (peer, k, a, except_a, heard, reads, owed, root, without) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
		ON CONFLICT (peer) DO UPDATE SET k = ?2, a = ?3, except_a = ?4, heard = ?5, reads = ?6, owed = ?7, root = ?8, without = ?9`,
		peer[:], k, av, except, tx.Now().UnixMilli(), reads, owed, root, joinPaths(a.Without))
	return err
}

// told is what a machine last told first-hand.
type told struct {
	ever  bool
	k     vector.Vector // what it knows
	reads bool          // it can read a whole snapshot
	owed  bool          // and is to get one
}

// toldBy returns what a machine last told; the zero value if it has told nothing.
func toldBy(tx *store.Tx, peer identity.PeerID) (t told, err error) {
	var k []byte
	err = tx.QueryRow(`SELECT k, reads, owed FROM machine WHERE peer = ?`, peer[:]).Scan(&k, &t.reads, &t.owed)
	if errors.Is(err, sql.ErrNoRows) {
		return told{}, nil
	}
	if err == nil {
		err = wire.Unmarshal(k, &t.k)
	}
	if err != nil {
		return told{}, fmt.Errorf("read what machine %s has told: %w", peer.Short(), err)
	}
	t.ever = true
	return t, nil
}

// missesForgotten reports whether somebody who knows something was not there when deletions were made that are forgotten by now, here or before this machine
// came: they did not count among the members then, or nobody knew of the machine. Who knows nothing yet gets everything.
func missesForgotten(tx *store.Tx, k vector.Vector) (bool, error) {
	if len(k) == 0 {
		return false, nil
	}
	line, err := forgottenLine(tx)
	if err != nil {
		return false, err
	}
	for _, d := range line {
		if tip, _ := k.Tip(d.Log); tip.Number < d.Number {
			return true, nil
		}
	}
	held, err := loadFill(tx)
	return wentBack(vector.Vector(held), k), err
}

// unhear drops what machines have told that do not count: should they come back, they have missed what is forgotten without them.
func unhear(tx *store.Tx, counting []machine) error {
	peers, err := toldApplied(tx)
	if err != nil {
		return err
	}
	for p := range peers {
		if slices.Contains(counting, p) {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM machine WHERE peer = ?`, p[:]); err != nil {
			return fmt.Errorf("drop what machine %s has told: %w", p.Short(), err)
		}
	}
	return nil
}

// wholeSnapshot gathers the heads of a whole snapshot while its frames come. It belongs to the link's goroutine.
type wholeSnapshot struct {
	next  int // number of the frame that is to come; 0 as long as none has
	heads map[index.Dot]bool
}

// take takes a frame. It returns the heads once the last frame has come and none was missed.
func (w *wholeSnapshot) take(f recordsFrame) map[index.Dot]bool {
	if f.Whole == 1 {
		*w = wholeSnapshot{next: 1, heads: map[index.Dot]bool{}}
	}
	if f.Whole == 0 || f.Whole != w.next {
		return nil
	}
	w.next++
	for _, it := range f.Records {
		if len(it.Record) > 0 {
			w.heads[it.dot()] = true
		}
	}
	if f.Mode != snapshotEnd {
		return nil
	}
	heads := w.heads
	*w = wholeSnapshot{}
	return heads
}

// prune takes away the heads that are not among those of a whole snapshot though its sender's knowledge covers them.
func (m *merger) prune(k vector.Vector, heads map[index.Dot]bool) error {
	if err := m.known.flush(); err != nil {
		return err
	}
	gone, err := m.lacking(k, heads)
	if err != nil {
		return err
	}
	for _, h := range gone {
		if err := m.known.forget(h); err != nil {
			return err
		}
		m.result.wanted = append(m.result.wanted, h.Path)
		delete(m.result.fresh, h.Path)
		m.known.want(h.Path)
		if err := m.ancestors(h.Path); err != nil {
			return err
		}
	}
	m.result.pruned = len(gone)
	return nil
}

// lacking returns the heads here that k covers and heads lacks.
func (m *merger) lacking(k vector.Vector, heads map[index.Dot]bool) ([]head, error) {
	var gone []head
	for l, bs := range m.logs {
		for _, b := range bs {
			upto, err := m.covered(k[l], b)
			if err != nil {
				return nil, err
			}
			some, err := m.headsUpTo(b, upto, heads)
			if err != nil {
				return nil, err
			}
			gone = append(gone, some...)
		}
	}
	return gone, nil
}

// covered is up to which number marks of a log cover a branch of it.
func (m *merger) covered(marks []vector.Mark, b branch) (upto uint64, err error) {
	for _, mark := range marks {
		ok, err := bears(m.tx, b, mark)
		if err != nil {
			return 0, err
		}
		if ok {
			upto = max(upto, mark.Number)
		}
	}
	return upto, nil
}

// headsUpTo returns the heads of a branch up to a number that are not among those that are present.
func (m *merger) headsUpTo(b branch, number uint64, present map[index.Dot]bool) ([]head, error) {
	hs, err := headsWhere(m.tx, m.known.names, `id > ? AND id <= ? AND path IS NOT NULL`, b.record(b.since), b.record(number))
	return slices.DeleteFunc(hs, func(h head) bool { return present[h.Dot] }), err
}

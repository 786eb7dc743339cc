package share

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// A deletion is remembered, by a tombstone, until everybody has heard of it: every machine of every member has told first-hand that its knowledge covers
// it. No clock takes part. A machine keeps its own tombstone until nothing lies at the path on its disk.
//
// Three things could bring back what is forgotten. A file that is made anew where a tombstone was must not be taken for a rival by whoever still has that:
// its context covers all that was forgotten (forgotten). A machine whose database was put back to before the deletion shows less knowledge than it told
// before (wentBack): it gets all heads once more, as a whole snapshot, and what it has besides was deleted (whole.go). So does a machine that did not count
// when deletions were forgotten, since its person had been removed and was invited again, or since nobody knew of it (missesForgotten).

// forgetting lets the tombstones be found, keeps up to which number some of each log were forgotten, and which machines are owed a whole snapshot and can read one.
const forgetting = `CREATE INDEX tombstone ON record (id) WHERE kind = 3;
ALTER TABLE log ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine ADD COLUMN reads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine ADD COLUMN owed INTEGER NOT NULL DEFAULT 0`

// forgetAtOnce bounds the tombstones that go in one transaction.
const forgetAtOnce = 500

// forgetTombstones drops the tombstones that everybody has, when somebody has told news since the last time. Those that count for the brakes stay until they
// do not: they may have to be undone.
func (w *worker) forgetTombstones(ctx context.Context) error {
	if !w.told || !w.joined || w.s.rootTrouble() {
		return nil
	}
	others, known := w.s.otherMachines()
	var line index.Context
	var gone []tombstone
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		if line, err = w.s.stableLine(tx, others, known); err == nil {
			gone, err = w.tombstones(tx, line)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look what everybody knows to be deleted: %w", err)
	}
	for some := range slices.Chunk(gone, forgetAtOnce) {
		err := w.s.db.Write(ctx, func(tx *store.Tx) (err error) {
			err = unhear(tx, others)
			for _, t := range some {
				err = errors.Join(err, forgetOne(tx, t))
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("forget what everybody knows to be deleted: %w", err)
		}
		if w.s.misfits.forgot(some) {
			w.s.engine.changed(w.s.id)
		}
	}
	w.told, w.stable = false, line
	return nil
}

// otherMachines returns all machines of all members but this one. It fails while a member's are not known: what they have, nobody can tell.
func (s *Share) otherMachines() (others []machine, known bool) {
	members := s.members()
	self := s.engine.cfg.Identity
	for _, entry := range members.list.Members {
		if !members.takesPart(entry.Person) {
			continue
		}
		machines := s.engine.cfg.Roster.Machines(entry.Person)
		if len(machines) == 0 && entry.Person != self.Person() {
			return nil, false
		}
		others = append(others, machines...)
	}
	return slices.DeleteFunc(others, func(m machine) bool { return m == self.PeerID() }), true
}

// recall has all tombstones looked at again: some may count for the brakes no more.
func (w *worker) recall() { w.told, w.stable = true, nil }

// tombstone is the row of one, with its path.
type tombstone struct {
	id   int64
	path index.Path
}

// tombstones returns those that a line of what is stable covers and the one before did not, but for what counts for the brakes.
func (w *worker) tombstones(tx *store.Tx, line index.Context) ([]tombstone, error) {
	var out []tombstone
	for _, d := range line {
		bs, err := branches(tx, "WHERE peer = ? AND log = ?", d.Log.Peer[:], d.Log.ID[:])
		if err != nil {
			return nil, err
		}
		b, from := first(bs), w.stable.Upto(d.Log)
		if from >= d.Number {
			continue
		}
		some, err := tombstonesWithin(tx, b.record(from), b.record(d.Number))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return slices.DeleteFunc(out, func(t tombstone) bool { _, counts := w.brakes.all[t.path]; return counts }), nil
}

// tombstonesWithin returns the tombstones among the records behind one up to another.
func tombstonesWithin(tx *store.Tx, from, upto int64) (out []tombstone, err error) {
	rows, err := tx.Query(`SELECT id, path FROM record INDEXED BY tombstone WHERE kind = 3 AND id > ? AND id <= ?`, from, upto)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t tombstone
		if err := rows.Scan(&t.id, (*string)(&t.path)); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// forgetOne forgets a tombstone that everybody has, unless there is something else about its path: another head, work that is pending, or something on
// disk. That of a conflict's copy stays, since it says that the copy is not to be made again.
func forgetOne(tx *store.Tx, t tombstone) error {
	var more bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM record WHERE path = ?1 AND id <> ?2) OR EXISTS (SELECT 1 FROM pending WHERE path = ?1)
		OR EXISTS (SELECT 1 FROM conflict WHERE copy = ?1)`, string(t.path), t.id).Scan(&more)
	if err != nil || more {
		return err
	}
	r, err := rowAt(tx, t.path)
	if err != nil || r != nil && r.Kind.Live() {
		return err
	}
	number := t.id & (1<<branchShift - 1)
	_, err = tx.Exec(`UPDATE log SET forgotten = max(forgotten, ?) WHERE id = ?`, number, t.id>>branchShift)
	return errors.Join(err, supersede(tx, t.id), dropRow(tx, t.path))
}

// stableLine is what all machines have told to know, and this one knows. Nothing is while a member's machines are not known, or one of them has told nothing,
// cannot read a whole snapshot, or is owed one. Of a machine that is further on than this one, or on another branch of a log, nothing counts there.
func stableLine(tx *store.Tx, others []machine, known bool) (index.Context, error) {
	if !known || len(others) == 0 {
		return nil, nil
	}
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	ks := []vector.Vector{knowledge(all)}
	for _, m := range others {
		t, err := toldBy(tx, m)
		if err != nil || !t.reads || t.owed {
			return nil, err
		}
		shared := vector.Vector{}
		for _, b := range all {
			for _, mark := range t.k[b.log] {
				ok, err := bears(tx, b, mark)
				if err != nil {
					return nil, err
				}
				if ok {
					shared[b.log] = append(shared[b.log], mark)
				}
			}
		}
		ks = append(ks, shared)
	}
	return index.StableLine(ks), nil
}

// maxForgotten is how many logs forgottenLine tells of: it goes into the record of each new file.
const maxForgotten = 128

// forgottenLine is the context of all that was forgotten here: what is made where no head stands has seen it. Nothing else that it covers can be a rival,
// as what is known has no head there. Of a log that forked before that number nothing is said.
func forgottenLine(tx *store.Tx) (index.Context, error) {
	rows, err := tx.Query(`SELECT peer, log, max(forgotten) FROM log GROUP BY peer, log HAVING max(forgotten) > 0 AND (count(*) = 1 OR max(since) >= max(forgotten))
		ORDER BY max(forgotten) DESC LIMIT ?`, maxForgotten)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var line index.Context
	for rows.Next() {
		var peer, id []byte
		var d index.Dot
		if err := rows.Scan(&peer, &id, &d.Number); err != nil {
			return nil, err
		}
		copy(d.Log.Peer[:], peer)
		copy(d.Log.ID[:], id)
		line = line.With(d)
	}
	return line, rows.Err()
}

package share

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// A deletion is remembered, by a tombstone, until everybody has heard of it: every machine of every member has told first-hand that its knowledge covers
// it. No clock takes part. A machine keeps its own tombstone until nothing lies at the path on its disk.
//
// Two things could bring back what is forgotten. A file that is made anew where a tombstone was must not be taken for a rival by whoever still has that:
// its context covers all that was forgotten (forgotten). And a machine whose database was put back to before the deletion shows less knowledge than it told
// before (wentBack): it gets all heads once more, as a whole snapshot, and what it has besides was deleted (whole.go).

// forgetting lets the tombstones be found, keeps up to which number some of each log were forgotten, and which machines are owed a whole snapshot and can read one.
const forgetting = `CREATE INDEX tombstone ON record (id) WHERE kind = 3;
ALTER TABLE log ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine ADD COLUMN reads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine ADD COLUMN owed INTEGER NOT NULL DEFAULT 0`

// forgetAtOnce bounds the tombstones that are looked at in one transaction.
const forgetAtOnce = 500

// forgetTombstones drops the tombstones that everybody has, when somebody has told news since the last time. Those that count for the brakes stay until they
// do not: they may have to be undone.
func (w *worker) forgetTombstones(ctx context.Context) error {
	if !w.told || !w.joined || w.s.rootTrouble() {
		return nil
	}
	w.told = false
	others, known := w.s.otherMachines()
	for from := int64(0); known && from >= 0; {
		err := w.s.db.Write(ctx, func(tx *store.Tx) (err error) {
			from, err = w.forgetSome(tx, others, from)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget what everybody knows to be deleted: %w", err)
		}
	}
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

// forgetSome looks at tombstones whose rows come after from, and returns where to go on; -1 is the end.
func (w *worker) forgetSome(tx *store.Tx, others []machine, from int64) (int64, error) {
	bounds, err := toldByAll(tx, others)
	if err != nil || len(bounds) == 0 {
		return -1, err
	}
	rows, err := tombstonesAfter(tx, from)
	if err != nil {
		return -1, err
	}
	for _, t := range rows {
		if _, counts := w.brakes.all[t.path]; counts || t.id&(1<<branchShift-1) > bounds[t.id>>branchShift] {
			continue
		}
		if err := forgetOne(tx, t); err != nil {
			return -1, err
		}
	}
	if len(rows) < forgetAtOnce {
		return -1, nil
	}
	return rows[len(rows)-1].id, nil
}

// tombstone is the row of one, with its path.
type tombstone struct {
	id   int64
	path index.Path
}

func tombstonesAfter(tx *store.Tx, from int64) (out []tombstone, err error) {
	rows, err := tx.Query(`SELECT id, path FROM record INDEXED BY tombstone WHERE kind = 3 AND id > ? ORDER BY id LIMIT ?`, from, forgetAtOnce)
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

// toldByAll returns for each branch up to which number all machines have told to know its records. A log that forked counts for nothing: by its numbers
// some mean other records.
func toldByAll(tx *store.Tx, others []machine) (map[int64]int64, error) {
	if len(others) == 0 {
		return nil, nil
	}
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	branchesOf := map[vector.Log]int{}
	bounds := make(map[int64]int64, len(all))
	for _, b := range all {
		branchesOf[b.log]++
		bounds[b.id] = int64(b.number)
	}
	for _, m := range others {
		k, reads, err := toldKnowledge(tx, m)
		if err != nil || !reads {
			return nil, err
		}
		for _, b := range all {
			number := int64(0)
			if marks := k[b.log]; len(marks) == 1 && branchesOf[b.log] == 1 {
				if number, err = sharedUpTo(tx, b, marks[0]); err != nil {
					return nil, err
				}
			}
			bounds[b.id] = min(bounds[b.id], number)
		}
	}
	return bounds, nil
}

// sharedUpTo is up to which number somebody with this mark has the records of a branch. Of one who is further on it is not known until we are there, too.
func sharedUpTo(tx *store.Tx, b branch, mark vector.Mark) (int64, error) {
	if mark.Number > b.number {
		return 0, nil
	}
	h, ok, err := chainAt(tx, b.record(mark.Number))
	if err != nil || !ok || h != mark.Hash {
		return 0, err
	}
	return int64(mark.Number), nil
}

// toldKnowledge returns what a machine last told first-hand to know; reads is false of one that has told nothing, cannot read a whole snapshot, or is owed one.
func toldKnowledge(tx *store.Tx, m identity.PeerID) (k vector.Vector, reads bool, err error) {
	rows, err := tx.Query(`SELECT k, reads = 1 AND owed = 0 FROM machine WHERE peer = ?`, m[:])
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b, &reads); err != nil {
			return nil, false, err
		}
		if err := wire.Unmarshal(b, &k); err != nil {
			return nil, false, fmt.Errorf("read what machine %s knows: %w", m.Short(), err)
		}
	}
	return k, reads, rows.Err()
}

// forgottenLine is the context of all that was forgotten here: what is made where no head stands has seen it. Nothing else that it covers can be a rival,
// as what is known has no head there. Of a log that forked before that number nothing is said.
func forgottenLine(tx *store.Tx) (index.Context, error) {
	rows, err := tx.Query(`SELECT peer, log, max(forgotten) FROM log GROUP BY peer, log HAVING max(forgotten) > 0 AND (count(*) = 1 OR max(since) >= max(forgotten))
		ORDER BY max(forgotten) DESC LIMIT ?`, index.MaxContext)
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

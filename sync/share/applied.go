package share

import (
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// appliedHere computes A: of each log what is durable on this disk, with the paths that must wait as exceptions.
func appliedHere(tx *store.Tx, all []branch) (index.Applied, error) {
	lowest, err := lowestPending(tx, 0)
	if err != nil {
		return index.Applied{}, err
	}
	names := namesOf(all)
	except, err := exceptions(tx, names)
	if err != nil {
		return index.Applied{}, err
	}
	if len(except) > maxExceptions { // too many to name: they hold the vector back like everything that is under way
		except = nil
		if lowest, err = lowestPending(tx, 9); err != nil {
			return index.Applied{}, err
		}
	}
	a := index.Applied{Vector: vector.Vector{}, Except: except}
	for _, b := range all {
		mark := vector.Mark{Number: b.number, Hash: b.hash}
		if low, ok := lowest[b.id]; ok && low <= b.number {
			mark.Number = low - 1
			if mark.Number > b.since {
				if mark.Hash, _, err = chainAt(tx, b.record(mark.Number)); err != nil {
					return index.Applied{}, err
				}
			}
		}
		if mark.Number > b.since {
			a.Vector.Advance(b.log, vector.Mark{}, mark)
		}
	}
	return a, nil
}

// lowestPending returns for each branch the lowest head that is not applied, counting pending reasons up to limit.
func lowestPending(tx *store.Tx, limit int) (map[int64]uint64, error) {
	rows, err := tx.Query(`SELECT min(r.id) FROM pending p CROSS JOIN record r ON r.path = p.path WHERE p.reason <= ? GROUP BY r.id >> 40`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]uint64{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out[id>>branchShift] = uint64(id & (1<<branchShift - 1))
	}
	return out, rows.Err()
}

func exceptions(tx *store.Tx, names logNames) ([]index.Exception, error) {
	rows, err := tx.Query(`SELECT r.id, p.reason FROM pending p INDEXED BY pending_held CROSS JOIN record r ON r.path = p.path WHERE p.reason > 0 ORDER BY r.id LIMIT ?`, maxExceptions+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []index.Exception
	for rows.Next() {
		var id int64
		var reason index.Reason
		if err := rows.Scan(&id, &reason); err != nil {
			return nil, err
		}
		out = append(out, index.Exception{Dot: index.Dot{Log: names[id>>branchShift], Number: uint64(id & (1<<branchShift - 1))}, Reason: reason})
	}
	return out, rows.Err()
}

// behind counts the heads that a machine with this vector of applied records does not have on disk, and the files among them. What it wrote itself it has.
func behind(tx *store.Tx, all []branch, who machine, theirs index.Applied) (l lag, err error) {
	for _, b := range all {
		if b.log.Peer == who {
			continue
		}
		var from uint64 = b.since
		if tip, ok := theirs.Vector.Tip(b.log); ok {
			from = max(from, tip.Number)
		}
		if err := l.addHeads(tx, b.record(from)+1, b.record(b.number)); err != nil {
			return lag{}, err
		}
	}
	for _, e := range theirs.Except {
		for _, b := range all {
			if b.log != e.Dot.Log {
				continue
			}
			id := b.record(e.Dot.Number)
			if err := l.addHeads(tx, id, id); err != nil {
				return lag{}, err
			}
		}
	}
	return l, nil
}

// addHeads counts the heads from one record to another.
func (l *lag) addHeads(tx *store.Tx, from, to int64) error {
	var changes, files int
	var size int64
	err := tx.QueryRow(`SELECT count(*), ifnull(sum(kind = 1), 0), ifnull(sum(size), 0) FROM record WHERE id BETWEEN ? AND ? AND path IS NOT NULL`, from, to).
		Scan(&changes, &files, &size)
	l.changes, l.files, l.bytes = l.changes+changes, l.files+files, l.bytes+size
	return err
}

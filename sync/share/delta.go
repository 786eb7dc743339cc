package share

import (
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// delta is what somebody lacks: one snapshot over all logs, or the newest records of our own.
type delta struct {
	items []item
	heads map[int]index.Version // by index in items: the files whose content may ride along
	tombs map[int]bool          // by index in items: deletions
	k     vector.Vector         // ours in the snapshot
	upto  map[int64]uint64      // by branch: the highest number that is in
}

// deltaFor collects what is neither covered by theirs nor sent before (told, by branch). With own only our own log counts.
func deltaFor(tx *store.Tx, theirs vector.Vector, told map[int64]uint64, own bool) (delta, error) {
	all, err := allBranches(tx)
	if err != nil {
		return delta{}, err
	}
	d := delta{heads: map[int]index.Version{}, tombs: map[int]bool{}, k: knowledge(all), upto: map[int64]uint64{}}
	names := namesOf(all)
	for _, b := range all {
		if own && !b.own {
			continue
		}
		from, err := startFor(tx, b, all, theirs)
		if err != nil {
			return delta{}, err
		}
		if from = max(from, told[b.id]); from < b.number {
			if err := d.collect(tx, names, b, from); err != nil {
				return delta{}, err
			}
		}
		d.upto[b.id] = max(from, b.number)
	}
	return d, nil
}

// startFor returns the number up to which theirs covers a branch.
func startFor(tx *store.Tx, b branch, all []branch, theirs vector.Vector) (uint64, error) {
	from, ahead := b.since, false
	for _, mark := range theirs[b.log] {
		if mark.Number <= b.since {
			continue
		}
		if mark.Number > b.number {
			known, err := holds(tx, all, b.log, mark)
			if err != nil {
				return 0, err
			}
			ahead = ahead || !known
			continue
		}
		ok, err := bears(tx, b, mark)
		if err != nil {
			return 0, err
		}
		if ok {
			from = max(from, mark.Number)
		}
	}
	if from == b.since && ahead {
		return b.number, nil // they are further on this log than we are; should it be another branch, their records will show it
	}
	return from, nil
}

// holds reports whether K covers a mark.
func holds(tx *store.Tx, all []branch, l vector.Log, mark vector.Mark) (bool, error) {
	for _, b := range all {
		if b.log != l {
			continue
		}
		if ok, err := bears(tx, b, mark); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// lacks returns the logs of which theirs has something that K does not cover.
func lacks(tx *store.Tx, all []branch, theirs vector.Vector) (logs []vector.Log, err error) {
	for l, marks := range theirs {
		for _, mark := range marks {
			has, err := holds(tx, all, l, mark)
			if err != nil {
				return nil, err
			}
			if !has {
				logs = append(logs, l)
				break
			}
		}
	}
	return logs, nil
}

func (d *delta) collect(tx *store.Tx, names logNames, b branch, from uint64) error {
	rows, err := tx.Query(`SELECT id, chain, kind, body FROM record WHERE id > ? AND id <= ? ORDER BY id`, b.record(from), b.record(b.number))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var chain, body []byte
		var kind *int
		if err := rows.Scan(&id, &chain, &kind, &body); err != nil {
			return err
		}
		it := item{Peer: b.log.Peer, ID: b.log.ID, Number: uint64(id & (1<<branchShift - 1)), Chain: vector.Hash(chain), Record: body}
		if kind != nil && index.Kind(*kind) == index.Tombstone {
			d.tombs[len(d.items)] = true
		}
		if kind != nil && index.Kind(*kind) == index.File && len(d.items) < ridersMax {
			v, err := names.decode(id, chain, body)
			if err != nil {
				return err
			}
			if v.Size > 0 && v.Size <= maxRiding {
				d.heads[len(d.items)] = v
			}
		}
		d.items = append(d.items, it)
	}
	return rows.Err()
}

// frames cuts a delta into frames; mode is live or snapshotEnd, the earlier frames of which are parts.
func (d delta) frames(id ID, mode uint8) []recordsFrame {
	var out []recordsFrame
	f, size := recordsFrame{Share: id, Mode: mode}, 0
	for i, it := range d.items {
		cost := len(it.Record) + len(it.Content) + itemCost
		// The end of a move stays with its beginning, which stands right before it, so that the receiver sees a move and no copy.
		end := d.tombs[i] && size+cost <= frameRoom+tombRoom
		if size+cost > frameRoom && len(f.Records) > 0 && !end {
			if mode == snapshotEnd {
				f.Mode = snapshotPart
			}
			out = append(out, f)
			f, size = recordsFrame{Share: id, Mode: mode}, 0
		}
		f.Records, size = append(f.Records, it), size+cost
	}
	if mode == snapshotEnd {
		f.K = d.k
	}
	return append(out, f)
}

package share

import (
	"fmt"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// A log of ours forks when our database was lost, restored or copied: others have other records under numbers that we gave, too. Whoever has seen
// theirs says so by the number, and so seems to have seen ours. Therefore what we alone may know goes into a new log, as new records.
//
// When it shows that a log of ours goes on elsewhere, we leave it (leave) and keep what our heads are by then. When the other branch comes, which shows from
// where on the two differ, those of them that stand behind that point are written once more (reissue). The context of such a record ends, for the log that
// was left, where the branches part: it has seen nothing of the other one. The old records stay heads where they are; equal contents count as one.

// abandonedHeads keeps the heads of a log that was left until it is known whether others have other records under their numbers.
const abandonedHeads = `CREATE TABLE abandoned (id INTEGER PRIMARY KEY, chain BLOB NOT NULL, body BLOB NOT NULL, peer BLOB NOT NULL)`

// leave ends writing on a branch of ours; peer is the machine that showed why.
func leave(tx *store.Tx, b branch, peer machine) error {
	if _, err := tx.Exec(`UPDATE log SET own = 0 WHERE id = ?`, b.id); err != nil {
		return fmt.Errorf("leave log %s: %w", b.log.ID, err)
	}
	_, err := tx.Exec(`INSERT OR REPLACE INTO abandoned SELECT id, chain, body, ? FROM record WHERE id > ? AND id <= ? AND path IS NOT NULL`,
		peer[:], b.record(b.since), b.record(b.number))
	if err != nil {
		return fmt.Errorf("keep what was written to log %s: %w", b.log.ID, err)
	}
	return nil
}

// rejoined forgets what was kept for the sake of a machine whose snapshot is here now: as far as its branches go, all was compared.
func rejoined(tx *store.Tx, peer machine) error {
	_, err := tx.Exec(`DELETE FROM abandoned WHERE peer = ?`, peer[:])
	return err
}

// forked follows a fork of a log, found where the branches part: behind the number since they differ.
func (m *merger) forked(bs []branch, since uint64) error {
	for i := range bs {
		b := &bs[i]
		if b.log.Peer != m.self.log.Peer {
			continue
		}
		if b.own {
			b.own = false
			if err := m.known.flush(); err != nil {
				return err
			}
			if err := leave(m.tx, *b, m.self.from); err != nil {
				return err
			}
		}
		if err := m.reissue(*b, since); err != nil {
			return fmt.Errorf("write anew what stood in log %s: %w", b.log.ID, err)
		}
	}
	return nil
}

// foreseen leaves our log when somebody has seen records of it that we have not written yet: our database was put back, or they are wrong. What we write next
// under such a number would count as seen, and be dropped.
func (m *merger) foreseen(seen index.Context) error {
	for i, b := range m.logs[m.ownLog] {
		if !b.own || !seen.Covers(index.Dot{Log: b.log, Number: b.number + 1}) {
			continue
		}
		if err := m.known.flush(); err != nil {
			return err
		}
		m.logs[m.ownLog][i].own, m.result.left = false, true
		return leave(m.tx, b, m.self.from)
	}
	return nil
}

// selfWriting is what is needed to write records while merging.
type selfWriting struct {
	log    vector.Log // a new one, should there be none
	author string
	writes bool    // we may
	from   machine // whose frame it is
}

// reissue writes what was kept of a branch, behind a number, to our new log.
func (m *merger) reissue(b branch, since uint64) error {
	kept, err := m.abandoned(b, since)
	if err != nil || len(kept) == 0 || !m.self.writes {
		return err
	}
	p, err := m.publishing()
	if err != nil {
		return err
	}
	for _, v := range kept {
		by := v.Writer()
		v.By, v.Context = &by, v.Context.Until(b.log, since)
		p.at = v.Time
		if _, err := p.write(v, v.Lamport == 0); err != nil {
			return err
		}
		delete(m.result.fresh, v.Path)
	}
	if err := p.close(); err != nil {
		return err
	}
	m.result.wanted = append(m.result.wanted, p.wanted...)
	m.result.reissued += p.written
	m.adopt(p.own)
	_, err = m.tx.Exec(`DELETE FROM abandoned WHERE id > ? AND id <= ?`, b.record(since), b.record(b.stored))
	return err
}

// abandoned reads what was kept of a branch behind a number, oldest first.
func (m *merger) abandoned(b branch, since uint64) ([]index.Version, error) {
	rows, err := m.tx.Query(`SELECT id, chain, body FROM abandoned WHERE id > ? AND id <= ? ORDER BY id`, b.record(since), b.record(b.stored))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []index.Version
	for rows.Next() {
		var id int64
		var chain, body []byte
		if err := rows.Scan(&id, &chain, &body); err != nil {
			return nil, err
		}
		v, err := m.known.names.decode(id, chain, body)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// publishing makes what writes records to our own log inside the merge.
func (m *merger) publishing() (*publishing, error) {
	own, err := ownBranch(m.tx, m.self.log)
	if err != nil {
		return nil, err
	}
	lamport, err := fact[int64](m.tx, "lamport")
	if err != nil {
		return nil, err
	}
	m.known.names[own.id] = own.log
	_, zone := time.Now().Zone()
	pen := index.Pen{Log: own.log, Number: own.number, Chain: own.hash, Lamport: max(uint64(lamport), m.lamport), Author: m.self.author, Zone: zone / 60}
	return &publishing{tx: m.tx, own: own, known: m.known, pen: pen, above: &merger{tx: m.tx, known: m.known, parents: map[index.Path]bool{}}}, nil
}

// adopt takes over our own branch as it was written to.
func (m *merger) adopt(own branch) {
	delete(m.tips, own.id)
	bs := m.logs[own.log]
	for i := range bs {
		if bs[i].id == own.id {
			bs[i] = own
			return
		}
	}
	m.logs[own.log] = append(bs, own)
}

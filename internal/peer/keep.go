package peer

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// Pauses of the keeper.
const (
	seenEvery   = 10 * time.Minute // how old "last here" may be after a crash
	storeGrace  = 5 * time.Second  // for the last write when Run ends
	storeRepeat = 30 * time.Second // before a failed write is tried again
)

// Load reads the people met and our presence from the database, once; Run does it too. After it returned, everything that asks the roster gets
// true answers.
func (r *Roster) Load(ctx context.Context) error {
	r.load.Lock()
	defer r.load.Unlock()
	if r.loaded {
		return nil
	}
	people := map[identity.PersonID]*person{}
	machines := map[identity.PeerID]*machine{}
	presence := Presence{Choice: Available}
	err := r.config.DB.Read(ctx, func(tx *store.Tx) error {
		clear(people)
		clear(machines)
		return readAll(tx, people, machines, &presence)
	})
	if err != nil {
		return fmt.Errorf("load the people met: %w", err)
	}
	r.mu.Lock()
	r.people, r.machines = people, machines
	r.addOwnLocked()
	r.profile.setPresence(presence)
	r.tellApartLocked()
	r.mu.Unlock()
	r.loaded = true
	return nil
}

// readAll ends at the first error: what comes after one that speaks of the whole database would say it again.
func readAll(tx *store.Tx, people map[identity.PersonID]*person, machines map[identity.PeerID]*machine, presence *Presence) error {
	if err := readPeople(tx, people); err != nil {
		return err
	}
	if err := readMachines(tx, people, machines); err != nil {
		return err
	}
	if err := readAddresses(tx, machines); err != nil {
		return err
	}
	return readPresence(tx, presence)
}

// eachRow runs a query and scans row by row.
func eachRow(tx *store.Tx, query string, scan func(*sql.Rows) error) error {
	rows, err := tx.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func readPeople(tx *store.Tx, people map[identity.PersonID]*person) error {
	return eachRow(tx, `SELECT list, signer, signature, earlier, trust, differed, kept, favourite, live, own_groups FROM person`, func(rows *sql.Rows) error {
		var signer, earlier, groups []byte
		var differed int64
		p := &person{}
		if err := rows.Scan(&p.signed.Body, &signer, &p.signed.Signature, &earlier, &p.trust, &differed, &p.kept, &p.marks.Favourite, &p.marks.Live, &groups); err != nil {
			return err
		}
		if err := json.Unmarshal(groups, &p.marks.Groups); err != nil {
			return fmt.Errorf("read the groups of a person: %w", err)
		}
		copy(p.signed.Signer[:], signer)
		p.differed = storedTime(differed)
		if err := wire.Unmarshal(p.signed.Body, &p.list); err != nil { // it was verified before it was stored
			return err
		}
		if err := wire.Unmarshal(earlier, &p.earlier); err != nil {
			return err
		}
		people[p.list.Person] = p
		return nil
	})
}

func readMachines(tx *store.Tx, people map[identity.PersonID]*person, machines map[identity.PeerID]*machine) error {
	return eachRow(tx, `SELECT id, person, key, name, host, met, last_seen FROM machine`, func(rows *sql.Rows) error {
		var id, of, key []byte
		var seen int64
		m := &machine{}
		if err := rows.Scan(&id, &of, &key, &m.name, &m.host, &m.met, &seen); err != nil {
			return err
		}
		copy(m.id[:], id)
		copy(m.person[:], of)
		m.key = ed25519.PublicKey(key)
		m.lastSeen = storedTime(seen)
		if people[m.person] == nil || identity.PeerIDOf(m.key) != m.id {
			return fmt.Errorf("machine %s in the database does not fit its person or key", m.id.Short())
		}
		machines[m.id] = m
		return nil
	})
}

func readAddresses(tx *store.Tx, machines map[identity.PeerID]*machine) error {
	return eachRow(tx, `SELECT machine, address FROM machine_address ORDER BY machine, rank`, func(rows *sql.Rows) error {
		var id []byte
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		at, err := netip.ParseAddrPort(text)
		if err != nil {
			return err
		}
		var peer identity.PeerID
		copy(peer[:], id)
		if m := machines[peer]; m != nil {
			m.addresses = append(m.addresses, at)
		}
		return nil
	})
}

func readPresence(tx *store.Tx, p *Presence) error {
	err := tx.QueryRow(`SELECT choice, text FROM own_presence`).Scan(&p.Choice, &p.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

func (r *Roster) storePresence(ctx context.Context, p Presence) error {
	err := r.config.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT OR REPLACE INTO own_presence (one, choice, text) VALUES (1, ?, ?)`, int(p.Choice), p.Text)
		return err
	})
	if err != nil {
		return fmt.Errorf("store the presence: %w", err)
	}
	return nil
}

func (r *Roster) wakeKeeper() {
	select {
	case r.dirt <- struct{}{}:
	default:
	}
}

// keep stores what changed until ctx ends.
func (r *Roster) keep(ctx context.Context) {
	seen := time.NewTicker(seenEvery)
	defer seen.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.dirt:
		case <-seen.C:
			r.noteSeen()
			r.forgetCopies()
		}
		if !r.isDirty() {
			continue
		}
		if err := r.storeDirty(ctx); err != nil && ctx.Err() == nil {
			r.config.Log.Error("store people", "err", err)
			pause(ctx, storeRepeat)
			r.wakeKeeper()
		}
	}
}

// noteSeen marks everybody who is here to be stored with the present time.
func (r *Roster) noteSeen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, m := range r.machines {
		if m.up != nil && m.presence.Choice != Invisible {
			m.noteSeen()
			r.dirty[id] = struct{}{}
		}
	}
}

// row is what is stored of a machine and its person.
type row struct {
	machine machine
	person  person
}

// storeDirty stores the machines marked so far, with their persons, and returns when that is durable, also when another call is just storing
// them. What is stored is gathered by the database's writer, so that of two calls the later one stores the later state. On error all stay marked.
func (r *Roster) storeDirty(ctx context.Context) error {
	var rows []row
	var gone []identity.PersonID
	err := r.config.DB.Write(ctx, func(tx *store.Tx) error {
		r.soil(rows, gone) // of an earlier try, when the store runs this again
		r.mu.Lock()
		rows, gone = r.takeDirtyLocked()
		r.mu.Unlock()
		for _, id := range gone {
			if _, err := tx.Exec(`DELETE FROM person WHERE id = ?`, id[:]); err != nil {
				return err
			}
		}
		for _, row := range rows {
			if err := row.write(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		r.relieved(ProblemNotStored)
		return nil
	}
	r.soil(rows, gone)
	if ctx.Err() == nil {
		r.trouble(Problem{
			ID:       ProblemNotStored,
			Sentence: fmt.Sprintf("What Lanyard knows about people could not be stored (%v).", err),
			Remedy:   "Look whether the disk is full; Lanyard tries again by itself.",
		})
	}
	return fmt.Errorf("store people: %w", err)
}

// soil marks again what was taken to be stored.
func (r *Roster) soil(rows []row, gone []identity.PersonID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range rows {
		r.dirty[row.machine.id] = struct{}{}
	}
	for _, id := range gone {
		r.gone[id] = struct{}{}
	}
}

// isDirty tells whether something waits to be stored.
func (r *Roster) isDirty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.dirty)+len(r.gone) > 0
}

// storeLast stores what is left when everything else has ended.
func (r *Roster) storeLast(ctx context.Context) {
	if !r.isDirty() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeGrace)
	defer cancel()
	if err := r.storeDirty(ctx); err != nil {
		r.config.Log.Error("store people at the end", "err", err)
	}
}

func (r *Roster) takeDirtyLocked() (rows []row, gone []identity.PersonID) {
	for id := range r.dirty {
		if m := r.machines[id]; m != nil {
			rows = append(rows, row{*m, *r.people[m.person]})
		}
	}
	for id := range r.gone {
		if r.people[id] == nil {
			gone = append(gone, id)
		}
	}
	clear(r.dirty)
	clear(r.gone)
	return rows, gone
}

func (w *row) write(tx *store.Tx) error {
	m, p := &w.machine, &w.person
	if err := p.write(tx, m.person); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO machine (id, person, key, name, host, met, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, name = excluded.name, host = excluded.host, met = excluded.met,
		last_seen = excluded.last_seen`,
		m.id[:], m.person[:], []byte(m.key), m.name, m.host, m.met, timeToStore(m.lastSeen)); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM machine_address WHERE machine = ?`, m.id[:]); err != nil {
		return err
	}
	for rank, at := range m.addresses {
		if _, err := tx.Exec(`INSERT INTO machine_address (machine, rank, address) VALUES (?, ?, ?)`, m.id[:], rank, at.String()); err != nil {
			return err
		}
	}
	return nil
}

func (p *person) write(tx *store.Tx, id identity.PersonID) error {
	groups, err := p.marks.groupsText()
	if err != nil {
		return err
	}
	earlier, err := wire.Marshal(p.earlier)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO person (id, list, signer, signature, earlier, trust, differed, kept, favourite, live, own_groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET list = excluded.list, signer = excluded.signer, signature = excluded.signature, earlier = excluded.earlier,
		trust = excluded.trust, differed = excluded.differed, kept = excluded.kept, favourite = excluded.favourite, live = excluded.live, own_groups = excluded.own_groups`,
		id[:], p.signed.Body, p.signed.Signer[:], p.signed.Signature, earlier, int(p.trust), timeToStore(p.differed), p.kept, p.marks.Favourite, p.marks.Live, groups)
	return err
}

// timeToStore is a time as the database has it: milliseconds since 1970, 0 for none.
func timeToStore(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// storedTime undoes timeToStore.
func storedTime(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

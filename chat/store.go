package chat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// numberBits is how many bits of a place hold the event's number.
const numberBits = 40

// place is where an event lies in the database: b is the branch that holds it itself.
func place(b *branch, number uint64) int64 { return b.key<<numberBits | int64(number) }

func placeNumber(place int64) uint64 { return uint64(place) & event.MaxNumber }

func placeBranch(place int64) int64 { return place >> numberBits }

// insertEvent stores one event of a branch, with when it came. reissue marks one that is not shown because the event that it re-issues is here.
func insertEvent(tx *store.Tx, v *conversation, b *branch, e *event.Event, arrived int64, reissue bool) error {
	hidden := 0
	switch {
	case reissue:
		hidden = 1
	case e.Dropped():
		hidden = expired
	case v.displaced(e):
		hidden = outOfPlace
	case v.shuts(e.Peer):
		hidden = shut
	}
	var again any
	if len(e.Again) > 0 {
		again = e.Again
	}
	_, err := tx.Exec(`INSERT INTO chat_event (place, conversation, lamport, time, kind, hidden, name, header, salt, body, signature, again, arrived)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		place(b, e.Number), v.key, int64(e.Lamport), e.Time, int64(e.Kind), hidden, event.Name(e.ID), e.Raw, notNull(e.Salt), notNull(e.Body), e.Signature, again, arrived)
	if err != nil {
		return fmt.Errorf("store event %d of log %s: %w", e.Number, b.log.ID, err)
	}
	return nil
}

func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func insertConversation(tx *store.Tx, v *conversation) error {
	_, err := tx.Exec(`INSERT INTO chat_conversation (key, id, person) VALUES (?, ?, ?)`, v.key, v.id[:], v.person())
	if err == nil && v.room != nil {
		err = insertRoom(tx, v)
	}
	if err != nil {
		return fmt.Errorf("store conversation %s: %w", v.id, err)
	}
	return nil
}

func insertBranch(tx *store.Tx, v *conversation, b *branch) error {
	var base any
	if b.base != nil {
		base = b.base.key
	}
	_, err := tx.Exec(`INSERT INTO chat_branch (key, conversation, peer, log, base, fork) VALUES (?, ?, ?, ?, ?, ?)`,
		b.key, v.key, b.log.Peer[:], b.log.ID[:], base, int64(b.fork))
	if err != nil {
		return fmt.Errorf("store log %s: %w", b.log.ID, err)
	}
	return nil
}

func putState(tx *store.Tx, v *conversation, peer identity.PeerID, counter uint64, s frame.SignedState) error {
	_, err := tx.Exec(`INSERT INTO chat_state (conversation, peer, counter, body, signature) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (conversation, peer) DO UPDATE SET counter = excluded.counter, body = excluded.body, signature = excluded.signature
		WHERE excluded.counter > counter`, v.key, peer[:], int64(counter), s.Body, s.Signature)
	if err != nil {
		return fmt.Errorf("store the state of %s: %w", peer.Short(), err)
	}
	return nil
}

func putRead(tx *store.Tx, b *branch, number uint64) error {
	_, err := tx.Exec(`INSERT INTO chat_read (branch, number) VALUES (?, ?) ON CONFLICT (branch) DO UPDATE SET number = excluded.number`, b.key, int64(number))
	if err != nil {
		return fmt.Errorf("store how far log %s was read: %w", b.log.ID, err)
	}
	return nil
}

// eventAt returns the event with that number of b's history.
func eventAt(tx *store.Tx, b *branch, number uint64) (*event.Event, error) {
	events, err := eventsFrom(tx, b.owner(number), number, number)
	if err == nil && len(events) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return nil, fmt.Errorf("read event %d of log %s: %w", number, b.log.ID, err)
	}
	return events[0], nil
}

// eventsFrom reads events that b itself holds, oldest first, until their sizes fill a frame, or until one that cannot be read; errUnreadable if that is the first.
func eventsFrom(tx *store.Tx, b *branch, from, to uint64) (events []*event.Event, err error) {
	rows, err := tx.Query(`SELECT header, salt, body, signature FROM chat_event WHERE place BETWEEN ? AND ? ORDER BY place`, place(b, from), place(b, to))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for size := 0; size <= event.FrameRoom && rows.Next(); {
		var raw, salt, body, signature []byte
		if err := rows.Scan(&raw, &salt, &body, &signature); err != nil {
			return nil, err
		}
		e, err := event.ReadStored(raw, salt, body)
		if err != nil && len(events) > 0 {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUnreadable, err)
		}
		if len(signature) > 0 {
			e.Signature = signature
		}
		size += e.Size()
		events = append(events, e)
	}
	return events, rows.Err()
}

// idsFrom reads the IDs of events that b itself holds.
func idsFrom(tx *store.Tx, b *branch, from, to uint64) (ids []event.ID, err error) {
	rows, err := tx.Query(`SELECT header FROM chat_event WHERE place BETWEEN ? AND ? ORDER BY place`, place(b, from), place(b, to))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var raw sql.RawBytes
		if err := rows.Scan(&raw); err != nil {
			return nil, err
		}
		ids = append(ids, sha256.Sum256(raw))
	}
	return ids, rows.Err()
}

// placeOf finds an event by its ID.
func placeOf(tx *store.Tx, id event.ID) (at int64, found bool, err error) {
	rows, err := tx.Query(`SELECT place, header FROM chat_event WHERE name = ?`, event.Name(id))
	if err != nil {
		return 0, false, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var raw sql.RawBytes
		if err := rows.Scan(&at, &raw); err != nil {
			return 0, false, err
		}
		if sha256.Sum256(raw) == id {
			return at, true, nil
		}
	}
	return 0, false, rows.Err()
}

// idAt returns the ID of the event with that number of b's history, from memory or the database. errRaced when it was verified and never stored: then the log
// ends elsewhere by now.
func (c *Chat) idAt(ctx context.Context, v *conversation, b *branch, number uint64) (event.ID, error) {
	at := b.owner(number)
	v.mu.Lock()
	id, ok := at.recentLocked(number)
	v.mu.Unlock()
	if ok {
		return id, nil
	}
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		ids, err := idsFrom(tx, at, number, number)
		if err == nil && len(ids) == 0 {
			err = v.noneAt(at, number)
		}
		if err == nil {
			id = ids[0]
		}
		return err
	})
	if err != nil {
		return event.ID{}, fmt.Errorf("read event %d of log %s: %w", number, b.log.ID, err)
	}
	return id, nil
}

// noneAt is why an event that seemed to be here is not.
func (v *conversation) noneAt(b *branch, number uint64) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if number > b.kept.Number || !slices.Contains(v.branches[b.log], b) {
		return errRaced
	}
	return sql.ErrNoRows
}

// read reads all conversations into memory but for their summaries and states.
func (c *Chat) read(tx *store.Tx) error {
	if err := c.loadConversations(tx); err != nil {
		return fmt.Errorf("load the conversations: %w", err)
	}
	branches, err := c.loadBranches(tx)
	if err != nil {
		return fmt.Errorf("load the logs of conversations: %w", err)
	}
	if err := c.loadRooms(tx); err != nil {
		return fmt.Errorf("load the rooms: %w", err)
	}
	if err := loadReading(tx, branches); err != nil {
		return fmt.Errorf("load what was read: %w", err)
	}
	return nil
}

func (c *Chat) readSummaries(tx *store.Tx) error {
	for _, v := range c.all() {
		if err := c.loadSummary(tx, v); err != nil {
			return fmt.Errorf("load conversation %s: %w", v.id, err)
		}
	}
	return nil
}

func (c *Chat) loadConversations(tx *store.Tx) (err error) {
	rows, err := tx.Query(`SELECT key, id, person FROM chat_conversation`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key int64
		var id, person []byte
		if err := rows.Scan(&key, &id, &person); err != nil {
			return err
		}
		if len(id) != len(event.ConversationID{}) || len(person) != 0 && len(person) != len(identity.PersonID{}) {
			return fmt.Errorf("conversation %d: %w", key, store.ErrCorrupt)
		}
		v := newConversation(event.ConversationID(id), key, identity.PersonID{})
		copy(v.with[:], person)
		v.stored = true
		c.conversations[v.id] = v
		c.keys.conversation = max(c.keys.conversation, key)
	}
	return rows.Err()
}

// storedBranch is a branch as it is read, with the conversation that it belongs to.
type storedBranch struct {
	*branch
	in *conversation
}

func (c *Chat) loadBranches(tx *store.Tx) (map[int64]storedBranch, error) {
	byKey := map[int64]*conversation{}
	for _, v := range c.conversations {
		byKey[v.key] = v
	}
	branches, err := c.readBranches(tx, byKey)
	if err != nil {
		return nil, err
	}
	for _, b := range branches {
		if err := loadTip(tx, b); err != nil {
			return nil, err
		}
	}
	return branches, nil
}

func (c *Chat) readBranches(tx *store.Tx, byKey map[int64]*conversation) (branches map[int64]storedBranch, err error) {
	rows, err := tx.Query(`SELECT key, conversation, peer, log, base, fork FROM chat_branch ORDER BY key`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	branches = map[int64]storedBranch{}
	for rows.Next() {
		var key, conversation, fork int64
		var peer, log []byte
		var base sql.NullInt64
		if err := rows.Scan(&key, &conversation, &peer, &log, &base, &fork); err != nil {
			return nil, err
		}
		v := byKey[conversation]
		if v == nil || len(peer) != len(identity.PeerID{}) || len(log) != len(vector.LogID{}) {
			return nil, fmt.Errorf("log %d: %w", key, store.ErrCorrupt)
		}
		b := &branch{key: key, log: vector.Log{Peer: identity.PeerID(peer), ID: vector.LogID(log)}, base: branches[base.Int64].branch, fork: uint64(fork)}
		b.stored = true
		branches[key] = storedBranch{b, v}
		v.branches[b.log] = append(v.branches[b.log], b)
		c.keys.branch = max(c.keys.branch, key)
	}
	return branches, rows.Err()
}

// loadTip finds the branch's newest event. A branch without one ends where it forked.
func loadTip(tx *store.Tx, b storedBranch) error {
	var lamport int64
	var at int64
	var raw []byte
	err := tx.QueryRow(`SELECT place, lamport, header FROM chat_event WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1`,
		place(b.branch, 0), place(b.branch, event.MaxNumber)).Scan(&at, &lamport, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("log %d has no event: %w", b.key, store.ErrCorrupt)
	}
	if err != nil {
		return err
	}
	b.kept = event.Point{Number: placeNumber(at), Lamport: uint64(lamport), ID: sha256.Sum256(raw)}
	b.tip = b.kept
	b.in.lamport = max(b.in.lamport, b.kept.Lamport)
	return nil
}

func loadReading(tx *store.Tx, branches map[int64]storedBranch) (err error) {
	rows, err := tx.Query(`SELECT r.branch, r.number, e.header FROM chat_read r JOIN chat_event e ON e.place = r.branch << 40 | r.number`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key, number int64
		var raw sql.RawBytes
		if err := rows.Scan(&key, &number, &raw); err != nil {
			return err
		}
		if b, ok := branches[key]; ok {
			b.in.reading[b.branch] = vector.Mark{Number: uint64(number), Hash: sha256.Sum256(raw)}
		}
	}
	return rows.Err()
}

func (c *Chat) loadSummary(tx *store.Tx, v *conversation) error {
	if err := tx.QueryRow(`SELECT count(*) FROM chat_event WHERE again IS NOT NULL AND conversation = ?`, v.key).Scan(&v.summary.reissues); err != nil {
		return err
	}
	self := c.config.Identity.PeerID()
	for log, branches := range v.branches {
		if log.Peer != self {
			continue
		}
		// A log with two histories is one that somebody else went on with, one with a cut was ended by a removal: neither is written any more.
		if len(branches) == 1 && !branches[0].over && (v.pen.branch == nil || branches[0].kept.Lamport > v.pen.branch.kept.Lamport) {
			v.pen.branch = branches[0]
		}
	}
	var err error
	if v.summary.unread, err = c.unreadOf(tx, v, c.foreign(v), nil, v.membersNow()); err != nil {
		return err
	}
	if v.summary.refused, err = (&folder{chat: c, v: v, branches: v.branchKeys()}).refusalsOf(tx, c.ownCuts(v)); err != nil {
		return err
	}
	if v.summary.waiting, err = waits(tx, v); err != nil {
		return err
	}
	return c.loadLast(tx, v)
}

// loadStates reads the newest signed state of each machine and what it says about our own events.
func (c *Chat) loadStates(ctx context.Context, v *conversation) error {
	var states []frame.SignedState
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		states, err = statesOf(tx, v)
		return err
	})
	if err != nil {
		return err
	}
	for _, signed := range states {
		s, err := frame.ReadState(signed.Body)
		if err != nil {
			return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
		if s.Peer == c.self() {
			v.pen.counter, v.pen.state, v.pen.told = s.Counter, signed, s
			continue
		}
		if v.machines[s.Peer], err = c.machineOf(ctx, v, s, signed); err != nil {
			return err
		}
	}
	return nil
}

// statesOf reads the newest signed state of each machine.
func statesOf(tx *store.Tx, v *conversation) (states []frame.SignedState, err error) {
	rows, err := tx.Query(`SELECT body, signature FROM chat_state WHERE conversation = ?`, v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s frame.SignedState
		if err := rows.Scan(&s.Body, &s.Signature); err != nil {
			return nil, err
		}
		states = append(states, s)
	}
	return states, rows.Err()
}

// unshown finds whether the event that e re-issues is here, or an earlier re-issue of the same.
func unshown(tx *store.Tx, again []byte, own int64) (bool, error) {
	if here, err := countsHere(tx, event.ID(again)); here || err != nil {
		return here, err
	}
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM chat_event WHERE again = ? AND place <> ? AND hidden NOT IN (?, ?)`, again, own, behindCut, refused).Scan(&n)
	return n > 0, err
}

// unhide gives an event that has come late its place: events that re-issue it are hidden. It reports whether one of them was shown.
func unhide(tx *store.Tx, id event.ID) (bool, error) {
	r, err := tx.Exec(`UPDATE chat_event SET hidden = 1 WHERE again = ? AND hidden = 0`, id[:])
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

func sameID(a []byte, b event.ID) bool { return bytes.Equal(a, b[:]) }

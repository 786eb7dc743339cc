package chat

import (
	"database/sql"
	"errors"
	"fmt"
	"math"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/store"
)

func insertRoom(tx *store.Tx, v *conversation) error {
	quiet := 0
	if v.room.isQuiet() {
		quiet = 1
	}
	signed := v.room.creation.Signed
	_, err := tx.Exec(`INSERT INTO chat_room (conversation, creation, signature, quiet) VALUES (?, ?, ?, ?)`, v.key, signed.Body, signed.Signature, quiet)
	return err
}

// loadRooms reads how rooms began and who is a member, and up to where each log counts. The conversations and logs must be in memory.
func (c *Chat) loadRooms(tx *store.Tx) error {
	rooms, err := c.readRooms(tx)
	if err != nil {
		return err
	}
	for _, v := range rooms {
		if err := c.loadRoom(tx, v); err != nil {
			return fmt.Errorf("load room %s: %w", v.id, err)
		}
	}
	return c.loadFlows(tx)
}

func (c *Chat) readRooms(tx *store.Tx) (all []*conversation, err error) {
	byKey := map[int64]*conversation{}
	for _, v := range c.conversations {
		byKey[v.key] = v
	}
	rows, err := tx.Query(`SELECT conversation, creation, signature, quiet, forgotten, shunned, unopened, rejudge FROM chat_room`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key int64
		var signed membership.Signed
		var quiet, shunned, unopened bool
		var forgotten, rejudge int64
		if err := rows.Scan(&key, &signed.Body, &signed.Signature, &quiet, &forgotten, &shunned, &unopened, &rejudge); err != nil {
			return nil, err
		}
		creation, err := membership.ReadCreation(signed)
		v := byKey[key]
		if err != nil || v == nil || v.id != creation.ID {
			return nil, fmt.Errorf("room %d: %w", key, store.ErrCorrupt)
		}
		v.room = newRoom(creation)
		v.room.quiet = quiet
		v.room.memory.is.Store(forgotten)
		v.room.shunning.is.Store(shunned)
		v.room.unopened.is.Store(unopened)
		v.room.rejudged.from.Store(rejudge)
		all = append(all, v)
	}
	return all, rows.Err()
}

func (c *Chat) loadRoom(tx *store.Tx, v *conversation) error {
	changes, err := c.readChanges(tx, v)
	if err != nil {
		return err
	}
	alone, err := c.readBygones(tx, v)
	if err != nil {
		return err
	}
	changes = append(changes, alone...)
	begun := membership.Logs{}
	for log, branches := range v.branches {
		for _, b := range branches {
			if b.base != nil {
				continue
			}
			first, err := eventAt(tx, b, 1)
			if err != nil {
				return err
			}
			begun.Begin(log, membership.StartOf(first))
		}
	}
	v.room.take(changes, begun, v.room.next(changes, begun), false)
	for _, branches := range v.branches {
		for _, b := range branches {
			if b.cut, err = c.cutAt(tx, v.room.members(), b, b.kept.Number); err != nil {
				return err
			}
			b.over = v.room.members().UpTo(b.log, c.config.Roster.PersonOf(b.log.Peer)) != membership.Unlimited
		}
	}
	return nil
}

func (c *Chat) readChanges(tx *store.Tx, v *conversation) (changes []membership.Change, err error) {
	err = eachStored(tx, func(e *event.Event, err error) error {
		if err != nil {
			return err
		}
		if e.Altered {
			c.tellAltered(v, e.Peer)
		}
		if change, ok := c.changeOf(e); ok {
			changes = append(changes, change)
		}
		return nil
	}, `SELECT header, salt, body FROM chat_event WHERE conversation = ? AND kind BETWEEN 8 AND 31`, v.key)
	return changes, err
}

// cutAt returns where a branch that ends at a number counts no more; nil if all of it counts.
func (c *Chat) cutAt(tx *store.Tx, m *membership.State, b *branch, end uint64) (*event.Point, error) {
	limit := m.UpTo(b.log, c.config.Roster.PersonOf(b.log.Peer))
	switch {
	case end <= limit:
		return nil, nil
	case limit <= b.fork:
		return &event.Point{Number: limit}, nil
	}
	e, err := eventAt(tx, b, limit)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	if err != nil {
		return nil, err
	}
	p := event.PointOf(e)
	return &p, nil
}

// recut hides what counts no more of a branch, and shows what counts again. It returns where it is cut, and whether that is another place than before.
func (c *Chat) recut(tx *store.Tx, m *membership.State, b *branch, end uint64, before *event.Point) (cut *event.Point, changed bool, err error) {
	if cut, err = c.cutAt(tx, m, b, end); err != nil || cut == nil && before == nil {
		return nil, false, err
	}
	if cut != nil && before != nil && *cut == *before && end == cut.Number {
		return cut, false, nil
	}
	to := uint64(math.MaxInt64)
	if cut != nil {
		to = cut.Number
		_, err = tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place BETWEEN ? AND ? AND (hidden IN (0, ?) OR hidden = 1 AND again IS NOT NULL)`, behindCut, place(b, max(to, b.fork)+1), place(b, event.MaxNumber), expired)
		if err != nil {
			return nil, false, err
		}
	}
	_, err = tx.Exec(`UPDATE chat_event SET hidden = iif(deleted = 0 AND length(salt) = 0, ?, 0) WHERE place BETWEEN ? AND ? AND hidden IN (?, ?)`,
		expired, place(b, b.fork+1), place(b, min(to, event.MaxNumber)), behindCut, refused)
	return cut, true, err
}

package chat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// maxSearched is how many messages a page without a search looks at.
const maxSearched = 1 << 20

// row of an event as the lists need it.
type eventRow struct {
	branch  *branch
	number  uint64
	lamport uint64
	time    int64
	kind    event.Kind
	id      event.ID
	again   []byte // ID of the event that it re-issues
	body    []byte
	deleted bool
	hidden  int           // why it is not shown, or not to everybody; 0 = it is
	upshot  amend.Upshot  // what amendments do to it
	change  *MemberChange // of a line that is no message
}

func (r *eventRow) place() int64 { return place(r.branch, r.number) }

// origin is the ID of the event that r re-issues, or r's own.
func (r *eventRow) origin() event.ID {
	if len(r.again) == len(event.ID{}) {
		return event.ID(r.again)
	}
	return r.id
}

func (r *eventRow) position() event.Position {
	return event.Position{Lamport: r.lamport, Log: r.branch.log, Number: r.number, ID: r.id}
}

const (
	eventColumns = `e.place, e.lamport, e.time, e.kind, e.header, e.again, e.body, e.deleted, e.hidden, u.body`
	withUpshot   = `LEFT JOIN chat_upshot u ON u.place = e.place`
)

// scanEvents reads rows of eventColumns until visit says stop.
func scanEvents(rows *sql.Rows, branches map[int64]*branch, visit func(eventRow) bool) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r eventRow
		var at, lamport int64
		var raw, amended sql.RawBytes
		if err := rows.Scan(&at, &lamport, &r.time, &r.kind, &raw, &r.again, &r.body, &r.deleted, &r.hidden, &amended); err != nil {
			return err
		}
		if len(amended) > 0 {
			if r.upshot, err = amend.ReadUpshot(amended); err != nil {
				return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
			}
		}
		r.id = sha256.Sum256(raw)
		r.branch, r.number, r.lamport = branches[placeBranch(at)], placeNumber(at), uint64(lamport)
		if r.branch == nil { // began after the branches were looked up
			continue
		}
		if !visit(r) {
			return nil
		}
	}
	return rows.Err()
}

// branchKeys returns the branches by their keys in the database.
func (v *conversation) branchKeys() map[int64]*branch {
	keys := map[int64]*branch{}
	for _, w := range v.allViews() {
		keys[w.key] = w.branch
	}
	return keys
}

// walk visits shown messages and lines in order from a position (exclusive; nil = the end) backwards, or forwards.
func walk(tx *store.Tx, v *conversation, branches map[int64]*branch, from *event.Position, forwards bool, visit func(eventRow) bool) error {
	query := `SELECT ` + eventColumns + ` FROM chat_event e ` + ofBranch + withUpshot + `
		WHERE e.conversation = ?1 AND e.` + isShown + ` AND e.kind NOT BETWEEN 3 AND 7 AND e.kind != 14 AND e.lamport <= ?2
		ORDER BY e.lamport DESC, b.peer DESC, b.log DESC, e.place & 0xffffffffff DESC, e.name DESC`
	bound := int64(1<<63 - 1)
	if forwards {
		query = `SELECT ` + eventColumns + ` FROM chat_event e ` + ofBranch + withUpshot + `
			WHERE e.conversation = ?1 AND e.` + isShown + ` AND e.kind NOT BETWEEN 3 AND 7 AND e.kind != 14 AND e.lamport >= ?2
			ORDER BY e.lamport, b.peer, b.log, e.place & 0xffffffffff, e.name`
		bound = 0
	}
	if from != nil {
		bound = int64(from.Lamport)
	}
	rows, err := tx.Query(query, v.key, bound)
	if err != nil {
		return err
	}
	lines := v.lines()
	return scanEvents(rows, branches, func(r eventRow) bool {
		if from != nil {
			if c := r.position().Compare(*from); c == 0 || c > 0 != forwards {
				return true
			}
		}
		if r.kind.ChangesMembers() {
			if r.change = changeLine(lines, r.id); r.change == nil {
				return true
			}
		}
		return visit(r)
	})
}

// History returns a page of a conversation, with all that subscribers were told before. With somebody never written to or heard of it is empty.
func (c *Chat) History(ctx context.Context, in event.ConversationID, q Query) (Page, error) {
	v, err := c.lookup(ctx, in)
	if err == nil {
		err = c.awaitGhosts(ctx, v)
	}
	if err != nil {
		return Page{}, err
	}
	if q.Search != "" {
		q.indexed, q.looks = c.index.await(ctx, v, historyPatience), mostLooked
	}
	branches := v.branchKeys()
	f := &folder{chat: c, v: v, branches: branches}
	var page Page
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		rows, far, err := q.read(tx, v, branches)
		if err != nil {
			return err
		}
		page = Page{More: far.more, Messages: make([]Message, len(rows))}
		if far.more && q.Search != "" {
			page.Next, page.Searched = far.last, time.UnixMilli(far.time)
		}
		for i := range rows {
			page.Messages[i] = *c.messageOfRow(v, &rows[i])
		}
		if len(rows) > 0 && rows[0].change != nil && rows[0].id == event.ID(v.id) {
			if rows[0].change.Missed, err = c.missed(tx, v); err != nil {
				return err
			}
		}
		if err := f.quote(tx, page.Messages); err != nil {
			return err
		}
		page.FirstUnread, err = c.firstUnread(tx, v, branches)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("read what is %s: %w", v.in(), err)
	}
	return page, nil
}

// pageEnd is how far a page reaches in its direction.
type pageEnd struct {
	more bool     // there is more beyond
	last event.ID // what was looked at last, and its time
	time int64
}

func (p *pageEnd) at(r *eventRow) { p.last, p.time = r.id, r.time }

// read returns the rows of a page, oldest first.
func (q Query) read(tx *store.Tx, v *conversation, branches map[int64]*branch) ([]eventRow, pageEnd, error) {
	switch {
	case q.Around != event.ID{}:
		return q.around(tx, v, branches)
	case q.After != event.ID{}:
		at, err := positionOf(tx, v, branches, q.After)
		if err != nil {
			return nil, pageEnd{}, err
		}
		return q.collect(tx, v, branches, &at, true, q.Limit)
	case q.Before != event.ID{}:
		at, err := positionOf(tx, v, branches, q.Before)
		if err != nil {
			return nil, pageEnd{}, err
		}
		return q.collect(tx, v, branches, &at, false, q.Limit)
	case !q.Since.IsZero() && q.Search == "":
		return q.collect(tx, v, branches, nil, true, q.Limit)
	}
	return q.collect(tx, v, branches, nil, false, q.Limit)
}

// around puts the message in the middle of the page.
func (q Query) around(tx *store.Tx, v *conversation, branches map[int64]*branch) ([]eventRow, pageEnd, error) {
	at, err := positionOf(tx, v, branches, q.Around)
	if err != nil {
		return nil, pageEnd{}, err
	}
	if at == (event.Position{}) { // who made the room: nothing is older
		return q.collect(tx, v, branches, nil, true, q.Limit)
	}
	half := q.Limit / 2
	if q.Limit == 0 {
		half = maxSearched
	}
	older, far, err := q.collect(tx, v, branches, &at, false, max(half, 1))
	if err != nil {
		return nil, pageEnd{}, err
	}
	at.Number-- // just before the message, so that it is included
	at.ID = event.ID{}
	newer, _, err := q.collect(tx, v, branches, &at, true, max(q.Limit-len(older), 1))
	return append(older, newer...), far, err
}

// collect gathers up to limit matching rows in one direction and returns them oldest first, and how far that is.
func (q Query) collect(tx *store.Tx, v *conversation, branches map[int64]*branch, from *event.Position, forwards bool, limit int) (rows []eventRow, far pageEnd, err error) {
	matches, few, err := q.matching(tx, v, branches)
	if err != nil || few != nil {
		rows, far = q.pick(few, from, forwards, limit)
		return rows, far, err
	}
	since, least, looked, most := int64(0), uint64(0), 0, maxSearched
	if !q.Since.IsZero() {
		since = q.Since.UnixMilli()
	}
	if !q.Since.IsZero() && (from == nil || !forwards) {
		if least, err = leastSince(tx, branches, q.Since); err != nil {
			return nil, pageEnd{}, err
		}
	}
	if q.Search != "" {
		most = q.looks
	}
	err = walk(tx, v, branches, begin(from, forwards, least), forwards, func(r eventRow) bool {
		if r.lamport < least && !forwards {
			return false
		}
		if looked++; looked > most {
			far.more = true
			return false
		}
		if r.time < since || r.change != nil && q.Search != "" || !matches(r) {
			far.at(&r)
			return true
		}
		if limit > 0 && len(rows) == limit {
			far.more = true
			return false
		}
		far.at(&r)
		rows = append(rows, r)
		return true
	})
	if !forwards {
		slices.Reverse(rows)
	}
	rows, far.more = q.withFirstLine(v, rows, from, forwards, limit, far.more)
	return rows, far, err
}

// begin is where a walk begins: before the least time in the conversation that a page forwards from the beginning can have.
func begin(from *event.Position, forwards bool, least uint64) *event.Position {
	if from != nil || !forwards || least == 0 {
		return from
	}
	return &event.Position{Lamport: least}
}

// positionOf finds an event of the conversation, or the line of who made it; event.ErrUnknown if it is not in it.
func positionOf(tx *store.Tx, v *conversation, branches map[int64]*branch, id event.ID) (event.Position, error) {
	if v.room != nil && id == event.ID(v.id) {
		return event.Position{}, nil
	}
	at, found, err := placeOf(tx, id)
	if err != nil {
		return event.Position{}, err
	}
	b := branches[placeBranch(at)]
	if !found || b == nil {
		return event.Position{}, event.ErrUnknown
	}
	var lamport int64
	if err := tx.QueryRow(`SELECT lamport FROM chat_event WHERE place = ?`, at).Scan(&lamport); err != nil {
		return event.Position{}, err
	}
	return event.Position{Lamport: uint64(lamport), Log: b.log, Number: placeNumber(at), ID: id}, nil
}

// Message returns one message, of whatever conversation; event.ErrUnknown if there is none with this ID.
func (c *Chat) Message(ctx context.Context, id event.ID) (Message, error) {
	if err := c.loaded(ctx); err != nil {
		return Message{}, err
	}
	var m Message
	err := c.seek(ctx, id, func(tx *store.Tx) error {
		f, at, err := c.locate(tx, id)
		if err != nil {
			return err
		}
		row, found, err := f.at(tx, at)
		if err != nil || !found {
			return cmp.Or(err, event.ErrUnknown)
		}
		if row.hidden >= expired && row.hidden != refused {
			return event.ErrUnknown
		}
		m, err = f.messageOf(tx, &row)
		return err
	})
	if err != nil {
		return Message{}, fmt.Errorf("look up message %s: %w", id, err)
	}
	return m, nil
}

// locate looks an event up in all conversations; event.ErrUnknown if it is not here.
func (c *Chat) locate(tx *store.Tx, id event.ID) (*folder, int64, error) {
	at, found, err := placeOf(tx, id)
	if err != nil {
		return nil, 0, err
	}
	v, _ := c.branchOf(placeBranch(at))
	if !found || v == nil {
		return nil, 0, event.ErrUnknown
	}
	return &folder{chat: c, v: v, branches: v.branchKeys()}, at, nil
}

// messageOf makes what people see of an event.
func (c *Chat) messageOf(v *conversation, b *branch, e *event.Event) *Message {
	return c.messageOfRow(v, &eventRow{branch: b, number: e.Number, lamport: e.Lamport, time: e.Time, kind: e.Kind, id: e.ID, again: e.Again, body: e.Body})
}

func (c *Chat) messageOfRow(v *conversation, r *eventRow) *Message {
	if r.change != nil {
		return c.lineOfRow(v, r)
	}
	m := &Message{
		ID: r.id, Conversation: v.id, With: v.with, Peer: r.branch.log.Peer, Author: c.personIn(v, r.branch.log.Peer),
		Time: time.UnixMilli(r.time), Kind: r.kind,
	}
	m.Mine = m.Author == c.config.Identity.Person()
	m.fill(r.body)
	m.amend(&r.upshot, c.config.Identity.Person())
	if m.Gone && r.deleted {
		m.Gone, m.RefusedDeletion = false, true
	}
	if v.office != nil {
		c.announcement(v, m, r)
	}
	switch {
	case r.hidden == refused:
		m.Refused = true
		return m
	case m.Mine:
		m.States = c.statesOf(v, r.branch, r.position())
		return m
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	m.Unread = r.kind.Speaks() && !m.Deleted && !v.readLocked(r.branch, r.number)
	return m
}

// firstUnread finds the oldest message of others that our person has not read.
func (c *Chat) firstUnread(tx *store.Tx, v *conversation, branches map[int64]*branch) (event.ID, error) {
	var first *event.Position
	for _, w := range c.foreign(v) {
		rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+`
			WHERE e.place BETWEEN ? AND ? AND e.hidden = 0 AND e.deleted = 0 AND e.kind NOT BETWEEN 3 AND 31 ORDER BY e.place LIMIT 1`,
			place(w.branch, v.readTo(w.branch)+1), place(w.branch, event.MaxNumber))
		if err != nil {
			return event.ID{}, err
		}
		err = scanEvents(rows, branches, func(r eventRow) bool {
			if p := r.position(); first == nil || p.Compare(*first) < 0 {
				first = &p
			}
			return false
		})
		if err != nil {
			return event.ID{}, err
		}
	}
	if first == nil {
		return event.ID{}, nil
	}
	return first.ID, nil
}

// readUpTo returns how far each branch of others is read when everything up to a message is; the zero ID means everything.
func readUpTo(tx *store.Tx, v *conversation, foreign []view, upTo event.ID) (map[*branch]vector.Mark, error) {
	reached := map[*branch]vector.Mark{}
	if upTo == (event.ID{}) {
		for _, w := range foreign {
			reached[w.branch] = w.kept.Mark()
		}
		return reached, nil
	}
	keys := v.branchKeys()
	for _, w := range foreign {
		keys[w.key] = w.branch
	}
	to, err := positionOf(tx, v, keys, upTo)
	if err != nil {
		return nil, err
	}
	for _, w := range foreign {
		rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+` WHERE e.place BETWEEN ? AND ? AND e.lamport <= ? ORDER BY e.place DESC`,
			place(w.branch, 0), place(w.branch, event.MaxNumber), int64(to.Lamport))
		if err != nil {
			return nil, err
		}
		err = scanEvents(rows, keys, func(r eventRow) bool {
			if r.position().Compare(to) > 0 {
				return true
			}
			reached[w.branch] = vector.Mark{Number: r.number, Hash: vector.Hash(r.id)}
			return false
		})
		if err != nil {
			return nil, err
		}
	}
	return reached, nil
}

// loadLast finds the newest message that is shown and that somebody wrote.
func (c *Chat) loadLast(tx *store.Tx, v *conversation) error {
	r, err := lastOf(tx, v, v.branchKeys())
	if r != nil {
		v.summary.last, v.summary.at = c.messageOfRow(v, r), r.position()
	}
	return err
}

func lastOf(tx *store.Tx, v *conversation, branches map[int64]*branch) (last *eventRow, err error) {
	err = walk(tx, v, branches, nil, false, func(r eventRow) bool {
		if !r.kind.Speaks() {
			return true
		}
		last = &r
		return false
	})
	return last, err
}

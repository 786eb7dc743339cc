package chat

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/words"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// A key of chat_time is a time in ms and, in its lower bits, a number.
const (
	keyBits = 20
	maxKey  = 1<<62 - 1
)

// timeKey is the lowest key of a moment.
func timeKey(ms int64) int64 { return min(max(ms, 0), maxKey>>keyBits) << keyBits }

// found is what the index has of an event.
type found struct {
	place  int64
	time   int64
	kind   event.Kind
	body   []byte
	upshot []byte // what amendments do to it, nil for nothing
	peer   []byte // whose log it is in
}

// ofBranch joins the branch of an event; 40 is numberBits.
const ofBranch = `JOIN chat_branch b ON b.key = e.place >> 40 `

// unindexed reads the events of a stretch that have a body.
func unindexed(tx *store.Tx, s *stretch) (events []found, err error) {
	rows, err := tx.Query(`SELECT e.place, e.time, e.kind, e.body, u.body, b.peer FROM chat_event e `+ofBranch+withUpshot+`
		WHERE e.place BETWEEN ? AND ? AND length(e.salt) > 0 ORDER BY e.place`,
		place(s.branch, s.from), place(s.branch, s.to))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e found
		if err := rows.Scan(&e.place, &e.time, &e.kind, &e.body, &e.upshot, &e.peer); err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

// insertFound gives an event its time and makes its words findable.
func insertFound(tx *store.Tx, v *conversation, e *found) error {
	key, err := freeKey(tx, timeKey(min(e.time, tx.Now().UnixMilli())))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO chat_time (key, place) VALUES (?, ?)`, key, e.place); err != nil {
		return err
	}
	words, marks := e.indexed(v)
	if words == "" {
		return nil
	}
	_, err = tx.Exec(`INSERT INTO chat_search (rowid, words, marks) VALUES (?, ?, ?)`, key, words, marks)
	return err
}

// freeKey returns a free key of a moment, or of the next that has one: who claims the same time for a million messages moves on by a ms.
func freeKey(tx *store.Tx, key int64) (int64, error) {
	for {
		var last sql.NullInt64
		err := tx.QueryRow(`SELECT max(key) FROM chat_time WHERE key BETWEEN ? AND ?`, key, key|(1<<keyBits-1)).Scan(&last)
		switch {
		case err != nil:
			return 0, err
		case !last.Valid:
			return key, nil
		case last.Int64 < key|(1<<keyBits-1):
			return last.Int64 + 1, nil
		}
		key += 1 << keyBits
	}
}

// indexed returns what the index holds of an event, which deleting it needs again, letter by letter.
func (e *found) indexed(v *conversation) (keys, marks string) {
	m := Message{Kind: e.kind}
	m.fill(e.body)
	if u, err := amend.ReadUpshot(e.upshot); err == nil {
		m.amend(&u, identity.PersonID{})
	}
	var all []string
	for _, w := range words.Of(m.searched()) {
		all = append(all, w.Key)
	}
	return strings.Join(all, " "), e.marks(v, m.File != nil)
}

// searched is what of a message is looked through.
func (m *Message) searched() string {
	if m.File != nil {
		return m.File.Name
	}
	return m.Text
}

// Marks are words beside the text by which results are narrowed: the conversation, the machine of who wrote it, and whether it is a file.
const fileMark = "file"

func conversationMark(v *conversation) string { return fmt.Sprintf("c%d", v.key) }

// authorMark tells machines apart by the beginning of their IDs, which are hashes.
func authorMark(machine []byte) string { return fmt.Sprintf("a%x", machine[:min(8, len(machine))]) }

func (e *found) marks(v *conversation, file bool) string {
	marks := conversationMark(v) + " " + authorMark(e.peer)
	if file {
		marks += " " + fileMark
	}
	return marks
}

// unindex takes an event out of the index. Call it before its body is dropped or changed: the index can only delete what it is told.
func unindex(tx *store.Tx, v *conversation, place int64) error {
	var key int64
	e := found{place: place}
	err := tx.QueryRow(`SELECT t.key, e.kind, e.body, u.body, b.peer FROM chat_time t JOIN chat_event e ON e.place = t.place `+ofBranch+withUpshot+` WHERE t.place = ?`, place).
		Scan(&key, &e.kind, &e.body, &e.upshot, &e.peer)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // not indexed yet: then its body will not be there
	}
	if err != nil {
		return fmt.Errorf("look up the index of an event: %w", err)
	}
	if words, marks := e.indexed(v); words != "" {
		if _, err := tx.Exec(`INSERT INTO chat_search (chat_search, rowid, words, marks) VALUES ('delete', ?, ?, ?)`, key, words, marks); err != nil {
			return fmt.Errorf("take an event out of the index: %w", err)
		}
	}
	if _, err := tx.Exec(`DELETE FROM chat_time WHERE key = ?`, key); err != nil {
		return fmt.Errorf("take an event out of the index: %w", err)
	}
	return nil
}

// unindexAll empties the index; all is indexed anew in the background.
func unindexAll(tx *store.Tx) error {
	for _, query := range []string{`DELETE FROM chat_time`, `DELETE FROM chat_indexed`, `INSERT INTO chat_search(chat_search) VALUES ('delete-all')`} {
		if _, err := tx.Exec(query); err != nil {
			return fmt.Errorf("empty the index: %w", err)
		}
	}
	return nil
}

// isIndexed reports whether an event was looked at for the index.
func isIndexed(tx *store.Tx, place int64) (is bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_time WHERE place = ?)`, place).Scan(&is)
	return is, err
}

// index puts an event back that was taken out because its words changed. Of one without a body there is nothing to find.
func index(tx *store.Tx, v *conversation, place int64) error {
	e := found{place: place}
	err := tx.QueryRow(`SELECT e.time, e.kind, e.body, u.body, b.peer FROM chat_event e `+ofBranch+withUpshot+` WHERE e.place = ? AND length(e.salt) > 0`, place).
		Scan(&e.time, &e.kind, &e.body, &e.upshot, &e.peer)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return insertFound(tx, v, &e)
}

// dropBody drops salt and body of an event, out of the index too. The chain stays whole. What the file held is free to be used again, not overwritten.
func dropBody(tx *store.Tx, v *conversation, place int64) error {
	v.tallies.clear()
	if err := unindex(tx, v, place); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE chat_event SET salt = x'', body = x'' WHERE place = ?`, place); err != nil {
		return fmt.Errorf("drop the body of an event: %w", err)
	}
	return dropMentions(tx, place)
}

// keyRange is the keys between two moments; zero moments are open.
func keyRange(since, until time.Time) (from, to int64) {
	from, to = 0, maxKey
	if !since.IsZero() {
		from = timeKey(since.UnixMilli())
	}
	if !until.IsZero() {
		to = timeKey(until.UnixMilli()) - 1
	}
	return from, to
}

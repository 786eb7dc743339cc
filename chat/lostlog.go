package chat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

// A log of which our own database has lost every event ends nothing but itself: it is taken for one that we never had, and comes again from whoever has it, as what is
// missing at the end of one does. verify-log tells what is missing for as long as it is.

// lostLog is one of which nothing is left.
type lostLog struct {
	key          int64
	conversation int64
	peer         identity.PeerID
}

// dropLost forgets such logs, before any is read. The index deletes only what it is told, letter by letter, so that all is indexed anew.
func (c *Chat) dropLost(ctx context.Context) (lost []lostLog, err error) {
	if err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) { lost, err = lostLogs(tx); return err }); err != nil {
		return nil, fmt.Errorf("look for logs of which nothing is left: %w", err)
	}
	if len(lost) == 0 {
		return nil, nil
	}
	err = c.config.DB.Write(ctx, func(tx *store.Tx) error {
		for _, l := range lost {
			for _, query := range []string{`DELETE FROM chat_told WHERE branch = ?`, `DELETE FROM chat_had WHERE branch = ?`} {
				if _, err := tx.Exec(query, l.key); err != nil {
					return err
				}
			}
			if err := forgetBranch(tx, l.key); err != nil {
				return err
			}
		}
		return unindexAll(tx)
	})
	if err != nil {
		return nil, fmt.Errorf("forget logs of which nothing is left: %w", err)
	}
	return lost, nil
}

// lostLogs finds them. One in which another begins stays: what hangs on it could not be told any more.
func lostLogs(tx *store.Tx) (lost []lostLog, err error) {
	rows, err := tx.Query(`SELECT b.key, b.conversation, b.peer FROM chat_branch b
		WHERE NOT EXISTS (SELECT 1 FROM chat_event e WHERE e.place BETWEEN b.key << ? AND b.key << ? | ?) AND NOT EXISTS (SELECT 1 FROM chat_branch f WHERE f.base = b.key)`,
		numberBits, numberBits, int64(event.MaxNumber))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l lostLog
		var peer []byte
		if err := rows.Scan(&l.key, &l.conversation, &peer); err != nil {
			return nil, err
		}
		copy(l.peer[:], peer)
		lost = append(lost, l)
	}
	return lost, rows.Err()
}

// tellLost makes a problem of each author whose log was lost.
func (c *Chat) tellLost(lost []lostLog) {
	byKey := c.byKey()
	for _, l := range lost {
		v := byKey[l.conversation]
		c.config.Log.Warn("nothing is left of a log in our own database", "log", l.key, "author", l.peer.Short())
		if v == nil || c.problems.count(alteredProblem) >= maxAltered {
			continue
		}
		who := c.personIn(v, l.peer)
		c.problems.set(Problem{
			ID:       alteredIn(v) + who.Short(),
			Sentence: fmt.Sprintf("Nothing is left on this computer of what %s wrote in %s.", name.Quote(cmp.Or(c.calledIn(v, l.peer), who.Short())), c.placeCalled(v)),
			Remedy:   "It comes again from whoever has it, as soon as they are here; lanyard verify-log tells what is missing. The disk may be failing, or somebody changed Lanyard's own files.",
		})
		c.news.problems()
	}
}

// copyBack begins the remedy.
const copyBack = "put back a copy of "

// damaged tells what to do where the conversations cannot be read: what is damaged there would be taken for something else, or make others lose what they have.
func damaged(err error) error {
	if !errors.Is(err, store.ErrCorrupt) || strings.Contains(err.Error(), copyBack) { // the store says it itself of what SQLite found
		return err
	}
	return fmt.Errorf("%w: %slanyard.db, or move it away to start with an empty one", err, copyBack)
}

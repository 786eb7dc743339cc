package chat

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// A message can be named by the beginning of its ID.
const (
	MinBeginning = 8  // digits: fewer would mean another message too easily
	maxBeginning = 10 // messages that are told to begin alike
)

// Beginning returns the IDs of the messages here that begin with these hexadecimal digits, up to ten of them. What is no beginning, as it has fewer
// than eight digits or other signs, is [event.ErrUnknown].
func (c *Chat) Beginning(ctx context.Context, digits string) (ids []event.ID, err error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	digits = strings.ToLower(digits)
	low, high, ok := names(digits)
	if !ok {
		return nil, event.ErrUnknown
	}
	err = c.seekBeginning(ctx, digits, func(tx *store.Tx) (err error) {
		if ids, err = c.namedBetween(tx, low, high, digits); err == nil && len(ids) == 0 {
			err = event.ErrUnknown
		}
		return err
	})
	if err != nil && !errors.Is(err, event.ErrUnknown) {
		return nil, fmt.Errorf("look up messages whose IDs begin with %s: %w", digits, err)
	}
	return ids, nil
}

// names are the first and the last name that IDs with these first digits can have.
func names(digits string) (low, high int64, ok bool) {
	const all = 2 * len(event.ID{})
	if len(digits) < MinBeginning || len(digits) > all {
		return 0, 0, false
	}
	first, err := hex.DecodeString(digits + strings.Repeat("0", all-len(digits)))
	if err != nil {
		return 0, 0, false
	}
	last, _ := hex.DecodeString(digits + strings.Repeat("f", all-len(digits))) // as before
	return int64(binary.BigEndian.Uint64(first)), int64(binary.BigEndian.Uint64(last)), true
}

func (c *Chat) namedBetween(tx *store.Tx, low, high int64, digits string) (ids []event.ID, err error) {
	branches := c.branchesByKey(c.gone)
	rows, err := tx.Query(`SELECT place, header FROM chat_event WHERE name BETWEEN ? AND ? AND kind BETWEEN 1 AND 2 AND (hidden < ? OR hidden = ?)`, low, high, expired, refused)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for len(ids) < maxBeginning && rows.Next() {
		var at int64
		var raw []byte
		if err := rows.Scan(&at, &raw); err != nil {
			return nil, err
		}
		id := event.ID(sha256.Sum256(raw))
		if _, here := branches[placeBranch(at)]; here && strings.HasPrefix(id.String(), digits) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

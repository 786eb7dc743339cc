package chat

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// Followed is one message for who follows a conversation from its disk, so that nothing is missed over restarts.
type Followed struct {
	Message
	Bookmark []byte // to go on behind this message
}

// A bookmark is how far somebody followed: of each branch its key in our database, and the last number. It means something here only.
type bookmark struct {
	_      struct{} `cbor:",toarray"`
	Branch int64
	Number uint64
}

// Bookmark returns where a conversation ends now on the disk.
func (c *Chat) Bookmark(ctx context.Context, in event.ConversationID) ([]byte, error) {
	v, err := c.lookup(ctx, in)
	if err != nil {
		return nil, err
	}
	reached := map[int64]uint64{}
	for _, w := range v.allViews() {
		reached[w.key] = w.kept.Number
	}
	return foldBookmark(reached)
}

// Follow returns up to limit texts and files that came behind a bookmark, in conversation order as far as they are here: what comes late from somebody who was
// away is given when it comes. Own ones are left out unless own is set, and so is what was deleted or dropped meanwhile. Of messages that amendments changed
// it is the present words. What is hidden now and shown later is given when something else wakes who follows, unless a later one of its author was given.
//
// end is the bookmark to go on with, also where nothing came: it lies behind what is no message, so that nobody looks through the same reactions twice.
func (c *Chat) Follow(ctx context.Context, in event.ConversationID, behind []byte, own bool, limit int) (all []Followed, end []byte, err error) {
	v, stretches, reached, err := c.ahead(ctx, in, behind, own)
	if err != nil || len(stretches) == 0 {
		return nil, behind, err
	}
	f := &folder{chat: c, v: v, branches: v.branchKeys()}
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		var rows []eventRow
		for _, s := range stretches {
			some, err := f.followed(tx, s, limit)
			if err != nil {
				return err
			}
			rows = append(rows, some...)
			if len(some) == 0 {
				if reached[s.branch.key], err = passable(tx, s); err != nil {
					return err
				}
			}
		}
		if end, err = foldBookmark(reached); err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b eventRow) int { return a.position().Compare(b.position()) })
		all = make([]Followed, 0, min(len(rows), limit))
		for i := range rows[:min(len(rows), limit)] {
			m, err := f.messageOf(tx, &rows[i])
			if err != nil {
				return err
			}
			reached[rows[i].branch.key] = rows[i].number
			if end, err = foldBookmark(reached); err != nil {
				return err
			}
			all = append(all, Followed{Message: m, Bookmark: end})
		}
		return nil
	})
	if err != nil {
		return nil, behind, fmt.Errorf("follow what is %s: %w", v.in(), err)
	}
	return all, end, nil
}

// Behind counts what Follow would return without a limit.
func (c *Chat) Behind(ctx context.Context, in event.ConversationID, behind []byte, own bool) (n int, err error) {
	v, stretches, _, err := c.ahead(ctx, in, behind, own)
	if err != nil || len(stretches) == 0 {
		return 0, err
	}
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		n = 0
		for _, s := range stretches {
			var some int
			if err := tx.QueryRow(`SELECT count(*) FROM chat_event e WHERE `+isFollowed, place(s.branch, s.from), place(s.branch, s.to)).Scan(&some); err != nil {
				return err
			}
			n += some
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("count what is %s: %w", v.in(), err)
	}
	return n, nil
}

// ahead returns the stretches of branches behind a bookmark, and the bookmark.
func (c *Chat) ahead(ctx context.Context, in event.ConversationID, behind []byte, own bool) (*conversation, []stretch, map[int64]uint64, error) {
	v, err := c.lookup(ctx, in)
	if err != nil {
		return nil, nil, nil, err
	}
	reached, err := unfoldBookmark(behind)
	if err != nil {
		return nil, nil, nil, err
	}
	views := v.allViews()
	if !own {
		views = c.foreign(v)
	}
	var all []stretch
	for _, w := range views {
		if from := max(reached[w.key], w.fork) + 1; from <= w.kept.Number {
			all = append(all, stretch{in: v, branch: w.branch, from: from, to: w.kept.Number})
		}
	}
	return v, all, reached, nil
}

// isFollowed picks texts and files of a stretch.
const isFollowed = `e.place BETWEEN ? AND ? AND e.hidden = 0 AND e.deleted = 0 AND e.kind BETWEEN 1 AND 2`

func (f *folder) followed(tx *store.Tx, s stretch, limit int) (some []eventRow, err error) {
	rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+` WHERE `+isFollowed+` ORDER BY e.place LIMIT ?`,
		place(s.branch, s.from), place(s.branch, s.to), limit)
	if err != nil {
		return nil, err
	}
	err = scanEvents(rows, f.branches, func(r eventRow) bool {
		r.body = slices.Clone(r.body)
		some = append(some, r)
		return true
	})
	return some, err
}

// passable returns up to where a stretch without messages can be passed over: what is hidden behind a cut, refused, or whose author is blocked, may be shown again.
func passable(tx *store.Tx, s stretch) (uint64, error) {
	var first sql.NullInt64
	err := tx.QueryRow(`SELECT min(place) FROM chat_event WHERE place BETWEEN ? AND ? AND hidden IN (?, ?, ?) AND deleted = 0 AND kind BETWEEN 1 AND 2`,
		place(s.branch, s.from), place(s.branch, s.to), behindCut, refused, shut).Scan(&first)
	if err != nil || !first.Valid {
		return s.to, err
	}
	return placeNumber(first.Int64) - 1, nil
}

func foldBookmark(reached map[int64]uint64) ([]byte, error) {
	all := make([]bookmark, 0, len(reached))
	for branch, number := range reached {
		all = append(all, bookmark{Branch: branch, Number: number})
	}
	slices.SortFunc(all, func(a, b bookmark) int { return cmp.Compare(a.Branch, b.Branch) })
	return wire.Marshal(all)
}

var errBookmark = errors.New("this is no bookmark of a conversation")

// unfoldBookmark reads one; nothing means the beginning.
func unfoldBookmark(raw []byte) (map[int64]uint64, error) {
	reached := map[int64]uint64{}
	if len(raw) == 0 {
		return reached, nil
	}
	var all []bookmark
	if err := wire.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("%w: %w", errBookmark, err)
	}
	for _, b := range all {
		if b.Number > event.MaxNumber {
			return nil, errBookmark
		}
		reached[b.Branch] = b.Number
	}
	return reached, nil
}

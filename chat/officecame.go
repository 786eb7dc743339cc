package chat

import (
	"errors"
	"fmt"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// heardFrom notes who told of an author first, once something of theirs was taken, and returns who that was.
func (v *conversation) heardFrom(author identity.PeerID, teller identity.PersonID) identity.PersonID {
	v.mu.Lock()
	defer v.mu.Unlock()
	a := v.office.authors[author]
	if a == nil {
		return identity.PersonID{}
	}
	if a.teller == (identity.PersonID{}) {
		a.teller = teller
	}
	return a.teller
}

// storeCame notes when announcements came, and through whom.
func (p *page) storeCame(tx *store.Tx) error {
	if p.v.office == nil {
		return nil
	}
	now := time.Now().UnixMilli()
	for _, a := range p.arrivals {
		teller := []byte{}
		if a.teller != (identity.PersonID{}) {
			teller = a.teller[:]
		}
		_, err := tx.Exec(`INSERT INTO chat_came (branch, time, teller) VALUES (?, ?, ?) ON CONFLICT (branch) DO UPDATE SET time = excluded.time`, a.branch.key, now, teller)
		if err != nil {
			return fmt.Errorf("store when log %s came: %w", a.branch.log.ID, err)
		}
	}
	return nil
}

// loadCame reads when each log came, and through whom its author was heard of.
func (v *conversation) loadCame(tx *store.Tx) (came map[*branch]time.Time, err error) {
	keys := v.branchKeys()
	rows, err := tx.Query(`SELECT branch, time, teller FROM chat_came ORDER BY branch DESC`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	came = map[*branch]time.Time{}
	for rows.Next() {
		var key, ms int64
		var teller []byte
		if err := rows.Scan(&key, &ms, &teller); err != nil {
			return nil, err
		}
		b := keys[key]
		if b == nil || len(teller) != 0 && len(teller) != len(identity.PersonID{}) {
			return nil, fmt.Errorf("when log %d came: %w", key, store.ErrCorrupt)
		}
		came[b] = time.UnixMilli(ms)
		if a := v.office.authors[b.log.Peer]; a != nil && len(teller) > 0 {
			a.teller = identity.PersonID(teller) // of several logs the first one's
		}
	}
	return came, rows.Err()
}

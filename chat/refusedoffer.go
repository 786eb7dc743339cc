package chat

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// An offer whose message lies behind a cut is nobody's any more: who knows of the cut gives nothing of it, be they its author or somebody who received it, and asks for nothing of it. What was
// received stays where it is. Its author is shown it as refused, and nobody else is shown it, unless they have it.

// refusedOffers returns the offers of a room that lie behind these cuts and that nothing re-issues that counts.
func (f *folder) refusedOffers(tx *store.Tx, cuts map[*branch]*event.Point) (map[event.ID]bool, error) {
	all := map[event.ID]bool{}
	for b, cut := range cuts {
		if cut == nil {
			continue
		}
		origins, err := offersBehind(tx, b, cut.Number)
		if err != nil {
			return nil, fmt.Errorf("look for offers that count no more: %w", err)
		}
		for id, origin := range origins {
			counts, err := f.counts(tx, origin)
			if err != nil {
				return nil, err
			}
			if !counts {
				all[id] = true
			}
		}
	}
	return all, nil
}

// offersBehind reads the offers of a branch behind a number, each with its origin.
func offersBehind(tx *store.Tx, b *branch, number uint64) (origins map[event.ID]event.ID, err error) {
	rows, err := tx.Query(`SELECT e.header, e.again FROM chat_file f JOIN chat_event e ON e.place = f.place WHERE f.place BETWEEN ? AND ?`, place(b, max(number, b.fork)+1), place(b, event.MaxNumber))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	origins = map[event.ID]event.ID{}
	for rows.Next() {
		var raw sql.RawBytes
		var again []byte
		if err := rows.Scan(&raw, &again); err != nil {
			return nil, err
		}
		id := event.ID(sha256.Sum256(raw))
		if origins[id] = id; len(again) == len(id) {
			origins[id] = event.ID(again)
		}
	}
	return origins, rows.Err()
}

// refuseOffers finds what is refused once this page is stored, if that may be something else than before.
func (p *page) refuseOffers(tx *store.Tx) (err error) {
	cuts := p.made.shift.cuts
	switch {
	case !p.made.shift.hides && !p.made.replaced:
		return nil
	case cuts == nil:
		cuts = p.chat.cuts(p.v)
	}
	p.made.offers, err = p.folder().refusedOffers(tx, cuts)
	return err
}

// loadRefused finds what is refused in all rooms.
func (f *files) loadRefused(tx *store.Tx) error {
	for _, v := range f.chat.all() {
		if v.room == nil {
			continue
		}
		all, err := (&folder{chat: f.chat, v: v, branches: v.branchKeys()}).refusedOffers(tx, f.chat.cuts(v))
		if err != nil {
			return err
		}
		for id := range all {
			if t := f.transfers[id]; t != nil {
				t.fate.refused = true
			}
		}
	}
	return nil
}

// refuse notes which offers of a room are refused now, and that no other one is.
func (f *files) refuse(v *conversation, all map[event.ID]bool) {
	for _, t := range f.all() {
		if t.in == v {
			f.turn(t, all[t.id])
		}
	}
}

// turn notes whether an offer is refused. What of it is on its way to us ends, and begins anew should it count again.
func (f *files) turn(t *transfer, refused bool) {
	f.mu.Lock()
	turned, w := t.fate.refused != refused, t.worker
	wasOpen := t.fate.open()
	t.fate.refused = refused
	ends := turned && refused && !t.mine && wasOpen
	idle := ends && w == nil && t.fate.accepted
	f.mu.Unlock()
	switch {
	case !turned:
		return
	case ends && w != nil:
		w.cancel()
	case idle:
		f.chat.begin(func() { f.discard(t) }) // it was held: nobody else throws away what has come
	}
	if ends {
		f.chat.news.change(Change{FileGone: t.id})
		return
	}
	f.tell(t)
	f.resume(t)
}

// goneLocked reports whether an offer is shown no more: it is theirs, was refused, and is not here.
func (t *transfer) goneLocked() bool {
	return t.fate.refused && !t.mine && !t.fate.received && t.path == ""
}

func (f *files) isGone(t *transfer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return t.goneLocked()
}

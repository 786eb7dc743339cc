package chat

import (
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// reissued is an event that re-issues another.
type reissued struct {
	place  int64
	of     event.ID
	hidden int
}

// unmask shows what re-issues an event that lies behind a cut by now, and hides it where the other counts again: of an event and what re-issues it one is shown.
func (p *page) unmask(tx *store.Tx) error {
	if p.v.reissues()+p.made.reissues == 0 {
		return nil
	}
	all, err := reissuesOf(tx, p.v)
	shown := map[event.ID]bool{}
	for i := 0; i < len(all) && err == nil; i++ {
		r := all[i]
		var here, amended bool
		if here, err = countsHere(tx, r.of); err != nil {
			break
		}
		want := 0
		if here || shown[r.of] {
			want = 1
		}
		shown[r.of] = true
		if want == r.hidden {
			continue
		}
		// What came without words, as it is not for us or somebody dropped them, shows nothing in their place.
		if _, err = tx.Exec(`UPDATE chat_event SET hidden = iif(?1 = 0 AND deleted = 0 AND length(salt) = 0, ?2, ?1) WHERE place = ?3`, want, expired, r.place); err != nil {
			break
		}
		if amended, err = isAmended(tx, p.v, r.of); amended {
			p.touched(r.of).anew = true
		}
	}
	return err
}

// reissuesOf returns what re-issues others in a conversation and is shown, or hidden because of those.
func reissuesOf(tx *store.Tx, v *conversation) (all []reissued, err error) {
	rows, err := tx.Query(`SELECT place, again, hidden FROM chat_event WHERE again IS NOT NULL AND conversation = ? AND hidden IN (0, 1) ORDER BY hidden, place`, v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r reissued
		var of []byte
		if err := rows.Scan(&r.place, &of, &r.hidden); err != nil {
			return nil, err
		}
		if len(of) == len(r.of) {
			r.of = event.ID(of)
			all = append(all, r)
		}
	}
	return slices.Clip(all), rows.Err()
}

// countsHere reports whether an event is here, behind no cut, and with its words unless it was taken back. It is not where it came without them and what
// re-issues it was shown when that was taken back: hidden is 1 then.
func countsHere(tx *store.Tx, id event.ID) (bool, error) {
	at, found, err := placeOf(tx, id)
	if err != nil || !found {
		return false, err
	}
	var hidden, deleted int
	err = tx.QueryRow(`SELECT hidden, deleted FROM chat_event WHERE place = ?`, at).Scan(&hidden, &deleted)
	return hidden != behindCut && hidden != refused && hidden != 1 && (hidden != expired || deleted == 1), err
}

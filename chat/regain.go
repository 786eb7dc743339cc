package chat

import (
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// A deletion that lies behind a cut takes nothing away, but whoever took it for one that counts dropped the words: who said them, who was removed and did not know it, and who was cut off with them. So the others are
// asked for them as for words that are missing. Until they come the line stands that a deletion leaves, and says so.

// regain has others asked for the words of an origin that were dropped by such a deletion, and for those of its edits.
func (f *folder) regain(tx *store.Tx, origin event.ID, shown *eventRow) error {
	places, err := f.unasked(tx, origin, shown)
	if err != nil {
		return err
	}
	for _, at := range places {
		_, err := tx.Exec(`INSERT INTO chat_gap (place, conversation, lamport) SELECT place, conversation, lamport FROM chat_event WHERE place = ?`, at)
		if err != nil {
			return fmt.Errorf("note whose words a deletion took that does not count: %w", err)
		}
		f.regains = true
	}
	return nil
}

// unasked returns the places of the words that such a deletion took of an origin and that nobody is asked for yet.
func (f *folder) unasked(tx *store.Tx, origin event.ID, shown *eventRow) ([]int64, error) {
	if !shown.deleted || shown.hidden != 0 || len(shown.body) > 0 || f.v.room == nil || f.v.room.memory.is.Load() == forgotten {
		return nil, nil
	}
	var inVain bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_amendment a JOIN chat_event e ON e.place = a.place WHERE a.target = ? AND a.conversation = ? AND e.kind = ? AND e.hidden = ?)`,
		origin[:], f.v.key, int64(event.KindDelete), behindCut).Scan(&inVain)
	if err != nil || !inVain {
		return nil, err
	}
	all, err := bareEdits(tx, f.v, origin)
	if err != nil {
		return nil, err
	}
	var places []int64
	for _, at := range append(all, shown.place()) {
		var is bool
		if err := tx.QueryRow(`SELECT length(salt) = 0 AND NOT EXISTS (SELECT 1 FROM chat_gap g WHERE g.place = e.place) FROM chat_event e WHERE e.place = ?`, at).Scan(&is); err != nil {
			return nil, err
		}
		if is {
			places = append(places, at)
		}
	}
	return places, nil
}

// bareEdits finds the edits of an origin that count and have no words.
func bareEdits(tx *store.Tx, v *conversation, origin event.ID) ([]int64, error) {
	return column[int64](tx, `SELECT e.place FROM chat_amendment a JOIN chat_event e ON e.place = a.place WHERE a.target = ? AND a.conversation = ? AND e.kind = ? AND e.hidden = 0 AND length(e.salt) = 0`,
		origin[:], v.key, int64(event.KindEdit))
}

package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/store"
)

// ownClock is what retention knows of the clock of this computer: whether it is fast, as those say who are here or, while nobody is, as they said last. All is in ms; what
// is a time is one of this clock. The zero ownClock is not known to be fast.
type ownClock struct {
	ahead int64 // of colleagues' clocks, 0 if it is not
	said  int64 // when they said so
	seen  int64 // what it showed last
}

// heard is what is known now that the clock shows this, and colleagues who are here say by how much it is ahead, if there are any. While there are none it may be set back:
// then it is less ahead.
func (o ownClock) heard(now int64, ahead time.Duration, compared bool) ownClock {
	fast := max(0, ahead.Milliseconds())
	switch {
	case compared && fast == 0 || o.ahead == 0 && !compared:
		return ownClock{}
	case compared:
		return ownClock{ahead: fast, said: now, seen: now}
	}
	if back := o.seen - now; back > 0 {
		o.ahead, o.said = o.ahead-back, o.said-back
	}
	if o.seen = now; o.ahead <= 0 {
		return ownClock{}
	}
	return o
}

// today is the time by which messages are old that are kept for some days: less than this clock shows, if it is fast. Once those days have passed since that was said, all that was here then is
// old by any clock, and what came since has its time from this one: so it counts again, and who is alone keeps nothing for ever.
func (o ownClock) today(now int64, days int) int64 {
	if now-o.said >= int64(days)*(24*time.Hour).Milliseconds() {
		return now
	}
	return now - o.ahead
}

// hear brings up to date what is known of our clock. A slow one drops nothing early: there ours counts, so that whoever lies about the time can have messages kept longer
// and no more.
func (k *keeping) hear(ctx context.Context) error {
	if k.clock == nil {
		var stored ownClock
		err := k.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
			stored, err = readOwnClock(tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("look up what colleagues said of this computer's clock: %w", err)
		}
		k.clock, k.stored = &stored, stored
	}
	ahead, compared := k.chat.config.Roster.ClockCompared()
	*k.clock = k.clock.heard(time.Now().UnixMilli(), ahead, compared)
	if *k.clock == k.stored {
		return nil
	}
	if err := k.chat.config.DB.Write(ctx, k.clock.store); err != nil {
		return fmt.Errorf("store what colleagues say of this computer's clock: %w", err)
	}
	k.stored = *k.clock
	return nil
}

func readOwnClock(tx *store.Tx) (o ownClock, err error) {
	err = tx.QueryRow(`SELECT ahead, said, seen FROM chat_clock`).Scan(&o.ahead, &o.said, &o.seen)
	if errors.Is(err, sql.ErrNoRows) {
		return ownClock{}, nil
	}
	if err == nil && (o.ahead <= 0 || o.said > o.seen) {
		err = store.ErrCorrupt
	}
	return o, err
}

func (o ownClock) store(tx *store.Tx) error {
	if o == (ownClock{}) {
		_, err := tx.Exec(`DELETE FROM chat_clock`)
		return err
	}
	_, err := tx.Exec(`INSERT INTO chat_clock (key, ahead, said, seen) VALUES (1, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET ahead = excluded.ahead, said = excluded.said, seen = excluded.seen`,
		o.ahead, o.said, o.seen)
	return err
}

package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// How often old messages are looked for.
const (
	keepingFirst = time.Minute // after the start, which has other things to do
	keepingEvery = 6 * time.Hour
	keepingAgain = time.Minute // after a failure, as on a full disk
)

// MaxKept is the highest number of days that messages can be kept for; for ever is 0.
const MaxKept = 36500

// Keep says for how many days messages are kept; 0 is for ever.
type Keep struct {
	All    int
	Except map[event.ConversationID]int // conversations that differ
}

// keeping is the one loop that drops what has grown too old. Of each event salt and body go; the header stays, so that the chain of every log is
// whole and nothing looks altered. What somebody may still need stays until they do not: what we wrote and they have not got, what we have not
// read, offers that are open.
type keeping struct {
	chat *Chat
	wake chan struct{} // capacity 1: a setting changed
	told chan struct{} // capacity 1: colleagues may say something else of our clock

	clock  *ownClock // nil until it was read; the loop's own
	stored ownClock  // what the database says of it; the loop's own

	mu sync.Mutex // one setting after the other
}

func newKeeping(c *Chat) *keeping {
	return &keeping{chat: c, wake: make(chan struct{}, 1), told: make(chan struct{}, 1)}
}

// Keeping returns for how long messages are kept.
func (c *Chat) Keeping(ctx context.Context) (Keep, error) {
	if err := c.loaded(ctx); err != nil {
		return Keep{}, err
	}
	var days map[string]int
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		days, err = keptDays(tx)
		return err
	})
	if err != nil {
		return Keep{}, fmt.Errorf("look up for how long messages are kept: %w", err)
	}
	k := Keep{All: days[""], Except: map[event.ConversationID]int{}}
	delete(days, "")
	for id, n := range days {
		if of := event.ConversationID([]byte(id)); c.Known(of) {
			k.Except[of] = n
		}
	}
	return k, nil
}

// keptDays reads the settings by conversation, that of all under "".
func keptDays(tx *store.Tx) (days map[string]int, err error) {
	rows, err := tx.Query(`SELECT conversation, days FROM chat_keep`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	days = map[string]int{}
	for rows.Next() {
		var id []byte
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		if len(id) != 0 && len(id) != len(event.ConversationID{}) || n < 0 {
			return nil, fmt.Errorf("a setting of how long messages are kept: %w", store.ErrCorrupt)
		}
		days[string(id)] = n
	}
	return days, rows.Err()
}

// kept is for how many days a conversation's messages are kept, 0 for ever.
func kept(days map[string]int, v *conversation) int {
	if n, own := days[string(v.id[:])]; own {
		return n
	}
	return days[""]
}

// KeepAll sets for how many days messages are kept where nothing else is set; 0 is for ever. It begins to apply at once.
func (c *Chat) KeepAll(ctx context.Context, days int) error {
	return c.keeping.set(ctx, nil, days)
}

// KeepWith sets it for one conversation.
func (c *Chat) KeepWith(ctx context.Context, id event.ConversationID, days int) error {
	if _, err := c.lookup(ctx, id); err != nil {
		return err
	}
	return c.keeping.set(ctx, id[:], days)
}

// KeepAsAll lets a conversation be kept as all others are.
func (c *Chat) KeepAsAll(ctx context.Context, id event.ConversationID) error {
	if _, err := c.lookup(ctx, id); err != nil {
		return err
	}
	return c.keeping.write(ctx, `DELETE FROM chat_keep WHERE conversation = ?`, id[:])
}

func (k *keeping) set(ctx context.Context, conversation []byte, days int) error {
	if days < 0 || days > MaxKept {
		return ErrKeep
	}
	return k.write(ctx, `INSERT INTO chat_keep (conversation, days) VALUES (?, ?) ON CONFLICT (conversation) DO UPDATE SET days = excluded.days`,
		notNull(conversation), days)
}

func (k *keeping) write(ctx context.Context, query string, args ...any) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("set for how long messages are kept: %w", err)
	}
	ring(k.wake)
	return nil
}

// run drops what is too old until ctx ends: soon after the start, when a setting changes, and some times a day. What colleagues say of our clock it notes at once, as
// they may be gone by then.
func (k *keeping) run(ctx context.Context) {
	defer k.chat.config.Roster.Subscribe(func(c peer.Change) {
		if c.ProblemsChanged {
			ring(k.told)
		}
	})()
	ring(k.told) // they may have said something before this
	timer := time.NewTimer(keepingFirst)
	defer timer.Stop()
	for {
		turn, what, next := k.expire, "drop old messages", keepingEvery
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-k.wake:
		case <-k.told:
			turn, what, next = k.hear, "note what colleagues say of this computer's clock", 0
		}
		if err := turn(ctx); err != nil && ctx.Err() == nil {
			k.chat.config.Log.Warn(what+"; it is tried again", "error", err)
			next = keepingAgain
		}
		if next > 0 {
			timer.Reset(next)
		}
	}
}

// expire drops what is too old.
func (k *keeping) expire(ctx context.Context) error {
	k.chat.index.await(ctx, nil, indexRetry) // an event has an age once it is indexed
	if err := errors.Join(k.hear(ctx), k.forgetAll(ctx)); err != nil {
		return err
	}
	var days map[string]int
	err := k.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		days, err = keptDays(tx)
		return err
	})
	if err != nil {
		return err
	}
	w := sweep{ages: map[int64]ageLimit{}, holders: map[*conversation]holders{}}
	now := time.Now().UnixMilli()
	for _, v := range k.chat.all() {
		n := kept(days, v)
		if n == 0 {
			continue
		}
		today := k.clock.today(now, n)
		w.ages[v.key] = ageLimit{today: today, before: timeKey(time.UnixMilli(today).AddDate(0, 0, -n).UnixMilli())}
		if v.room != nil && v.room.members().Has(k.chat.config.Identity.Person()) {
			if w.holders[v], err = k.chat.holders(ctx, v); err != nil {
				return fmt.Errorf("look who has what %s: %w", v.in(), err)
			}
		}
	}
	if len(w.ages) == 0 {
		return nil
	}
	return k.sweep(ctx, w)
}

// sweep is what one sweep goes by.
type sweep struct {
	ages    map[int64]ageLimit        // by conversation, but for those that keep all
	holders map[*conversation]holders // of the rooms in which our person is a member
}

// ageLimit is what is too old in a conversation.
type ageLimit struct {
	today  int64 // ms
	before int64 // the key before which events are
}

// isOld reports whether an event of a conversation is too old, that was indexed by this key.
func (w sweep) isOld(in *conversation, o *old, indexed int64) bool {
	limit := w.ages[in.key]
	return o.youngest(indexed, limit.today) < limit.before
}

// sweep goes through all events by age, in steps that hold up nobody.
func (k *keeping) sweep(ctx context.Context, w sweep) error {
	last := int64(0)
	for _, a := range w.ages {
		last = max(last, a.before)
	}
	changed := map[*conversation]bool{}
	for from := int64(0); from < last && ctx.Err() == nil; {
		old, next, err := k.older(ctx, from, last, w)
		if err == nil && len(old) > 0 {
			err = k.drop(ctx, old)
		}
		if err != nil {
			return err
		}
		for _, o := range old {
			changed[o.in] = true
		}
		from = next
	}
	if err := k.hideTraces(ctx, w, changed); err != nil {
		return err
	}
	for v := range maps.Keys(changed) {
		if err := k.chat.summarise(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// Later is something that happens at a time by this machine's clock, or as soon as the program runs after it: a text that is sent, exactly once, or
// being reminded of a message. It is our person's alone until then. A reminder that rang stays until it is cancelled or given another time: nobody may have looked when it did.
type Later struct {
	Key     int64
	In      event.ConversationID
	Time    time.Time
	Text    string   // to be sent; empty for a reminder
	About   event.ID // the message to be reminded of, or the one that the text replies to (zero for none)
	beside  event.Text
	Problem string // why our person may not send it; it stays until it is cancelled or, for a day from its time, they may
	Delayed error  // why it did not happen yet although it is due: it is tried again
	Rung    bool   // our person was reminded
}

// How far something is, in chat_later.claimed.
const (
	laterWaits = 0
	laterSends = 1 // just now
	laterRung  = 2
	laterFails = 3 // it could not be sent, and is tried again
)

// Limits of what waits.
const (
	maxLater  = 1000                      // at a time
	farthest  = 10 * 366 * 24 * time.Hour // from now
	lookAgain = time.Minute               // a machine that slept has a clock that jumped
	stuckFor  = 24 * time.Hour            // what our person may not send is tried again, from its time on
)

// alarm is the one loop that does what is due.
type alarm struct {
	chat *Chat
	wake chan struct{} // capacity 1: something was added or cancelled

	failed bool // something could not be sent since the last turn; the loop's own
	stuck  bool // our person may not send something, as far as is known; the loop's own

	mu  sync.Mutex
	why map[int64]error // why what is due did not happen yet, by its key; by 0 why nothing does
}

func newAlarm(c *Chat) *alarm {
	return &alarm{chat: c, wake: make(chan struct{}, 1), why: map[int64]error{}}
}

// note keeps why something that is due did not happen, nil once it did or is not due any more.
func (a *alarm) note(key int64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		delete(a.why, key)
		return
	}
	a.why[key] = err
}

// delay is why something did not happen yet, nil if it is not due.
func (a *alarm) delay(l *Later) error {
	if l.Rung || l.Problem != "" || time.Until(l.Time) > 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.why[l.Key]; err != nil {
		return err
	}
	return a.why[0]
}

func (a *alarm) stir() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Mentions returns whom a text mentions that is to be sent.
func (l Later) Mentions() []identity.PersonID { return l.beside.Mentions }

// Groups returns which groups of the room it mentions.
func (l Later) Groups() []string { return l.beside.Groups }

// SendLater has a text sent at a time, as Post would then.
func (c *Chat) SendLater(ctx context.Context, to event.ConversationID, p Post, at time.Time) (Later, error) {
	v, err := c.reachable(ctx, to)
	if err != nil {
		return Later{}, err
	}
	b, err := c.bodyOf(ctx, v, p)
	if err != nil {
		return Later{}, err
	}
	l := Later{In: to, Time: at, Text: b.Text}
	copy(l.About[:], b.ReplyTo)
	l.beside = b.Beside()
	return c.later(ctx, l)
}

// Remind has our person reminded of a message at a time.
func (c *Chat) Remind(ctx context.Context, id event.ID, at time.Time) (Later, error) {
	m, err := c.said(ctx, id)
	if err != nil {
		return Later{}, err
	}
	return c.later(ctx, Later{In: m.Conversation, Time: at, About: m.ID})
}

func (c *Chat) later(ctx context.Context, l Later) (Later, error) {
	if err := checkWhen(l.Time); err != nil {
		return Later{}, err
	}
	l.Time = time.UnixMilli(l.Time.UnixMilli())
	v, err := c.lookup(ctx, l.In)
	if err != nil {
		return Later{}, err
	}
	var about, in, beside any
	if l.Text != "" {
		if beside, err = wire.Marshal(l.beside); err != nil {
			return Later{}, err
		}
	}
	if !v.direct() {
		in = v.id[:]
	}
	if l.About != (event.ID{}) {
		about = l.About[:]
	}
	err = c.config.DB.Write(ctx, func(tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM chat_later`).Scan(&n); err != nil {
			return err
		}
		if n >= maxLater {
			return ErrManyLater
		}
		done, err := tx.Exec(`INSERT INTO chat_later (person, conversation, at, text, event, beside, claimed, problem) VALUES (?, ?, ?, ?, ?, ?, 0, '')`,
			v.person(), in, l.Time.UnixMilli(), l.Text, about, beside)
		if err == nil {
			l.Key, err = done.LastInsertId()
		}
		return err
	})
	if err != nil {
		return Later{}, fmt.Errorf("keep what is to happen later: %w", err)
	}
	c.alarm.stir()
	c.news.change(Change{LaterChanged: true})
	return l, nil
}

// Laters returns what is to happen later, the next first.
func (c *Chat) Laters(ctx context.Context) (all []Later, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(selectLater + ` ORDER BY at, key`)
		if err == nil {
			all, err = c.scanLater(rows)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is to happen later: %w", err)
	}
	for i := range all {
		all[i].Delayed = c.alarm.delay(&all[i])
	}
	return all, nil
}

const selectLater = `SELECT key, person, conversation, at, text, event, beside, problem, claimed FROM chat_later`

func (c *Chat) scanLater(rows *sql.Rows) (all []Later, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l Later
		var at, claimed int64
		var person, in, about, beside []byte
		if err := rows.Scan(&l.Key, &person, &in, &at, &l.Text, &about, &beside, &l.Problem, &claimed); err != nil {
			return nil, err
		}
		if len(beside) > 0 {
			if err := wire.Unmarshal(beside, &l.beside); err != nil {
				return nil, fmt.Errorf("what stands beside a text to be sent later: %w", store.ErrCorrupt)
			}
		}
		if len(person) != len(identity.PersonID{}) && len(in) != len(event.ConversationID{}) || len(about) != 0 && len(about) != len(l.About) {
			return nil, fmt.Errorf("what is to happen later: %w", store.ErrCorrupt)
		}
		l.Time = time.UnixMilli(at)
		if len(in) == len(event.ConversationID{}) {
			l.In = event.ConversationID(in)
		} else {
			l.In = c.Direct(identity.PersonID(person))
		}
		copy(l.About[:], about)
		l.Rung = claimed == laterRung
		all = append(all, l)
	}
	return all, rows.Err()
}

// CancelLater takes back what is to happen later; ErrNotLater if it has happened or is happening.
func (c *Chat) CancelLater(ctx context.Context, key int64) error {
	gone, err := c.changeLater(ctx, `DELETE FROM chat_later WHERE key = ? AND claimed <> ?`, key, laterSends)
	switch {
	case err != nil:
		return fmt.Errorf("cancel what is to happen later: %w", err)
	case !gone:
		return ErrNotLater
	}
	c.alarm.note(key, nil)
	c.alarm.stir()
	c.news.change(Change{LaterChanged: true})
	return nil
}

func (c *Chat) changeLater(ctx context.Context, query string, args ...any) (changed bool, err error) {
	err = c.config.DB.Write(ctx, func(tx *store.Tx) error {
		done, err := tx.Exec(query, args...)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		changed = n > 0
		return err
	})
	return changed, err
}

// run does what is due until ctx ends. What was claimed by a run that ended before it was sent is due again.
func (a *alarm) run(ctx context.Context) {
	a.failed, a.stuck = true, true // as far as is known
	for ctx.Err() == nil {
		pause := a.turn(ctx)
		timer := time.NewTimer(min(pause, lookAgain))
		if pause < 0 { // nothing waits
			timer.Stop()
		}
		select {
		case <-timer.C:
		case <-a.wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// turn does what is due and returns how long to wait, less than 0 if nothing waits. What fails holds up nothing that is due behind it.
func (a *alarm) turn(ctx context.Context) time.Duration {
	if err := errors.Join(a.release(ctx), a.unstick(ctx)); err != nil {
		return a.again(ctx, 0, "look for what could not be sent", err)
	}
	for ctx.Err() == nil {
		l, found, err := a.next(ctx)
		switch {
		case err != nil:
			return a.again(ctx, 0, "look for what is due", err)
		case !found && (a.failed || a.stuck):
			return lookAgain
		case !found:
			return -1
		}
		if wait := time.Until(l.Time); wait > 0 {
			if a.failed || a.stuck {
				wait = min(wait, lookAgain)
			}
			return wait
		}
		pause := a.fired(ctx, l.Key, a.fire(ctx, l))
		a.chat.news.change(Change{LaterChanged: true})
		if pause > 0 {
			return pause
		}
	}
	return -1
}

// fired notes what came of something that was due, and returns how long what is due behind it waits, too; 0 if that does not.
func (a *alarm) fired(ctx context.Context, key int64, err error) time.Duration {
	switch {
	case err == nil:
		a.note(key, nil)
		a.note(0, nil)
	case !a.failed || errors.Is(err, store.ErrFull):
		return a.again(ctx, 0, "do what is due", err)
	default:
		a.again(ctx, key, "do what is due", err)
	}
	return 0
}

// again notes why something is not done yet, tells the log, and returns when it is tried again.
func (a *alarm) again(ctx context.Context, key int64, what string, err error) time.Duration {
	if ctx.Err() == nil {
		a.note(key, err)
		a.chat.config.Log.Warn(what+"; it is tried again", "error", err)
	}
	return lookAgain
}

// unstick has everything tried again that our person may send by now: who came back into a room, or unblocked somebody, finds no text of theirs left behind. What says
// something of a day that is over does not go without them.
func (a *alarm) unstick(ctx context.Context) error {
	if !a.stuck {
		return nil
	}
	if err := a.outdate(ctx); err != nil {
		return err
	}
	var all []Later
	err := a.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(selectLater+` WHERE problem <> '' AND problem <> ?`, ErrOutdated.Error())
		if err == nil {
			all, err = a.chat.scanLater(rows)
		}
		return err
	})
	a.stuck = err != nil
	for _, l := range all {
		if a.chat.MayWrite(ctx, l.In) != nil {
			a.stuck = true
			continue
		}
		if _, failed := a.chat.changeLater(ctx, `UPDATE chat_later SET claimed = ?, problem = '' WHERE key = ?`, laterWaits, l.Key); failed != nil {
			a.stuck, err = true, errors.Join(err, failed)
		}
	}
	return err
}

// outdate marks what could not be sent within a day of its time: it stays until our person gives it another one, or cancels it.
func (a *alarm) outdate(ctx context.Context) error {
	changed, err := a.chat.changeLater(ctx, `UPDATE chat_later SET problem = ? WHERE problem NOT IN ('', ?) AND at < ?`,
		ErrOutdated.Error(), ErrOutdated.Error(), time.Now().Add(-stuckFor).UnixMilli())
	if changed {
		a.chat.news.change(Change{LaterChanged: true})
	}
	return err
}

// release has everything tried again that was claimed and not sent: between turns nothing is being sent.
func (a *alarm) release(ctx context.Context) error {
	if !a.failed {
		return nil
	}
	_, err := a.chat.changeLater(ctx, `UPDATE chat_later SET claimed = ? WHERE claimed IN (?, ?)`, laterWaits, laterSends, laterFails)
	a.failed = err != nil
	return err
}

func (a *alarm) next(ctx context.Context) (l Later, found bool, err error) {
	err = a.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(selectLater+` WHERE problem = '' AND claimed = ? ORDER BY at, key LIMIT 1`, laterWaits)
		if err != nil {
			return err
		}
		all, err := a.chat.scanLater(rows)
		if len(all) > 0 {
			l, found = all[0], true
		}
		return err
	})
	return l, found, err
}

// fire does what is due. A text and its row go in one transaction, so that it is sent once; a reminder may come again after a crash in this instant.
func (a *alarm) fire(ctx context.Context, l Later) error {
	if l.Text == "" {
		return a.remind(ctx, l)
	}
	if claimed, err := a.chat.changeLater(ctx, `UPDATE chat_later SET claimed = ? WHERE key = ?`, laterSends, l.Key); err != nil || !claimed {
		return err // cancelled meanwhile
	}
	err := a.send(ctx, l)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrBlocked) || errors.Is(err, ErrStranger) || errors.Is(err, ErrNoMember):
		a.stuck = true
		l.Problem = err.Error()
		var there bool
		if there, err = a.chat.changeLater(ctx, `UPDATE chat_later SET claimed = ?, problem = ? WHERE key = ?`, laterWaits, l.Problem, l.Key); there {
			a.chat.news.change(Change{Unsent: &l})
		}
	case ctx.Err() == nil: // else it may still be stored, which the next run sees
		_, kept := a.chat.changeLater(ctx, `UPDATE chat_later SET claimed = ? WHERE key = ?`, laterFails, l.Key)
		err = errors.Join(err, kept)
	}
	a.failed = a.failed || err != nil
	return err
}

func (a *alarm) send(ctx context.Context, l Later) error {
	v, err := a.chat.reachable(ctx, l.In)
	if err != nil {
		return err
	}
	b := l.beside
	b.Text = l.Text
	if l.About != (event.ID{}) {
		b.ReplyTo = l.About[:] // it was there when this was written; what was taken back since is shown as that
	}
	body, err := wire.Marshal(b)
	if err != nil {
		return err
	}
	_, err = a.chat.write(ctx, v, []writing{{kind: event.KindText, body: body, with: func(tx *store.Tx, _ *event.Event, _ int64) error {
		_, err := tx.Exec(`DELETE FROM chat_later WHERE key = ?`, l.Key)
		return err
	}}})
	return err
}

func (a *alarm) remind(ctx context.Context, l Later) error {
	m, err := a.chat.Shown(ctx, l.About)
	if err != nil && !errors.Is(err, event.ErrUnknown) {
		return err
	}
	if err != nil || m.Deleted { // what was taken back reminds of nothing
		_, err = a.chat.changeLater(ctx, `DELETE FROM chat_later WHERE key = ?`, l.Key)
		return err
	}
	a.chat.news.change(Change{Reminder: &m})
	_, err = a.chat.changeLater(ctx, `UPDATE chat_later SET claimed = ? WHERE key = ? AND at = ?`, laterRung, l.Key, l.Time.UnixMilli())
	return err
}

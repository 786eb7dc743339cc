package chat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lanyard/internal/store"
)

// Pace of the indexer: it stands back behind messages that come and go.
const (
	indexBatch = 256                    // events of one commit, about 8 ms
	indexQuiet = 400 * time.Millisecond // without news before it begins
	indexLate  = 5 * time.Second        // after which it begins all the same
	indexRetry = time.Minute            // after it could not store
)

// indexer is one loop that makes events findable after they are stored: it follows each branch from where it is indexed to where it ends, in the
// same transaction as it notes how far it came. So it goes on after any end of the program, and a database of an earlier version is indexed like
// messages that have just come.
type indexer struct {
	chat  *Chat
	wake  chan struct{} // capacity 1: something was stored
	hurry chan struct{} // capacity 1: somebody waits

	mu    sync.Mutex
	to    map[*branch]uint64 // the last event that is indexed
	moved chan struct{}      // closed and made anew when to has changed
}

func newIndexer(c *Chat) *indexer {
	return &indexer{chat: c, wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), to: map[*branch]uint64{}, moved: make(chan struct{})}
}

// load reads how far each branch is indexed.
func (x *indexer) load(tx *store.Tx) (err error) {
	branches := map[int64]*branch{}
	for _, v := range x.chat.all() {
		for key, b := range v.branchKeys() {
			branches[key] = b
		}
	}
	rows, err := tx.Query(`SELECT branch, number FROM chat_indexed`)
	if err != nil {
		return fmt.Errorf("load how far conversations are indexed: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key, number int64
		if err := rows.Scan(&key, &number); err != nil {
			return err
		}
		if b := branches[key]; b != nil {
			x.to[b] = uint64(number)
		}
	}
	return rows.Err()
}

// stir tells that events were stored.
func (x *indexer) stir() { ring(x.wake) }

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// run indexes until ctx ends.
func (x *indexer) run(ctx context.Context) {
	x.stir() // there may be something left from before
	for x.rest(ctx) {
		if err := x.catchUp(ctx); err != nil && ctx.Err() == nil {
			x.chat.config.Log.Warn("index messages; they are kept and it is tried again", "error", err)
			x.pause(ctx, indexRetry)
			x.stir()
		}
	}
}

// rest waits for something to do, and then for quiet; false when ctx has ended.
func (x *indexer) rest(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-x.hurry:
		return true
	case <-x.wake:
	}
	quiet, late := time.NewTimer(indexQuiet), time.NewTimer(indexLate)
	defer quiet.Stop()
	defer late.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-x.hurry:
			return true
		case <-quiet.C:
			select {
			case <-x.wake: // not heard at once: a busy conversation would wake this goroutine for each message
				quiet.Reset(indexQuiet)
			default:
				return true
			}
		case <-late.C:
			return true
		}
	}
}

// catchUp indexes all that is stored. After each batch it rests for as long as the batch took, so that half of the time is others', unless somebody
// waits for a batch or two.
func (x *indexer) catchUp(ctx context.Context) error {
	for ctx.Err() == nil {
		todo := x.next()
		if todo == nil {
			return nil
		}
		begun := time.Now()
		if err := x.indexOne(ctx, todo); err != nil {
			return err
		}
		if !x.pause(ctx, min(time.Since(begun), indexQuiet)) {
			return nil
		}
	}
	return nil
}

// pause waits, or until somebody hurries; false when ctx has ended. A timer of no time is not begun.
func (x *indexer) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.hurry:
	case <-ctx.Done():
		return false
	}
	return true
}

// stretch is a part of a branch that is not indexed.
type stretch struct {
	in       *conversation
	branch   *branch
	from, to uint64
}

// next returns a stretch to index, nil if all is.
func (x *indexer) next() *stretch {
	for _, v := range x.chat.all() {
		for _, w := range v.allViews() {
			if from := max(x.reached(w.branch), w.fork) + 1; from <= w.kept.Number {
				return &stretch{in: v, branch: w.branch, from: from, to: min(w.kept.Number, from+indexBatch-1)}
			}
		}
	}
	return nil
}

func (x *indexer) reached(b *branch) uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.to[b]
}

// Indexed tells how many of all events can be found by searching.
type Indexed struct{ Done, Total int }

// progress counts what is indexed, of one conversation or, with nil, of all.
func (x *indexer) progress(of *conversation) Indexed {
	var p Indexed
	for _, v := range x.chat.all() {
		if of != nil && v != of {
			continue
		}
		for _, w := range v.allViews() {
			p.Total += int(w.kept.Number - w.fork)
			p.Done += int(max(x.reached(w.branch), w.fork) - w.fork)
		}
	}
	return p
}

// await hurries until everything that is stored is indexed, patience is at its end or ctx is; it returns how far it came.
func (x *indexer) await(ctx context.Context, of *conversation, patience time.Duration) Indexed {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		x.mu.Lock()
		moved := x.moved
		x.mu.Unlock()
		p := x.progress(of)
		if p.Done >= p.Total || !x.chat.running() {
			return p
		}
		ring(x.hurry)
		select {
		case <-moved:
		case <-timer.C:
			return p
		case <-ctx.Done():
			return p
		}
	}
}

// indexOne makes a stretch findable.
func (x *indexer) indexOne(ctx context.Context, s *stretch) error {
	err := x.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		events, err := unindexed(tx, s)
		if err != nil {
			return err
		}
		for i := range events {
			if err := insertFound(tx, s.in, &events[i]); err != nil {
				return fmt.Errorf("index event %d of log %s: %w", placeNumber(events[i].place), s.branch.log.ID, err)
			}
		}
		_, err = tx.Exec(`INSERT INTO chat_indexed (branch, number) VALUES (?, ?) ON CONFLICT (branch) DO UPDATE SET number = excluded.number`,
			s.branch.key, int64(s.to))
		return err
	})
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.to[s.branch] = s.to
	close(x.moved)
	x.moved = make(chan struct{})
	return nil
}

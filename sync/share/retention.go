package share

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/role"
)

// Retention says how long what was replaced or deleted is kept: so many days, and no more than so many percent of the disk. Nothing goes within a day.
type Retention struct {
	Days    int
	Percent int
}

// UsualRetention is what counts where nothing else was chosen, KeeperRetention on a keeper's machine: it is there so that something can come back.
var (
	UsualRetention  = Retention{Days: 30, Percent: 10}
	KeeperRetention = Retention{Days: 365, Percent: 50}
)

// usualFor is what counts for who has a role in a share and chose nothing.
func usualFor(r Role) Retention {
	if r == role.Keeper {
		return KeeperRetention
	}
	return UsualRetention
}

// Limits of what can be chosen.
const (
	MaxKeepDays    = 3650
	MaxKeepPercent = 90
)

// Valid reports whether it can be chosen.
func (r Retention) Valid() bool {
	return r.Days >= 1 && r.Days <= MaxKeepDays && r.Percent >= 1 && r.Percent <= MaxKeepPercent
}

func (r Retention) policy() tree.Policy {
	p := tree.DefaultPolicy()
	p.Keep, p.Share = time.Duration(r.Days)*24*time.Hour, float64(r.Percent)/100
	return p
}

// KeptHere is what a share keeps in its trash on this machine, and for how long.
type KeptHere struct {
	Retention
	Own    bool // chosen for this share; else as all shares keep
	Files  int
	Bytes  int64
	Purged Purged // so far
}

// Purged counts what was dropped from a trash, and when it was last.
type Purged struct {
	Files int       `json:"files"`
	Bytes int64     `json:"bytes"`
	Time  time.Time `json:"time"`
}

// Retention tells what a share keeps.
func (e *Engine) Retention(ctx context.Context, id ID) (KeptHere, error) {
	var k KeptHere
	err := e.peruse(ctx, id, func(db *store.DB, open func() (*tree.Tree, error)) error {
		t, err := open()
		if err != nil {
			return err
		}
		list, err := t.TrashList()
		if err != nil {
			return err
		}
		for _, one := range list {
			k.Files, k.Bytes = k.Files+1, k.Bytes+one.Size
		}
		return db.Read(ctx, func(tx *store.Tx) (err error) {
			if k.Retention, k.Own, err = e.retention(tx, id); err == nil {
				k.Purged, err = purgedSoFar(tx)
			}
			return err
		})
	})
	if err != nil {
		return KeptHere{}, fmt.Errorf("look what share %s keeps: %w", id, err)
	}
	return k, nil
}

// SetRetention chooses how long a share keeps things, nil: as all shares. What is kept no longer goes at once.
func (e *Engine) SetRetention(ctx context.Context, id ID, chosen *Retention) error {
	s, err := e.atWork(ctx, id)
	if err != nil {
		return err
	}
	var r Retention
	if chosen != nil {
		r = *chosen
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error {
		err := s.db.Write(ctx, func(tx *store.Tx) error {
			if err := setFact(tx, "keep_days", r.Days); err != nil {
				return err
			}
			return setFact(tx, "keep_percent", r.Percent)
		})
		if err != nil {
			return fmt.Errorf("store how long share %s keeps things: %w", id, err)
		}
		return w.purgeNow(ctx)
	})
}

// PurgeSoon has every share at work drop soon what is kept no longer: what all shares keep was chosen anew.
func (e *Engine) PurgeSoon() {
	for _, f := range e.all() {
		if s := e.shareOf(f.id()); s != nil {
			s.tell(func(in *inbox) {
				in.orders = append(in.orders, func(_ context.Context, w *worker) { w.purged, w.check = time.Time{}, time.Now() })
			})
		}
	}
}

// retention returns what counts for a share.
func (e *Engine) retention(tx *store.Tx, id ID) (r Retention, own bool, err error) {
	if r.Days, err = fact[int](tx, "keep_days"); err != nil {
		return r, false, err
	}
	if r.Percent, err = fact[int](tx, "keep_percent"); err != nil {
		return r, false, err
	}
	if r.Valid() {
		return r, true, nil
	}
	if e.cfg.Keep != nil {
		if all := e.cfg.Keep(); all.Valid() && all != UsualRetention {
			return all, false, nil
		}
	}
	return usualFor(e.membersOf(id).role(e.cfg.Identity.Person())), false, nil
}

// purgeNow deletes what is kept no longer.
func (w *worker) purgeNow(ctx context.Context) error {
	var r Retention
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		r, _, err = w.s.engine.retention(tx, w.s.id)
		return err
	})
	if err != nil {
		return fmt.Errorf("read how long share %s keeps things: %w", w.s.id, err)
	}
	return w.purgeBy(ctx, r.policy())
}

func purgedSoFar(tx *store.Tx) (p Purged, err error) {
	text, err := fact[string](tx, "purged")
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &p)
	}
	return p, err
}

// countPurged adds what was just dropped.
func countPurged(tx *store.Tx, gone []tree.Trashed) error {
	p, err := purgedSoFar(tx)
	if err != nil {
		return err
	}
	for _, t := range gone {
		p.Files, p.Bytes = p.Files+1, p.Bytes+t.Size
	}
	p.Time = tx.Now()
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return setFact(tx, "purged", string(text))
}

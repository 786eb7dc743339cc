package hook

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/store"
)

const maxOutgoing = 32

// Outgoing is a hook that hears: each message of a conversation goes to a command or to an address of this machine.
type Outgoing struct {
	ID      string
	Target  string   // the conversation
	Command []string // program, an absolute path, and its arguments; empty where URL stands
	URL     string
	Own     bool // also what our person writes, and what comes through webhooks of theirs
	Made    time.Time
	Progress

	inProfile bool // the command runs in the folder of the profile: it was added when all did, and may have its files there
}

// Progress is how far an outgoing hook is.
type Progress struct {
	Bookmark []byte // behind the last message that was given
	Given    int    // messages in all
	Failures int    // one after the other, of the message that is next
	Stopped  bool   // it failed too often, and waits to be resumed
	Result   string // what was wrong with the last try; empty: nothing
	Tried    time.Time
}

// outgoing is one with the goroutine that gives it messages.
type outgoing struct {
	Outgoing
	wake  chan struct{}      // capacity 1: there may be something new
	stop  context.CancelFunc // nil while nothing runs
	ended chan struct{}      // closed when what runs has ended
}

func newOutgoing(o Outgoing) *outgoing { return &outgoing{Outgoing: o, wake: make(chan struct{}, 1)} }

func (o *outgoing) stir() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// AddOutgoing makes an outgoing hook; Bookmark says behind which message it begins. It runs at once if Run does.
func (h *Hooks) AddOutgoing(ctx context.Context, o Outgoing) (Outgoing, error) {
	if err := o.check(); err != nil {
		return Outgoing{}, err
	}
	o.ID, o.Made = hex.EncodeToString(random(idSize)), time.UnixMilli(time.Now().UnixMilli())
	o.Progress = Progress{Bookmark: append([]byte{}, o.Bookmark...)} // not null
	one := newOutgoing(o)
	command := ""
	if len(o.Command) > 0 {
		text, err := json.Marshal(o.Command)
		if err != nil {
			return Outgoing{}, err
		}
		command = string(text)
	}
	err := h.config.DB.Write(ctx, func(tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM hook_outgoing`).Scan(&n); err != nil {
			return err
		}
		if n >= maxOutgoing {
			return &api.Error{Code: api.CodeConflict, Text: fmt.Sprintf("there are %d hooks already: remove one first", maxOutgoing)}
		}
		tx.AfterCommit(func() { h.begin(one) })
		_, err := tx.Exec(`INSERT INTO hook_outgoing (id, target, command, url, own, made, bookmark, given, failures, stopped, result, tried) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '', 0)`,
			o.ID, o.Target, command, o.URL, o.Own, o.Made.UnixMilli(), o.Bookmark)
		return err
	})
	if err != nil {
		return Outgoing{}, fmt.Errorf("keep a hook: %w", err)
	}
	return o, nil
}

// check refuses what could never run.
func (o *Outgoing) check() error {
	switch {
	case (len(o.Command) > 0) == (o.URL != ""):
		return usage("a hook has a command or an address, one of them")
	case o.URL != "":
		return checkURL(o.URL)
	}
	return checkCommand(o.Command)
}

// Outgoing lists them, the oldest first, as they are now.
func (h *Hooks) Outgoing() []Outgoing {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]Outgoing, len(h.outgoing))
	for i, one := range h.outgoing {
		all[i] = one.Outgoing
	}
	return all
}

// RemoveOutgoing ends a hook, given by its ID or the first 8 or more characters of it. What it does at the moment is broken off.
func (h *Hooks) RemoveOutgoing(ctx context.Context, id string) error {
	one, err := pick(h.Outgoing(), id, func(o Outgoing) string { return o.ID })
	if err != nil {
		return err
	}
	err = h.config.DB.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() { h.forget(one.ID) })
		_, err := tx.Exec(`DELETE FROM hook_outgoing WHERE id = ?`, one.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove a hook: %w", err)
	}
	h.config.Told()
	return nil
}

// Resume lets a hook go on that stopped, with the message that it failed at, or tries at once what waits for its next try.
func (h *Hooks) Resume(ctx context.Context, id string) (Outgoing, error) {
	one, err := pick(h.Outgoing(), id, func(o Outgoing) string { return o.ID })
	if err != nil {
		return Outgoing{}, err
	}
	h.halt(one.ID)
	if err := h.forgive(ctx, one.ID); err != nil {
		return Outgoing{}, err
	}
	h.again(one.ID)
	h.config.Told()
	return pick(h.Outgoing(), one.ID, func(o Outgoing) string { return o.ID })
}

// forgive forgets a hook's failures, and nothing else: how far it is may have changed since somebody looked.
func (h *Hooks) forgive(ctx context.Context, id string) error {
	err := h.config.DB.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, one := range h.outgoing {
				if one.ID == id {
					one.Failures, one.Stopped = 0, false
				}
			}
		})
		_, err := tx.Exec(`UPDATE hook_outgoing SET failures = 0, stopped = 0 WHERE id = ?`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("resume hook %s: %w", id, err)
	}
	return nil
}

// keep makes progress durable, and then true in memory.
func (h *Hooks) keep(ctx context.Context, id string, p Progress) error {
	err := h.config.DB.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() { h.noted(id, p) })
		tried := int64(0)
		if !p.Tried.IsZero() {
			tried = p.Tried.UnixMilli()
		}
		_, err := tx.Exec(`UPDATE hook_outgoing SET bookmark = ?, given = ?, failures = ?, stopped = ?, result = ?, tried = ? WHERE id = ?`,
			p.Bookmark, p.Given, p.Failures, p.Stopped, p.Result, tried, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep how far hook %s is: %w", id, err)
	}
	return nil
}

func (h *Hooks) noted(id string, p Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.outgoing {
		if one.ID == id {
			one.Progress = p
		}
	}
}

func readOutgoing(tx *store.Tx) (all []*outgoing, err error) {
	rows, err := tx.Query(`SELECT id, target, command, url, own, made, bookmark, given, failures, stopped, result, tried, in_profile FROM hook_outgoing ORDER BY made, id`)
	if err != nil {
		return nil, fmt.Errorf("read the hooks: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o Outgoing
		var command string
		var made, tried int64
		if err := rows.Scan(&o.ID, &o.Target, &command, &o.URL, &o.Own, &made, &o.Bookmark, &o.Given, &o.Failures, &o.Stopped, &o.Result, &tried, &o.inProfile); err != nil {
			return nil, err
		}
		if command != "" {
			if err := json.Unmarshal([]byte(command), &o.Command); err != nil {
				return nil, fmt.Errorf("the command of hook %s: %w", o.ID, store.ErrCorrupt)
			}
		}
		o.Made, o.Tried, o.Bookmark = moment(made), moment(tried), slices.Clone(o.Bookmark)
		all = append(all, newOutgoing(o))
	}
	return all, rows.Err()
}

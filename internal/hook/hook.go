// Package hook joins conversations with programs of this machine. A webhook lets a program write into one conversation by an HTTP request. An outgoing hook
// gives each message of one conversation to a command or to an address of this machine.
//
// # Use
//
//	hooks := hook.New(hook.Config{DB: db, Post: post, Follow: follow, Told: told, Profile: dir, Folder: work, Log: log}) // DB holds Part
//	err := hooks.Load(ctx)                                                                                 // before anything else
//	made, token, err := hooks.CreateWebhook(ctx, target, "Build")                                          // the token is told this once
//	mux.Handle("/hook/", hooks)                                                                            // answers POST /hook/TOKEN
//
//	heard, err := hooks.AddOutgoing(ctx, hook.Outgoing{Target: target, Command: []string{"/usr/local/bin/bot"}, Progress: hook.Progress{Bookmark: now}})
//	err = hooks.Run(ctx)       // gives messages to the outgoing ones until ctx ends
//	hooks.Stir(target)         // something came into that conversation
//
// What a conversation is, the agent knows: a target is text that it gave and gets back.
//
// # Promises
//
// A request is answered with the message's ID once the message is durable. Whatever cannot be posted gets one sentence and changes nothing. Each webhook
// lets one message a second through, ten at once; what is more is refused with the time to wait. A token has 256 random bits, is stored as a hash, and
// is compared with all in constant time. What Create returned is there after a restart.
//
// An outgoing hook gets its messages in order, one after the other, each at least once, also over restarts: how far it is is stored when a message was taken (the
// command ended with status 0, the address answered with 2xx). Each has a goroutine of its own, so that a slow one holds nobody up. A try takes 30 seconds at most; a
// failed one is repeated after 1, 2, 4 ... seconds, and after ten failures of one message the hook stops, which Told tells, until Resume. A command runs without a
// shell, in a folder for them, with this user's rights and a small environment. An address is on this machine, which is looked at when it is dialled.
//
// # Left out
//
// Who may reach the handler: the window's gate lets only programs of this machine through, and no web page (package window). Making the text beautiful:
// it is a message like any other. Who may add a hook: the agent's own socket only, and no page (package window).
package hook

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"lanyard/internal/store"
)

var (
	//go:embed schema.sql
	schema string
	//go:embed outgoing.sql
	outgoingSchema string
	//go:embed place.sql
	placeSchema string
)

// Part returns the tables of hooks.
func Part() store.Part {
	return store.Part{Name: "hook", Migrations: []string{schema, outgoingSchema, placeSchema}}
}

// Config is what Hooks are made of.
type Config struct {
	DB *store.DB // holds Part; must run for as long as the hooks are used
	// Post writes a text into a conversation, through the webhook of that name, and returns the message's ID. Its errors are *api.Error.
	Post func(ctx context.Context, target, text, through string) (id string, err error)
	// Follow returns up to limit messages behind a bookmark, in order; own ones only if own is set. end is the bookmark to go on with, also where there
	// are none: behind what is no message.
	Follow func(ctx context.Context, target string, behind []byte, own bool, limit int) (some []Item, end []byte, err error)
	// Told is called when an outgoing hook stops, is resumed or removed.
	Told    func()
	Profile string // what commands find their agent by
	Folder  string // in which commands run; it is made
	Log     *slog.Logger
}

// Hooks are all hooks of one agent. They may be used from any goroutine.
type Hooks struct {
	config     Config
	poster     poster
	patience   time.Duration  // for one try
	firstPause time.Duration  // after a failure
	working    sync.WaitGroup // the outgoing hooks' goroutines

	mu       sync.Mutex
	webhooks []*webhook // in the order in which they were made
	outgoing []*outgoing
	life     context.Context // of Run; nil while it does not run
}

// New makes them. It does no I/O.
func New(c Config) *Hooks {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Hooks{config: c, poster: newPoster(), patience: patience, firstPause: firstPause}
}

// Load reads what was made in earlier runs.
func (h *Hooks) Load(ctx context.Context) error {
	var webhooks []*webhook
	var hearing []*outgoing
	err := h.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if webhooks, err = readWebhooks(tx); err == nil {
			hearing, err = readOutgoing(tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.webhooks, h.outgoing = webhooks, hearing
	return nil
}

// Drop ends all webhooks and hooks of a target, with a change of the caller's: both or neither. Told is not called.
func (h *Hooks) Drop(tx *store.Tx, target string) error {
	for _, query := range []string{`DELETE FROM hook_webhook WHERE target = ?`, `DELETE FROM hook_outgoing WHERE target = ?`} {
		if _, err := tx.Exec(query, target); err != nil {
			return fmt.Errorf("end what programs do in a conversation: %w", err)
		}
	}
	tx.AfterCommit(func() {
		for _, one := range h.Outgoing() {
			if one.Target == target {
				h.forget(one.ID)
			}
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.webhooks = slices.DeleteFunc(h.webhooks, func(w *webhook) bool { return w.Target == target })
	})
	return nil
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

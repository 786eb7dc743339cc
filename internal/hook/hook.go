// Package hook joins conversations with programs of this machine. A webhook lets a program write into one conversation by an HTTP request.
//
// # Use
//
//	hooks := hook.New(hook.Config{DB: db, Post: post, Log: log}) // DB holds Part
//	err := hooks.Load(ctx)                                       // before anything else
//	made, token, err := hooks.CreateWebhook(ctx, target, "Build") // the token is told this once
//	mux.Handle("/hook/", hooks)                                  // answers POST /hook/TOKEN
//
// What a conversation is, the agent knows: a target is text that it gave and gets back.
//
// # Promises
//
// A request is answered with the message's ID once the message is durable. Whatever cannot be posted gets one sentence and changes nothing. Each webhook
// lets one message a second through, ten at once; what is more is refused with the time to wait. A token has 256 random bits, is stored as a hash, and
// is compared with all in constant time. What Create returned is there after a restart.
//
// # Left out
//
// Who may reach the handler: the window's gate lets only programs of this machine through, and no web page (package window). Making the text beautiful:
// it is a message like any other.
package hook

import (
	"context"
	_ "embed"
	"log/slog"
	"sync"
	"time"

	"lanyard/internal/store"
)

//go:embed schema.sql
var schema string

// Part returns the tables of hooks.
func Part() store.Part { return store.Part{Name: "hook", Migrations: []string{schema}} }

// Config is what Hooks are made of.
type Config struct {
	DB *store.DB // holds Part; must run for as long as the hooks are used
	// Post writes a text into a conversation, through the webhook of that name, and returns the message's ID. Its errors are *api.Error.
	Post func(ctx context.Context, target, text, through string) (id string, err error)
	Log  *slog.Logger
}

// Hooks are all hooks of one agent. They may be used from any goroutine.
type Hooks struct {
	config Config

	mu       sync.Mutex
	webhooks []*webhook // in the order in which they were made
}

// New makes them. It does no I/O.
func New(c Config) *Hooks {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Hooks{config: c}
}

// Load reads what was made in earlier runs.
func (h *Hooks) Load(ctx context.Context) error {
	var all []*webhook
	err := h.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = readWebhooks(tx)
		return err
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.webhooks = all
	return nil
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

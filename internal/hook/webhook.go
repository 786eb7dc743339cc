package hook

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

const (
	maxWebhooks = 64
	tokenSize   = 32        // bytes of randomness
	idSize      = 8         // bytes
	minPrefix   = 8         // characters of an ID that may stand for it
	unnamed     = "webhook" // what one without a name is called
)

// Webhook lets a program write into one conversation.
type Webhook struct {
	ID     string
	Target string // the conversation
	Name   string // shown with each message: "through NAME"
	Made   time.Time
	Used   time.Time // when a message last came through it; zero: never
}

// webhook is one with what its door needs.
type webhook struct {
	Webhook
	hash [sha256.Size]byte
	pace pace
}

// CreateWebhook makes a webhook for a conversation. The token is told this once.
func (h *Hooks) CreateWebhook(ctx context.Context, target, called string) (w Webhook, token string, err error) {
	if called == "" {
		called = unnamed
	}
	called, err = name.Typed(called)
	if err != nil {
		return Webhook{}, "", &api.Error{Code: api.CodeUsage, Text: err.Error()}
	}
	secret := random(tokenSize)
	token = base64.RawURLEncoding.EncodeToString(secret)
	one := &webhook{Webhook: Webhook{ID: hex.EncodeToString(random(idSize)), Target: target, Name: called, Made: time.UnixMilli(time.Now().UnixMilli())}, hash: hashOf(token)}
	err = h.config.DB.Write(ctx, func(tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM hook_webhook`).Scan(&n); err != nil {
			return err
		}
		if n >= maxWebhooks {
			return &api.Error{Code: api.CodeConflict, Text: fmt.Sprintf("there are %d webhooks already: remove one first", maxWebhooks)}
		}
		tx.AfterCommit(func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.webhooks = append(h.webhooks, one)
		})
		_, err := tx.Exec(`INSERT INTO hook_webhook (id, token, target, name, made, used) VALUES (?, ?, ?, ?, ?, 0)`, one.ID, one.hash[:], target, called, one.Made.UnixMilli())
		return err
	})
	if err != nil {
		return Webhook{}, "", fmt.Errorf("keep a webhook: %w", err)
	}
	return one.Webhook, token, nil
}

// Webhooks lists them, the oldest first.
func (h *Hooks) Webhooks() []Webhook {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]Webhook, len(h.webhooks))
	for i, one := range h.webhooks {
		all[i] = one.Webhook
	}
	return all
}

// RemoveWebhook ends a webhook, given by its ID or the first 8 or more characters of it. Its token opens nothing from then on.
func (h *Hooks) RemoveWebhook(ctx context.Context, id string) error {
	one, err := pick(h.Webhooks(), id, func(w Webhook) string { return w.ID })
	if err != nil {
		return err
	}
	err = h.config.DB.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.webhooks = slices.DeleteFunc(h.webhooks, func(w *webhook) bool { return w.ID == one.ID })
		})
		_, err := tx.Exec(`DELETE FROM hook_webhook WHERE id = ?`, one.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove a webhook: %w", err)
	}
	return nil
}

// opened returns the webhook of a token, nil if there is none. It takes as long for every token.
func (h *Hooks) opened(token string) *webhook {
	hash := hashOf(token)
	h.mu.Lock()
	defer h.mu.Unlock()
	var found *webhook
	for _, one := range h.webhooks {
		if subtle.ConstantTimeCompare(one.hash[:], hash[:]) == 1 {
			found = one
		}
	}
	return found
}

// usedNow notes that a message came through.
func (h *Hooks) usedNow(ctx context.Context, id string) error {
	now := time.UnixMilli(time.Now().UnixMilli())
	return h.config.DB.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, one := range h.webhooks {
				if one.ID == id {
					one.Used = now
				}
			}
		})
		_, err := tx.Exec(`UPDATE hook_webhook SET used = ? WHERE id = ?`, now.UnixMilli(), id)
		return err
	})
}

func readWebhooks(tx *store.Tx) (all []*webhook, err error) {
	rows, err := tx.Query(`SELECT id, token, target, name, made, used FROM hook_webhook ORDER BY made, id`)
	if err != nil {
		return nil, fmt.Errorf("read the webhooks: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w webhook
		var hash []byte
		var made, used int64
		if err := rows.Scan(&w.ID, &hash, &w.Target, &w.Name, &made, &used); err != nil {
			return nil, err
		}
		if len(hash) != len(w.hash) {
			return nil, fmt.Errorf("the token of webhook %s: %w", w.ID, store.ErrCorrupt)
		}
		w.hash, w.Made, w.Used = [sha256.Size]byte(hash), moment(made), moment(used)
		all = append(all, &w)
	}
	return all, rows.Err()
}

// pick finds the one that an ID or the beginning of one means.
func pick[T any](all []T, id string, of func(T) string) (T, error) {
	var hits []T
	for _, one := range all {
		if of(one) == id {
			return one, nil
		}
		if len(id) >= minPrefix && strings.HasPrefix(of(one), id) {
			hits = append(hits, one)
		}
	}
	var none T
	switch len(hits) {
	case 0:
		return none, &api.Error{Code: api.CodeUnknown, Text: "there is no hook with this ID: look it up in the list"}
	case 1:
		return hits[0], nil
	}
	return none, &api.Error{Code: api.CodeAmbiguous, Text: "this is the beginning of several IDs: give more of one"}
}

func hashOf(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program rather
	return b
}

package card

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// maxCards bounds how many cards of others are kept: more people than that never were on one list.
const maxCards = 2000

// Config is what Cards are made of. All fields are needed.
type Config struct {
	Roster *peer.Roster
	DB     *store.DB               // holds Part
	Told   func(identity.PersonID) // somebody's card changed, ours too
	Log    *slog.Logger
}

// Cards is everybody's card.
type Cards struct {
	config Config
	self   identity.PersonID

	mu     sync.Mutex
	own    []byte // our card's bytes
	hashes map[identity.PersonID]Hash
	asked  map[*peer.Link]*asking
}

// asking is what goes on over one link.
type asking struct {
	wanted Hash    // zero: nothing was asked for
	given  answers // to their requests
}

// New makes Cards and registers their frames with the roster, which must not run yet.
func New(c Config) *Cards {
	cs := &Cards{config: c, self: c.Roster.Self().Person, hashes: map[identity.PersonID]Hash{}, asked: map[*peer.Link]*asking{}}
	o := c.Roster.Owner("card", peer.ClassChat)
	o.Offer(capability)
	o.Handle(wire.KindCardOffer, cs.takeOffer)
	o.Handle(wire.KindCardPlease, cs.takePlease)
	o.Handle(wire.KindCard, cs.takeCard)
	o.OnLink(cs.linkUp, cs.linkDown, nil)
	return cs
}

// Load reads which cards there are. Call it before the roster runs.
func (cs *Cards) Load(ctx context.Context) error {
	hashes := map[identity.PersonID]Hash{}
	var own []byte
	err := cs.config.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT person, body FROM card`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, body []byte
			if err := rows.Scan(&id, &body); err != nil {
				return err
			}
			var person identity.PersonID
			copy(person[:], id)
			hashes[person] = hashOf(body)
			if person == cs.self {
				own = body
			}
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("load the cards: %w", err)
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.hashes, cs.own = hashes, own
	return nil
}

// Of returns a person's card; the zero Card if they tell nothing.
func (cs *Cards) Of(ctx context.Context, person identity.PersonID) (Card, error) {
	var body []byte
	err := cs.config.DB.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(`SELECT body FROM card WHERE person = ?`, person[:]).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || len(body) == 0 {
		return Card{}, err
	}
	return decode(body)
}

// Own returns our own card.
func (cs *Cards) Own(ctx context.Context) (Card, error) { return cs.Of(ctx, cs.self) }

// Mark is a short name of a person's card, which changes with it; empty: they tell nothing.
func (cs *Cards) Mark(person identity.PersonID) string {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	h, known := cs.hashes[person]
	if !known {
		return ""
	}
	return hex.EncodeToString(h[:8])
}

// Set makes c our card, for everybody who is here at once. Errors of Card.Typed; nothing is changed then.
func (cs *Cards) Set(ctx context.Context, c Card) error {
	clean, err := c.Typed()
	if err != nil {
		return err
	}
	body, err := clean.encode()
	if err != nil {
		return fmt.Errorf("encode the card: %w", err)
	}
	if err := cs.store(ctx, cs.self, body); err != nil {
		return err
	}
	cs.mu.Lock()
	cs.own = body
	cs.mu.Unlock()
	for _, row := range cs.config.Roster.Peers() {
		if l, up := cs.config.Roster.Link(row.ID); up {
			cs.offer(ctx, l)
		}
	}
	cs.config.Told(cs.self)
	return nil
}

// Forget drops the card of somebody who is no longer on the list.
func (cs *Cards) Forget(ctx context.Context, person identity.PersonID) error {
	return cs.store(ctx, person, nil)
}

// store makes body a person's card; nil: they have none.
func (cs *Cards) store(ctx context.Context, person identity.PersonID, body []byte) error {
	err := cs.config.DB.Write(ctx, func(tx *store.Tx) error {
		var err error
		if len(body) == 0 {
			_, err = tx.Exec(`DELETE FROM card WHERE person = ?`, person[:])
		} else {
			_, err = tx.Exec(`INSERT OR REPLACE INTO card (person, body) VALUES (?, ?)`, person[:], body)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store a card: %w", err)
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if len(body) == 0 {
		delete(cs.hashes, person)
	} else {
		cs.hashes[person] = hashOf(body)
	}
	return nil
}

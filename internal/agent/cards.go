package agent

import (
	"context"
	"errors"
	"sync"

	"lanyard/internal/api"
	"lanyard/internal/card"
	"lanyard/internal/identity"
	"lanyard/internal/media"
	"lanyard/internal/peer"
)

// cards is what people tell of themselves, as the local API has it.
type cards struct {
	cards  *card.Cards
	people *people
	maker  media.Maker

	setting sync.Mutex // one change of ours at a time: each builds on the one before
}

// Card tells what a person tells of themselves.
func (c *cards) Card(ctx context.Context, q string) (api.Card, error) {
	id, err := c.people.one(q)
	if err != nil {
		return api.Card{}, err
	}
	return c.of(ctx, id, c.people.called(id))
}

// MyCard tells what we tell.
func (c *cards) MyCard(ctx context.Context) (api.Card, error) {
	self := c.people.roster.Self()
	return c.of(ctx, self.Person, self.Name)
}

func (c *cards) of(ctx context.Context, person identity.PersonID, called string) (api.Card, error) {
	one, err := c.cards.Of(ctx, person)
	if err != nil {
		return api.Card{}, diskErrorOr(err, api.CodeInternal)
	}
	return api.Card{Person: person.String(), Name: called, Role: one.Role, Room: one.Room, Phone: one.Phone, Picture: one.Picture}, nil
}

// SetCard changes what we tell. A picture is made small here, and nothing else of its file goes out.
func (c *cards) SetCard(ctx context.Context, r api.CardRequest) (api.Card, error) {
	var small []byte
	if r.Picture != nil && len(*r.Picture) > 0 {
		var err error
		if small, err = c.maker.Portrait(*r.Picture); err != nil {
			return api.Card{}, pictureError(err)
		}
	}
	c.setting.Lock()
	defer c.setting.Unlock()
	now, err := c.cards.Own(ctx)
	if err != nil {
		return api.Card{}, diskErrorOr(err, api.CodeInternal)
	}
	for to, text := range map[*string]*string{&now.Role: r.Role, &now.Room: r.Room, &now.Phone: r.Phone} {
		if text != nil {
			*to = *text
		}
	}
	if r.Picture != nil {
		now.Picture = small
	}
	var field *card.FieldError
	switch err := c.cards.Set(ctx, now); {
	case errors.As(err, &field):
		return api.Card{}, told(api.CodeUsage, "%v", err)
	case err != nil:
		return api.Card{}, diskErrorOr(err, api.CodeInternal)
	}
	return c.MyCard(ctx)
}

func pictureError(err error) error {
	var large *media.TooLargeError
	switch {
	case errors.As(err, &large):
		return told(api.CodeTooLong, "%v", err)
	case errors.Is(err, media.ErrNoPortrait):
		return told(api.CodeUsage, "%v", err)
	}
	return err
}

// rowsChanged tells the rows of a person anew.
func (l *life) rowsChanged(person identity.PersonID) {
	for _, id := range l.peers.Machines(person) {
		if row, known := l.peers.Get(id); known {
			l.roster.happened(peer.Change{Peer: row})
		}
	}
}

// forgetCard drops the card of somebody who is no longer on the list.
func (l *life) forgetCard(person identity.PersonID) {
	l.windows.Go(func() {
		if err := l.cards.cards.Forget(l.ended, person); err != nil && l.ended.Err() == nil {
			l.log.Warn("card kept", "reason", err)
		}
	})
}

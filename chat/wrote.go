package chat

import (
	"context"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// wrote reports whether our person said something in a conversation, offered a file there, or joined the room that it is. Answers to files do not count:
// the machine gives them, too, and who declines something wants nothing to do with who sent it.
func (c *Chat) wrote(tx *store.Tx, v *conversation) (yes bool, err error) {
	for _, w := range v.allViews() { // not by the pen: that is put down when a profile was put back
		if c.config.Roster.PersonOf(w.log.Peer) != c.config.Identity.Person() {
			continue
		}
		err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE place BETWEEN ? AND ? AND kind IN (?, ?, ?))`,
			place(w.branch, 0), place(w.branch, event.MaxNumber), int64(event.KindText), int64(event.KindFile), int64(event.KindJoin)).Scan(&yes)
		if yes || err != nil {
			return yes, err
		}
	}
	return false, nil
}

// Wrote reports whether our person ever wrote into a conversation, or made or joined the room that it is.
func (c *Chat) Wrote(ctx context.Context, in event.ConversationID) (wrote bool, err error) {
	v := c.known(in)
	switch {
	case v == nil:
		return false, nil
	case v.room != nil && v.room.creation.Creator == c.config.Identity.Person():
		return true, nil
	}
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		wrote, err = c.wrote(tx, v)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look up whether our person wrote %s: %w", v.in(), err)
	}
	return wrote, nil
}

// wroteTo reports whether our person ever wrote to another, or verified them.
func (c *Chat) wroteTo(tx *store.Tx, who identity.PersonID) (bool, error) {
	if c.trusts(who, peer.Verified) {
		return true, nil
	}
	v := c.known(event.DirectID(c.config.Identity.Person(), who))
	if v == nil {
		return false, nil
	}
	return c.wrote(tx, v)
}

// acquainted reports whether our person knows another: they wrote to them, verified them, or accepted a file of theirs. What the other says is no acquaintance.
// Nobody is known as long as it stands that words compared with them differ.
func (c *Chat) acquainted(ctx context.Context, who identity.PersonID) (known bool, err error) {
	if c.trusts(who, peer.Differs) {
		return false, nil
	}
	if c.files.acceptedFrom(who) {
		return true, nil
	}
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		known, err = c.wroteTo(tx, who)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look up whether somebody is known: %w", err)
	}
	return known, nil
}

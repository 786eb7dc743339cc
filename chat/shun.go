package chat

import (
	"context"
	"sync/atomic"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// A room into which somebody brings our person whom they blocked is kept like any other, so that nothing of it is lost, and is shown nowhere until something is in it
// that somebody whom they did not block said or changed, before the invitation or after: what colleagues say is never kept from them. Then it is a quiet room.

// shunning is whether a room came by somebody blocked: the column chat_room.shunned.
type shunning struct{ is atomic.Bool }

// shuns reports whether a room is shown nowhere at present.
func (c *Chat) shuns(v *conversation) bool {
	return v.room != nil && v.room.shunning.is.Load() && c.Blocks(v.room.members().Inviter(c.config.Identity.Person()))
}

// hides reports whether a conversation is on no list: forgotten, or shunned.
func (c *Chat) hides(v *conversation) bool { return c.gone(v) || c.shuns(v) }

// hears notes an event of a room by which somebody says or changes something whom our person did not block.
func (p *page) hears(e *event.Event) {
	if e.Kind == event.KindText || e.Kind == event.KindFile || e.Kind.ChangesMembers() {
		p.hearsOf(p.chat.config.Roster.PersonOf(e.Peer))
	}
}

func (p *page) hearsOf(by identity.PersonID) {
	s := &p.made.shift
	s.heard = s.heard || by != p.chat.config.Identity.Person() && !p.chat.Blocks(by)
}

// hear has a room be shown in which somebody was heard, now or once our person is a member: logs come in any order, and the invitation may come last.
func (v *conversation) hear(tx *store.Tx) error {
	if _, err := tx.Exec(`UPDATE chat_room SET heard = 1 WHERE conversation = ? AND heard = 0`, v.key); err != nil {
		return err
	}
	return v.unshun(tx)
}

// unshun has a room be shown from now on in which somebody was heard, or that our person opened.
func (v *conversation) unshun(tx *store.Tx) error {
	if !v.room.shunning.is.Load() {
		return nil
	}
	tx.AfterCommit(func() { v.room.shunning.is.Store(false) })
	_, err := tx.Exec(`UPDATE chat_room SET shunned = 0 WHERE conversation = ?`, v.key)
	return err
}

// shun has a room be shown nowhere that our person never was in, if by whom they were brought in is blocked.
func (p *page) shun(tx *store.Tx, by identity.PersonID) error {
	if p.wasIn() || !p.chat.Blocks(by) {
		return nil
	}
	var heard bool
	err := tx.QueryRow(`SELECT heard FROM chat_room WHERE conversation = ?`, p.v.key).Scan(&heard)
	if err != nil || heard {
		return err
	}
	p.made.shift.shuns = true
	_, err = tx.Exec(`UPDATE chat_room SET shunned = 1 WHERE conversation = ?`, p.v.key)
	return err
}

// reviewShunned tells of rooms that are shown again, or no more, as somebody is blocked no more, or again.
func (p *porter) reviewShunned(ctx context.Context) {
	if p.chat.loaded(ctx) != nil {
		return
	}
	for _, v := range p.chat.all() {
		if v.room == nil || !v.room.shunning.is.Load() {
			delete(p.shown, v)
			continue
		}
		is := !p.chat.shuns(v)
		switch was := p.shown[v]; {
		case is && !was:
			p.chat.news.conversation(v)
		case was && !is:
			p.chat.news.change(Change{Forgotten: v.id})
		}
		if is != p.shown[v] {
			p.chat.news.openRooms() // one that may be joined by then is no more, or is again
		}
		p.shown[v] = is
	}
}

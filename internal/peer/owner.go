package peer

import (
	"fmt"

	"lanyard/internal/wire"
)

// Owner is a part of the program that owns some kinds of frames, for example chat.
type Owner struct {
	name           string
	index          int // among the owners
	class          Class
	roster         *Roster
	handlers       map[wire.Kind]func(*Link, []byte)
	up, down, lost func(*Link)
}

// Owner adds an owner; its frames wait in the send queue's given class. Call it before Run.
func (r *Roster) Owner(name string, class Class) *Owner {
	ignore := func(*Link) {}
	o := &Owner{name: name, index: len(r.owners), class: class, roster: r, handlers: map[wire.Kind]func(*Link, []byte){}, up: ignore, down: ignore, lost: ignore}
	r.owners = append(r.owners, o)
	return o
}

// Handle registers what is done with frames of a kind; body belongs to fn. Call it before Run; a kind has one owner, a second registration
// panics, as the program is then wrong.
func (o *Owner) Handle(k wire.Kind, fn func(l *Link, body []byte)) {
	if other := o.roster.kinds[k]; other != nil {
		panic(fmt.Sprintf("peer: %s wants frames %s, which %s has", o.name, k, other.name))
	}
	o.roster.kinds[k] = o
	o.handlers[k] = fn
}

// Offer has every hello tell a capability of this owner. Call it before Run.
func (o *Owner) Offer(capability string) { o.roster.Offer(capability) }

// Offer has every hello tell a capability of who has no frames on links. Call it before Run.
func (r *Roster) Offer(capability string) { r.offered = append(r.offered, capability) }

// OnLink registers what is called when a link of a peer comes up, when it is no longer the one to use (see the package comment), and when
// frames of this owner were dropped because the handlers did not keep up. Any may be nil. Call it before Run.
func (o *Owner) OnLink(up, down, lost func(l *Link)) {
	set := func(to *func(*Link), fn func(*Link)) {
		if fn != nil {
			*to = fn
		}
	}
	set(&o.up, up)
	set(&o.down, down)
	set(&o.lost, lost)
}

func (o *Owner) take(s step) {
	switch s.what {
	case stepFrame:
		o.handlers[s.kind](s.link, s.body)
	case stepUp:
		o.up(s.link)
	case stepDown:
		o.down(s.link)
	case stepLost:
		o.lost(s.link)
	}
}

// Package peer knows the people of this office and keeps one encrypted link to each of their machines that can be reached.
//
// # Use
//
// The [Roster] is everything that is known of people: persons, their machines, names, addresses, trust and presence. Parts that talk to the
// other side take an [Owner] and register their frame kinds before Run:
//
//	roster := peer.New(peer.Config{Identity: id, DB: db, Port: peer.DefaultPort, Name: "Anna", Machine: "anna-pc", Log: log})
//	chat := roster.Owner("chat", peer.ClassChat)
//	chat.Handle(wire.KindEvents, func(l *peer.Link, body []byte) { ... })
//	chat.OnLink(up, down, lost)
//	err := roster.Load(ctx)  // people met before; parts may ask from now on
//	err = roster.Run(ctx)    // until ctx ends
//
// Who is out there comes from outside as a [Hint] (package discovery hears labels and addresses), from remembered addresses, from what peers
// tell each other (gossip), from Add, and from links that others open. A hint is dialled; who answers is learnt inside TLS.
//
// # What is promised
//
// Order: per peer and owner, up, frames, lost and down are called one after the other on one goroutine, in the order in which things happened.
// One link of a peer is up at a time: up(a), down(a), up(b). Two connections to one peer can overlap for a moment; frames of the one that is
// not up are delivered too, on the same goroutine. When the newer one ends first, up is called for the older one again: whoever exchanges
// vectors does so at every up. Frames are at most once; a handler that cannot keep up loses frames, and lost tells it afterwards.
//
// Blocking: handlers may take their time, the link's reader does not wait for them longer than a quarter of a second. Send waits only while
// the link's queue for that class is full. Subscribers must not block. Everything else returns at once, except what takes a context. Run waits
// for handlers at its end, so one that waits for something must also watch its link's context.
//
// Durability: people met are stored soon after, Learn, Block, Unblock, Verify, Differ, Doubt, Forget and SetPresence before they return. The display name
// is the caller's to store.
//
// Safety: everything here may be called from any goroutine. The roster's state has one mutex; nothing is sent or called out under it.
//
// Distrust: whoever answers or knocks is a stranger until TLS has named their key; nothing of them is shown or stored before their hello;
// frames, names, addresses, numbers of strangers, handshakes and waiting bytes are bounded.
//
// # Left out
//
// Multicast (package discovery), what frames of other owners mean, sealed mail, forwarding for two who cannot reach each other, and any
// notion of who may read what beyond "blocked".
package peer

import (
	_ "embed"

	"lanyard/internal/store"
)

// DefaultPort is the TCP port on which links are accepted unless it is taken.
const DefaultPort = 26426

//go:embed schema.sql
var schema string

//go:embed marks.sql
var marksSchema string

//go:embed differed.sql
var differedSchema string

//go:embed lists.sql
var listsSchema string

// Part returns the tables of the roster: people met, their machines, addresses and our own presence.
func Part() store.Part {
	return store.Part{Name: "peer", Migrations: []string{schema, marksSchema, listsSchema, differedSchema}}
}

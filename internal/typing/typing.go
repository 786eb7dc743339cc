// Package typing tells colleagues that somebody is writing, and, where two people both switched it on, shows them each other's letters as they are typed.
//
// # Use
//
//	t := typing.New(typing.Config{Roster: roster, With: with, Told: told})  // before the roster runs
//	err := t.Run(ctx)                                                       // until ctx ends
//	t.Write(conversation, true, "Hel")                                      // somebody typed; false and "" when it was cleared or sent
//	t.Ended(conversation, person)                                           // a message of theirs came
//	t.Switched(person)                                                      // their mark Live changed
//	t.Gone(person)                                                          // they can no longer be seen here
//	t.Heed()                                                                // what our person tells of writing changed, or whether they are invisible
//
// The formats and paces are in docs/protocol.md, section 6, writing.
//
// # Promises
//
// Nothing is stored and nothing is sent twice: this is a passing state. Write may be called with every key: at most one frame goes out every 3 s, and of live
// text at most one every 100 ms, always with the newest text. What is told by others ends by itself after 6 s (live text with the link), and takes a
// bounded amount of memory whatever they send. Who is invisible sends nothing, tells live text as off, and gets none; who keeps writing to themselves ([peer.Discretion]) neither sends nor is told.
//
// No method waits for the network: on a link whose queue is full the frame is left out, as the next one says more. Told is called from Run, in
// order, and must not block. All methods may be called from any goroutine.
//
// # Left out
//
// What a conversation is and who has a part in it (the caller knows), and the text once it is sent (package chat).
package typing

import (
	"context"
	"sync"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/news"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// Paces and limits, as in docs/protocol.md.
const (
	Again   = 3 * time.Second        // between two frames that say the same
	Shown   = 6 * time.Second        // of a frame that is not followed by another
	Letters = 100 * time.Millisecond // between two frames of live text
	MaxText = 32 << 10               // bytes of live text
)

// Conversation names what is written to.
type Conversation [32]byte

// Config is what a Typing is made of. All fields are needed.
type Config struct {
	Roster *peer.Roster
	// With returns who has a part in a conversation besides our own person; none if we have none ourselves. Direct: it is of two people. It may be called
	// from any goroutine, with anything that a colleague sent.
	With func(Conversation) (with []identity.PersonID, direct bool)
	// Told hears what changed.
	Told func(Change)
}

// Change is one thing that changed with a person.
type Change struct {
	Person       identity.PersonID
	Conversation Conversation // of Writing; zero when Live text was switched, or when the text is of their direct conversation
	Writing      bool
	Text         string // what they are writing, by live text
	Live         bool   // Text is told, empty or not
	Switched     bool   // they switched live text on or off, or we did with all: ask Live
}

// Typing is what is being written right now, by us and by others.
type Typing struct {
	config  Config
	owner   *peer.Owner
	changes *news.News[Change]

	telling sync.Mutex // held while it is decided and said whether live text is on, and what it is: the last that is said is what is true

	mu      sync.Mutex
	heard   map[place]time.Time // who writes where, and until when that is shown
	texts   map[identity.PersonID]string
	links   map[*peer.Link]*hearing
	told    map[Conversation]told          // what we said last
	waiting map[identity.PersonID]*letters // our live text
}

// place is somebody in a conversation.
type place struct {
	person identity.PersonID
	in     Conversation
}

// told is when we said last that we write, and whether that stands.
type told struct {
	at     time.Time
	writes bool
}

// letters is live text of ours to one person: the newest, what they have, and when they may get more.
type letters struct {
	text, sent string
	next       time.Time
}

// New makes a Typing and registers its frames with the roster, which must not run yet.
func New(c Config) *Typing {
	t := &Typing{
		config: c, owner: c.Roster.Owner("typing", peer.ClassChat), changes: news.New(c.Told), heard: map[place]time.Time{}, texts: map[identity.PersonID]string{},
		links: map[*peer.Link]*hearing{}, told: map[Conversation]told{}, waiting: map[identity.PersonID]*letters{},
	}
	t.owner.Offer(capabilityTyping)
	t.owner.Offer(capabilityLive)
	t.owner.Handle(wire.KindTyping, t.takeTyping)
	t.owner.Handle(wire.KindLive, t.takeLive)
	t.owner.OnLink(t.linkUp, t.linkDown, nil)
	return t
}

// Run tells what changes until ctx ends.
func (t *Typing) Run(ctx context.Context) error {
	return t.changes.Run(ctx, func(now time.Time) time.Time {
		t.sendLetters(now)
		return t.due(now)
	})
}

// due ends what is shown for too long, and returns when it is to be called again; zero: not before a stir.
func (t *Typing) due(now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	var next time.Time
	for p, until := range t.heard {
		if until.After(now) {
			next = earlier(next, until)
			continue
		}
		t.silenceLocked(p)
	}
	for _, l := range t.waiting {
		if l.text != l.sent {
			next = earlier(next, l.next)
		}
	}
	for in, one := range t.told {
		if now.Sub(one.at) > Again && !one.writes {
			delete(t.told, in)
		}
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

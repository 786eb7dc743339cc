package chat

import (
	"context"
	"sync"
	"time"

	"lanyard/chat/event"
)

// A joining stands behind what was said before, so that whoever is there sees at the end that somebody came: docs/protocol.md, section 6, rooms, "When one joins".
// So does what is written by who takes no more of somebody for now: "Very much of one member".

// joinWait is how long those who tell of an open room may take to say how late it is there.
const joinWait = 2 * time.Second

// joinClock is the time in a room as its members tell it to who is none yet, or does not take all.
type joinClock struct {
	mu      sync.Mutex
	told    uint64        // the highest, while our person is no member
	behind  uint64        // the highest that a member told who has what waits for our person
	answers int           // since it was last asked
	rang    chan struct{} // closed at the next answer; nil when nobody waits
}

// ask forgets how many answered.
func (k *joinClock) ask() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.answers = 0
}

// read returns what was told, how many told it since it was asked, and a channel that is closed when another one does.
func (k *joinClock) read() (told uint64, answers int, next <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.rang == nil {
		k.rang = make(chan struct{})
	}
	return k.told, k.answers, k.rang
}

// heldLeap is how far what is told of what waits may lie behind what is here: more events than anybody takes of one person in a day. Only who signs for it in a log of
// their own moves the room's time further at once.
const heldLeap = 1 << 20

// tellTime notes how late it is in the room by the word of somebody who tells of it; 0 is none.
func (v *conversation) tellTime(lamport uint64, member bool) {
	if lamport == 0 || lamport > event.MaxLamport {
		return
	}
	v.mu.Lock()
	here := v.lamport
	v.mu.Unlock()
	k := &v.room.clock
	k.mu.Lock()
	defer k.mu.Unlock()
	if member {
		k.behind = max(k.behind, min(lamport, here+heldLeap))
		return
	}
	k.told, k.answers = max(k.told, lamport), k.answers+1 // what no log could begin at is a lie and would do no harm: see event.Leap
	if k.rang != nil {
		close(k.rang)
		k.rang = nil
	}
}

// late is the highest time that members told of what waits for our person.
func (r *room) late() uint64 {
	r.clock.mu.Lock()
	defer r.clock.mu.Unlock()
	return r.clock.behind
}

// timeToTell is how late it is in a room, for a member who takes no more of somebody for now, and in an open one for who may join it; 0 for anybody else.
func (s *session) timeToTell() uint64 {
	m, who := s.v.room.members(), s.link.Person()
	if !m.Has(s.chat.config.Identity.Person()) || m.Has(who) && !s.theyHold() || !m.Has(who) && (m.Open != 1 || !m.MayJoin(who)) {
		return 0
	}
	s.v.mu.Lock()
	defer s.v.mu.Unlock()
	return max(1, s.v.lamport) // 0 would be no answer
}

// laterThanTold reports whether it is later in a room than the other side knows, who takes no more of somebody for now. Who takes no more of them either leaves it to those who do: where
// very much comes of one person all but a few do not.
func (s *session) laterThanTold() bool {
	s.mu.Lock()
	theirs, told := s.relay.theyHold, s.relay.late
	s.mu.Unlock()
	if len(theirs) == 0 {
		return false
	}
	for machine := range theirs {
		if s.chat.holds(s.v, machine) {
			return false
		}
	}
	s.v.mu.Lock()
	defer s.v.mu.Unlock()
	return s.v.lamport > told
}

// timeOf asks those who tell of a room how late it is there, and waits for all of their answers, but not long.
func (c *Chat) timeOf(ctx context.Context, v *conversation) uint64 {
	v.room.clock.ask()
	asked := 0
	for _, l := range c.inUse() {
		if c.offersRoom(l, v.id) {
			c.sessionFor(l, v).askTime()
			asked++
		}
	}
	patience := time.NewTimer(joinWait)
	defer patience.Stop()
	for {
		told, answers, next := v.room.clock.read()
		if answers >= asked {
			return told
		}
		select {
		case <-next:
		case <-patience.C:
			return told
		case <-ctx.Done():
			return told
		}
	}
}

// askTime has our vector sent, which is answered by theirs.
func (s *session) askTime() {
	s.mu.Lock()
	s.relay.asksTime = true
	s.mu.Unlock()
	if !s.running() {
		s.begin()
		return
	}
	s.mu.Lock()
	s.due.vector = true
	s.mu.Unlock()
	s.stir()
}

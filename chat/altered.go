package chat

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// What was altered in our own database stops nothing but itself: docs/protocol.md, section 6, "Altered". Whoever meets such an event while sending or
// starting tells it as a problem; verify-log tells which ones they are.

// maxAltered is how many problems there are of altered events at once, one for each author in a conversation. Further ones are in the log.
const maxAltered = 16

const alteredProblem = "altered-"

// errUnreadable is the end of what can be read of a log that was altered in our own database.
var errUnreadable = errors.New("an event whose header was altered")

// untilAltered returns the first of these events that others may get from here, and tells of what was altered. What was said goes without its words. A
// change and a deletion are kept back with what follows them: without their bodies they would never do what they are for, although others have them whole.
func (c *Chat) untilAltered(v *conversation, events []*event.Event) []*event.Event {
	for i, e := range events {
		if !e.Altered {
			continue
		}
		c.tellAltered(v, e.Peer)
		if e.Kind.ChangesMembers() || e.Kind == event.KindDelete {
			return events[:i]
		}
	}
	return events
}

// tellAltered makes a problem of what a machine's person wrote into a conversation and is not here any more as they wrote it.
func (c *Chat) tellAltered(v *conversation, by identity.PeerID) {
	who := c.personIn(v, by)
	p := Problem{
		ID:       alteredIn(v) + who.Short(),
		Sentence: fmt.Sprintf("What %s wrote in %s was altered on this computer.", name.Quote(cmp.Or(c.calledIn(v, by), who.Short())), c.placeCalled(v)),
		Remedy:   "lanyard verify-log tells which messages. Others get them without the altered words, or from somebody who has them whole. The disk may be failing, or somebody changed Lanyard's own files.",
	}
	if c.problems.count(alteredProblem) < maxAltered && c.problems.set(p) {
		c.config.Log.Warn("events in our own database are not what their author signed", "conversation", v.id, "author", who.Short())
		c.news.problems()
	}
}

func alteredIn(v *conversation) string { return alteredProblem + v.id.String()[:16] + "-" }

// placeCalled is what a conversation is called within a sentence.
func (c *Chat) placeCalled(v *conversation) string {
	switch {
	case v.office != nil:
		return "the announcements"
	case v.room != nil:
		return "the room " + name.Quote(v.room.members().Title())
	}
	return "the conversation with " + name.Quote(c.called(v.with))
}

// intact takes back what was told of a conversation in which nothing is altered any more.
func (c *Chat) intact(v *conversation) {
	if c.problems.clearAll(alteredIn(v)) {
		c.news.problems()
	}
}

// count returns how many problems have an ID that begins so.
func (p *problems) count(prefix string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, q := range p.present {
		if strings.HasPrefix(q.ID, prefix) {
			n++
		}
	}
	return n
}

// clearAll removes all problems whose ID begins so; it reports whether there was any.
func (p *problems) clearAll(prefix string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.present)
	p.present = slices.DeleteFunc(p.present, func(q Problem) bool { return strings.HasPrefix(q.ID, prefix) })
	return len(p.present) != n
}

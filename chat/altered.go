package chat

import (
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/name"
)

// tellAltered makes a problem of words that are to be sent and are not those that their author signed: something outside of Lanyard changed them here. They go
// without, as if they had been dropped, so that they hold up nothing else; Verify tells which.
func (c *Chat) tellAltered(v *conversation, events []*event.Event) {
	for _, e := range events {
		if !e.Altered {
			continue
		}
		who := c.calledIn(v, e.Peer)
		if e.Peer == c.self() {
			who = c.config.Roster.Self().Name
		}
		p := Problem{
			ID:       "altered-" + v.id.String()[:16],
			Sentence: fmt.Sprintf("What %s wrote in %s was altered on this computer, and others get it without its words.", name.Quote(who), c.placeCalled(v)),
			Remedy:   "lanyard verify-log tells which messages. The disk may be failing, or somebody changed Lanyard's own files.",
		}
		if c.problems.set(p) {
			c.config.Log.Warn("words that were altered on this computer go out without", "conversation", v.id, "log", e.Log, "event", e.Number)
			c.news.problems()
		}
		return
	}
}

// placeCalled is what a conversation is called within a sentence.
func (c *Chat) placeCalled(v *conversation) string {
	switch {
	case v.office != nil:
		return "the announcements"
	case v.room != nil:
		return "the room " + name.Quote(v.room.members().Title())
	}
	for _, machine := range c.config.Roster.Machines(v.with) {
		if row, known := c.config.Roster.Get(machine); known && row.Name != "" {
			return "the conversation with " + name.Quote(row.Name)
		}
	}
	return "the conversation with " + v.with.Short()
}

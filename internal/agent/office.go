package agent

import (
	"context"
	"fmt"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/peer"
)

// officeName is what the conversation of everybody is called. No person or room takes it away: they are named by their ID then.
const officeName = "Office"

// office is where everybody announces, as the local API has it.
type office struct{ *conversations }

// Office tells what conversation it is, to how many an announcement would go, and why none would take it.
func (o office) Office(context.Context) (api.Office, error) {
	v := api.Office{ID: event.OfficeID().String(), People: o.chats.Colleagues()}
	if off := o.chats.Unheard(); off != 0 {
		v.Problem = fmt.Sprintf("Those who are here take no announcements from this computer: by their clocks its own is %s.", peer.Off(off))
		v.Remedy = "Look which clock is wrong: if it is this one, set its date, time and time zone, then announce it again."
	}
	return v, nil
}

// Announce writes to everybody.
func (o office) Announce(ctx context.Context, text string) (api.Message, error) {
	sent, err := o.chats.Announce(ctx, text)
	if err != nil {
		return api.Message{}, chatError(err)
	}
	return o.message(sent), nil
}

// reach is how far an announcement of ours got, as our person is shown it: who does not tell what they have read is not told it.
func (c *conversations) reach(r *chat.Reach) *api.Reach {
	if r == nil {
		return nil
	}
	v := &api.Reach{Of: r.Of, Delivered: r.Delivered, Read: r.Read}
	if c.people.roster.Discretion().Read {
		v.Read = 0
	}
	return v
}

// reached tells that an announcement of ours got further. Who is not told by how many it was read does not learn the moments of it, either.
func (l *life) reached(r *chat.Reach) {
	if r.New == chat.Read && l.peers.Discretion().Read {
		return
	}
	l.control.Hub().Publish(api.EventReach, api.ReachChange{ID: r.Message.String(), Conversation: r.Conversation.String(), Reach: *l.talks.reach(r)})
}

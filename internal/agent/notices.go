package agent

import (
	"context"
	"fmt"
	"time"

	"lanyard/chat"
	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/sync/share"
)

// happeningsWaiting is how many happenings wait to be judged; when more come at once, nobody would read a notification of each.
const happeningsWaiting = 256

// ringer turns what happens into notifications: the rule of package desktop decides, the desk shows. Happenings come from the parts'
// callbacks, which must not wait for a desktop.
type ringer struct {
	desk     *desk
	presence func() string
	off      func() bool // notifications are switched off
	waiting  chan desktop.Happening
}

func newRinger(d *desk, presence func() string, off func() bool) *ringer {
	return &ringer{desk: d, presence: presence, off: off, waiting: make(chan desktop.Happening, happeningsWaiting)}
}

// happened hands over something that may deserve a notification.
func (r *ringer) happened(h desktop.Happening) {
	select {
	case r.waiting <- h:
	default:
	}
}

// run shows notifications until ctx ends.
func (r *ringer) run(ctx context.Context) error {
	var rule desktop.Rule
	for {
		select {
		case <-ctx.Done():
			return nil
		case h := <-r.waiting:
			now := desktop.Situation{Presence: r.presence(), Open: r.desk.open(), Off: r.off()}
			if n, show := rule.Decide(h, now, time.Now()); show {
				r.desk.notify(ctx, n)
			}
		}
	}
}

// ofMessage is a message as something that happened.
func ofMessage(m api.Message, raw chat.Message) (desktop.Happening, bool) {
	h := desktop.Happening{Conversation: m.Conversation, Name: m.Author.Name, Text: m.Text, Mine: m.Mine}
	switch raw.Kind {
	case chat.KindText:
	case chat.KindFile:
		h.Text = fmt.Sprintf("sends you %q", m.Text)
	default:
		return h, false
	}
	return h, m.Unread
}

// ofInvitation is an invitation as something that happened.
func ofInvitation(i share.Invitation) desktop.Happening {
	return desktop.Happening{Share: i.ID.String(), Name: i.From.Name, Text: fmt.Sprintf("wants to share the folder %q with you", i.Name)}
}

// ofNotice is a change in a share as something that happened: only what asks for a look.
func ofNotice(n share.Notice) (desktop.Happening, bool) {
	if n.What != share.Conflict {
		return desktop.Happening{}, false
	}
	return desktop.Happening{Share: n.Share.String(), Name: n.Other.Name, Text: fmt.Sprintf("changed %q too; the other version is kept beside it", n.Path)}, true
}

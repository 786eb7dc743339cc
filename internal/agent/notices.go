package agent

import (
	"context"
	"fmt"
	"time"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/identity"
	"lanyard/internal/settings"
	"lanyard/sync/share"
)

// happeningsWaiting is how many happenings wait to be judged; when more come at once, nobody would read a notification of each.
const happeningsWaiting = 256

// lookAgain is how often it is looked whether quiet hours are over, by the clock on the wall: a timer until then would not see that the machine slept or its clock was set.
const lookAgain = 20 * time.Second

// ringer turns what happens into notifications: the rule of package desktop decides, the desk shows. Happenings come from the parts'
// callbacks, which must not wait for a desktop.
type ringer struct {
	open     func() string                                 // the conversation that the person looks at
	notify   func(ctx context.Context, n api.Notification) // shows one
	presence func() string
	set      func() settings.Settings
	unread   func(ctx context.Context, conversation string) bool
	waiting  chan heardThen
	urgent   chan heardThen // what matters for the person's safety, so that no flood of the rest pushes it out
	choices  chan struct{}  // capacity 1: the presence or the settings may have changed
}

func newRinger(open func() string, notify func(context.Context, api.Notification), presence func() string, set func() settings.Settings, unread func(context.Context, string) bool) *ringer {
	return &ringer{open: open, notify: notify, presence: presence, set: set, unread: unread, waiting: make(chan heardThen, happeningsWaiting),
		urgent: make(chan heardThen, happeningsWaiting), choices: make(chan struct{}, 1)}
}

// changed says that somebody may no longer be busy, or have quiet hours.
func (r *ringer) changed() {
	select {
	case r.choices <- struct{}{}:
	default:
	}
}

// heardThen is something that happened, and what the person did then.
type heardThen struct {
	what desktop.Happening
	then desktop.Situation
}

// happened hands over something that may deserve a notification.
func (r *ringer) happened(h desktop.Happening) {
	queue := r.waiting
	if h.Urgent {
		queue = r.urgent
	}
	select {
	case queue <- heardThen{h, r.situation()}:
	default:
	}
}

// run shows notifications until ctx ends.
func (r *ringer) run(ctx context.Context) error {
	var rule desktop.Rule
	var again <-chan time.Time // while something is held: quiet hours end by themselves
	for {
		if again == nil && rule.Holds() {
			again = time.After(lookAgain)
		}
		var due <-chan time.Time // while something came too soon after another
		if wait, waits := rule.Wait(time.Now()); waits {
			due = time.After(max(wait, 1))
		}
		select {
		case <-ctx.Done():
			return nil
		case h := <-r.urgent:
			r.decide(ctx, &rule, h)
		case h := <-r.waiting:
			r.decide(ctx, &rule, h)
		case <-r.choices:
			r.release(ctx, &rule)
		case <-due:
			for _, n := range rule.Overdue(r.situation(), time.Now(), func(c string) bool { return r.unread(ctx, c) }) {
				r.notify(ctx, n)
			}
		case <-again:
			again = nil
			r.release(ctx, &rule)
		}
	}
}

// release tells what was held, unless it still is.
func (r *ringer) release(ctx context.Context, rule *desktop.Rule) {
	for _, queue := range []chan heardThen{r.urgent, r.waiting} {
		for len(queue) > 0 { // what happened before is held, too
			r.decide(ctx, rule, <-queue)
		}
	}
	for _, n := range rule.Release(r.situation(), func(c string) bool { return r.unread(ctx, c) }) {
		r.notify(ctx, n)
	}
}

func (r *ringer) decide(ctx context.Context, rule *desktop.Rule, h heardThen) {
	if n, show := rule.Decide(h.what, h.then, time.Now()); show {
		r.notify(ctx, n)
	}
}

func (r *ringer) situation() desktop.Situation {
	set := r.set()
	quiet, err := settings.ParseSpan(set.Quiet)
	return desktop.Situation{Presence: r.presence(), Quiet: err == nil && quiet.Holds(time.Now()), Open: r.open(), Off: !set.Notifications}
}

// ofMessage is a message as something that happened.
func ofMessage(m api.Message, raw chat.Message) (desktop.Happening, bool) {
	h := desktop.Happening{Conversation: m.Conversation, Name: m.Author.Distinct(), Text: m.Text, Mine: m.Mine}
	if m.Hook != "" {
		h.Labels = append(h.Labels, "through "+m.Hook)
	}
	switch raw.Kind {
	case event.KindText:
	case event.KindFile:
		h.Text = fmt.Sprintf("sends you %q", m.Text)
	default:
		return h, false
	}
	return h, m.Unread
}

// ofInvitation is an invitation by somebody as something that happened.
func ofInvitation(i share.Invitation, by api.Author) desktop.Happening {
	return desktop.Happening{Share: i.ID.String(), Name: by.Distinct(), Text: fmt.Sprintf("wants to share the folder %q with you", i.Name)}
}

// ofNotice is a change in a share as something that happened: only what asks for a look of this person, as a conflict does of its two authors, who are named.
func ofNotice(n share.Notice, self identity.PersonID, named func(identity.PersonID, string) api.Author) (desktop.Happening, bool) {
	rival := n.Other
	if n.Other.ID == self {
		rival = n.By
	}
	if n.What != share.Conflict || n.Other.ID != self && n.By.ID != self || rival.ID == self {
		return desktop.Happening{}, false
	}
	return desktop.Happening{Share: n.Share.String(), Name: named(rival.ID, rival.Name).Distinct(), Text: fmt.Sprintf("changed %q too; both versions are kept side by side", n.Path)}, true
}

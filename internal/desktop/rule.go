package desktop

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lanyard/internal/api"
)

// Interval is the least time between two notifications of one conversation; what comes meanwhile is counted, and told when it is over.
const Interval = 3 * time.Second

// maxBody is how much of a colleague's text a notification shows, in bytes before the cut at a character.
const maxBody = 180

// Situation is what the rule looks at: what the person does right now.
type Situation struct {
	Presence string // as chosen: available, away, busy, invisible
	Quiet    bool   // these are quiet hours
	Open     string // conversation on screen in a window that has the focus; empty: none
	Off      bool   // notifications are switched off in the settings
}

// holds tells whether what happens waits to be told.
func (s Situation) holds() bool { return s.Presence == "busy" || s.Quiet }

// Happening is something that may deserve a notification.
type Happening struct {
	Conversation string   // of a message or file offer; empty for shares
	Share        string   // of an invitation, a conflict or a group of changes
	Apart        string   // what it is, if it is no message: it is told apart from those, and that they are read does not end it; of the same only the last counts
	Labels       []string // what Lanyard says of it beside who did it: where, or what it is
	Name         string   // who did it
	Text         string   // what they wrote, or the sentence to show
	Mine         bool     // our own doing, from here or another machine
	Late         bool     // fetched from the past while catching up with a backlog of more than one
	Count        int      // how many of the kind came at once; 0 and 1 mean one
	Urgent       bool     // it matters for the person's safety: told by itself, whatever rang just before

	Words func() (text string, there bool) // asks what a message says by now, before it is told late, and whether it was not deleted; nil: as it was
	Still func() bool                      // asks whether what is no message is still so, before it is told late; nil: it always is
}

// endsRead reports whether it is a message, which nobody needs to be told once its conversation was read.
func (h Happening) endsRead() bool { return h.Conversation != "" && h.Apart == "" }

// stands reports whether somebody who was not told of it at once is still to be: unread tells of a conversation's messages.
func (h Happening) stands(unread func(conversation string) bool) bool {
	if h.endsRead() {
		return unread(h.Conversation)
	}
	return h.Still == nil || h.Still()
}

// same reports whether two are told as one.
func (h Happening) same(o Happening) bool {
	return h.Conversation == o.Conversation && h.Share == o.Share && h.Apart == o.Apart
}

// Rule decides which happenings become notifications. It is pure: time and situation are handed in, so that every case can be told as a test.
// It remembers when each conversation last rang, and what was not told while the person was busy or had quiet hours. Not safe for concurrent use.
type Rule struct {
	last map[string]rang
	held held
}

type rang struct {
	at    time.Time
	quiet int         // happenings since that were not told
	said  []Happening // the newest of those
}

// over reports whether the conversation may ring again. A clock that was set back silences nobody.
func (e rang) over(now time.Time) bool { return now.Sub(e.at) >= Interval || !now.After(e.at) }

// Decide returns the notification to show, or false. Busy and quiet hours hold everything, until Release; the conversation that is open and focused never rings; own doings never
// ring; one conversation, or what stands apart in it, rings at most once in Interval; what comes meanwhile waits for Overdue, or for the next that rings, which says how many there were. What is urgent is not counted among them.
func (r *Rule) Decide(h Happening, s Situation, now time.Time) (api.Notification, bool) {
	if h.Mine || s.Off || h.Conversation != "" && h.Conversation == s.Open {
		return api.Notification{}, false
	}
	if s.holds() {
		r.held.add(h, s)
		return api.Notification{}, false
	}
	if h.Urgent {
		return notification(h, 1), true
	}
	count := max(h.Count, 1)
	key := h.Conversation + "/" + h.Share + "/" + h.Apart
	before, seen := r.last[key]
	if seen && !before.over(now) {
		before.quiet += count
		before.said = remember(before.said, h)
		r.last[key] = before
		return api.Notification{}, false
	}
	if r.last == nil {
		r.last = map[string]rang{}
	}
	r.forget(now)
	r.last[key] = rang{at: now}
	return notification(h, count+before.quiet), true
}

// forget drops what no longer matters, so that the table stays as small as the number of conversations that rang lately.
func (r *Rule) forget(now time.Time) {
	for key, e := range r.last {
		if e.quiet == 0 && now.Sub(e.at) > 24*time.Hour {
			delete(r.last, key)
		}
	}
}

func notification(h Happening, count int) api.Notification {
	body := shorten(oneLine(h.Text))
	switch {
	case body == "" && h.endsRead():
		body = plural(count)
	case count > 1 && h.endsRead():
		body = plural(count) + ": " + body
	}
	tag := h.Conversation + h.Share + h.Apart
	if h.Urgent {
		tag += "/urgent" // no message takes its place on the screen
	}
	return api.Notification{Title: title(h), Body: body, Conversation: h.Conversation, Share: h.Share, Tag: tag}
}

func plural(count int) string {
	if count == 1 {
		return "1 new message"
	}
	if count > 99 {
		return "99+ new messages"
	}
	return strconv.Itoa(count) + " new messages"
}

// oneLine keeps a message from faking a second notification by its line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func shorten(s string) string { return cutAt(s, maxBody) }

func cutAt(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

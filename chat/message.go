package chat

import (
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// Delivery is how far a message got with a person.
type Delivery uint8

// Deliveries, each of which includes those before it.
const (
	Waiting   Delivery = iota // not yet on their disk
	Carried                   // nor that, but sealed on the disks of colleagues who will hand it over
	Delivered                 // durable on one of their machines
	Read                      // seen by the person
)

// String returns the word that the command line and the API use.
func (d Delivery) String() string {
	switch d {
	case Carried:
		return "carried"
	case Delivered:
		return "delivered"
	case Read:
		return "read"
	}
	return "waiting"
}

// State is how far one of our messages got with one person.
type State struct {
	Person   identity.PersonID
	Delivery Delivery
	Through  []identity.PersonID // Carried: who keeps it
}

// Message is one event of a conversation as people see it.
type Message struct {
	ID           event.ID
	Conversation event.ConversationID
	With         identity.PersonID // the other person of the conversation; zero in a room
	Author       identity.PersonID
	Peer         identity.PeerID // the machine that wrote it
	Mine         bool
	Time         time.Time // by the author's clock, for display only
	Kind         event.Kind
	Text         string // of KindText, as last edited
	Reply        *Quote // of KindText: what it replies to
	Mentions     []identity.PersonID
	Groups       []string      // of KindText: groups of the room that it mentions; see Chat.Mentioned
	From         string        // of what is passed on: the name of the person whose words these are, or from whom the file came, as the sender gives it
	Hook         string        // of KindText: the author's webhook through which a program posted it, as the sender gives it
	File         *event.Offer  // of KindFile
	Change       *MemberChange // of a line that tells of a room's members, and is no message
	Opaque       bool          // of a kind that this version does not know, or without a body that can be shown
	Gone         bool          // the same, because its body was taken away on this computer
	States       []State       // of our own messages; none of announcements
	Reach        *Reach        // of our own announcements
	Called       string        // of an announcement: what its author, whom we never met, calls themselves
	Stale        bool          // it makes no notice: an announcement that is old or by somebody whom we never met, or a message whose words came late
	Unread       bool
	Refused      bool // of a room: our person wrote it as they were no member any more, or none yet, and did not know. Nobody else sees it, and it has no States

	Edits   int       // how often the author changed the text
	Edited  time.Time // when they did last, by their clock; zero if never
	Deleted bool      // the author took it back: there is neither text nor file
	Pinned  bool

	RefusedEdits    int  // how often our person changed the text as they were no member of the room any more, and did not know; see Chat.Versions
	RefusedDeletion bool // the author deleted it so, and it is shown all the same; without words until others send them again

	Starred   bool       // by our person, for themselves
	Reactions []Reaction // in the order in which the emoji came first
	Reacted   int        // reactions with other emoji than those listed
}

// Reaction is one emoji below a message.
type Reaction struct {
	Emoji string
	Count int                 // of persons
	By    []identity.PersonID // the first of them
	Mine  bool
}

// Quote is what a message replies to, as it is now.
type Quote struct {
	ID      event.ID
	Here    bool // false: it has not come, or is not of this conversation; the rest is empty then
	Author  identity.PersonID
	Kind    event.Kind
	Text    string // the beginning; for a file its name
	Deleted bool
	Office  bool // it is an announcement, and the reply stands in a direct conversation
}

// Version is one wording of a message.
type Version struct {
	Text string
	Time time.Time // by the author's clock

	Refused bool // our person wrote it as they were no member any more, and did not know: nobody else sees it
}

// Conversation is one row of the list of conversations.
type Conversation struct {
	ID        event.ConversationID
	With      identity.PersonID // the other person; zero for a room and the office
	Room      *Room             // of a room
	Office    bool              // it is where everybody in the office announces
	Last      *Message          // newest in order, without what it replies to; nil when nothing was said
	Unread    int
	Mentioned bool // in what is unread, by name or by a group of the room in which our person is now
	Mine
}

// Time is when something was said last, or the room was made.
func (c *Conversation) Time() time.Time {
	switch {
	case c.Last != nil:
		return c.Last.Time
	case c.Room != nil:
		return c.Room.Made
	}
	return time.Time{}
}

// Query asks for a page of a conversation. At most one of Before, After and Around is set; without any the page is the newest (with Since: the
// oldest after that time).
type Query struct {
	Before, After, Around event.ID
	Since                 time.Time // only messages whose time is not earlier
	Search                string    // only texts and file names with these words, in any case; if none has them, those that contain it anywhere
	Limit                 int       // 0 = no limit

	indexed Indexed // of the conversation, when Search is set
	looks   int     // how many messages the page looks at then
}

// Page is a part of a conversation, oldest first.
type Page struct {
	Messages    []Message
	More        bool     // there is more beyond the page, in the direction asked for (Around: older)
	FirstUnread event.ID // oldest unread message of the whole conversation; zero if none

	// Of a search with More: the message that it looked at last, and its time. The page may hold fewer than Limit, or none: it looks at so many messages at most.
	Next     event.ID
	Searched time.Time
}

// StateChange tells that messages of ours got further with one person, or who carries them. Only Carried goes back to Waiting, when nobody keeps them any more.
type StateChange struct {
	Conversation event.ConversationID
	With         identity.PersonID // the other person of the conversation; zero in a room
	Person       identity.PersonID // who has them
	Delivery     Delivery
	Through      []identity.PersonID // Carried: who keeps them
	Messages     []event.ID          // oldest first
}

// fill decodes a body into the message that people see. What cannot be shown is opaque: it stays a part of the log all the same.
func (m *Message) fill(body []byte) {
	var err error
	switch m.Kind {
	case event.KindText:
		var b event.Text
		if b, err = event.ReadText(body); err == nil {
			m.Text, m.Mentions, m.Groups, m.From, m.Hook = b.Text, b.Mentions, b.Groups, b.From, b.Hook
			if len(b.ReplyTo) > 0 {
				m.Reply = &Quote{ID: event.ID(b.ReplyTo)}
			}
		}
	case event.KindFile:
		var b event.File
		if b, err = event.ReadFile(body); err == nil {
			offer := b.Offer()
			m.File, m.From = &offer, b.From
		}
	default:
		m.Opaque = true
	}
	if err != nil {
		m.Opaque, m.Gone, m.Text = true, len(body) == 0, ""
	}
}

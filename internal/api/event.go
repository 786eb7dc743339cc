package api

import (
	"encoding/json"
	"fmt"
)

// Types of events: what GET /events and GET /live tell, and which type's fields stand beside "type".
const (
	EventReady        = "ready"        // the first of GET /events: nothing that happens after it is missed
	EventSnapshot     = "snapshot"     // Snapshot; the first of GET /live
	EventMessage      = "message"      // Message: a new one, or one whose file changed its state
	EventAmended      = "amended"      // Message: one that was edited, deleted, reacted to or pinned, as it is now
	EventReminder     = "reminder"     // Message: we wanted to be reminded of it now
	EventTyping       = "typing"       // Writing
	EventLive         = "live"         // LiveText
	EventSettings     = "settings"     // Settings
	EventRoom         = "room"         // RoomChange
	EventRooms        = "rooms"        // nothing beside it: what rooms we may join or have left changed, or what our rooms can be taken for
	EventLater        = "later"        // nothing beside it: what is to happen later changed
	EventState        = "state"        // StateChange
	EventReach        = "reach"        // ReachChange
	EventPresence     = "presence"     // Peer: at first sight too
	EventShare        = "share"        // Share
	EventFile         = "file"         // File
	EventProblem      = "problem"      // ProblemChange
	EventInvite       = "invite"       // InviteChange
	EventNotice       = "notice"       // Notice
	EventConversation = "conversation" // Conversation
	EventMe           = "me"           // Me
	EventNetwork      = "network"      // Network
	EventWords        = "words"        // Words: words are to be compared with a person, or no more
	EventRemoved      = "removed"      // Removed
	EventFocus        = "focus"        // Focus
	EventBehind       = "behind"       // nothing beside it: this reader was too slow, and this is its last event; what happened meanwhile it has missed
	EventSuperseded   = "superseded"   // another window was opened: this one closes itself
)

// Event is one line of GET /events: a type and, in the same object, the fields that belong to it.
type Event struct {
	Type string
	Raw  json.RawMessage // the whole object
}

// UnmarshalJSON keeps the object and looks at its type only.
func (e *Event) UnmarshalJSON(b []byte) error {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	e.Type, e.Raw = head.Type, append(e.Raw[:0:0], b...)
	return nil
}

// MarshalJSON returns the object as it came.
func (e Event) MarshalJSON() ([]byte, error) { return e.Raw, nil }

// Into decodes the event's fields into v, a pointer to the type that belongs to e.Type.
func (e Event) Into(v any) error {
	if err := json.Unmarshal(e.Raw, v); err != nil {
		return fmt.Errorf("read event %q: %w", e.Type, err)
	}
	return nil
}

// InviteChange is an invitation that came, or one that is answered or withdrawn (Gone).
type InviteChange struct {
	Invite
	Gone bool `json:"gone"`
}

// ProblemChange is a problem that arose, or one that is solved (Gone).
type ProblemChange struct {
	Problem
	Gone bool `json:"gone,omitempty"`
}

// Removed tells that a person is no longer on the list, a share no longer on this machine, or a file that was being prepared no longer
// under that ID, because it has become an offer with its own or was given up.
type Removed struct {
	Peer  string `json:"peer,omitempty"` // person ID
	Share string `json:"share,omitempty"`
	File  string `json:"file,omitempty"`
	Room  string `json:"room,omitempty"` // one that was forgotten
}

// NewShare as a Focus's share asks the window for the dialog that shares an existing folder.
const NewShare = "new"

// Focus asks the window to show a conversation or a share.
type Focus struct {
	Conversation string `json:"conversation,omitempty"`
	Share        string `json:"share,omitempty"`
}

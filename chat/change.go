package chat

import "lanyard/chat/event"

// Change is one thing that happened; exactly one field is set.
type Change struct {
	Message          *Message             // a new message, ours or theirs; told once
	Amended          *Message             // one that was edited, deleted, reacted to or pinned, as it is now
	Reminder         *Message             // our person wanted to be reminded of it now
	Room             *RoomChange          // who is a member of a room, or its name
	OpenRoomsChanged bool                 // what rooms may be joined: see OpenRooms
	Unsent           *Later               // the time of a text came, and our person may not send it
	LaterChanged     bool                 // what is to happen later: see Laters
	States           *StateChange         // messages of ours got further
	Reach            *Reach               // an announcement of ours got further, as it is now
	File             *File                // an offer, or one whose state or progress changed
	Forgotten        event.ConversationID // a room that our person forgot: it is on no list any more
	FileGone         event.ID             // a file being prepared became an offer (told as File before) or was given up
	Conversation     *Conversation        // its newest message or the number of unread ones changed
	Problems         []Problem            // all present ones, when ProblemsChanged

	ProblemsChanged bool
}

// Problem is a hindrance that a person should know about.
type Problem struct {
	ID       string // stable, for programs
	Sentence string // what is wrong
	Remedy   string // what to do about it
}

package chat

import (
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// FileState is how far a file got.
type FileState uint8

// States of files.
const (
	FilePreparing FileState = iota // ours: being read and hashed; its ID is not yet the offer's
	FileOffered                    // not answered
	FileAccepted                   // ours: they take it
	FileReceiving                  // theirs: on its way
	FileWaiting                    // theirs: accepted, and the sender is not here
	FileReceived                   // received and verified
	FileDeclined
	FileWithdrawn
	FilePaused  // accepted, and held: see Paused
	FileProblem // theirs: cannot be received, see Problem; Accept tries again. Ours: cannot be sent, or not be received, see Unable
	FileRefused // ours: the message that offers it was refused, so that nobody else sees it
)

// String returns the word that the command line and the API use.
func (s FileState) String() string {
	return [...]string{"preparing", "offered", "accepted", "receiving", "waiting", "received", "declined", "withdrawn", "paused", "problem", "refused"}[s]
}

// File is a file or folder sent in a conversation.
type File struct {
	ID           event.ID // of the message that offers it
	Conversation event.ConversationID
	From, To     identity.PersonID
	Mine         bool // we offer it
	Offer        event.Offer
	State        FileState
	Problem      string              // a sentence with a remedy, with FileProblem; empty where Unable says it
	Paused       Paused              // by whom, with FilePaused
	Has, Taking  []identity.PersonID // ours, in a room: who there received and verified it, and who else said that they take it
	Asked        []identity.PersonID // and who of those to whom it went has not answered yet
	Later        []identity.PersonID // and who came into the room later and does not have it: they get it where the history is open
	Unable       []Unable            // ours: who took it and cannot receive it; with FileProblem where it is for them alone
	NoRoom       []identity.PersonID // ours: who takes it and is here, and has no room for it on their disk
	Path         string              // where it lies on this machine, once it does
	Time         time.Time
	Progress     Progress
	LeftOut      []string   // the first of what was left out, below the folder: as Offer returns it, and of theirs what it was received without
	Unportable   Unportable // as Offer returns it
}

// Unportable says what in an offered folder Windows cannot store: who has Windows cannot receive the folder. What is offered itself gets a similar name there.
type Unportable struct {
	Count int
	First []string // of them, below the folder
}

// Progress tells how far reading or receiving is. Rate and Left are 0 while unknown.
type Progress struct {
	Done, Total int64 // bytes
	Rate        float64
	Left        time.Duration
}

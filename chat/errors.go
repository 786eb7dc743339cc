package chat

import (
	"errors"
	"fmt"

	"lanyard/chat/membership"
)

// Errors that callers tell apart with errors.Is. The texts are for people.
var (
	ErrNoConversation    = errors.New("there is no such conversation: look up its name or ID again")
	ErrNoMember          = errors.New("you are no member of this room: ask a member to invite you")
	ErrNoRoom            = errors.New("this is no room: name a room, lanyard room list shows them")
	ErrOfficeName        = errors.New("this is the name of the announcements to everybody, or looks like it: choose another one for the room")
	ErrClosedRoom        = errors.New("this room is for invited members: ask one of them to invite you")
	ErrBarred            = errors.New("you were removed from this room: ask a member to invite you again")
	ErrNotRemover        = errors.New("only who made the room, or whom they named, can remove somebody, and not each other")
	ErrNotCreator        = errors.New("only who made the room can name who may remove members")
	ErrStillIn           = errors.New("you are a member of this room: leave it first, with lanyard room leave, then it can be forgotten")
	ErrNotIn             = errors.New("this person is no member of the room")
	ErrAlready           = errors.New("this person is a member of the room already")
	ErrFullRoom          = fmt.Errorf("a room has at most %d members: make another one", membership.MaxMembers)
	ErrOffice            = errors.New("this is the office: everybody in it reads what is announced; write it with lanyard announce")
	ErrOfficeKind        = errors.New("announcements can be changed and deleted by who wrote them; to answer one, write to its author")
	ErrManyChanges       = errors.New("this room was changed as often as it can be by you, or by all but its creator: ask who made it to do it, or make another one")
	ErrTangled           = errors.New("this room was changed by too many people at the same time to go on from here: ask who made it to write something into it, or make another one")
	ErrSelf              = errors.New("this is you: choose a colleague")
	ErrStranger          = errors.New("this person is not on the list: wait until they are, or add their address")
	ErrBlocked           = errors.New("you have blocked this person: unblock them first")
	ErrNotYours          = errors.New("only who sent this can withdraw it, and only who received it can answer it")
	ErrNotMine           = errors.New("only who wrote this can change or delete it")
	ErrRefused           = errors.New("only you see this message, as you had been removed from the room before: forward it to say it again, or delete it")
	ErrDeleted           = errors.New("this message was deleted")
	ErrNoText            = errors.New("this is no text that can be changed: delete it and send another")
	ErrOnItsWay          = errors.New("this file is still on its way to this computer: forward it once it is here")
	ErrNotTaken          = errors.New("you declined this file, so it is not on this computer: ask for it again")
	ErrTakenBack         = errors.New("this file was taken back before it was on this computer: ask for it again")
	ErrMoved             = errors.New("this was moved, changed or deleted on this computer since it came or was sent: send it from where it lies now")
	ErrWhen              = errors.New("choose a time after now, at most ten years ahead")
	ErrManyLater         = fmt.Errorf("%d things are to happen later already: cancel one first", maxLater)
	ErrOutdated          = errors.New("a day has passed since its time, and it does not go by itself any more: give it another time, or cancel it")
	ErrNotLater          = errors.New("this is not waiting any more: it has happened or was cancelled")
	ErrNoPlace           = errors.New("this is no message that can be answered, marked or pinned")
	ErrNoSearch          = errors.New("there is nothing to look for: write a word first")
	ErrKeep              = fmt.Errorf("messages are kept for 1 to %d days, or for ever", MaxKept)
	ErrNotOnItsWay       = errors.New("this file is not on its way: there is nothing to hold or to let go on")
	ErrHeldThere         = errors.New("this file is held on the other side: it goes on when they resume it there, or have made room on their disk")
	ErrNotHere           = errors.New("this file is not on this computer yet: accept it first")
	ErrNoPicture         = errors.New("there is no picture of this")
	ErrManyAnnouncements = fmt.Errorf("you have announced much already, at most %d times a day and %d times in 30 days are passed on: write into a room, or wait", ownDay, ownEvents)
	ErrAnswered          = errors.New("this was answered or withdrawn already")
)

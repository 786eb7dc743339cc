package agent

import (
	"errors"
	"slices"
	"strings"

	"lanyard/chat"
	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

// coded are errors whose texts are sentences for people, with the code that programs get.
type coded struct {
	code string
	errs []error
}

func chatErrors() []coded {
	return []coded{
		{api.CodeUsage, []error{event.ErrEmpty, event.ErrText, chat.ErrSelf, amend.ErrEmoji, chat.ErrNoText, chat.ErrNoPlace, chat.ErrWhen, chat.ErrManyLater,
			name.ErrNoName, name.ErrLongName, chat.ErrNoSearch, chat.ErrKeep, chat.ErrNoRoom, chat.ErrGroupName, chat.ErrGroupLike, chat.ErrOfficeName}},
		{api.CodeNotFound, []error{event.ErrUnknown, chat.ErrNoGroup, chat.ErrNotLater, chat.ErrNoPicture}},
		{api.CodeUnknown, []error{chat.ErrStranger, chat.ErrNoConversation}},
		{api.CodeRefused, []error{chat.ErrOffice, chat.ErrOfficeKind, chat.ErrManyAnnouncements, chat.ErrBlocked, chat.ErrNotYours, chat.ErrNotMine, chat.ErrRefused, chat.ErrNoMember, chat.ErrClosedRoom,
			chat.ErrBarred, chat.ErrNotRemover, chat.ErrNotCreator}},
		{api.CodeConflict, []error{chat.ErrAnswered, chat.ErrDeleted, chat.ErrNotHere, chat.ErrOnItsWay, chat.ErrNotTaken, chat.ErrTakenBack, chat.ErrMoved, chat.ErrNotOnItsWay, chat.ErrHeldThere, chat.ErrNotIn, chat.ErrAlready, chat.ErrFullRoom,
			event.ErrManyLists, chat.ErrManyGroups, chat.ErrManyChanges, chat.ErrTangled, chat.ErrStillIn}},
	}
}

// chatError gives errors of conversations their codes, and takes from their texts what was being done: with which ID, people know.
func chatError(err error) error {
	var long *event.TooLongError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &long):
		return told(api.CodeTooLong, "%v", long)
	case errors.Is(err, store.ErrFull):
		return told(api.CodeDiskFull, fullDisk)
	}
	for _, c := range chatErrors() {
		if at := slices.IndexFunc(c.errs, func(known error) bool { return errors.Is(err, known) }); at >= 0 {
			return told(c.code, "%s", bare(err, c.errs[at]))
		}
	}
	return diskErrorOr(err, api.CodeInternal)
}

// bare is the text of an error without what stands before the known one in it.
func bare(err, known error) string {
	text := err.Error()
	return text[max(0, strings.LastIndex(text, known.Error())):]
}

// messageError is chatError about one message: one that is not here is named.
func messageError(id event.ID, err error) error {
	if errors.Is(err, event.ErrUnknown) {
		return told(api.CodeNotFound, "there is no message %s here: look up its ID again", abridged(id.String()))
	}
	return chatError(err)
}

// abridged is the beginning of an ID that somebody gave, enough to know it again.
func abridged(id string) string {
	const enough = 8
	if runes := []rune(name.Quote(id[:min(len(id), 16*enough)])); len(runes) > enough {
		return string(runes[:enough]) + "…"
	}
	return name.Quote(id)
}

package chat

import (
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// Gone counts events without words by why they have none.
type Gone struct {
	Deleted     int // their author deleted them, or they are edits of such
	TooOld      int // they are older than messages are kept here, or than announcements are passed on with their words
	Forgotten   int // our person forgot the room
	NotOurs     int // they were written for others: the history of the room is closed, or our person was no member; or their author had been removed or had left, so they are for nobody
	Awaited     int // they came without, and others are asked for them
	Unexplained int // nothing here tells: a retention that is not set any more drops them, and so does who empties the database
}

func (g *Gone) add(more *Gone) {
	g.Deleted += more.Deleted
	g.TooOld += more.TooOld
	g.Forgotten += more.Forgotten
	g.NotOurs += more.NotOurs
	g.Awaited += more.Awaited
	g.Unexplained += more.Unexplained
}

// explain counts why events have no words.
func (l *logWalk) explain(tx *store.Tx, events []storedEvent, s stand, gone *Gone) error {
	var bare []*storedEvent
	var headers []*event.Event
	for i := range events {
		if e := &events[i]; e.bare() {
			bare = append(bare, e)
			if e.signed != nil {
				headers = append(headers, &event.Event{Header: *e.signed, ID: e.id})
			}
		}
	}
	var read readers
	if s.members != nil && len(headers) > 0 {
		var err error
		if read, err = l.chat.readersIn(tx, s.members, headers); err != nil {
			return err
		}
	}
	for _, e := range bare {
		deleted, err := l.isDeleted(tx, e)
		if err != nil {
			return err
		}
		switch theirs := s.members != nil && e.signed != nil && l.isTheirs(&read, e); {
		case deleted:
			gone.Deleted++
		case theirs && s.members.Closed == 1:
			gone.NotOurs++
		case e.gap:
			gone.Awaited++
		case s.members != nil && l.isForgotten(s, e):
			gone.Forgotten++
		case theirs:
			gone.NotOurs++
		case l.isOld(e):
			gone.TooOld++
		case s.members != nil && e.number() > s.cut && !l.chat.isOurs(l.w.branch):
			gone.NotOurs++
		default:
			gone.Unexplained++
		}
	}
	return nil
}

// isDeleted reports whether an event has no words because its author deleted it, or what it is an edit of. Of an edit that came without words nobody knows what it
// edits: before a deletion of its author it may be of that.
func (l *logWalk) isDeleted(tx *store.Tx, e *storedEvent) (is bool, err error) {
	switch {
	case e.deleted == 1:
		return !e.gap, nil // else by a deletion that does not count
	case event.Kind(e.kind) != event.KindEdit:
		return false, nil
	case e.amends != nil && len(e.amends.target) == len(event.ID{}):
		err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE `+ofOrigin+` AND deleted = 1)`, originOf(l.v, event.ID(e.amends.target))...).Scan(&is)
	default:
		err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE place BETWEEN ? AND ? AND kind = 5)`, e.place, place(l.w.branch, event.MaxNumber)).Scan(&is)
	}
	return is, err
}

// isTheirs reports whether the words of an event in a room were never for our person.
func (l *logWalk) isTheirs(read *readers, e *storedEvent) bool {
	header := &event.Event{Header: *e.signed, ID: e.id}
	return !e.signed.Kind.ChangesMembers() && !read.meant(l.chat.config.Identity.Person(), header)
}

// isForgotten reports whether an event was said before our person forgot the room: they are no member, or became one later.
func (l *logWalk) isForgotten(s stand, e *storedEvent) bool {
	one, is := s.members.Member(l.chat.config.Identity.Person())
	at := event.Position{Lamport: uint64(e.lamport), Log: l.w.log, Number: e.number(), ID: e.id}
	return l.v.room.memory.is.Load() != neverForgotten && !event.Kind(e.kind).ChangesMembers() && (!is || at.Compare(one.Since) < 0)
}

// isOld reports whether an event is too old to be kept here with its words.
func (l *logWalk) isOld(e *storedEvent) bool {
	now := time.Now()
	one := old{time: e.time, arrived: e.arrived}
	return l.days > 0 && one.youngest(0, now.UnixMilli()) < timeKey(now.AddDate(0, 0, -l.days).UnixMilli()) || l.v.office != nil && e.time < now.Add(-officeAge).UnixMilli()
}

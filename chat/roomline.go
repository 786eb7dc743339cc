package chat

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// MemberChange is what a line of a room's history tells that is no message: who made the room, came, went or changed it. Lines stand in the order of the
// conversation between its messages. Nothing becomes unread by them, no search finds them, and nobody can amend them.
type MemberChange struct {
	What      string              // made, invited, joined, left, removed, renamed, entrusted, grouped
	Who       identity.PersonID   // whom it concerns; the author of the line unless somebody was invited, removed or entrusted
	Name      string              // made, renamed: what the room was called from then on; grouped: the group that was changed
	In        []identity.PersonID // grouped: who is in the group from then on, nobody if it is none any more; not to be changed
	Missed    bool                // made: something was said while our person was no member, and is not for them, as the history is closed
	Overruled bool                // invited, joined, entrusted: Who was removed or left at the same time, and that counts more (rule 8)
}

// changeLine returns what is shown of a change of members; nil for one that counts nothing, or says nothing to people, and in a direct conversation.
func changeLine(m *membership.State, id event.ID) *MemberChange {
	if m == nil {
		return nil
	}
	c, overruled := m.Line(id)
	if c == nil {
		return nil
	}
	return &MemberChange{What: c.What(), Who: c.Who, Name: c.Names(), In: c.In, Overruled: overruled}
}

// lines is who is a member, for changeLine; nil for a direct conversation.
func (v *conversation) lines() *membership.State {
	if v.room == nil {
		return nil
	}
	return v.room.members()
}

// firstLine is the row that says who made a room. It is no event: its ID is the room's, and it stands before all events. nil for a direct conversation.
func (v *conversation) firstLine() *eventRow {
	if v.room == nil {
		return nil
	}
	c := v.room.creation
	return &eventRow{branch: &branch{log: vector.Log{Peer: c.Peer}}, time: c.Time, id: event.ID(v.id), change: &MemberChange{What: "made", Who: c.Creator, Name: c.Name}}
}

// withFirstLine adds the line that says who made the room to a page that reaches so far, and says whether there is more then. Its position is the zero one.
func (q Query) withFirstLine(v *conversation, rows []eventRow, from *event.Position, forwards bool, limit int, more bool) ([]eventRow, bool) {
	first := v.firstLine()
	switch {
	case first == nil || q.Search != "" || !q.Since.IsZero() && first.time < q.Since.UnixMilli():
		return rows, more
	case forwards && from == nil:
		rows = append([]eventRow{*first}, rows...)
		if limit > 0 && len(rows) > limit {
			return rows[:limit], true
		}
		return rows, more
	case forwards || more || from != nil && *from == event.Position{}:
		return rows, more
	case limit > 0 && len(rows) == limit:
		return rows, true
	}
	return append([]eventRow{*first}, rows...), false
}

// missed reports whether something was said in a room with closed history before our person, who is a member, came the last time, and was not for them. What they had, and their own
// retention dropped, they did not miss.
func (c *Chat) missed(tx *store.Tx, v *conversation) (is bool, err error) {
	m := v.room.members()
	one, member := m.Member(c.config.Identity.Person())
	if m.Closed != 1 || !member {
		return false, nil
	}
	places, err := tx.Query(`SELECT u.place FROM chat_unmeant u CROSS JOIN chat_event e ON e.place = u.place
		WHERE u.conversation = ? AND u.lamport < ? AND e.kind IN (1, 2) AND e.deleted = 0 AND e.hidden <> ? ORDER BY u.lamport`, v.key, int64(one.Since.Lamport), behindCut)
	if err == nil {
		is, err = anyCounts(places, v)
	}
	if err != nil {
		return false, fmt.Errorf("look whether something was said before our person came: %w", err)
	}
	return is, nil
}

// anyCounts reports whether one of these events does not lie behind a cut: an earlier version hid some there as too old.
func anyCounts(places *sql.Rows, v *conversation) (does bool, err error) {
	defer func() { err = errors.Join(err, places.Close()) }()
	branches := v.branchKeys()
	for places.Next() {
		var at int64
		if err := places.Scan(&at); err != nil {
			return false, err
		}
		if b := branches[placeBranch(at)]; b != nil && !v.isBehindCut(b, placeNumber(at)) {
			return true, nil
		}
	}
	return false, places.Err()
}

// lineOfRow is a line as people see it.
func (c *Chat) lineOfRow(v *conversation, r *eventRow) *Message {
	m := &Message{ID: r.id, Conversation: v.id, Peer: r.branch.log.Peer, Author: c.config.Roster.PersonOf(r.branch.log.Peer), Time: time.UnixMilli(r.time), Kind: r.kind, Change: r.change}
	m.Mine = m.Author == c.config.Identity.Person()
	return m
}

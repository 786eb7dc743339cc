package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// Whom texts of others mention stands in a table of its own, so that nothing else of what is unread is looked at to tell whether our person is mentioned in it. Which groups they are in is asked when
// that is told, and not stored: it changes.

// ourselves is how that table names our person. No group has an empty name.
const ourselves = ""

// unread is what others wrote in a conversation and our person has not read.
type unread struct {
	count int
	by    []identity.PersonID // who mention our person in it, each once
}

// callers are by whom texts are that mention our person.
type callers map[*event.Event]identity.PersonID

// mentions notes that something of it mentions our person.
func (u *unread) mentions(by identity.PersonID) {
	if !slices.Contains(u.by, by) {
		u.by = append(slices.Clip(u.by), by)
	}
}

// Mentioned reports whether a message mentions our person, by name or by a group of the room in which they are now.
func (c *Chat) Mentioned(m *Message) bool {
	v := c.known(m.Conversation)
	if v == nil {
		return slices.Contains(m.Mentions, c.config.Identity.Person())
	}
	return c.areCalled(c.callsOf(v, m.Mentions, m.Groups), v.membersNow())
}

// callsOf is whom a text mentions, as the table has it: everybody else does not matter here.
func (c *Chat) callsOf(v *conversation, persons []identity.PersonID, groups []string) (called []string) {
	if slices.Contains(persons, c.config.Identity.Person()) {
		called = append(called, ourselves)
	}
	if v.room != nil {
		called = append(called, groups...)
	}
	return called
}

// membersNow returns who is a member; nil where nobody is.
func (v *conversation) membersNow() *membership.State {
	if v.room == nil {
		return nil
	}
	return v.room.members()
}

// areCalled reports whether our person is among those called.
func (c *Chat) areCalled(called []string, in *membership.State) bool {
	self := c.config.Identity.Person()
	return slices.ContainsFunc(called, func(one string) bool { return one == ourselves || in != nil && in.InGroup(one, self) })
}

// wordsMention returns whom the words of an event mention that counts for the table: a text of somebody else, but no announcement.
func (c *Chat) wordsMention(v *conversation, by identity.PeerID, kind event.Kind, body []byte) []string {
	if by == c.self() || v.office != nil {
		return nil
	}
	persons, groups := event.Mentioned(kind, body)
	return c.callsOf(v, persons, groups)
}

// noteMentions keeps whom an event just stored mentions.
func (p *page) noteMentions(tx *store.Tx, b *branch, e *event.Event) error {
	called := p.chat.wordsMention(p.v, b.log.Peer, e.Kind, e.Body)
	if len(called) == 0 {
		return nil
	}
	if p.chat.areCalled(called, p.v.membersNow()) {
		p.made.mentions[e] = p.chat.personIn(p.v, b.log.Peer)
	}
	_, err := putMentions(tx, place(b, e.Number), called)
	return err
}

// putMentions stores whom an event mentions, in the place of what is stored of it, and reports whether that was otherwise.
func putMentions(tx *store.Tx, at int64, called []string) (changed bool, err error) {
	stored, err := mentionsAt(tx, at)
	if err != nil {
		return false, err
	}
	slices.Sort(called)
	if slices.Equal(stored, called) {
		return false, nil
	}
	if err := dropMentions(tx, at); err != nil {
		return false, err
	}
	for _, one := range called {
		if _, err := tx.Exec(`INSERT INTO chat_mention (place, called) VALUES (?, ?)`, at, one); err != nil {
			return false, fmt.Errorf("store whom a text mentions: %w", err)
		}
	}
	return true, nil
}

func mentionsAt(tx *store.Tx, at int64) ([]string, error) {
	return column[string](tx, `SELECT called FROM chat_mention WHERE place = ? ORDER BY called`, at)
}

func dropMentions(tx *store.Tx, at int64) error {
	_, err := tx.Exec(`DELETE FROM chat_mention WHERE place = ?`, at)
	return err
}

// remention keeps whom the events of an origin mention once its edits come to u; before is what they came to.
func (f *folder) remention(tx *store.Tx, all []member, before, u *amend.Upshot) error {
	if before.Edits == 0 && u.Edits == 0 {
		return nil // worded as they came
	}
	for _, m := range all {
		changed, err := putMentions(tx, m.place(), f.mentionsOf(&m.eventRow, u))
		if err != nil {
			return err
		}
		f.mentions = f.mentions || changed
	}
	return nil
}

// mentionsOf returns whom an event mentions that counts for the table, as u words it.
func (f *folder) mentionsOf(r *eventRow, u *amend.Upshot) []string {
	if u.Edits > 0 && r.kind == event.KindText && r.branch.log.Peer != f.chat.self() && f.v.office == nil && !r.deleted {
		return f.chat.callsOf(f.v, u.Mentions, u.Groups)
	}
	return f.chat.wordsMention(f.v, r.branch.log.Peer, r.kind, r.body)
}

// unreadOf counts what others wrote and our person has not read, and finds out whether they are mentioned in it; reading is newer than what the conversation knows.
func (c *Chat) unreadOf(tx *store.Tx, v *conversation, foreign []view, reading map[*branch]vector.Mark, in *membership.State) (all unread, err error) {
	for _, w := range foreign {
		var n int
		from, to := place(w.branch, max(v.readTo(w.branch), reading[w.branch].Number)+1), place(w.branch, event.MaxNumber)
		err := tx.QueryRow(`SELECT count(*) FROM chat_event WHERE place BETWEEN ? AND ? AND hidden = 0 AND deleted = 0 AND kind NOT BETWEEN 3 AND 31`, from, to).Scan(&n)
		if err != nil {
			return unread{}, fmt.Errorf("count unread messages: %w", err)
		}
		all.count += n
		if n == 0 {
			continue
		}
		called, err := column[string](tx, `SELECT DISTINCT m.called FROM chat_mention m JOIN chat_event e ON e.place = m.place
			WHERE m.place BETWEEN ? AND ? AND e.hidden = 0 AND e.deleted = 0`, from, to)
		if err != nil {
			return unread{}, fmt.Errorf("look for mentions in what is unread: %w", err)
		}
		if c.areCalled(called, in) {
			all.mentions(c.personIn(v, w.log.Peer))
		}
	}
	return all, nil
}

// isMentioned reports whether something unread mentions our person. By whom they blocked they are mentioned as little as such a mention rings.
func (c *Chat) isMentioned(v *conversation) bool {
	return slices.ContainsFunc(v.mentionedBy(), func(who identity.PersonID) bool { return !c.Blocks(who) })
}

// mentionedBy returns who mention our person in what is unread.
func (v *conversation) mentionedBy() []identity.PersonID {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.summary.unread.by
}

// reviewMentions tells of conversations in which somebody mentions our person who is blocked now, or not any more.
func (p *porter) reviewMentions() {
	now := map[identity.PersonID]bool{}
	for _, one := range p.chat.config.Roster.Blocked() {
		now[one.Person] = true
	}
	before := p.blocked
	if p.blocked = now; maps.Equal(before, now) {
		return
	}
	for _, v := range p.chat.all() {
		if slices.ContainsFunc(v.mentionedBy(), func(who identity.PersonID) bool { return before[who] != now[who] }) {
			p.chat.news.conversation(v)
		}
	}
}

// mentionOld finds out whom unread texts mention that came before this version of the tables. On a full disk that has to wait.
func (c *Chat) mentionOld(ctx context.Context) error {
	for _, v := range c.all() {
		unlooked := false
		err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_unlooked WHERE conversation = ?)`, v.key).Scan(&unlooked)
		})
		if err == nil && unlooked {
			err = c.config.DB.Write(ctx, func(tx *store.Tx) error { return c.lookThrough(tx, v) })
		}
		if errors.Is(err, store.ErrFull) {
			c.config.Log.Warn("look for mentions in what came before this version; it is tried again at the next start", "error", err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for mentions in unread texts: %w", err)
		}
	}
	return nil
}

// lookThrough notes whom the unread texts of a conversation mention.
func (c *Chat) lookThrough(tx *store.Tx, v *conversation) error {
	f := &folder{chat: c, v: v, branches: v.branchKeys()}
	found := map[int64][]string{}
	for _, w := range c.foreign(v) {
		rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+` WHERE e.place BETWEEN ? AND ? AND e.kind = ?`,
			place(w.branch, v.readTo(w.branch)+1), place(w.branch, event.MaxNumber), int64(event.KindText))
		if err != nil {
			return err
		}
		err = scanEvents(rows, f.branches, func(r eventRow) bool {
			if called := f.mentionsOf(&r, &r.upshot); len(called) > 0 {
				found[r.place()] = called
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	for at, called := range found {
		if _, err := putMentions(tx, at, called); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`DELETE FROM chat_unlooked WHERE conversation = ?`, v.key)
	return err
}

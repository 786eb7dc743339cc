package chat

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
)

// What is looked at after a simulation: every member has the same in the same order; nothing that was acknowledged is lost, and nothing is shown or told
// twice; no disk holds what is not for its person, be it because they carried it or because they were removed; states are true; nothing looks altered.
func (s *simulation) check() {
	time.Sleep(time.Minute) // who forgot the room and is no member is still given what was written for them: nobody waits for that
	for _, d := range s.desks[:len(people)] {
		ring(d.keeping.wake)
	}
	time.Sleep(keepingFirst + time.Second) // old messages go, and what came of a forgotten room
	all := s.everything(s.desks[:len(people)])
	for _, w := range s.sayings { // a second machine that was alone with it is switched off now
		w.lost = w.lost || !w.by.first && !strings.Contains(all, w.tag)
	}
	for i, a := range s.desks[:len(people)] {
		s.checkFiles(a)
		s.checkForgotten(a)
		for _, b := range s.desks[:i] {
			s.checkDirect(a, b)
		}
		if lost := a.Dropped(); lost["frames that break the rules"]+lost["states that break the rules"] > 0 {
			s.t.Errorf("%s dropped what honest people sent: %v", a.name, lost)
		}
	}
	s.checkRoom()
	s.checkRefused()
	s.checkOffice()
	s.checkRead()
	for _, d := range s.desks[:len(people)] {
		s.verify(d)
	}
	for _, d := range s.desks {
		if !s.t.Failed() { // else they are described
			s.stop(d)
		}
	}
}

// shown is what somebody shows of a conversation.
func (d *desk) shown(t *testing.T, talk event.ConversationID) []Message {
	t.Helper()
	page, err := d.History(t.Context(), talk, Query{})
	if err != nil {
		t.Fatalf("%s reads a conversation: %v", d.name, err)
	}
	return page.Messages
}

func (s *simulation) checkDirect(a, b *desk) {
	talk := event.DirectID(a.person(), b.person())
	s.about(talk)
	x, y := a.shown(s.t, talk), b.shown(s.t, talk)
	s.checkSame(a, b, x, y, s.expires(a, b))
	for _, pair := range [][2]*desk{{a, b}, {b, a}} {
		var wanted []*saying
		for _, w := range s.sayings {
			if w.to != nil && w.by.id == pair[0].id && w.to.id == pair[1].id {
				wanted = append(wanted, w)
			}
		}
		s.checkWords(a, x, wanted)
		s.checkWords(b, y, wanted)
	}
}

// checkRoom compares what present members show of the room.
func (s *simulation) checkRoom() {
	var members []*desk
	var m *membership.State
	s.about(s.room)
	for _, d := range s.desks[:len(people)] {
		if v := d.known(s.room); v != nil && v.room.members().Has(d.person()) {
			members, m = append(members, d), v.room.members()
		}
	}
	forgot := slices.ContainsFunc(members, func(d *desk) bool { return d.forgot != nil })
	for _, d := range members {
		x := counting(d.shown(s.t, s.room))
		s.checkSame(members[0], d, counting(members[0].shown(s.t, s.room)), x, s.closed || s.expires(s.desks...) || forgot)
		var wanted []*saying
		for _, w := range s.sayings {
			if w.to == nil && !everEnded(m, w.by.person()) && w.heard(m) && !w.forgotten(d) && (!s.closed || w.meant(d) && !w.vain(m, d)) {
				wanted = append(wanted, w)
			}
		}
		s.checkWords(d, x, wanted)
		for _, other := range members {
			s.checkWhole(m, d, other)
		}
	}
}

// checkWhole: who keeps old messages shows the words that any other member of the room shows, if they are to have them and did not forget them, however they came.
func (s *simulation) checkWhole(m *membership.State, d, other *desk) {
	if d.forgets() || s.t.Failed() {
		return
	}
	has := map[string]bool{}
	for _, one := range d.shown(s.t, s.room) {
		has[tagOf(one.Text)] = true
	}
	for _, one := range counting(other.shown(s.t, s.room)) {
		if one.Kind != event.KindText || one.Deleted || one.Change != nil || has[tagOf(one.Text)] {
			continue
		}
		at := slices.IndexFunc(s.sayings, func(w *saying) bool { return w.tag == tagOf(one.Text) })
		if w := s.sayings[at]; !w.forgotten(d) && (!s.closed || w.meant(d) && !w.vain(m, d) && !everEnded(m, w.by.person())) {
			s.t.Errorf("%s lacks %q, which %s has", d.name, one.Text, other.name)
		}
	}
}

// meant reports whether somebody was a member of the room when a word was said in it.
func (w *saying) meant(d *desk) bool {
	return w.before.Has(d.person()) && w.after.Has(d.person())
}

// editMeant reports whether they were when it was edited last.
func (w *saying) editMeant(d *desk) bool {
	return w.edited[0].Has(d.person()) && w.edited[1].Has(d.person())
}

// heard reports whether a word is taken at all: its author was a member when they said it, or is one now and says it again.
func (w *saying) heard(m *membership.State) bool {
	who := w.by.person()
	return m.Has(who) || m.IsMember(who, m.SeenBy(w.before.Newest()))
}

// vain reports whether a word was said by who only believed to be a member, so that it was said again to those who are members, and somebody was removed
// before that.
func (w *saying) vain(m *membership.State, d *desk) bool {
	return m.Cutting[d.person()] != nil && !m.IsMember(w.by.person(), m.SeenBy(w.before.Newest()))
}

// expires reports whether any of these forgets old messages: then they need not show the same.
func (s *simulation) expires(all ...*desk) bool {
	return slices.ContainsFunc(all, (*desk).forgets)
}

// checkSame: two show the same in the same order; some only of what both show.
func (s *simulation) checkSame(a, b *desk, x, y []Message, some bool) {
	var of [2][]string
	for i, messages := range [][]Message{x, y} {
		for _, m := range messages {
			other := func(o Message) bool { return o.ID == m.ID }
			if some && !slices.ContainsFunc([][]Message{y, x}[i], other) {
				continue
			}
			line := fmt.Sprintf("%s %q", m.ID.String()[:8], tagOf(m.Text))
			switch {
			case m.Change != nil:
				line += lineOf(&m, s.agents())
			case !some:
				line += fmt.Sprintf("%q, %d edits, deleted %v, pinned %v, %s", m.Text, m.Edits, m.Deleted, m.Pinned, reactionsOf(m))
			}
			of[i] = append(of[i], line)
		}
	}
	if !slices.Equal(of[0], of[1]) {
		s.t.Errorf("%s and %s show different things:\n%s\nand\n%s", a.name, b.name, strings.Join(of[0], "\n"), strings.Join(of[1], "\n"))
	}
}

func (s *simulation) agents() (all []*agent) {
	for _, d := range s.desks[:len(people)] {
		all = append(all, d.agent)
	}
	return all
}

func reactionsOf(m Message) string {
	var all []string
	for _, r := range m.Reactions {
		all = append(all, fmt.Sprint(r.Emoji, r.Count))
	}
	return strings.Join(all, " ")
}

// checkWords: somebody shows once, and in their author's order, what was acknowledged and written for them.
func (s *simulation) checkWords(d *desk, shown []Message, wanted []*saying) {
	at := map[string]int{}
	for i, m := range shown {
		if _, twice := at[tagOf(m.Text)]; twice && m.Kind == event.KindText && !m.Deleted {
			s.t.Errorf("%s shows %q twice", d.name, tagOf(m.Text))
		}
		at[tagOf(m.Text)] = i
	}
	last := map[*desk]int{}
	for _, w := range wanted {
		i, is := at[w.tag]
		deleted := w.deleted && !w.by.tainted()
		switch {
		case is && deleted && (w.to != nil || !s.closed):
			s.t.Errorf("%s shows %q, which was deleted", d.name, w.tag)
		case !is && !w.deleted && !w.lost && !s.mayBeGone(w, d):
			s.t.Errorf("%s lost %q", d.name, w.tag)
		case is && !w.by.tainted() && i < last[w.by]:
			s.t.Errorf("%s shows %q before what %s wrote earlier", d.name, w.tag, w.by.name)
		case is && !w.by.tainted() && w.edit != "" && shown[i].Text != w.edit && (w.to != nil || !s.closed || w.editMeant(d)):
			s.t.Errorf("%s shows %q and not %q", d.name, shown[i].Text, w.edit)
		}
		if is {
			last[w.by] = i
		}
	}
}

// mayBeGone reports whether a word is so old that some no longer keep it: gone is it from those who keep no old messages, from those who came too late
// for it, and where a profile was put back.
func (s *simulation) mayBeGone(w *saying, d *desk) bool {
	for _, other := range s.desks {
		old := w.at.Before(other.horizon())
		meant := w.to != nil || w.meant(d)
		if old && (d.forgets() || !meant || d.tainted() || w.by.tainted()) {
			return true
		}
	}
	return false
}

// checkFiles looks on a disk for what is not for its person.
func (s *simulation) checkFiles(d *desk) {
	var all []byte
	err := filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all = append(all, b...)
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
	for _, w := range s.sayings {
		switch {
		case w.by.id == d.id || !bytes.Contains(all, []byte(w.tag)):
		case w.to != nil && w.to.id != d.id:
			s.t.Errorf("%s's disk holds %q", d.name, w.tag)
		case w.to == nil && !s.mayHold(w, d.person()):
			s.about(s.room)
			s.t.Errorf("%s's disk holds %q, whose author knew that they are no member", d.name, w.tag)
		}
	}
}

// mayHold reports whether a word of the room may be with somebody: because they were a member as its author knew, or became one by what the author did not
// know. Where the room's history is closed only that makes them one which undoes a removal, or a leaving.
func (s *simulation) mayHold(w *saying, who identity.PersonID) bool {
	as := []*membership.State{w.before, w.after}
	if !s.closed { // else an edit is for whom the word was
		as = append(as, w.again...)
	}
	if w.by.tainted() && !s.closed || slices.ContainsFunc(as, func(m *membership.State) bool { return m.Has(who) }) { // what is re-issued is for whom it was, where the history is closed
		return true
	}
	for _, d := range s.desks[:len(people)] {
		v := d.known(s.room)
		if v == nil {
			continue
		}
		if m := v.room.members(); !m.IsMember(w.by.person(), m.SeenBy(w.before.Newest())) {
			return true // written in vain: it was said anew to who was a member then
		}
		for n := range v.room.members().Changes() {
			if n.Kind == event.KindLeave && n.Who == who && w.before.Counts(n.ID) && !v.room.members().Counts(n.ID) {
				return true // it lies behind the cut of a removal that the author did not know of, and ends nothing
			}
			known := w.before.Here(n.ID)
			adds := n.Who == who && (n.Kind == event.KindInvite || n.Kind == event.KindJoin || n.Kind == event.KindEntrust)
			if !known && (adds && !s.closed || n.Kind == event.KindRemove && n.Who != who) {
				return true
			}
		}
	}
	return false
}

// checkRead has everybody read everything: nothing is unread then, and everybody is told.
func (s *simulation) checkRead() {
	all := s.desks[:len(people)]
	for _, d := range all {
		rows, err := d.Conversations(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		for _, row := range rows {
			unread, mentioned := 0, false
			for _, m := range d.shown(s.t, row.ID) {
				if m.Unread {
					unread++
					mentioned = mentioned || d.Mentioned(&m) && !d.Blocks(m.Author)
				}
			}
			s.about(row.ID)
			if mentioned != row.Mentioned {
				s.t.Errorf("%s: mentioned in what is unread: %v, it says %v", d.name, mentioned, row.Mentioned)
			}
			if unread != row.Unread {
				s.t.Errorf("%s: %d are unread, it says %d", d.name, unread, row.Unread)
			}
			if row, err = d.MarkRead(s.t.Context(), row.ID, event.ID{}); err != nil || row.Unread != 0 {
				s.t.Errorf("%s has read everything, but for %d: %v", d.name, row.Unread, err)
			}
		}
	}
	for i, a := range all {
		for _, b := range all[:i] {
			s.awaitRead(a, event.DirectID(a.person(), b.person()))
			s.awaitRead(b, event.DirectID(a.person(), b.person()))
		}
		if v := a.known(s.room); v != nil && v.room.members().Has(a.person()) {
			s.awaitRead(a, s.room)
		}
	}
}

// awaitRead waits until what somebody wrote is shown as read by everybody but those for whom it is too old: words that never came to them are asked for no more.
func (s *simulation) awaitRead(a *desk, talk event.ConversationID) {
	s.about(talk)
	a.await(s.t, "everything is shown as read by all", func() bool {
		s.unread = ""
		for _, m := range a.shown(s.t, talk) {
			for _, state := range m.States {
				if state.Delivery != Read && !s.tooOldFor(m, state.Person) {
					s.unread = fmt.Sprintf("%s shows %q as %s to %s", a.name, m.Text, state.Delivery, state.Person.Short())
				}
			}
		}
		return s.unread == ""
	})
}

// tooOldFor reports whether somebody lacks the words of a message and keeps nothing that is as old.
func (s *simulation) tooOldFor(m Message, who identity.PersonID) bool {
	return slices.ContainsFunc(s.desks, func(d *desk) bool {
		return d.person() == who && m.Time.Before(d.horizon()) && d.count(s.t, `SELECT count(*) FROM chat_gap g JOIN chat_event e ON e.place = g.place WHERE e.name = ?`, event.Name(m.ID)) > 0
	})
}

// verify: nothing looks altered, whatever was deleted or has grown old.
func (s *simulation) verify(d *desk) {
	all, err := d.Everything(s.t.Context())
	if err != nil {
		s.t.Error(err)
	}
	for _, talk := range all {
		s.about(talk)
		if d.tainted() && talk == s.room && !d.known(talk).room.members().Has(d.person()) {
			continue // what they wrote in a room since the copy comes back to them where they still are a member
		}
		if found, err := d.Verify(s.t.Context(), talk); err != nil || len(found.Alterations) > 0 {
			s.t.Errorf("%s verifies: %+v %v", d.name, found.Alterations, err)
		}
	}
}

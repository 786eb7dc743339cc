package chat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/identity"

	"lanyard/chat/event"
	"lanyard/chat/membership"
)

// What people do in a simulation.

// begin makes a text that nobody has written yet.
func (s *simulation) begin(by, to *desk) *saying {
	s.serial++
	w := &saying{by: by, to: to, at: time.Now(), serial: s.serial, tag: fmt.Sprintf("%s into the room, %d.", by.called(), s.serial)}
	if to != nil {
		w.tag = fmt.Sprintf("%s to %s, %d.", by.called(), to.called(), s.serial)
	}
	return w
}

// utter writes a text; false when its author is no member of the room.
func (w *saying) utter(s *simulation) bool {
	talk := s.room
	if w.to != nil {
		talk = w.by.Direct(w.to.person())
	} else {
		w.before = w.by.known(talk).room.members()
	}
	sent, err := w.by.Post(s.t.Context(), talk, s.calling(w.tag, w.serial))
	if errors.Is(err, ErrNoMember) || errors.Is(err, ErrBlocked) {
		return false
	}
	if err != nil {
		s.t.Errorf("%s writes %q: %v", w.by.name, w.tag, err)
		return false
	}
	if w.to == nil {
		w.after = w.by.known(talk).room.members()
	}
	w.id = sent.ID
	return true
}

// calling is a text that now and then mentions somebody, or a group. Which, no draw decides, so that what else a seed does stays the same.
func (s *simulation) calling(text string, serial int) Post {
	p := Post{Text: text}
	switch serial % 6 {
	case 0:
		p.Mentions = []identity.PersonID{s.desks[serial/6%len(people)].person()}
	case 1:
		p.Groups = []string{"Sales"}
	case 2:
		p.Groups = []string{membership.Everyone}
	}
	return p
}

// widen notes for whom the words were written anew; before is who was a member as that began.
func (w *saying) widen(before *membership.State, room *conversation) {
	if w.to == nil {
		w.edited = [2]*membership.State{before, room.room.members()}
		w.again = append(w.again, w.edited[1])
	}
}

func (s *simulation) write(a, b *desk) {
	if !a.up || a.id == b.id {
		return
	}
	for range 1 + s.rng.IntN(3) {
		if w := s.begin(a, b); w.utter(s) {
			s.sayings = append(s.sayings, w)
		}
	}
}

func (s *simulation) say(a, _ *desk) {
	if !a.up || !a.Known(s.room) {
		return
	}
	if w := s.begin(a, nil); w.utter(s) {
		s.sayings = append(s.sayings, w)
	}
}

// read marks everything of a conversation as read.
func (s *simulation) read(a, b *desk) {
	talk := s.room
	if a.id != b.id && s.rng.IntN(2) == 0 {
		talk = event.DirectID(a.person(), b.person())
	}
	if !a.up || !a.Known(talk) {
		return
	}
	if _, err := a.MarkRead(s.t.Context(), talk, event.ID{}); err != nil {
		s.t.Errorf("%s reads: %v", a.name, err)
	}
}

// amend edits or deletes something, reacts to it or pins it.
func (s *simulation) amend(a, _ *desk) {
	if !a.up || len(s.sayings) == 0 {
		return
	}
	w := s.sayings[max(0, len(s.sayings)-1-s.rng.IntN(12))]
	var err error
	switch n := s.rng.IntN(10); {
	case n < 4 && w.by.id == a.id:
		s.serial++
		text := fmt.Sprintf("%s Edited %d", w.tag, s.serial)
		p := s.calling(text, s.serial)
		var before *membership.State
		if room := a.known(s.room); w.to == nil && room != nil {
			before = room.room.members()
		}
		if _, err = a.Edit(s.t.Context(), w.id, text, p.Mentions, p.Groups...); err == nil {
			w.edit = text
			w.widen(before, a.known(s.room))
		}
	case n < 6 && w.by.id == a.id:
		if _, err = a.Delete(s.t.Context(), w.id); err == nil {
			w.deleted = true
		}
	case n < 9:
		_, err = a.React(s.t.Context(), w.id, []string{"👍", "🎉", "❤"}[s.rng.IntN(3)], s.rng.IntN(3) > 0)
	default:
		_, err = a.Pin(s.t.Context(), w.id, s.rng.IntN(2) == 0)
	}
	s.expect(a, err, event.ErrUnknown, ErrDeleted, ErrNoMember, ErrNoText, ErrBlocked, ErrNoConversation)
}

// expect fails for an error that nobody would understand who does this.
func (s *simulation) expect(a *desk, err error, expected ...error) {
	if err != nil && !slices.ContainsFunc(expected, func(one error) bool { return errors.Is(err, one) }) {
		s.t.Errorf("%s: %v", a.name, err)
	}
}

// shape has somebody change who is a member, if the window lets them.
func (s *simulation) shape(a, b *desk) {
	if !a.up || !a.Known(s.room) {
		return
	}
	ctx := s.t.Context()
	var err error
	what := "renames"
	switch n := s.rng.IntN(20); {
	case n < 8:
		what = "invites"
		_, err = a.Invite(ctx, s.room, b.person())
	case n < 11:
		what = "joins"
		_, err = a.Join(ctx, s.room)
	case n < 13:
		what = "leaves"
		_, err = a.Leave(ctx, s.room)
	case n < 17:
		what = "removes"
		_, err = a.Remove(ctx, s.room, b.person())
	case n < 19:
		what = "entrusts"
		_, err = a.Entrust(ctx, s.room, b.person())
	default:
		_, err = a.Rename(ctx, s.room, fmt.Sprint("Plans ", s.rng.IntN(100)))
	}
	s.note("%s: %v", what, err)
	s.expect(a, err, ErrNoMember, ErrAlready, ErrNotIn, ErrNotRemover, ErrNotCreator, ErrSelf, ErrClosedRoom, ErrBarred, ErrBlocked)
}

// group has somebody say who is in a group.
func (s *simulation) group(a, b *desk) {
	if !a.up || !a.Known(s.room) {
		return
	}
	in := []identity.PersonID{a.person(), b.person()}[s.rng.IntN(3)/2:]
	if s.rng.IntN(4) == 0 {
		in = nil
	}
	_, err := a.NameGroup(s.t.Context(), s.room, []string{"Sales", "sales", "Board"}[s.rng.IntN(3)], slices.Compact(in))
	s.expect(a, err, ErrNoMember, ErrNotIn, ErrNoGroup)
}

// look has somebody look at what became of what they wrote: it is nowhere shown as further than it got.
func (s *simulation) look(a, b *desk) {
	if !a.up || a.id == b.id || a.tainted() {
		return
	}
	for _, talk := range []event.ConversationID{event.DirectID(a.person(), b.person()), s.room} {
		if !a.Known(talk) {
			continue
		}
		page, err := a.History(s.t.Context(), talk, Query{Limit: 10})
		if err != nil {
			s.t.Errorf("%s looks: %v", a.name, err)
		}
		for _, m := range page.Messages {
			for _, state := range m.States {
				s.truthful(a, m, state)
			}
		}
	}
}

// truthful fails when somebody is shown to have a message, or to carry it, and has not its words. Whose profile was put back has lost what they had. Who blocked its author may have
// had their mail from the carrier, and dropped it: the author is not told.
func (s *simulation) truthful(a *desk, m Message, state State) {
	has := func(d *desk) bool {
		return d.tainted() || d.count(s.t, `SELECT count(*) FROM chat_event WHERE name = ? AND (? OR deleted = 1 OR length(salt) > 0)`, event.Name(m.ID), d.forgets() || d.forgot != nil) > 0
	}
	d := s.deskOf(func(d *desk) bool { return d.person() == state.Person })
	if state.Delivery >= Delivered && !has(d) {
		s.t.Errorf("%s shows %q as %s to %s, who has not got it", a.name, m.Text, state.Delivery, d.name)
	}
	for _, who := range state.Through {
		c := s.deskOf(func(d *desk) bool { return d.person() == who })
		from, to := a.id.PeerID(), d.id.PeerID()
		dropped := !m.Time.After(d.shuns[a.person()])
		if !has(d) && !dropped && !c.tainted() && s.nights == 0 && c.count(s.t, `SELECT count(*) FROM chat_mail_box WHERE depositor = ? AND recipient = ?`, from[:], to[:]) == 0 {
			s.t.Errorf("%s shows %q as on its way to %s by %s, who has nothing", a.name, m.Text, d.name, c.name)
		}
	}
}

func (s *simulation) deskOf(is func(d *desk) bool) *desk {
	return s.desks[slices.IndexFunc(s.desks, is)]
}

// tagOf is how a text of a simulation begins that may have been edited.
func tagOf(text string) string {
	tag, _, _ := strings.Cut(text, ".")
	return tag + "."
}

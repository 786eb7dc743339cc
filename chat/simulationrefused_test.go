package chat

import (
	"slices"

	"lanyard/chat/event"
)

// counting are the messages of a conversation that are shown to everybody.
func counting(all []Message) []Message {
	return slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return m.Refused })
}

// checkRefused: everybody shows all that they said in the room, what counts and what was refused; and what was refused is shown to who said it alone.
func (s *simulation) checkRefused() {
	s.about(s.room)
	for _, d := range s.desks[:len(people)] {
		if v := d.known(s.room); v == nil || d.gone(v) {
			continue
		}
		shown, is := d.shown(s.t, s.room), map[string]bool{}
		for _, m := range shown {
			is[tagOf(m.Text)] = true
			if m.Refused {
				s.checkOnly(d, &m)
			}
		}
		for _, w := range s.sayings {
			if w.to == nil && w.by == d && !is[w.tag] && !w.deleted && !w.lost && !d.tainted() && !d.forgets() && d.forgot == nil {
				s.t.Errorf("%s does not see %q, which they wrote", d.name, w.tag)
			}
		}
	}
}

// checkOnly: a message that was refused is its author's, goes to nobody, and is shown by no machine of anybody else.
func (s *simulation) checkOnly(d *desk, m *Message) {
	if !m.Mine || len(m.States) > 0 || m.Unread || m.Kind != event.KindText {
		s.t.Errorf("%s shows %q as refused: %+v", d.name, m.Text, m)
	}
	for _, other := range s.desks[:len(people)] {
		if v := other.known(s.room); other.person() == d.person() || v == nil || other.gone(v) {
			continue
		}
		if slices.ContainsFunc(other.shown(s.t, s.room), func(o Message) bool { return o.ID == m.ID }) {
			s.t.Errorf("%s shows %q, which is refused at %s", other.name, m.Text, d.name)
		}
	}
}

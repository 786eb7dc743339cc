package chat

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
)

// What people do in a simulation with what they have: they forget the room, let old messages go, and block each other.

// allActs is where the seeds begin whose schedules draw from all acts. Those below draw from fewer, as when what they found was noted down.
const allActs = 1 << 60

// drawMore chooses from the acts that only these draw from. Where the room can be forgotten no profile is put back: one put back to before that has the room, as
// it was then, and what was said in it may be nowhere else.
func (s *simulation) drawMore() {
	for _, a := range []act{{"forgets the room", 6, s.forget}, {"lets old messages go", 4, s.keep}, {"blocks", 5, s.block}, {"blocks no more", 6, s.unblock}, {"closes the office", 2, s.night}} {
		if s.rng.IntN(2) > 0 {
			continue
		}
		s.acts = append(s.acts, a)
		if a.name == "forgets the room" {
			s.acts = slices.DeleteFunc(s.acts, func(a act) bool { return a.name == "gets the old profile" || a.name == "runs twice" })
		}
	}
}

// beginsOld reports whether a schedule begins with a room that is old already: by the seed alone, so that what else it draws is the same.
func beginsOld(seed uint64) bool { return seed >= allActs && seed%4 == 0 }

// growOld has Ben let go of what Anna said in the room, and then invite Dora while nobody else is here: she gets all of it without words, of which she asks
// Anna and Carla when they come.
func (s *simulation) growOld() {
	anna, ben, carla, dora := s.desks[0], s.desks[1], s.desks[2], s.desks[3]
	for range 2 {
		if w := s.begin(anna, nil); w.utter(s) {
			s.sayings = append(s.sayings, w)
		}
	}
	for _, d := range []*desk{ben, carla} {
		d.await(s.t, "what Anna said", func() bool { return d.Known(s.room) && len(d.said(s.t, s.room)) == len(s.sayings) && d.rested() })
	}
	_, err := ben.MarkRead(s.t.Context(), s.room, event.ID{})
	s.expect(ben, errors.Join(err, ben.KeepAll(s.t.Context(), 1)))
	time.Sleep(2 * statePause) // all know that all have it
	s.closeOffice(50 * time.Hour)
	s.start(ben)
	s.start(dora)
	dora.awaitLink(s.t, ben.agent)
	ring(ben.keeping.wake)
	time.Sleep(keepingFirst + time.Second)
	ben.past = time.Now()
	_, err = ben.Invite(s.t.Context(), s.room, dora.person())
	s.expect(ben, errors.Join(err, ben.KeepAll(s.t.Context(), 0)))
	dora.await(s.t, "what Anna said, without words", func() bool {
		all := dora.roomEvents(s.t, s.room)
		return !slices.ContainsFunc(s.sayings, func(w *saying) bool { whole, here := all[w.id]; return whole || !here })
	})
	for _, d := range s.desks {
		s.start(d)
	}
}

// oblivion is that somebody forgot the room.
type oblivion struct {
	knew *membership.State // by what they knew of it
	at   time.Time
}

// forget has somebody forget the room, whom that may make leave it before, maybe while they reach nobody. What nobody else has of others goes with it; what they wrote
// themselves does not while anybody is a member.
func (s *simulation) forget(d, _ *desk) {
	if !d.up || !d.Known(s.room) {
		return
	}
	if s.rng.IntN(2) == 0 { // nobody hears that they leave, and others go on writing to them
		for _, o := range s.desks {
			s.part(d, o)
		}
	}
	if d.known(s.room).room.members().Has(d.person()) && s.rng.IntN(3) > 0 {
		_, err := d.Leave(s.t.Context(), s.room)
		s.expect(d, err, ErrNoMember)
	}
	s.forgetNow(d)
}

// forgetNow has somebody forget the room.
func (s *simulation) forgetNow(d *desk) {
	knew := d.known(s.room).room.members()
	before := s.everything(s.desks)
	err := d.ForgetRoom(s.t.Context(), s.room, nil)
	s.note("forgot: %v", err)
	s.expect(d, err, ErrStillIn)
	if err != nil {
		return
	}
	d.past, d.keeps.own = d.horizon(), false
	d.forgot = &oblivion{knew: knew, at: time.Now()}
	after := s.everything(s.desks)
	for _, w := range s.sayings {
		if w.to != nil || !strings.Contains(before, w.tag) || strings.Contains(after, w.tag) {
			continue
		}
		if w.by == d && !d.tainted() && !s.aged(w) && len(knew.Members()) > 0 && !s.hadAll(w, knew) {
			s.t.Errorf("%s forgot the room, and %q with it, which nobody else has", d.name, w.tag)
		}
		w.lost = true
	}
}

// hadAll reports whether all members, as somebody knew them, had a word that now nobody has: they forgot the room as well, and who left was not told; or it
// was not for them, as the history is closed.
func (s *simulation) hadAll(w *saying, knew *membership.State) bool {
	return !slices.ContainsFunc(s.desks[:len(people)], func(d *desk) bool {
		return knew.Has(d.person()) && (!s.closed || w.meant(d)) && (!w.forgotten(d) || d.count(s.t, `SELECT count(*) FROM chat_event WHERE name = ?`, event.Name(w.id)) == 0)
	})
}

// forgotten reports whether somebody need not have a word of the room because they forgot that: it was said before, or by who did not know that they had left.
func (w *saying) forgotten(d *desk) bool {
	f := d.forgot
	if f == nil || w.to != nil {
		return false
	}
	if !w.at.After(f.at) {
		return true
	}
	return slices.ContainsFunc([]*membership.State{w.before, w.after}, func(m *membership.State) bool { return m.Has(d.person()) && !f.ended(d, m) })
}

// ended reports whether by what was known somebody came into the room anew since they forgot it.
func (f *oblivion) ended(d *desk, m *membership.State) bool {
	for n := range m.Changes() {
		if n.Who == d.person() && (n.Kind == event.KindInvite || n.Kind == event.KindJoin || n.Kind == event.KindEntrust) && !f.knew.Here(n.ID) {
			return true
		}
	}
	return false
}

// checkForgotten: who forgot the room, and was invited by nobody since, has it nowhere, and of others no word.
func (s *simulation) checkForgotten(d *desk) {
	v := d.known(s.room)
	if d.forgot == nil || v == nil || d.forgot.ended(d, v.room.members()) {
		return
	}
	s.about(s.room)
	rows, err := d.Conversations(s.t.Context())
	if err != nil || d.Known(s.room) || slices.ContainsFunc(rows, func(row Conversation) bool { return row.ID == s.room }) {
		s.t.Errorf("%s forgot the room, and has it: %v", d.name, err)
	}
	words := d.bodies(s.t)
	for _, w := range s.sayings {
		if w.to == nil && w.by.id != d.id && strings.Contains(words, w.tag) {
			s.t.Errorf("%s forgot the room, and has %q", d.name, w.tag)
		}
	}
	found, err := d.Search(s.t.Context(), Search{Text: "into the room"})
	if err != nil || len(found.Hits) > 0 {
		s.t.Errorf("%s forgot the room, and finds in it: %+v %v", d.name, found.Hits, err)
	}
}

// block has somebody block another, until they do so no more.
func (s *simulation) block(a, b *desk) {
	if a.up && a.id != b.id {
		s.expect(a, a.roster.Block(s.t.Context(), b.person()))
		a.shuns[b.person()] = time.Now().AddDate(100, 0, 0)
	}
}

func (s *simulation) unblock(a, _ *desk) {
	if !a.up {
		return
	}
	for _, b := range s.desks[:len(people)] {
		if a.id != b.id && a.Blocks(b.person()) {
			s.expect(a, a.roster.Unblock(s.t.Context(), b.person()))
			a.shuns[b.person()] = time.Now()
		}
	}
}

// TestForgottenByAllWhoHadIt: who leaves and forgets a room drops what they wrote, once all have it who are members as they know, and cannot know that these
// forgot the room before. That nobody has it then, a simulation does not take for a loss; it does where one of them never got it.
func TestForgottenByAllWhoHadIt(t *testing.T) {
	dir := inMemoryDir(t)
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(t, 1, dir)
		anna, ben, carla := s.desks[0], s.desks[1], s.desks[2]
		ben.awaitMembers(t, s.room, anna.agent, ben.agent, carla.agent)
		s.say(ben, nil)
		w := s.sayings[0]
		ben.awaitStates(t, w.id, Delivered, Delivered)
		knew := ben.known(s.room).room.members()
		for _, o := range s.desks {
			s.part(ben, o)
		}
		for _, d := range []*desk{anna, carla, ben} {
			if d == ben && s.hadAll(w, knew) {
				t.Error("a word counts as needed by nobody that its author alone has not forgotten")
			}
			if _, err := d.Leave(t.Context(), s.room); err != nil {
				t.Fatal(err)
			}
			s.forgetNow(d)
		}
		if !w.lost || !s.hadAll(w, knew) {
			t.Errorf("%q is lost: %v, and all members had it: %v", w.tag, w.lost, s.hadAll(w, knew))
		}
		s.site.lan.Heal()
		s.gather()
		s.check()
	})
}

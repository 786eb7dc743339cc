package chat

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
)

// TestSimulation lets five people write to each other and in a room, change what they wrote, react, invite, join, leave and remove each other, while links
// are cut, frames come twice or not at all, programs are killed, profiles are put back from copies and run twice, offices close for days and
// old messages go. What is looked at afterwards stands in simulationcheck_test.go.
//
// A seed decides what is done, not how goroutines interleave. LANYARD_SEED=N does the same again, LANYARD_SIMULATIONS=N runs so many new seeds, and
// LANYARD_SOAK_SECONDS=N goes on with new ones for so long. Without them the seeds are the same each time: who lands a change is told of that change, and
// make soak looks for what nobody has met.
func TestSimulation(t *testing.T) {
	if seed, err := strconv.ParseUint(os.Getenv("LANYARD_SEED"), 10, 64); err == nil {
		simulate(t, seed)
		return
	}
	first, many := uint64(1), simulations
	if n, err := strconv.Atoi(os.Getenv("LANYARD_SIMULATIONS")); err == nil {
		first, many = newSeed(), n
	}
	simulateFrom(t, first, many-many/2)
	simulateFrom(t, max(first+uint64(many), allActs), many/2)
	for _, seed := range []uint64{ // what once failed, each for another reason
		28610604897049, 50007878545970, 134996495542668, 148528409300111, 151350040491627, 171664097558147, 209089550351023, 213410741731559, 280978355661619, 174112916646205, 1153158667896421713, 215289983955520, 1153070979668543695,
		1152921646442867835, 1152921646442867858, 257461832506654, 192608712796051, 1152978154939384743, 1153074754928209177, 1152939293451444042, 1153124251241942421, 1152979758767157913, 1153050721777876012, 1153159016306867888,
		1153152505618703746, 1153124902260145038, 1153078149615959675, 1153138300651504886, 1153028380846977753, 1153036442605409151, 1152981769785368199, 1152925715781822677, 1153176591148641997, 1152988826278598008,
	} {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			simulate(t, seed)
		})
	}
	soak, _ := strconv.Atoi(os.Getenv("LANYARD_SOAK_SECONDS")) // none: the seeds above are enough
	for begun := time.Now(); time.Since(begun) < time.Duration(soak)*time.Second && !t.Failed(); {
		simulateFrom(t, newSeed(), 50)
	}
}

// newSeed draws a seed that nobody ran yet.
func newSeed() uint64 { return allActs + rand.Uint64()>>16 }

// seedOf is what a test draws from: LANYARD_SEED, or a new seed, which is printed.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("LANYARD_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("again: LANYARD_SEED=%d go test -run %s ./chat", seed, t.Name())
	return seed
}

// simulateFrom runs seeds that follow each other.
func simulateFrom(t *testing.T, first uint64, many int) {
	t.Run(fmt.Sprint("from=", first), func(t *testing.T) {
		for seed := first; seed < first+uint64(many); seed++ {
			t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
				t.Parallel()
				simulate(t, seed)
			})
		}
	})
}

func simulate(t *testing.T, seed uint64) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("again: LANYARD_SEED=%d go test -run TestSimulation ./chat", seed)
		}
	})
	dir := inMemoryDir(t)
	synctest.Test(t, func(t *testing.T) { newSimulation(t, seed, dir).run() })
}

// inMemoryDir is a folder for databases on a disk that is memory, where there is one: what is simulated never cuts the power, and so needs no disk.
func inMemoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lanyard")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// simulation is one run.
type simulation struct {
	t         *testing.T
	rng       *rand.Rand
	site      *site
	desks     []*desk // of the five people, and then machines that run a copy of one of their profiles
	room      event.ConversationID
	closed    bool // newcomers do not get the room's history
	acts      []act
	sayings   []*saying
	announced []*announcement
	serial    int
	nights    int // spent by all
	did       []string
	talk      event.ConversationID // that is looked at
	unread    string               // what of it is not shown as read, as it was seen last
}

// act is something that may happen, to one or two desks.
type act struct {
	name   string
	weight int
	do     func(a, b *desk)
}

// desk is a machine.
type desk struct {
	*agent
	up     bool
	copy   func() // puts its profile back to what it was once
	keeps  term
	past   time.Time                                    // what was said before may have gone, as they kept it for less long once
	forgot *oblivion                                    // of the room; nil is never
	first  bool                                         // of its person
	marks  map[event.ConversationID][]frame.SignedState // states that it signed, long ago
	shuns  map[identity.PersonID]time.Time              // whose mail they drop, or dropped, and until when
	taint  map[identity.PersonID]bool                   // persons whose profile was put back or copied; one map for all desks
}

// called is the name of its person.
func (d *desk) called() string { return strings.TrimSuffix(d.name, " again") }

// tainted reports whether a person's profile was put back or copied: they may have lost what nobody else had, and their order may differ.
func (d *desk) tainted() bool { return d.taint[d.person()] }

// saying is a text that was acknowledged.
type saying struct {
	by, to  *desk // to is nil in the room
	serial  int
	id      event.ID
	tag     string // how it begins, for good; nothing else begins so
	at      time.Time
	before  *membership.State    // by which its author wrote it, and
	after   *membership.State    // what that was an instant later; nil where it is direct
	edit    string               // as it was edited last
	again   []*membership.State  // under which it was edited
	edited  [2]*membership.State // before and after it was edited last
	deleted bool
	lost    bool // with the only disk that held it
}

var people = []string{"Anna", "Ben", "Carla", "Dora", "Emil"}

func newSimulation(t *testing.T, seed uint64, dir string) *simulation {
	s := &simulation{t: t, rng: rand.New(rand.NewPCG(seed, 3)), site: &site{lan: lantest.New(seed), dir: dir}}
	taint := map[identity.PersonID]bool{}
	for _, name := range people {
		d := &desk{agent: s.site.agent(t, name), first: true, taint: taint, marks: map[event.ConversationID][]frame.SignedState{}, shuns: map[identity.PersonID]time.Time{}}
		s.start(d)
		for _, other := range s.desks {
			d.meet(t, other.agent)
		}
		s.desks = append(s.desks, d)
	}
	s.closed = s.rng.IntN(2) == 0 && !beginsOld(seed)
	made, err := s.desks[0].CreateRoom(t.Context(), NewRoom{Name: "Plans", With: []identity.PersonID{s.desks[1].person(), s.desks[2].person()},
		Open: s.rng.IntN(2) == 0, ClosedHistory: s.closed})
	if err != nil {
		t.Fatal(err)
	}
	s.room = made.ID
	if beginsOld(seed) {
		s.growOld()
	}
	s.draw(seed)
	return s
}

// draw chooses what happens in this run, and how often: where everything happens at once, what needs a long time without something never happens.
func (s *simulation) draw(seed uint64) {
	s.acts = []act{{"writes to", 30, s.write}, {"says something", 30, s.say}, {"marks as read", 3, s.read}, {"looks", 4, s.look}, {"starts", 8, s.startOf}}
	for _, a := range []act{
		{"amends", 15, s.amend}, {"changes members", 18, s.shape}, {"is cut off from", 8, s.part}, {"and all are joined", 6, func(_, _ *desk) { s.site.lan.Heal() }},
		{"loses a connection to", 5, s.cut}, {"stops", 5, func(d, _ *desk) { s.stop(d) }}, {"is killed", 4, s.kill}, {"sends again to", 5, s.again},
		{"copies the profile", 4, s.save}, {"gets the old profile", 4, s.putBack}, {"runs twice", 2, s.clone}, {"goes home like everybody", 2, s.night}, {"names a group with", 4, s.group}, {"announces", 8, s.announce}, {"changes what they announced", 3, s.unsay},
	} {
		if s.rng.IntN(3) > 0 {
			a.weight *= 1 + s.rng.IntN(3)
			s.acts = append(s.acts, a)
		}
	}
	if seed >= allActs {
		s.drawMore()
	}
	if s.rng.IntN(3) > 0 {
		return
	}
	for _, d := range s.desks {
		d.keeps.all = s.rng.IntN(3)
		if err := d.KeepAll(s.t.Context(), d.keeps.all); err != nil {
			s.t.Fatal(err)
		}
	}
	s.acts = append(s.acts, act{"goes home like everybody", 4, s.night}, act{"changes members", 18, s.shape}, act{"marks as read", 12, s.read}) // so that newcomers come when some keep nothing of before
}

func (s *simulation) run() {
	defer func() {
		if s.t.Failed() {
			s.describe()
		}
	}()
	for range 40 + s.rng.IntN(40) {
		s.act()
		time.Sleep(time.Duration(s.rng.IntN(1500)) * time.Millisecond)
		s.checkLacked()
	}
	s.site.lan.Heal()
	s.gather()
	s.check()
}

// act does one random thing.
func (s *simulation) act() {
	all := 0
	for _, one := range s.acts {
		all += one.weight
	}
	at := s.rng.IntN(all)
	for _, one := range s.acts {
		if at -= one.weight; at < 0 {
			a, b := s.desks[s.rng.IntN(len(s.desks))], s.desks[s.rng.IntN(len(s.desks))]
			s.note("%s %s %s", a.name, one.name, b.name)
			one.do(a, b)
			return
		}
	}
}

func (s *simulation) note(format string, args ...any) {
	s.did = append(s.did, fmt.Sprintf(format, args...))
}

func (s *simulation) startOf(d, _ *desk) { s.start(d) }

func (s *simulation) start(d *desk) {
	if d.up {
		return
	}
	d.ear = newEar()
	d.run(s.t)
	d.up = true
}

func (s *simulation) stop(d *desk) {
	if !d.up {
		return
	}
	d.stop()
	d.up = false
	s.onceTold(d)
}

// onceTold fails when one run of the program told something twice.
func (s *simulation) onceTold(d *desk) {
	told := d.ear.told()
	once := slices.Compact(slices.Sorted(slices.Values(told)))
	if len(once) != len(told) {
		s.t.Errorf("%s was told something twice: %q", d.name, told)
	}
}

// gather starts everybody and waits until all have the same. Of two machines with one profile first the one runs, then the other.
func (s *simulation) gather() {
	for _, second := range s.desks[len(people):] {
		first := s.desks[slices.IndexFunc(s.desks, func(d *desk) bool { return d.id == second.id })]
		s.stop(first)
		s.converge(second)
		s.stop(second)
	}
	s.converge(nil)
}

// converge starts everybody, with another machine in the place of the one with the same profile, and waits until all have the same.
func (s *simulation) converge(instead *desk) {
	var all []*desk
	for _, d := range s.desks[:len(people)] {
		if instead != nil && instead.id == d.id {
			d = instead
		}
		s.start(d)
		s.unblock(d, nil)
		all = append(all, d)
	}
	for i, a := range all {
		for _, b := range all[:i] {
			a.awaitLink(s.t, b.agent)
			b.awaitLink(s.t, a.agent)
		}
	}
	for i, a := range all {
		for _, b := range all[:i] {
			s.about(event.DirectID(a.person(), b.person()))
			a.await(s.t, "the same as "+b.name, func() bool {
				return a.conversation(b.person()).vector().Equal(b.conversation(a.person()).vector()) && a.rested() && b.rested()
			})
		}
	}
	s.about(event.OfficeID())
	all[0].await(s.t, "all have the same announcements", func() bool { return s.officeEqual(all) })
	s.about(s.room)
	all[0].await(s.t, "all members have the same", func() bool { return s.roomEqual(all) })
}

// roomEqual reports whether all members of the room have the same.
func (s *simulation) roomEqual(all []*desk) bool {
	for _, a := range all {
		v := a.known(s.room)
		if v == nil || !v.room.members().Has(a.person()) {
			continue // who is none by what they know may know less
		}
		m := v.room.members()
		for _, b := range all {
			if !m.Has(b.person()) {
				continue
			}
			w := b.known(s.room)
			if w == nil || whoIn(w.room.members()) != whoIn(m) || w.room.members().Title() != m.Title() || groupsIn(w.room.members()) != groupsIn(m) || !v.vector().Equal(w.vector()) || !a.rested() || !b.rested() {
				return false
			}
		}
	}
	return true
}

// roomEvents are the events of a room that a desk has, and whether it has their words.
func (d *desk) roomEvents(t *testing.T, room event.ConversationID) map[event.ID]bool {
	all := map[event.ID]bool{}
	if d.known(room) == nil {
		return all
	}
	for _, w := range d.known(room).allViews() {
		for _, e := range d.eventsOf(t, w, w.fork+1) {
			all[e.ID] = !e.Dropped() || e.Kind.ChangesMembers()
		}
	}
	return all
}

// rested reports whether an agent's ledger has nothing to store.
func (a *agent) rested() bool {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	return a.ledger.waiting.empty()
}

// about notes which conversation is looked at: the first one in which something is wrong is described.
func (s *simulation) about(talk event.ConversationID) {
	if !s.t.Failed() {
		s.talk = talk
	}
}

// describe logs what was done and what everybody has.
func (s *simulation) describe() {
	s.t.Logf("closed %v; %s", s.closed, strings.Join(s.did, "; "))
	s.t.Log(s.unread)
	for _, d := range s.desks {
		if !d.up {
			continue
		}
		s.t.Logf("%s %s keeps %+v, dropped %v, problems %v", d.name, d.id.PeerID().Short(), d.keeps, d.Dropped(), d.Problems())
		if v := d.known(s.talk); v != nil {
			s.describeTalk(d, v)
		}
	}
}

func (s *simulation) describeTalk(d *desk, v *conversation) {
	if d.Known(v.id) {
		s.t.Logf(" %s shows %q", v.id.String()[:6], d.said(s.t, v.id))
	}
	if v.room != nil {
		for n, counts := range v.room.members().Changes() {
			s.t.Logf("  change %s by %s: kind %d of %s, counts %v", n.ID.String()[:6], n.By.Short(), n.Kind, n.Who.Short(), counts)
		}
	}
	for _, w := range v.allViews() {
		s.t.Logf("  %d: log %s of %s, after %d of others, stored to %d, verified to %d, cut %v, ended %v", w.key, w.log.ID.String()[:6], w.log.Peer.Short(), w.fork,
			w.kept.Number, w.tip.Number, w.cut, w.ended)
	}
	for _, w := range v.allViews() {
		for _, e := range d.eventsOf(s.t, w, w.fork+1) {
			s.t.Logf("  %d/%d: %s kind %d at %s, body %d, signed %v", w.key, e.Number, e.ID.String()[:6], e.Kind, time.UnixMilli(e.Time).UTC().Format("01-02 15:04:05"), len(e.Body), len(e.Signature) > 0)
		}
	}
	for _, x := range d.sessionsOf(v) {
		running := x.running()
		x.mu.Lock()
		s.t.Logf("  session with %s: running %v, due %+v, owes %v, defers %v, live %d, asked %v ago, they have %d logs", x.link.Peer().Short(), running, x.due, x.owe,
			x.defers, len(x.live), time.Since(x.asked.at), len(x.theirs))
		x.mu.Unlock()
	}
}

package peer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// quietRoster is one that does not run, with an open database that does.
func quietRoster(t *testing.T) (*Roster, *store.DB) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(t.TempDir(), "lanyard.db"), slog.New(slog.DiscardHandler), Part())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return New(Config{Identity: id, DB: db, Name: "Anna"}), db
}

// somebody makes a key, and what a person with it tells of themselves.
func somebody(t *testing.T) (*identity.Identity, card) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	signed := id.FirstPersonList()
	list, err := signed.Open(nil)
	if err != nil {
		t.Fatal(err)
	}
	return id, card{list: list, signed: signed, name: "Somebody"}
}

// stranger is somebody new who was seen at a time.
func (r *Roster) stranger(t *testing.T, seen time.Time) *machine {
	t.Helper()
	id, c := somebody(t)
	m := r.meetLocked(id.PeerID(), id.Public(), c)
	m.lastSeen = seen
	return m
}

// newcomer is a link of somebody new, who was greeted.
func (r *Roster) newcomer(t *testing.T) *Link {
	t.Helper()
	id, c := somebody(t)
	return &Link{roster: r, peer: id.PeerID(), key: id.Public(), person: c.list.Person, remote: netip.MustParseAddrPort("192.0.2.7:4000"), born: time.Now(), greeting: greeting{card: c}}
}

func TestStrangersGiveWayToNewerOnes(t *testing.T) {
	r, _ := quietRoster(t)
	begun := time.Unix(1_800_000_000, 0)
	kept := r.stranger(t, begun)
	r.Keep(kept.person)
	verified := r.stranger(t, begun)
	r.people[verified.person].trust = Verified
	blocked := r.stranger(t, begun)
	r.people[blocked.person].trust = Blocked
	oldest := r.stranger(t, begun.Add(time.Second))
	heard := r.stranger(t, begun)
	for who, ours := range map[*machine]bool{heard: true, oldest: false} { // what our person says of somebody counts, not what they say themselves
		if err := r.Differ(t.Context(), who.person, ours); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxStrangers {
		r.stranger(t, begun.Add(time.Duration(i+2)*time.Second))
	}
	gone := r.trimLocked()
	if len(gone) != 1 || gone[0] != oldest {
		t.Errorf("%d were forgotten", len(gone))
	}
	for _, m := range []*machine{kept, verified, blocked, heard} {
		if r.machines[m.id] == nil || r.people[m.person] == nil {
			t.Error("somebody we had to do with was forgotten")
		}
	}
	if err := r.storeDirty(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := New(r.config)
	if err := again.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(again.people) != maxStrangers+4 || again.people[oldest.person] != nil || !again.people[kept.person].kept || again.people[blocked.person].trust != Blocked {
		t.Errorf("%d people came back", len(again.people))
	}
}

// TestWhoGaveWayMarksNobody: a namesake who gives way to somebody new has the same effect as one who was never there.
func TestWhoGaveWayMarksNobody(t *testing.T) {
	r, _ := quietRoster(t)
	begun := time.Unix(1_800_000_000, 0)
	kept, oldest := r.stranger(t, begun), r.stranger(t, begun)
	r.Keep(kept.person)
	kept.name, kept.host, oldest.name, oldest.host = "Ben", "pc-1", "Ben", "pc-2"
	for i := range maxStrangers {
		r.stranger(t, begun.Add(time.Duration(i+1)*time.Second)).name = fmt.Sprintf("Number %d", i)
	}
	r.tellApartLocked()
	if apart := r.Apart(kept.person); apart != "pc-1" {
		t.Fatalf("beside a namesake, Ben is told apart by %q", apart)
	}
	if _, _, err := r.tryAttach(r.newcomer(t)); err != nil {
		t.Fatal(err)
	}
	if apart := r.Apart(kept.person); r.machines[oldest.id] != nil || apart != "" {
		t.Errorf("the namesake gave way: %v; Ben is told apart by %q", r.machines[oldest.id] == nil, apart)
	}
}

func TestDatabaseThatIsGoneIsToldAndLosesNothing(t *testing.T) {
	r, _ := quietRoster(t)
	m := r.stranger(t, time.Now())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.storeDirty(ctx); !errors.Is(err, context.Canceled) || !r.isDirty() {
		t.Errorf("storing with an ended context: %v, dirty %v", err, r.isDirty())
	}
	if err := r.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`CREATE TRIGGER full BEFORE INSERT ON machine BEGIN SELECT RAISE(ABORT, 'no more'); END`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.storeDirty(t.Context()); err == nil || !r.isDirty() {
		t.Errorf("a write that fails: %v, dirty %v", err, r.isDirty())
	}
	if p := r.Problems(); len(p) != 1 || p[0].ID != ProblemNotStored || p[0].Remedy == "" {
		t.Errorf("problems: %+v", p)
	}
	if err := r.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`DROP TRIGGER full`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.storeDirty(t.Context()); err != nil || r.isDirty() || len(r.Problems()) != 0 {
		t.Errorf("afterwards: %v, dirty %v, problems %+v", err, r.isDirty(), r.Problems())
	}
	again := New(r.config)
	if err := again.Load(t.Context()); err != nil || again.machines[m.id] == nil {
		t.Errorf("it was not stored: %v", err)
	}
}

func TestBlockFollowsThePersonsMachines(t *testing.T) {
	r, _ := quietRoster(t)
	first, second := r.stranger(t, time.Now()), r.stranger(t, time.Now())
	p := r.people[first.person]
	p.list.Machines = append(p.list.Machines, second.key) // as if a second list had been signed
	p.trust = Blocked
	if !r.blocked(second.id) {
		t.Error("the second machine of somebody blocked is let in as a person of its own")
	}
	if !r.blockedPersonLocked(identity.PersonList{Person: second.person, Former: []identity.PersonID{first.person}}) {
		t.Error("a blocked person came back under a new ID")
	}
	if third := r.stranger(t, time.Now()); r.blocked(third.id) {
		t.Error("somebody else is blocked too")
	}
}

func TestChoiceWords(t *testing.T) {
	for c := Available; c <= Invisible; c++ {
		if got, err := ParseChoice(strings.ToUpper(c.String())); err != nil || got != c {
			t.Errorf("%v: %v, %v", c, got, err)
		}
	}
	for _, bad := range []string{"", "offline", "here", "away\x1b[1m"} {
		if _, err := ParseChoice(bad); err == nil || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if got := fmt.Sprint(Seen, Verified, Blocked, Offline); got != "seen verified blocked offline" {
		t.Error(got)
	}
	for _, n := range []int{41, 161} {
		if _, err := (Presence{Choice: Busy, Text: strings.Repeat("x", n)}).check(); err == nil || !strings.Contains(err.Error(), "too long") {
			t.Errorf("a text of %d characters: %v", n, err)
		}
	}
	if p, err := (Presence{Choice: Busy, Text: strings.Repeat("x", 40)}).check(); err != nil || len(p.Text) != 40 {
		t.Errorf("a text of 40 characters: %v %v", p, err)
	}
}

func TestResolveErrorsSayWhatToDo(t *testing.T) {
	rows := []Peer{{ID: identity.PeerID{1}, Person: identity.PersonID{1}, Name: "Ben", Machine: "a"}, {ID: identity.PeerID{2}, Person: identity.PersonID{2}, Name: "BEN", Machine: "b"}}
	_, err := resolve("ben", rows)
	if err == nil || !strings.Contains(err.Error(), rows[0].Person.String()) || !strings.Contains(err.Error(), rows[1].Person.String()) {
		t.Errorf("%v", err)
	}
	if _, err := resolve("nobody\n\x1b", rows); err == nil || strings.ContainsAny(err.Error(), "\n\x1b") || !strings.Contains(err.Error(), "8 or more") {
		t.Errorf("%v", err)
	}
	// Two machines of one person are one hit.
	rows[1].Person = rows[0].Person
	if got, err := resolve("ben", rows); err != nil || len(got) != 2 {
		t.Errorf("%v %v", got, err)
	}
}

func TestDoorsForgetQuietVisitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoors()
		visitor := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
		for i := range hostsRemembered {
			if !d.enter(visitor(i)) {
				t.Fatalf("visitor %d was refused", i)
			}
			d.leave(visitor(i))
		}
		if d.enter(visitor(hostsRemembered)) {
			t.Error("the table grew without limit")
		}
		time.Sleep(time.Minute)
		if !d.enter(visitor(hostsRemembered)) || len(d.hosts) != 1 {
			t.Errorf("after a quiet minute %d are remembered", len(d.hosts))
		}
	})
}

// TestRumoursReachEverybody: whatever number of peers there is, each link is told of every other one, in frames below the cap.
func TestRumoursReachEverybody(t *testing.T) {
	for _, n := range []int{0, 1, 150, 1000} {
		rumours := map[identity.PeerID]*rumour{}
		for i := range n {
			id := identity.PeerID{byte(i), byte(i >> 8), 1}
			var at []netip.AddrPort
			for k := range 1 + i%maxAddresses {
				at = append(at, netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(k), byte(i >> 8), byte(i)}), 26426))
			}
			rumours[id] = &rumour{id, at, uint64(1 + i/300)}
		}
		l := &Link{peer: identity.PeerID{0, 0, 1}, remote: netip.MustParseAddrPort("10.0.0.1:1")}
		told := map[string]bool{}
		upTo, more := cursor{}, true
		for rounds := 0; more; rounds++ {
			if rounds > n+1 {
				t.Fatalf("%d rumours: no end", n)
			}
			var body gossipBody
			body, upTo, more = pickRumours(rumours, l, upTo)
			if b, err := wire.Marshal(body); err != nil || len(b) > wire.KindGossip.Cap() || len(body.Peers) > gossipPeers {
				t.Fatalf("%d rumours: frame of %d bytes, %v", n, len(b), err)
			}
			for _, p := range body.Peers {
				told[string(p.Peer)] = true
			}
		}
		if want := max(0, n-1); len(told) != want { // not about the one who is told
			t.Errorf("%d rumours: %d were told, want %d", n, len(told), want)
		}
	}
}

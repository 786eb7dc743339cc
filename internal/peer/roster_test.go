package peer_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

func TestTwoMeetAndTalk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		var annaHears, benHears ear
		anna := s.start(t, "Anna", listen(&annaHears, peer.ClassChat))
		ben := s.start(t, "Ben", listen(&benHears, peer.ClassChat))
		anna.meet(t, ben)
		p := anna.row(t, ben)
		if p.Name != "Ben" || p.Machine != "Ben-pc" || !p.Linked || p.Presence.Choice != peer.Available || p.Trust != peer.Seen {
			t.Errorf("Anna sees %+v", p)
		}
		mustSend(t, anna, ben, "hello")
		mustSend(t, ben, anna, "hello yourself")
		benHears.want(t, "up", "hello")
		annaHears.want(t, "up", "hello yourself")
		if got, ok := anna.PublicKey(ben.peerID()); !ok || !got.Equal(ben.id.Public()) {
			t.Errorf("Anna has the key %x of Ben", got)
		}
		ben.stop()
		annaHears.want(t, "down")
		anna.awaitNoLink(t, ben)
		if p := anna.row(t, ben); p.Linked || p.Presence.Choice != peer.Offline || p.LastSeen.IsZero() {
			t.Errorf("Anna sees %+v after Ben stopped", p)
		}
	})
}

func TestPeopleMetAreThereAfterARestart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		port := ben.Port()
		anna.stop()
		ben.stop()
		anna.run(t)
		p := anna.row(t, ben)
		if p.Name != "Ben" || p.Linked || p.LastSeen.IsZero() || len(p.Addresses) == 0 {
			t.Errorf("after the restart Anna sees %+v", p)
		}
		if len(anna.Peers()) != 1 {
			t.Errorf("Anna lists %+v", anna.Peers())
		}
		ben.run(t, setup(onPort(port)))
		anna.awaitLink(t, ben)
		ben.awaitLink(t, anna)
	})
}

func TestHintIsDialled(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.SetLabel("aaaa")
		ben.SetLabel("bbbb")
		anna.Hint(peer.Hint{Label: "bbbb", Addresses: []netip.AddrPort{netip.MustParseAddrPort(ben.address())}, Source: peer.SourceMDNS})
		anna.awaitLink(t, ben)
		if !anna.Linked("bbbb") {
			t.Error("Anna does not know the label of a linked peer")
		}
		ben.awaitLink(t, anna)
		if !ben.Linked("aaaa") {
			t.Error("Ben was not told Anna's label")
		}
		anna.SetLabel("cccc")
		ben.poll(t, "the new label", func() bool { return ben.Linked("cccc") })
	})
}

// TestIdleTurnsAvailableIntoAway: away comes and goes by itself, for others at once; what was chosen is never overridden, and nothing of it outlives a crash.
func TestIdleTurnsAvailableIntoAway(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		is := func(want peer.Presence) {
			t.Helper()
			ben.await(t, want.Choice.String(), func() bool { return ben.row(t, anna).Presence == want })
			if got := anna.Self().Presence; got != want {
				t.Errorf("to herself she is %+v, want %+v", got, want)
			}
		}
		choose := func(p peer.Presence) {
			t.Helper()
			if err := anna.SetPresence(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		here := peer.Presence{Choice: peer.Available, Text: "room 4"}
		choose(here)
		anna.SetIdle(true)
		is(peer.Presence{Choice: peer.Away, Text: "room 4"})
		anna.SetIdle(false)
		is(here)
		for _, p := range []peer.Presence{{Choice: peer.Busy}, {Choice: peer.Away, Text: "lunch"}} {
			choose(p)
			anna.SetIdle(true)
			is(p)
			anna.SetIdle(false)
			is(p)
		}
		choose(here)
		anna.SetIdle(true)
		choose(here) // from elsewhere: whoever chooses is there
		is(here)
		anna.SetIdle(true)
		is(peer.Presence{Choice: peer.Away, Text: "room 4"})
		anna.stop()
		anna.run(t)
		if got := anna.Self().Presence; got != here {
			t.Errorf("after a restart she is %+v", got)
		}
	})
}

func TestPresence(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		shown := func(want peer.Presence) func() bool {
			return func() bool { return ben.row(t, anna).Presence == want }
		}
		for _, p := range []peer.Presence{{Choice: peer.Busy, Text: "back at 3"}, {Choice: peer.Away}, {Choice: peer.Available}} {
			if err := anna.SetPresence(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			ben.await(t, p.Choice.String(), shown(p))
		}
		if err := anna.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible, Text: "secret"}); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "invisible looks like not here", shown(peer.Presence{}))
		if p := ben.row(t, anna); p.Linked || !ben.linkedTo(anna) {
			t.Errorf("an invisible person is shown as %+v, link %v", p, ben.linkedTo(anna))
		}
		anna.stop()
		anna.run(t)
		if got := anna.Self().Presence; got.Choice != peer.Invisible || got.Text != "secret" {
			t.Errorf("after a restart the presence is %+v", got)
		}
		for _, bad := range []peer.Presence{{}, {Choice: 9}} {
			if anna.SetPresence(t.Context(), bad) == nil {
				t.Errorf("%+v was taken", bad)
			}
		}
	})
}

func TestNameChangesForEverybody(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		if err := anna.SetName(t.Context(), "  Anna   Müller "); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the new name", func() bool { return ben.row(t, anna).Name == "Anna Müller" })
		if err := anna.SetName(t.Context(), " \t"); err == nil {
			t.Error("an empty name was taken")
		}
		if err := anna.SetName(t.Context(), "You"); err == nil {
			t.Error("the name You was taken")
		}
	})
}

func TestLookalikesAreBothMarked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, other := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Веn") // the last one has Cyrillic letters
		anna.meet(t, ben)
		if anna.row(t, ben).Apart != "" {
			t.Error("one Ben alone is marked")
		}
		for display, want := range map[string]bool{"Веn": true, "Ben (Ben-pc)": true, "ANNA": true, "Carla": false} { // whom others tell of
			if got := anna.ApartBy(anna.PersonOf(other.peerID()), display); (got != "") != want {
				t.Errorf("%s is told apart by %q", display, got)
			}
		}
		anna.meet(t, other)
		for _, x := range []*agent{ben, other} {
			if got := anna.row(t, x).Apart; !strings.HasSuffix(got, ", "+x.name+"-pc") || got != anna.Apart(anna.PersonOf(x.peerID())) {
				t.Errorf("%s is marked with %q", x.name, got)
			}
		}
		if err := anna.Block(t.Context(), anna.PersonOf(other.peerID())); err != nil {
			t.Fatal(err)
		}
		if anna.row(t, ben).Apart != "" {
			t.Error("the true Ben stays marked after the other was blocked")
		}
		if anna.row(t, other).Apart == "" {
			t.Error("what the blocked one said is told from the true one's by nothing")
		}
		if err := anna.SetName(t.Context(), "BEN"); err != nil {
			t.Fatal(err)
		}
		if anna.row(t, ben).Apart == "" || anna.Self().Apart == "" {
			t.Error("somebody with our own name is not marked, or we are not")
		}
		if err := anna.SetName(t.Context(), "Carla"); err != nil {
			t.Fatal(err)
		}
		if anna.row(t, ben).Apart != "" || anna.Self().Apart != "" {
			t.Error("a name that nobody else has any more stays marked")
		}
	})
}

func TestBlockedPersonSeesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		var hears ear
		anna, ben := s.start(t, "Anna", listen(&hears, peer.ClassChat)), s.start(t, "Ben")
		anna.meet(t, ben)
		hears.want(t, "up")
		person := anna.PersonOf(ben.peerID())
		if err := anna.Block(t.Context(), person); err != nil {
			t.Fatal(err)
		}
		hears.want(t, "down")
		ben.awaitNoLink(t, anna)
		if err := anna.SetName(t.Context(), "Anna Secret"); err != nil {
			t.Fatal(err)
		}
		var add *peer.AddError
		if _, err := ben.Add(t.Context(), anna.address()); !errors.As(err, &add) {
			t.Errorf("the blocked one adds: %v", err)
		}
		if _, err := anna.Add(t.Context(), ben.address()); !errors.As(err, &add) {
			t.Errorf("adding somebody blocked: %v", err)
		}
		if got := ben.row(t, anna); got.Name != "Anna" || got.Linked {
			t.Errorf("the blocked one sees %+v", got)
		}
		anna.stop()
		anna.run(t)
		if got := anna.row(t, ben).Trust; got != peer.Blocked {
			t.Errorf("after a restart the trust is %v", got)
		}
		if err := anna.Unblock(t.Context(), person); err != nil {
			t.Fatal(err)
		}
		anna.meet(t, ben)
	})
}

func TestForgottenPersonIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		person := anna.PersonOf(ben.peerID())
		ben.stop()
		anna.awaitNoLink(t, ben)
		if err := anna.Forget(t.Context(), person); err != nil {
			t.Fatal(err)
		}
		if got := anna.Peers(); len(got) != 0 {
			t.Errorf("after forgetting: %+v", got)
		}
		anna.stop()
		anna.run(t)
		if got := anna.Peers(); len(got) != 0 {
			t.Errorf("after forgetting and a restart: %+v", got)
		}
		if err := anna.Forget(t.Context(), person); !errors.Is(err, peer.ErrUnknownPerson) {
			t.Errorf("forgetting twice: %v", err)
		}
	})
}

// TestDecisionsOutliveForgetting: who is taken off the list stays blocked, verified or marked as differing, over a restart, too; what was noted of them goes.
func TestDecisionsOutliveForgetting(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		of := ben.id.Person()
		do := func(what string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		forget := func() {
			t.Helper()
			do("mark", anna.Mark(t.Context(), of, func(m *peer.Marks) { m.Favourite, m.Groups = true, []string{"Sales"} }))
			do("forget", anna.Forget(t.Context(), of))
			if got := anna.Peers(); len(got) != 0 || len(anna.Problems()) != 0 {
				t.Errorf("after forgetting: %+v, %+v", got, anna.Problems())
			}
			if err := anna.Forget(t.Context(), of); !errors.Is(err, peer.ErrUnknownPerson) {
				t.Errorf("forgetting twice: %v", err)
			}
			anna.stop()
			anna.run(t)
		}
		back := func(want peer.Trust) {
			t.Helper()
			anna.meet(t, ben)
			row := anna.row(t, ben)
			if row.Trust != want || row.Marks.Favourite || len(row.Marks.Groups) > 0 {
				t.Errorf("back as %+v, want %v", row, want)
			}
		}
		do("verify", anna.Verify(t.Context(), of))
		forget()
		back(peer.Verified)
		do("differ", anna.Differ(t.Context(), of, true))
		forget()
		back(peer.Differs)
		if len(anna.Problems()) != 1 {
			t.Errorf("the problem is not told again: %+v", anna.Problems())
		}
		do("doubt", anna.Doubt(t.Context(), of))
		do("block", anna.Block(t.Context(), of))
		forget()
		var add *peer.AddError
		if _, err := ben.Add(t.Context(), anna.address()); !errors.As(err, &add) {
			t.Errorf("somebody blocked and forgotten comes in: %v", err)
		}
		if len(anna.Peers()) != 0 {
			t.Errorf("listed: %+v", anna.Peers())
		}
		if row, known := anna.Get(ben.peerID()); !known || row.Trust != peer.Blocked {
			t.Errorf("what they write through others is taken as of %+v", row)
		}
		rows, err := anna.ResolveBlocked("ben")
		if err != nil || len(rows) != 1 || rows[0].Person != of || rows[0].Machine == "" || len(rows[0].Addresses) > 0 {
			t.Errorf("blocked: %+v, %v", rows, err)
		}
		do("unblock", anna.Unblock(t.Context(), of))
		if len(anna.Blocked()) != 0 || len(anna.Peers()) != 0 {
			t.Errorf("unblocked: %+v %+v", anna.Blocked(), anna.Peers())
		}
		back(peer.Seen)
		do("verify", anna.Verify(t.Context(), of))
		do("unblock who is not blocked", anna.Unblock(t.Context(), of))
		if got := anna.row(t, ben).Trust; got != peer.Verified {
			t.Errorf("undoing a block that is none leaves %v", got)
		}
	})
}

func TestLearnedPersonIsKnownButNotListed(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		if err := anna.Learn(t.Context(), []identity.SignedPersonList{ben.id.FirstPersonList()}, "Ben"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if key, ok := anna.PublicKey(ben.peerID()); !ok || !key.Equal(ben.id.Public()) {
				t.Error("the key is not known")
			}
			if got := anna.Machines(ben.id.Person()); len(got) != 1 || got[0] != ben.peerID() {
				t.Errorf("machines: %v", got)
			}
			for _, of := range []*agent{anna, ben} {
				list, ok := anna.PersonList(of.id.Person())
				if opened, err := list.Open(nil); !ok || err != nil || !opened.Has(of.peerID()) {
					t.Errorf("the list of %s: %v, %v", of.name, ok, err)
				}
			}
			if len(anna.Peers()) != 0 {
				t.Errorf("listed: %+v", anna.Peers())
			}
			anna.stop()
			anna.run(t)
		}
		forged := ben.id.FirstPersonList()
		forged.Signature[3] ^= 1
		if anna.Learn(t.Context(), []identity.SignedPersonList{forged}, "Ben") == nil {
			t.Error("a forged list was taken")
		}
		anna.meet(t, ben)
		if len(anna.Peers()) != 1 {
			t.Errorf("met: %+v", anna.Peers())
		}
	})
}

func TestResolve(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		ben, other, carla := s.start(t, "Ben"), s.start(t, "ben"), s.start(t, "Carla Ölm")
		for _, x := range []*agent{ben, other, carla} {
			anna.meet(t, x)
		}
		var ambiguous *peer.AmbiguousError
		if _, err := anna.Resolve("BEN"); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 {
			t.Errorf("BEN: %v", err)
		}
		id := ben.peerID().String()
		for _, q := range []string{"carla ölm", "CARLA ÖLM", carla.peerID().String(), carla.peerID().Short()} {
			if got, err := anna.Resolve(q); err != nil || len(got) != 1 || got[0].ID != carla.peerID() {
				t.Errorf("%q: %v %v", q, got, err)
			}
		}
		if got, err := anna.Resolve(id[:11]); err != nil || got[0].ID != ben.peerID() {
			t.Errorf("prefix of Ben's ID: %v %v", got, err)
		}
		var unknown *peer.UnknownError
		for _, q := range []string{"", "carla", id[:5], "nobody at all"} {
			if _, err := anna.Resolve(q); !errors.As(err, &unknown) {
				t.Errorf("%q: %v", q, err)
			}
		}
	})
}

// TestInvisibleComesAndGoesUnseen: neither the link of somebody invisible nor its end moves when they were last here.
func TestInvisibleComesAndGoesUnseen(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		if err := anna.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "Anna looks gone", func() bool { return !ben.row(t, anna).Linked })
		left := ben.row(t, anna).LastSeen
		for range 3 {
			time.Sleep(time.Hour)
			anna.stop()
			ben.awaitNoLink(t, anna)
			time.Sleep(time.Hour)
			anna.run(t)
			ben.awaitLink(t, anna)
		}
		if p := ben.row(t, anna); !p.LastSeen.Equal(left) || p.Linked || p.Presence != (peer.Presence{}) {
			t.Errorf("last here %v, want %v; %+v", p.LastSeen, left, p)
		}
	})
}

// TestComingBackInvisibly: who was seen and comes back invisible was last here when they left, not when they came; so it is to whoever starts only then.
func TestComingBackInvisibly(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		if err := anna.Block(t.Context(), ben.Self().Person); err != nil {
			t.Fatal(err)
		}
		ben.awaitNoLink(t, anna)
		left := ben.row(t, anna).LastSeen
		if err := anna.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		unmoved := func(when string) {
			t.Helper()
			ben.awaitLink(t, anna)
			if p := ben.row(t, anna); p.LastSeen.Sub(left).Abs() > time.Second || p.Linked {
				t.Errorf("%s: last here %v, want %v; %+v", when, p.LastSeen, left, p)
			}
		}
		time.Sleep(time.Hour)
		if err := anna.Unblock(t.Context(), ben.Self().Person); err != nil {
			t.Fatal(err)
		}
		unmoved("back")
		ben.stop()
		time.Sleep(time.Hour)
		ben.run(t)
		unmoved("after Ben started anew")
	})
}

// TestAddressOfSomebodyElse: an address is a hint. Who answers there is a person of their own, and the one who was meant is still looked for.
func TestAddressOfSomebodyElse(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		first := ben.host.Addresses()[0].String()
		anna.meet(t, ben)
		ben.stop()
		anna.awaitNoLink(t, ben)
		ben.host.Move("10.50.0.1")
		ben.run(t)
		anna.awaitLink(t, ben)
		ben.stop()
		anna.awaitNoLink(t, ben)
		ben.host.Move("10.50.0.2")
		carla.host.Move("10.50.0.1") // Carla's machine got Ben's newest address
		anna.awaitLink(t, carla)
		if p := anna.row(t, ben); p.Linked || p.Name != "Ben" {
			t.Errorf("Ben's row became %+v", p)
		}
		again := s.startAs(t, ben.id, "Ben") // at another address, knowing nobody
		again.host.Move(first)
		anna.awaitLink(t, again)
	})
}

package chat

import (
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// TestMailExpires: after 30 days nobody keeps it any more, and it is shown as waiting again, until it is deposited anew.
func TestMailExpires(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		one := anna.send(t, ben, "one")[0]
		anna.awaitThrough(t, one.ID, cleo)
		cleo.stop()
		anna.awaitAlone(t, cleo)
		anna.stop() // to run for weeks costs as much as all the rest
		time.Sleep(mail.Life - 24*time.Hour)
		anna.run(t)
		anna.awaitThrough(t, one.ID, cleo)
		time.Sleep(24*time.Hour + 2*mailSweep)
		m, err := anna.Message(t.Context(), one.ID)
		if err != nil {
			t.Fatal(err)
		}
		if m.States[0].Delivery != Waiting || len(m.States[0].Through) > 0 {
			t.Errorf("it is shown as %+v", m.States[0])
		}
		cleo.run(t)
		cleo.meet(t, anna)
		anna.awaitThrough(t, one.ID, cleo)
	})
}

// TestNobodyCarriesForLonger: mail whose depositor names a far day is kept for 30 days all the same.
func TestNobodyCarriesForLonger(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben, cleo := all[0], all[1], all[2]
		ben.stop()
		cleo.awaitAlone(t, ben)
		p := ben.mailFrom(t, anna.id.PeerID(), anna.id, 1, 100*365*24*time.Hour, anna.letter(t, ben))
		link, _ := anna.roster.Link(cleo.id.PeerID())
		if err := anna.mail.sendPieces(t.Context(), link, wire.KindDeposit, p, p.Recipient); err != nil {
			t.Fatal(err)
		}
		cleo.await(t, "she keeps it", func() bool { return cleo.carriesFrom(t, anna) == 1 })
		anna.stop()
		for _, c := range []struct {
			wait time.Duration
			kept int
		}{{mail.Life - time.Hour, 1}, {2 * time.Hour, 0}} {
			cleo.stop() // to run for weeks costs as much as all the rest
			time.Sleep(c.wait)
			cleo.run(t)
			synctest.Wait() // what has expired is dropped at the start
			if n := cleo.carriesFrom(t, anna); n != c.kept {
				t.Errorf("%d pieces of mail are kept, not %d", n, c.kept)
			}
		}
	})
}

// TestNobodyCarriesWhatIsOver: mail whose day is over is not kept, and that is the answer; what has a moment left is.
func TestNobodyCarriesWhatIsOver(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben, cleo := all[0], all[1], all[2]
		ben.stop()
		cleo.awaitAlone(t, ben)
		link, _ := cleo.roster.Link(anna.id.PeerID())
		for i, c := range []struct {
			life time.Duration
			want mail.Answer
			kept int
		}{{0, mail.Dropped, 0}, {-time.Hour, mail.Dropped, 0}, {time.Hour, mail.Kept, 1}} {
			p := ben.mailFrom(t, anna.id.PeerID(), anna.id, uint64(i+1), c.life, anna.letter(t, ben))
			answer, err := cleo.mail.carry(link, p)
			if n := cleo.carriesFrom(t, anna); err != nil || answer != c.want || n != c.kept {
				t.Errorf("of mail for %s more the answer is %v, %v, and %d are kept", c.life, answer, err, n)
			}
		}
	})
}

// awaitRefused waits until somebody has refused to carry for b.
func (a *agent) awaitRefused(t *testing.T, b *agent) {
	t.Helper()
	a.await(t, "a colleague's refusal", func() bool {
		a.mail.mu.Lock()
		defer a.mail.mu.Unlock()
		for _, d := range a.mail.doors {
			if !d.refused[b.id.PeerID()].IsZero() {
				return true
			}
		}
		return false
	})
}

// TestNobodyCarriesForWhomTheyBlocked: who blocked somebody keeps no mail for them, and says so.
func TestNobodyCarriesForWhomTheyBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben, cleo := all[0], all[1], all[2]
		if err := cleo.roster.Block(t.Context(), ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.stop()
		anna.awaitAlone(t, ben)
		one := anna.send(t, ben, "one")[0]
		anna.awaitRefused(t, ben)
		if n := cleo.carriesFrom(t, anna); n != 0 {
			t.Errorf("%d pieces of mail are kept", n)
		}
		if err := cleo.roster.Unblock(t.Context(), ben.person()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(mail.RefusalPause)
		anna.send(t, ben, "two")
		anna.awaitThrough(t, one.ID, cleo)
	})
}

// TestMailIsTakenBack: what its recipient has by another way stays with no carrier.
func TestMailIsTakenBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		one := anna.send(t, ben, secret)[0]
		anna.awaitThrough(t, one.ID, cleo)
		if n := cleo.carriesFrom(t, anna); n != 1 {
			t.Fatalf("%d pieces of mail are kept", n)
		}
		s.apart(ben, cleo)
		ben.run(t)
		ben.meet(t, anna)
		anna.awaitState(t, one.ID, Delivered)
		cleo.await(t, "it is taken back", func() bool { return cleo.carriesFrom(t, anna) == 0 })
	})
}

// TestFewStrangersByMail: a carrier cannot fill the list with any number of people whom nobody met.
func TestFewStrangersByMail(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Ben", "Mallory")
		ben, mallory := all[0], all[1]
		ben.mail.mu.Lock()
		ben.mail.strangers = maxMailStrangers - 1
		ben.mail.mu.Unlock()
		last, over := s.start(t, "Last"), s.start(t, "Over")
		link, _ := mallory.roster.Link(ben.id.PeerID())
		bring := func(number uint64, from *agent) {
			t.Helper()
			p := ben.mailFrom(t, from.id.PeerID(), from.id, number, mail.Life, from.letter(t, ben))
			if err := mallory.mail.sendPieces(t.Context(), link, wire.KindCollect, p, from.id.PeerID()); err != nil {
				t.Fatal(err)
			}
		}
		knows := func(who *agent) bool { _, known := ben.roster.Get(who.id.PeerID()); return known }
		bring(1, last)
		ben.await(t, "one may still be learnt of", func() bool { return knows(last) })
		bring(2, over)
		ben.await(t, "the next one's mail is dropped", func() bool { return ben.Dropped()[errBadMail.Error()] == 1 || knows(over) })
		if knows(over) {
			t.Errorf("%d people were learnt of by mail", maxMailStrangers+1)
		}
	})
}

// TestNoRoomLeft: who has no room left is told so, says so, and somebody else is asked.
func TestNoRoomLeft(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben, cleo := all[0], all[1], all[2]
		err := cleo.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			for i := range mail.MaxOfPerson {
				p := &mail.Parcel{Depositor: anna.id.PeerID(), Recipient: identity.PeerID{1, byte(i)}, Number: 1, Expiry: 1, Sealed: []byte("x")}
				if err := putBoxed(tx, p, time.Now().Add(mail.Life).UnixMilli()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ben.stop()
		anna.awaitAlone(t, ben)
		one := anna.send(t, ben, "one")[0]
		anna.awaitRefused(t, ben)
		if m, err := anna.Message(t.Context(), one.ID); err != nil || m.States[0].Delivery != Waiting {
			t.Errorf("it is shown as %+v: %v", m.States, err)
		}
		dora := s.start(t, "Dora")
		anna.meet(t, dora)
		dora.meet(t, cleo) // who knows Ben; Dora does not, and carries for nobody unknown
		time.Sleep(time.Minute)
		if n := dora.carriesFrom(t, anna); n != 0 {
			t.Errorf("Dora keeps %d pieces of mail for somebody unknown", n)
		}
		ben.run(t)
		ben.meet(t, dora)
		ben.stop()
		time.Sleep(mail.RefusalPause)
		two := anna.send(t, ben, "two")[0] // the first may have come while Ben was here: he reaches Anna, too
		anna.awaitThrough(t, two.ID, dora)
	})
}

// TestLostKeyIsReplacedSeldom: mail that is sealed to a key which is gone has a new key made, once an hour at most: who carries or leaves such mail cannot have one made for each.
func TestLostKeyIsReplacedSeldom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		newest := func() uint64 {
			ben.mail.mu.Lock()
			defer ben.mail.mu.Unlock()
			return ben.mail.ring.Newest().Number
		}
		bring := func(number uint64) {
			t.Helper()
			p := ben.mailFrom(t, anna.id.PeerID(), anna.id, number, mail.Life, anna.letter(t, ben))
			p.Key[0]++
			if answer, err := ben.mail.take(t.Context(), p); answer != mail.Unopened || err != nil {
				t.Errorf("the answer is %v, %v", answer, err)
			}
		}
		first := newest()
		time.Sleep(lostKeyPause)
		bring(1)
		second := newest()
		if second == first {
			t.Error("no new key was made")
		}
		time.Sleep(lostKeyPause - time.Second)
		bring(2)
		if newest() != second {
			t.Error("one more was made within an hour")
		}
		time.Sleep(time.Second)
		bring(3)
		if newest() == second {
			t.Error("an hour later none was made")
		}
	})
}

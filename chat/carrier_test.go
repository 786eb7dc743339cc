package chat

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// secret is what no carrier may be able to read.
const secret = "The-password-is-Xyzzy-4711"

// awaitCarriers waits until a knows that these carry, and has the keys of these others.
func (a *agent) awaitCarriers(t *testing.T, all ...*agent) {
	t.Helper()
	a.await(t, "the colleagues' mail keys", func() bool {
		a.mail.mu.Lock()
		defer a.mail.mu.Unlock()
		for _, b := range all {
			if _, ok := a.mail.keys[b.id.PeerID()]; !ok {
				return false
			}
		}
		return true
	})
}

// colleagues starts agents that have all met.
func (s *site) colleagues(t *testing.T, names ...string) []*agent {
	t.Helper()
	all := s.office(t, names...)
	for _, a := range all {
		a.awaitCarriers(t, slices.DeleteFunc(slices.Clone(all), func(b *agent) bool { return a == b })...)
	}
	return all
}

func (a *agent) awaitAlone(t *testing.T, from *agent) {
	t.Helper()
	a.await(t, "no link to "+from.name, func() bool { _, ok := a.roster.Link(from.id.PeerID()); return !ok })
}

// awaitThrough waits until a message of a's is shown as carried by exactly these.
func (a *agent) awaitThrough(t *testing.T, id event.ID, by ...*agent) {
	t.Helper()
	var want []identity.PersonID
	for _, b := range by {
		want = append(want, b.person())
	}
	slices.SortFunc(want, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	a.await(t, "the message is carried", func() bool {
		m, err := a.Message(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return m.States[0].Delivery == Carried && slices.Equal(m.States[0].Through, want)
	})
}

// carriesFrom returns how much mail of b's a keeps for others.
func (a *agent) carriesFrom(t *testing.T, b *agent) (n int) {
	t.Helper()
	id := b.id.PeerID()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM chat_mail_box WHERE depositor = ?`, id[:]).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// holdsText reports whether any file of a stopped or running agent's profile holds a text.
func (a *agent) holdsText(t *testing.T, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(a.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// benIsAway starts three who know each other, of whom Ben goes and Anna knows it.
func (s *site) benIsAway(t *testing.T) (anna, ben, cleo *agent) {
	t.Helper()
	all := s.colleagues(t, "Anna", "Ben", "Cleo")
	all[1].stop()
	all[0].awaitAlone(t, all[1])
	return all[0], all[1], all[2]
}

// TestThroughACarrier: Anna writes to Ben, who is not there, and goes. Ben comes and has it through Cleo; that he has it comes back the same way.
func TestThroughACarrier(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		sent := anna.send(t, ben, secret, "second")
		anna.awaitThrough(t, sent[1].ID, cleo)
		anna.await(t, "it is told as carried", func() bool { return anna.ear.state(sent[1].ID) == Carried })
		anna.stop()
		if cleo.holdsText(t, secret) {
			t.Error("the carrier's profile holds what is nobody's but Ben's to read")
		}
		if !anna.holdsText(t, secret) {
			t.Error("the test looks for the text in a wrong way")
		}
		ben.run(t)
		ben.meet(t, cleo)
		ben.awaitTexts(t, anna, secret, "second")
		cleo.await(t, "it keeps Ben's answer and nothing else", func() bool { return cleo.carriesFrom(t, ben) == 1 && cleo.carriesFrom(t, anna) == 0 })
		if cleo.holdsText(t, secret) {
			t.Error("the carrier's profile holds the text after it was handed over")
		}
		ben.stop()
		anna.run(t)
		anna.meet(t, cleo)
		anna.awaitState(t, sent[1].ID, Delivered)
		cleo.await(t, "it keeps nothing any more", func() bool { return cleo.carriesFrom(t, ben) == 0 })
		ben.run(t)
		ben.meet(t, anna)
		anna.send(t, ben, "third")
		ben.awaitTexts(t, anna, secret, "second", "third")
		if got := ben.awaitTold(t, 3); !slices.Equal(got, []string{secret, "second", "third"}) {
			t.Errorf("Ben was told %q", got)
		}
	})
}

// TestNoWayBetweenTwo: two desks that cannot reach each other in either direction talk through a third at once.
func TestNoWayBetweenTwo(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben := all[0], all[1]
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		anna.awaitAlone(t, ben)
		ben.awaitAlone(t, anna)
		began := time.Now()
		one := anna.send(t, ben, "one")[0]
		ben.awaitTexts(t, anna, "one")
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v of the bubble's time", took)
		}
		two := ben.send(t, anna, "two")[0]
		anna.awaitTexts(t, ben, "one", "two")
		anna.awaitState(t, one.ID, Delivered)
		ben.awaitState(t, two.ID, Delivered)
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitState(t, one.ID, Read)
		s.lan.Heal()
		anna.awaitLink(t, ben)
		anna.send(t, ben, "three")
		ben.awaitTexts(t, anna, "one", "two", "three")
		if got := ben.awaitTold(t, 3); !slices.Equal(got, []string{"one", "two", "three"}) {
			t.Errorf("Ben was told %q", got)
		}
	})
}

// TestThreeCarriers: three of four colleagues keep it, each new text takes the place of the mail before, and what came by three ways is shown once.
func TestThreeCarriers(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo", "Dora", "Emil", "Finn")
		anna, ben, rest := all[0], all[1], all[2:]
		ben.stop()
		anna.awaitAlone(t, ben)
		anna.send(t, ben, "one")
		second := anna.send(t, ben, "two")[0]
		anna.await(t, "three carry it", func() bool {
			m, err := anna.Message(t.Context(), second.ID)
			if err != nil {
				t.Fatal(err)
			}
			return len(m.States[0].Through) == maxCarriers
		})
		time.Sleep(time.Minute) // of the bubble: whatever more may go out
		kept := 0
		for _, a := range rest {
			kept += a.carriesFrom(t, anna)
		}
		if kept != maxCarriers {
			t.Errorf("%d pieces of mail are kept", kept)
		}
		anna.stop()
		ben.run(t)
		for _, a := range rest {
			ben.meet(t, a)
		}
		ben.awaitTexts(t, anna, "one", "two")
		for _, a := range rest {
			a.await(t, "it keeps nothing for Ben", func() bool { return a.carriesFrom(t, anna) == 0 })
		}
		if got := ben.awaitTold(t, 2); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("Ben was told %q", got)
		}
	})
}

// TestInvisibleCarriesLast: who is invisible is asked to carry, and so shown to be here, only where nobody else is.
func TestInvisibleCarriesLast(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo", "Dora")
		anna, ben, cleo, dora := all[0], all[1], all[2], all[3]
		ben.stop()
		anna.awaitAlone(t, ben)
		if err := cleo.roster.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		anna.await(t, "Cleo looks gone", func() bool {
			row, _ := anna.roster.Get(cleo.id.PeerID())
			return !row.Linked
		})
		keeps := func(what string, want *agent) {
			t.Helper()
			said := anna.send(t, ben, what)[0]
			time.Sleep(time.Minute) // of the bubble: whatever more may go out
			m, err := anna.Message(t.Context(), said.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.States[0].Through; !slices.Equal(got, []identity.PersonID{want.person()}) {
				t.Errorf("%q is carried by %v", what, got)
			}
		}
		keeps("one", dora)
		if cleo.carriesFrom(t, anna) > 0 {
			t.Error("an invisible colleague carries what another does")
		}
		dora.stop()
		anna.awaitAlone(t, dora)
		keeps("two", cleo)
		anna.stop()
		ben.run(t)
		ben.meet(t, cleo)
		ben.awaitTexts(t, anna, "one", "two")
	})
}

// TestMoreThanOneLetterHolds: of more than a carrier takes at once the beginning goes first, and the rest when that was acknowledged.
func TestMoreThanOneLetterHolds(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben := all[0], all[1]
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		anna.awaitAlone(t, ben)
		ben.awaitAlone(t, anna)
		var texts []string
		for i := range 40 {
			texts = append(texts, fmt.Sprintf("%d ", i)+strings.Repeat("x", event.MaxText-10))
		}
		anna.send(t, ben, texts...)
		ben.awaitTexts(t, anna, texts...)
	})
}

// TestAlteredByItsCarrier: mail that its carrier altered is refused as a whole, and what it held comes from its author later.
func TestAlteredByItsCarrier(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		one := anna.send(t, ben, "one")[0]
		anna.awaitThrough(t, one.ID, cleo)
		err := cleo.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE chat_mail_box SET sealed = substr(sealed, 1, 100) || iif(substr(sealed, 101, 1) = x'00', x'01', x'00') || substr(sealed, 102)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		anna.stop()
		ben.run(t)
		ben.meet(t, cleo)
		cleo.await(t, "it keeps nothing", func() bool { return cleo.carriesFrom(t, anna) == 0 })
		if n := ben.Dropped()[errBadMail.Error()]; n != 1 || len(ben.ear.told()) > 0 {
			t.Errorf("%d pieces of mail were dropped; told %q", n, ben.ear.told())
		}
		anna.run(t)
		anna.meet(t, ben)
		ben.awaitTexts(t, anna, "one")
	})
}

// letter is what a writes to b: all that a ever said to them.
func (a *agent) letter(t *testing.T, b *agent) mail.Letter {
	t.Helper()
	v := a.conversation(b.person())
	v.mu.Lock()
	n := need{after: cover{}}
	if own := v.pen.branch; own != nil {
		n.after[own] = 0
	}
	v.mu.Unlock()
	l, _, err := a.mail.write(t.Context(), v, n)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// mailFrom seals a letter to a's newest key, as anybody can.
func (a *agent) mailFrom(t *testing.T, depositor identity.PeerID, signer *identity.Identity, number uint64, life time.Duration, l mail.Letter) *mail.Parcel {
	t.Helper()
	a.mail.mu.Lock()
	key := a.mail.ring.Newest().Key
	a.mail.mu.Unlock()
	p := &mail.Parcel{Depositor: depositor, Recipient: a.id.PeerID(), Number: number, Key: key.ID, Expiry: time.Now().Add(life).UnixMilli()}
	if err := p.Seal(signer, &key, l); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestForgedMail: a carrier cannot write in somebody else's name.
func TestForgedMail(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Mallory")
		anna, ben, mallory := all[0], all[1], all[2]
		mallory.send(t, ben, "from Mallory")
		ben.awaitTexts(t, mallory, "from Mallory")
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, mallory.host})
		anna.send(t, ben, "from Anna")
		mallorys, annas := mallory.letter(t, ben), anna.letter(t, ben)
		link, _ := mallory.roster.Link(ben.id.PeerID())
		bring := func(number uint64, depositor identity.PeerID, signer *identity.Identity, l mail.Letter) {
			t.Helper()
			p := ben.mailFrom(t, depositor, signer, number, mail.Life, l)
			if err := mallory.mail.sendPieces(t.Context(), link, wire.KindCollect, p, depositor); err != nil {
				t.Fatal(err)
			}
		}
		forge := func(number uint64, depositor identity.PeerID, signer *identity.Identity, l mail.Letter) {
			t.Helper()
			before := ben.Dropped()[errBadMail.Error()]
			bring(number, depositor, signer, l)
			ben.await(t, "the mail is dropped", func() bool { return ben.Dropped()[errBadMail.Error()] == before+1 })
		}
		forge(1, anna.id.PeerID(), mallory.id, mallorys)
		forge(2, anna.id.PeerID(), anna.id, mallorys) // Anna's signature, but events of Mallory's
		forge(3, identity.PeerID{9}, mallory.id, mallorys)
		forge(4, anna.id.PeerID(), mallory.id, annas) // right in all but its signature
		if got := ben.texts(t, anna); len(got) > 0 {
			t.Errorf("in Anna's conversation stands %q", got)
		}
		bring(5, anna.id.PeerID(), anna.id, annas)
		ben.awaitTexts(t, anna, "from Anna")
		// Zoe was never met: what she is called comes with her mail.
		zoe := s.start(t, "Zoe")
		zoes := zoe.letter(t, ben)
		renamed := zoes
		renamed.Name = "The boss"
		forge(6, zoe.id.PeerID(), mallory.id, renamed)
		if p, known := ben.roster.Get(zoe.id.PeerID()); known {
			t.Errorf("Ben lists %q", p.Name)
		}
		bring(7, zoe.id.PeerID(), zoe.id, zoes)
		ben.await(t, "Zoe is known by her own mail", func() bool { p, known := ben.roster.Get(zoe.id.PeerID()); return known && p.Name == "Zoe" })
	})
}

// TestKeyOfMailIsGone: mail to a key that was lost with a profile is not lost: its depositor seals it anew to the present one.
func TestKeyOfMailIsGone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		one := anna.send(t, ben, "one")[0]
		anna.awaitThrough(t, one.ID, cleo)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		ben.forgetKeys(t)
		ben.run(t)
		ben.meet(t, cleo)
		ben.awaitTexts(t, anna, "one")
		anna.awaitState(t, one.ID, Delivered)
	})
}

// forgetKeys drops a stopped agent's mail keys.
func (a *agent) forgetKeys(t *testing.T) {
	t.Helper()
	db, err := store.Open(filepath.Join(a.dir, "lanyard.db"), slog.New(slog.DiscardHandler), peer.Part(), Part())
	if err != nil {
		t.Fatal(err)
	}
	storing := background(db.Run)
	if err := db.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(`DELETE FROM chat_mail_own`); return err }); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(storing(), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestRotatedKey: mail to a key that was replaced meanwhile is opened all the same.
func TestRotatedKey(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		one := anna.send(t, ben, "one")[0]
		anna.awaitThrough(t, one.ID, cleo)
		anna.stop()
		cleo.stop() // to run for weeks costs as much as all the rest
		time.Sleep(20 * 24 * time.Hour)
		cleo.run(t)
		ben.run(t)
		ben.meet(t, cleo)
		ben.awaitTexts(t, anna, "one")
		ben.mail.mu.Lock()
		defer ben.mail.mu.Unlock()
		if len(ben.mail.ring) != 2 {
			t.Errorf("Ben has %d keys", len(ben.mail.ring))
		}
	})
}

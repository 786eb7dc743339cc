package verify_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/peertest"
	"lanyard/internal/verify"
	"lanyard/internal/wire"
)

// agent is one person with real links over a LAN in memory, real TLS and a real database.
type agent struct {
	*verify.Comparisons
	roster *peer.Roster

	mu   sync.Mutex
	told []verify.Comparison
}

// office starts people who are all linked with the first; with a bubble's clock nothing waits in truth.
func office(t *testing.T, names []string, scenario func(t *testing.T, all []*agent)) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(3)
		var all []*agent
		for i, name := range names {
			all = append(all, start(t, lan, name, i+1))
		}
		for i := range names[1:] {
			all[0].meets(t, i+2)
		}
		scenario(t, all)
	})
}

func start(t *testing.T, lan *lantest.LAN, name string, number int) *agent {
	t.Helper()
	a := &agent{}
	a.roster = peertest.Start(t, lan, name, number, func(r *peer.Roster) func(context.Context) error {
		if name == "Mallory" { // who handles the frames herself
			mallory(t, a, r)
			return nil
		}
		a.Comparisons = verify.New(verify.Config{Roster: r, Told: a.hear})
		return a.Run
	})
	return a
}

func (a *agent) meets(t *testing.T, number int) {
	t.Helper()
	peertest.Meet(t, a.roster, number)
	synctest.Wait()
}

func (a *agent) hear(c verify.Comparison) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told = append(a.told, c)
}

// lastTold is the newest change that was told.
func (a *agent) lastTold(t *testing.T) verify.Comparison {
	t.Helper()
	synctest.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.told) == 0 {
		t.Fatal("nothing was told")
	}
	return a.told[len(a.told)-1]
}

func (a *agent) person() identity.PersonID { return a.roster.Self().Person }

func (a *agent) trust(t *testing.T, of *agent) peer.Trust {
	t.Helper()
	row, known := a.roster.Get(of.roster.Self().ID)
	if !known {
		t.Fatal("nobody is there")
	}
	return row.Trust
}

func (a *agent) begin(t *testing.T, with *agent) verify.Comparison {
	t.Helper()
	c, err := a.Begin(t.Context(), with.person())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return c
}

// TestSameWords: both see the same words, each becomes verified by what the other's person says to their own agent alone, and it is stored.
func TestSameWords(t *testing.T) {
	office(t, []string{"Anna", "Ben"}, func(t *testing.T, all []*agent) {
		anna, ben := all[0], all[1]
		if err := anna.Answer(t.Context(), ben.person(), true); !errors.Is(err, verify.ErrNothing) {
			t.Errorf("verified without words: %v", err)
		}
		c := anna.begin(t, ben)
		got := ben.lastTold(t)
		if going := ben.Going(); len(going) != 1 || going[0] != got {
			t.Errorf("under way are %+v", going)
		}
		if c.Words == (verify.Words{}) || c.Words != got.Words || !c.Ours || got.Ours || !got.Comparing {
			t.Fatalf("Anna sees %v, Ben %v", c, got)
		}
		if again := anna.begin(t, ben); again.Words != c.Words {
			t.Errorf("other words while they are compared: %v", again)
		}
		if theirs, err := ben.Begin(t.Context(), anna.person()); err != nil || theirs.Words != c.Words {
			t.Errorf("Ben joins and sees %v, %v", theirs, err)
		}
		if err := anna.Answer(t.Context(), ben.person(), true); err != nil {
			t.Fatal(err)
		}
		if a, b := anna.trust(t, ben), ben.trust(t, anna); a != peer.Verified || b != peer.Seen {
			t.Errorf("Ben is %v to Anna, and Anna %v to Ben, who said nothing", a, b)
		}
		if err := ben.Answer(t.Context(), anna.person(), true); err != nil {
			t.Fatal(err)
		}
		if got := ben.trust(t, anna); got != peer.Verified {
			t.Errorf("Anna is %v", got)
		}
		if err := anna.Doubt(t.Context(), ben.person()); err != nil || anna.trust(t, ben) != peer.Seen {
			t.Errorf("doubted, and %v: %v", anna.trust(t, ben), err)
		}
	})
}

// TestBothBegin: two who begin at the same moment see the same words.
func TestBothBegin(t *testing.T) {
	office(t, []string{"Anna", "Ben"}, func(t *testing.T, all []*agent) {
		anna, ben := all[0], all[1]
		var words [2]verify.Words
		var both sync.WaitGroup
		for i, who := range []*agent{anna, ben} {
			both.Go(func() {
				c, err := who.Begin(t.Context(), all[1-i].person())
				if err != nil {
					t.Error(err)
				}
				words[i] = c.Words
			})
		}
		both.Wait()
		if words[0] != words[1] || words[0] == (verify.Words{}) {
			t.Errorf("%v and %v", words[0], words[1])
		}
	})
}

// TestDifferentWords: that the words differ is noted by both, and takes back what the other has said too early, until words are the same or a person takes it back.
func TestDifferentWords(t *testing.T) {
	office(t, []string{"Anna", "Ben"}, func(t *testing.T, all []*agent) {
		anna, ben := all[0], all[1]
		anna.begin(t, ben)
		if err := anna.Answer(t.Context(), ben.person(), true); err != nil {
			t.Fatal(err)
		}
		if err := ben.Answer(t.Context(), anna.person(), false); err != nil {
			t.Fatal(err)
		}
		if c, own := anna.lastTold(t), ben.lastTold(t); c.End != verify.Different || !c.Theirs || own.End != verify.Different || own.Theirs {
			t.Errorf("Anna is told %+v, Ben %+v", c, own)
		}
		if a, b := anna.trust(t, ben), ben.trust(t, anna); a != peer.Differs || b != peer.Differs {
			t.Errorf("Ben is %v, Anna %v", a, b)
		}
		anna.begin(t, ben)
		for who, other := range map[*agent]*agent{anna: ben, ben: anna} {
			if err := who.Answer(t.Context(), other.person(), true); err != nil {
				t.Fatal(err)
			}
			if got := who.trust(t, other); got != peer.Verified {
				t.Errorf("the words are the same now, and %v", got)
			}
		}
		ben.begin(t, anna)
		if err := ben.Answer(t.Context(), anna.person(), false); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := anna.trust(t, ben); got != peer.Differs {
			t.Errorf("verified once, and other words now: %v", got)
		}
		if err := anna.Doubt(t.Context(), ben.person()); err != nil || anna.trust(t, ben) != peer.Seen {
			t.Errorf("taken back, and %v: %v", anna.trust(t, ben), err)
		}
	})
}

// TestEnds: a comparison ends with its link and by itself, and nobody is asked who is not here, or does not want to be seen.
func TestEnds(t *testing.T) {
	office(t, []string{"Anna", "Ben"}, func(t *testing.T, all []*agent) {
		anna, ben := all[0], all[1]
		anna.begin(t, ben)
		time.Sleep(verify.Lasts + time.Second)
		if c := ben.lastTold(t); c.End != verify.Late || anna.Now(ben.person()).Comparing {
			t.Errorf("after its time: %v", c.End)
		}
		anna.begin(t, ben)
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		if c := anna.lastTold(t); c.End != verify.Broken {
			t.Errorf("without its link: %v", c.End)
		}
		if _, err := anna.Begin(t.Context(), ben.person()); !errors.Is(err, verify.ErrAbsent) {
			t.Errorf("with who is not here: %v", err)
		}
	})
	office(t, []string{"Anna", "Ben"}, func(t *testing.T, all []*agent) {
		anna, ben := all[0], all[1]
		if err := ben.roster.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := anna.Begin(t.Context(), ben.person()); !errors.Is(err, verify.ErrAbsent) {
			t.Errorf("with who is invisible: %v", err)
		}
	})
}

// TestPace: who begins again and again is answered so many times an hour.
func TestPace(t *testing.T) {
	office(t, []string{"Anna", "Ben"}, func(t *testing.T, all []*agent) {
		anna, ben := all[0], all[1]
		for range verify.PerHour {
			anna.begin(t, ben)
			if err := anna.Doubt(t.Context(), ben.person()); err != nil {
				t.Fatal(err)
			}
			if c := ben.lastTold(t); c.End != verify.GivenUp {
				t.Fatalf("given up, and Ben is told %v", c.End)
			}
		}
		if _, err := anna.Begin(t.Context(), ben.person()); !errors.Is(err, verify.ErrNotNow) {
			t.Errorf("once more: %v", err)
		}
		time.Sleep(time.Hour)
		anna.begin(t, ben)
	})
}

// body is the frame of the protocol, as somebody hostile makes it.
type body struct {
	Step  uint64 `cbor:"1,keyasint"`
	Value []byte `cbor:"2,keyasint"`
}

// mallory offers what others do and does with the frames what a test wants.
func mallory(t *testing.T, a *agent, roster *peer.Roster) {
	t.Helper()
	owner := roster.Owner("verify", peer.ClassChat)
	owner.Offer("check")
	owner.Handle(wire.KindCheck, func(l *peer.Link, frame []byte) {
		var b body
		if err := wire.Unmarshal(frame, &b); err != nil {
			t.Error(err)
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, id := range roster.Peers() { // to everybody else as it is: both believe to talk to Mallory's person
			if other, up := roster.Link(id.ID); up && other != l {
				_ = other.Send(l.Context(), wire.KindCheck, frame)
			}
		}
	})
}

// TestSomebodyBetween: who passes the frames of two people on as they are makes them see different words, because the words come from keys and connections, too.
func TestSomebodyBetween(t *testing.T) {
	office(t, []string{"Mallory", "Anna", "Ben"}, func(t *testing.T, all []*agent) {
		between, anna, ben := all[0], all[1], all[2]
		c := anna.begin(t, between)
		other := ben.lastTold(t)
		if !other.Comparing || other.Person != between.person() {
			t.Fatalf("Ben compares nothing: %+v", other)
		}
		if c.Words == other.Words {
			t.Errorf("both see %v through somebody else", c.Words)
		}
	})
}

// TestFalseReveal: a value other than the one committed to ends the comparison, and the person is told.
func TestFalseReveal(t *testing.T) {
	office(t, []string{"Mallory", "Anna"}, func(t *testing.T, all []*agent) {
		between, anna := all[0], all[1]
		l, up := between.roster.Link(anna.roster.Self().ID)
		if !up {
			t.Fatal("no link")
		}
		for _, b := range []body{{1, make([]byte, 32)}, {3, make([]byte, 32)}} {
			frame, err := wire.Marshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Send(t.Context(), wire.KindCheck, frame); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if c := anna.lastTold(t); c.End != verify.Spoiled || c.Words != (verify.Words{}) {
			t.Errorf("a false value, and Anna is told %+v", c)
		}
	})
}

// TestSilence: who offers to compare and does not answer is not waited for without end.
func TestSilence(t *testing.T) {
	office(t, []string{"Mallory", "Anna"}, func(t *testing.T, all []*agent) {
		if _, err := all[1].Begin(t.Context(), all[0].person()); !errors.Is(err, verify.ErrSilent) {
			t.Errorf("%v", err)
		}
	})
}

// TestErrorsAreSentences: each says what to do.
func TestErrorsAreSentences(t *testing.T) {
	for _, err := range []error{verify.ErrAbsent, verify.ErrOlder, verify.ErrNotNow, verify.ErrSilent, verify.ErrBroken, verify.ErrSpoiled, verify.ErrNothing} {
		if !strings.Contains(err.Error(), ": ") {
			t.Errorf("no remedy: %v", err)
		}
	}
}

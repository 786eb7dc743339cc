package card

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/media"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// agent is one person with links over a LAN in memory.
type agent struct {
	*Cards
	roster *peer.Roster
	id     *identity.Identity
	dir    string
	host   *lantest.Host
	news   atomic.Int64
	stop   func()
}

func start(t *testing.T, lan *lantest.LAN, called string, number int) *agent {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{id: id, dir: t.TempDir(), host: lan.Host(called, fmt.Sprintf("10.0.0.%d", number))}
	a.run(t, called)
	return a
}

func (a *agent) run(t *testing.T, called string) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(filepath.Join(a.dir, "lanyard.db"), log, peer.Part(), Part())
	if err != nil {
		t.Fatal(err)
	}
	a.roster = peer.New(peer.Config{Identity: a.id, DB: db, Name: called, Network: a.host, Port: peer.DefaultPort, Log: log})
	a.Cards = New(Config{Roster: a.roster, DB: db, Told: func(identity.PersonID) { a.news.Add(1) }, Log: log})
	storing, stopStoring := context.WithCancel(context.Background())
	running, stopRunning := context.WithCancel(context.Background())
	var stored, ran sync.WaitGroup
	stored.Go(func() { _ = db.Run(storing) })
	if err := a.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	ran.Go(func() { _ = a.roster.Run(running) })
	a.stop = sync.OnceFunc(func() {
		stopRunning()
		ran.Wait()
		stopStoring()
		stored.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(a.stop)
	<-a.roster.Opened()
}

func couple(t *testing.T, scenario func(t *testing.T, anna, ben *agent)) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(5)
		anna, ben := start(t, lan, "Anna", 1), start(t, lan, "Ben", 2)
		if _, err := anna.roster.Add(t.Context(), "10.0.0.2:26426"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		scenario(t, anna, ben)
	})
}

// sees waits until all that is under way has come, and compares.
func (a *agent) sees(t *testing.T, whose *agent, want Card) {
	t.Helper()
	time.Sleep(time.Second)
	synctest.Wait()
	got, err := a.Of(t.Context(), whose.self)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("sees %+v (%v), want %+v", got, err, want)
	}
	if (a.Mark(whose.self) != "") == want.empty() {
		t.Errorf("marked %q for %+v", a.Mark(whose.self), want)
	}
}

func (a *agent) send(t *testing.T, to *agent, kind wire.Kind, body []byte) {
	t.Helper()
	l, up := a.roster.Link(to.id.PeerID())
	if !up {
		t.Fatal("no link")
	}
	if err := l.Send(t.Context(), kind, body); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	synctest.Wait()
}

func face(t testing.TB, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCardsCome(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		ben.sees(t, anna, Card{})
		first := Card{Role: "Lawyer", Room: "4.12", Phone: "+49 (30) 1234-56", Picture: face(t, 96)}
		if err := anna.Set(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		ben.sees(t, anna, first)
		told := ben.news.Load()
		ben.stop()
		ben.run(t, "Ben")
		if err := anna.roster.Block(t.Context(), ben.self); err != nil { // ends whatever link there is
			t.Fatal(err)
		}
		ben.sees(t, anna, first) // kept over the restart
		if err := anna.Set(t.Context(), Card{Role: "Partner"}); err != nil {
			t.Fatal(err)
		}
		ben.sees(t, anna, first)
		if err := anna.roster.Unblock(t.Context(), ben.self); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.roster.Add(t.Context(), "10.0.0.2:26426"); err != nil {
			t.Fatal(err)
		}
		ben.sees(t, anna, Card{Role: "Partner"})
		if err := anna.Set(t.Context(), Card{}); err != nil {
			t.Fatal(err)
		}
		ben.sees(t, anna, Card{})
		if told == 0 || ben.news.Load() < told+2 {
			t.Errorf("told %d, then %d times", told, ben.news.Load())
		}
	})
}

// TestHostileCards: what was not asked for, has another hash or breaks a rule changes nothing; requests are answered at their pace.
func TestHostileCards(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		honest := Card{Role: "Clerk"}
		if err := ben.Set(t.Context(), honest); err != nil {
			t.Fatal(err)
		}
		anna.sees(t, ben, honest)
		marshal := func(v any) []byte {
			b, err := wire.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		ben.send(t, anna, wire.KindCard, marshal(Card{Role: "Boss"})) // nobody asked
		anna.sees(t, ben, honest)
		for what, body := range map[string][]byte{
			"a role that turns":    marshal(Card{Role: "Boss\u202e"}),
			"a long role":          marshal(Card{Role: strings.Repeat("x", 400)}),
			"an empty card":        marshal(map[int]any{9: 1}),
			"HTML for a picture":   marshal(Card{Picture: []byte("<html>")}),
			"a large picture":      marshal(Card{Picture: face(t, 97)}),
			"many bytes":           marshal(Card{Picture: append(face(t, 9), make([]byte, 17<<10)...)}),
			"letters for a number": marshal(Card{Phone: "call me"}),
			"no CBOR":              []byte("\xff"),
		} {
			h := hashOf(body)
			ben.send(t, anna, wire.KindCardOffer, marshal(hashBody{Hash: h[:]}))
			ben.send(t, anna, wire.KindCard, body)
			t.Log(what)
			anna.sees(t, ben, honest)
		}
		ben.send(t, anna, wire.KindCardOffer, []byte("\xa1\x01\x42\x01\x02")) // a hash of two bytes
		anna.sees(t, ben, honest)
		var a answers
		now, given := time.Now(), 0
		for range 1000 {
			if a.take(now) {
				given++
			}
		}
		if given != answersAtOnce || !a.take(now.Add(answerEvery)) || a.take(now.Add(answerEvery)) {
			t.Errorf("%d answers at once", given)
		}
	})
}

func TestTyped(t *testing.T) {
	var notJPEG bytes.Buffer
	if err := png.Encode(&notJPEG, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		card Card
		want string // part of the sentence; empty: fine
	}{
		"everything":               {Card{Role: "Lawyer", Room: "Haus B / 4", Phone: "030 123", Picture: face(t, media.PortraitSide)}, ""},
		"nothing":                  {Card{}, ""},
		"blanks":                   {Card{Role: "   "}, ""},
		"a number of 10,000":       {Card{Phone: strings.Repeat("1", 10_000)}, "a telephone number has at most 40 characters"},
		"a number of words":        {Card{Phone: "ask Ben 3"}, "digits and + - ( )"},
		"a role that turns round":  {Card{Role: "gnp.\u202eexe"}, "the role holds characters"},
		"a room with a line break": {Card{Room: "4\n5"}, "the room holds characters"},
		"broken UTF-8":             {Card{Room: "\xff"}, "the room holds characters"},
		"a role of signs":          {Card{Role: "***"}, "a role needs at least one letter"},
		"a long role":              {Card{Role: strings.Repeat("ab ", 30)}, "a role has at most 40 characters"},
		"a picture that is a PNG":  {Card{Picture: notJPEG.Bytes()}, "small JPEG"},
		"a large picture":          {Card{Picture: face(t, media.PortraitSide+1)}, "small JPEG"},
	} {
		clean, err := c.card.Typed()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
		if err == nil {
			if again, err := clean.Typed(); err != nil || !reflect.DeepEqual(again, clean) {
				t.Errorf("%s: a second time %+v %v", what, again, err)
			}
		}
	}
}

// FuzzCard: whatever a colleague sends is refused or a clean card within its limits.
func FuzzCard(f *testing.F) {
	for _, c := range []Card{{Role: "Lawyer", Room: "4", Phone: "+49 30", Picture: face(f, 8)}, {}, {Role: "a\u202eb"}} {
		b, err := wire.Marshal(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := decode(body)
		if err != nil {
			return
		}
		for _, text := range []string{c.Role, c.Room, c.Phone} {
			if clean, err := name.Typed(text); text != "" && (err != nil || clean != text) {
				t.Errorf("%q", text)
			}
		}
		if len(c.Picture) > media.MaxThumbnail || c.empty() {
			t.Errorf("%+v", c)
		}
		readHash(body)
	})
}

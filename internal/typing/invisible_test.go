package typing_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/peertest"
	"lanyard/internal/wire"
)

// be has somebody choose how they are seen, as the agent does.
func (a *agent) be(t *testing.T, choice peer.Choice) {
	t.Helper()
	if err := a.roster.SetPresence(t.Context(), peer.Presence{Choice: choice}); err != nil {
		t.Fatal(err)
	}
	a.Heed()
	synctest.Wait()
}

// isOn checks who has live text on, as somebody sees it.
func (a *agent) isOn(t *testing.T, when string, ours, theirs bool) {
	t.Helper()
	if mine, other := a.Live(a.other); mine != ours || other != theirs {
		t.Errorf("%s: on are %v, %v, not %v, %v", when, mine, other, ours, theirs)
	}
}

// TestLiveTextIsOffWhileInvisible: who is invisible tells it as off and is shown no letters, over the links that are up and over one that comes up meanwhile; it is on again, without being switched, once they are not.
func TestLiveTextIsOffWhileInvisible(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		anna.live(t, true)
		ben.live(t, true)
		anna.types("H")
		if got := ben.heard(); !strings.HasSuffix(got, `live "H"`) {
			t.Fatalf("both have it on: %q", got)
		}
		anna.heard()
		quiet := func(when string) {
			t.Helper()
			anna.isOn(t, when, true, false)
			ben.isOn(t, when, false, true)
			anna.types("unsent " + when)
			ben.types("from nobody " + when)
			for _, a := range []*agent{anna, ben} {
				if got := a.heard(); strings.Contains(got, "live") {
					t.Errorf("letters %s: %q", when, got)
				}
			}
		}
		ben.be(t, peer.Invisible)
		if got := ben.heard(); !strings.Contains(got, `live ""`) {
			t.Errorf("Anna's letters stay: %q", got)
		}
		anna.hears(t, "Ben goes", "switched false")
		quiet("while he is invisible")
		anna.relink(t)
		quiet("over a new link")
		ben.be(t, peer.Available)
		anna.isOn(t, "back", true, true)
		ben.isOn(t, "back", true, true)
		ben.heard()
		anna.types("welcome")
		if got := ben.heard(); !strings.HasSuffix(got, `live "welcome"`) {
			t.Errorf("back: %q", got)
		}
	})
}

// TestInvisibleTellsWhoSaidNothing: that live text is off is told to whoever it is switched on for, also if they never told anything over the link.
func TestInvisibleTellsWhoSaidNothing(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		ben.live(t, true)
		anna.hears(t, "Ben's switch", "switched true")
		ben.be(t, peer.Invisible)
		anna.hears(t, "Ben goes", "switched false")
		ben.be(t, peer.Busy)
		anna.hears(t, "Ben is back", "switched true")
	})
}

// TestNoLettersForWhoIsUnseen: to a program that tells live text as on while its person is invisible, and shows what comes, nothing is sent, and nobody sees that it is on.
func TestNoLettersForWhoIsUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(3)
		anna := start(t, lan, "Anna", 1)
		var mu sync.Mutex
		var came []string
		ben := peertest.Start(t, lan, "Ben", 2, func(r *peer.Roster) func(context.Context) error {
			older := r.Owner("older", peer.ClassChat)
			older.Offer("live")
			older.Handle(wire.KindLive, func(_ *peer.Link, body []byte) {
				mu.Lock()
				defer mu.Unlock()
				came = append(came, string(body))
			})
			older.OnLink(func(l *peer.Link) {
				if err := l.Send(context.Background(), wire.KindLive, []byte("\xa1\x01\x01")); err != nil {
					t.Error(err)
				}
			}, nil, nil)
			return nil
		})
		reach := func(word string) int {
			anna.types(word)
			mu.Lock()
			defer mu.Unlock()
			return strings.Count(strings.Join(came, " "), word)
		}
		be := func(choice peer.Choice) {
			if err := ben.SetPresence(t.Context(), peer.Presence{Choice: choice}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		be(peer.Invisible)
		peertest.Meet(t, anna.roster, 2)
		synctest.Wait()
		anna.other = ben.Self().Person
		anna.live(t, true)
		anna.isOn(t, "a link with somebody invisible", true, false)
		if reach("first") != 0 {
			t.Error("letters over a new link")
		}
		be(peer.Available)
		anna.isOn(t, "seen", true, true)
		if reach("second") != 1 {
			t.Error("no letters to who is seen")
		}
		anna.Write(direct, true, "third, under way")
		be(peer.Invisible)
		anna.isOn(t, "unseen again", true, false)
		if reach("third") != 0 || reach("fourth") != 0 {
			t.Errorf("letters to who went: %q", came)
		}
		if reach("first") != 0 {
			t.Error("letters came late")
		}
	})
}

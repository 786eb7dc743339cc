package typing_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/peertest"
	"lanyard/internal/typing"
	"lanyard/internal/wire"
)

// direct and room are what the two write to; of another conversation nobody has a part.
var direct, room, foreign = typing.Conversation{1}, typing.Conversation{2}, typing.Conversation{3}

// agent is one person with real links over a LAN in memory; others is who else is in direct and room.
type agent struct {
	*typing.Typing
	roster *peer.Roster
	other  identity.PersonID

	mu      sync.Mutex
	changes []typing.Change
}

// couple is two people who see each other; with a bubble's clock nothing waits in truth.
func couple(t *testing.T, scenario func(t *testing.T, anna, ben *agent)) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(3)
		anna, ben := start(t, lan, "Anna", 1), start(t, lan, "Ben", 2)
		peertest.Meet(t, anna.roster, 2)
		synctest.Wait()
		anna.other, ben.other = ben.roster.Self().Person, anna.roster.Self().Person
		scenario(t, anna, ben)
	})
}

func start(t *testing.T, lan *lantest.LAN, name string, number int) *agent {
	t.Helper()
	a := &agent{}
	a.roster = peertest.Start(t, lan, name, number, func(r *peer.Roster) func(context.Context) error {
		a.Typing = typing.New(typing.Config{Roster: r, Told: a.hear, With: func(in typing.Conversation) ([]identity.PersonID, bool) {
			if in == foreign {
				return nil, false
			}
			return []identity.PersonID{a.other}, in == direct
		}})
		return a.Run
	})
	return a
}

func (a *agent) hear(c typing.Change) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changes = append(a.changes, c)
}

// heard returns what was told since the last call, as words.
func (a *agent) heard() string {
	synctest.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	var words []string
	for _, c := range a.changes {
		switch {
		case c.Switched:
			_, theirs := a.Live(c.Person)
			words = append(words, fmt.Sprintf("switched %v", theirs))
		case c.Live:
			words = append(words, fmt.Sprintf("live %q", c.Text))
		default:
			words = append(words, fmt.Sprintf("%d %v", c.Conversation[0], c.Writing))
		}
	}
	a.changes = nil
	return strings.Join(words, ", ")
}

func (a *agent) hears(t *testing.T, what, want string) {
	t.Helper()
	if got := a.heard(); got != want {
		t.Errorf("%s: heard %q, want %q", what, got, want)
	}
}

// send puts a frame on the link as a hostile program could.
func (a *agent) send(t *testing.T, kind wire.Kind, body []byte) {
	t.Helper()
	l, up := a.roster.Link(a.roster.Machines(a.other)[0])
	if !up {
		t.Fatal("no link")
	}
	if err := l.Send(t.Context(), kind, body); err != nil {
		t.Fatal(err)
	}
}

func (a *agent) live(t *testing.T, on bool) {
	t.Helper()
	if err := a.roster.Mark(t.Context(), a.other, func(m *peer.Marks) { m.Live = on }); err != nil {
		t.Fatal(err)
	}
	a.Switched(a.other)
	synctest.Wait()
}

func TestTypingIsShownAndEnds(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		anna.Write(direct, true, "H")
		ben.hears(t, "a letter", "1 true")
		time.Sleep(typing.Shown + time.Millisecond)
		ben.hears(t, "six seconds later", "1 false")
		for range 20 {
			anna.Write(room, true, "He")
			time.Sleep(time.Second)
		}
		ben.hears(t, "twenty seconds of typing", "2 true")
		anna.Write(room, false, "")
		ben.hears(t, "the cleared composer", "2 false")
		time.Sleep(typing.Again)
		anna.Write(direct, true, "H")
		ben.hears(t, "another letter", "1 true")
		ben.Ended(direct, ben.other)
		ben.hears(t, "the message", "1 false")
		anna.hears(t, "who writes", "")
	})
}

// TestTypingKeepsItsPace: whatever the keys do, at most one frame every three seconds says that somebody writes, and one more that they stopped.
func TestTypingKeepsItsPace(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		for i := range 300 { // a minute of typing and clearing
			anna.Write(direct, i%2 == 0, "x")
			time.Sleep(200 * time.Millisecond)
		}
		if told := strings.Count(ben.heard(), "true"); told > 20 || told < 15 {
			t.Errorf("in a minute %d frames said that Anna writes", told)
		}
	})
}

func TestWhoKeepsTypingNeitherTellsNorSees(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		anna.roster.SetDiscretion(peer.Discretion{Typing: true})
		synctest.Wait()
		anna.Write(direct, true, "H")
		ben.hears(t, "who keeps it", "")
		ben.Write(direct, true, "H")
		anna.hears(t, "who keeps it", "")
		body, err := wire.Marshal(map[int]any{1: direct[:], 2: 1})
		if err != nil {
			t.Fatal(err)
		}
		ben.send(t, wire.KindTyping, body) // a program that does not heed what Anna told
		anna.hears(t, "a frame all the same", "")
		anna.roster.SetDiscretion(peer.Discretion{})
		time.Sleep(typing.Again)
		ben.send(t, wire.KindTyping, body)
		anna.hears(t, "the same frame later", "1 true")
		if err := ben.roster.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(typing.Shown + time.Second)
		anna.hears(t, "the end", "1 false")
		ben.Write(direct, true, "H")
		ben.send(t, wire.KindTyping, body)
		anna.hears(t, "somebody invisible", "")
	})
}

func TestLiveTextNeedsBoth(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		type_ := func(text string) {
			anna.Write(direct, true, text)
			time.Sleep(2 * typing.Letters)
		}
		letters := func(a *agent) string { return strings.ReplaceAll(a.heard(), "1 true, ", "") }
		type_("H")
		anna.live(t, true)
		ben.hears(t, "Anna's switch", "1 true, switched true")
		type_("He")
		if got := letters(ben); got != "" {
			t.Errorf("one switch: %q", got)
		}
		ben.live(t, true)
		anna.hears(t, "Ben's switch", "switched true")
		type_("Hel")
		ben.hears(t, "both", `live "Hel"`)
		for _, text := range []string{"Hell", "Hello", "Hello B", "Hello Be", "Hello Ben"} {
			anna.Write(direct, true, text)
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(typing.Letters)
		ben.hears(t, "five letters in 50 ms", `live "Hello Ben"`)
		anna.Write(room, true, "not for live text")
		time.Sleep(typing.Letters)
		ben.hears(t, "a room", "2 true")
		type_(strings.Repeat("x", typing.MaxText))
		if got := ben.heard(); len(got) != typing.MaxText+len(`live ""`) {
			t.Errorf("32 KiB: %d", len(got))
		}
		type_(strings.Repeat("x", typing.MaxText+1))
		ben.hears(t, "more than a message can have", `live ""`)
		type_("again")
		if got := letters(ben); got != `live "again"` {
			t.Errorf("again: %q", got)
		}
		anna.Write(direct, false, "")
		time.Sleep(typing.Letters)
		if got := ben.heard(); !strings.HasSuffix(got, `live ""`) {
			t.Errorf("sent: %q", got)
		}
		type_("more")
		ben.heard()
		ben.live(t, false)
		ben.hears(t, "Ben switches it off", `live ""`)
		anna.hears(t, "Ben switches it off", "switched false")
		type_("secret")
		body, err := wire.Marshal(map[int]any{1: 1, 2: "pushed"})
		if err != nil {
			t.Fatal(err)
		}
		anna.send(t, wire.KindLive, body)
		if got := ben.heard(); strings.Contains(got, "live") {
			t.Errorf("for whom it is off: %q", got)
		}
	})
}

// TestLiveTextNeedsThatWritingIsTold: who keeps writing to themselves sends no letters and is shown none, from that moment on; live text is on again, without being switched, once they do not.
func TestLiveTextNeedsThatWritingIsTold(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		anna.live(t, true)
		ben.live(t, true)
		anna.Write(direct, true, "H")
		time.Sleep(2 * typing.Letters)
		ben.Write(direct, true, "B")
		time.Sleep(2 * typing.Letters)
		if got := ben.heard(); !strings.HasSuffix(got, `live "H"`) {
			t.Fatalf("both have it on: %q", got)
		}
		anna.heard()
		anna.roster.SetDiscretion(peer.Discretion{Typing: true})
		anna.Heed()
		ben.hears(t, "Anna keeps it", `switched false, live ""`)
		if got := anna.heard(); !strings.Contains(got, `live ""`) {
			t.Errorf("Ben's letters stay with Anna, who tells none: %q", got)
		}
		if ours, _ := anna.Live(anna.other); ours {
			t.Error("it is still on with Anna")
		}
		anna.Write(direct, true, "Hello")
		ben.Write(direct, true, "Bye")
		time.Sleep(typing.Again)
		for _, a := range []*agent{anna, ben} {
			if got := a.heard(); strings.Contains(got, "live") {
				t.Errorf("letters all the same: %q", got)
			}
		}
		body, err := wire.Marshal(map[int]any{1: 1, 2: "pushed"})
		if err != nil {
			t.Fatal(err)
		}
		ben.send(t, wire.KindLive, body)
		anna.hears(t, "a program that does not heed that", "")
		anna.roster.SetDiscretion(peer.Discretion{})
		anna.Heed()
		anna.heard()
		anna.Write(direct, true, "Hello again")
		time.Sleep(2 * typing.Letters)
		if got := ben.heard(); !strings.HasPrefix(got, "switched true") || !strings.HasSuffix(got, `live "Hello again"`) {
			t.Errorf("Anna keeps it no more: %q", got)
		}
	})
}

// types has somebody write, and returns when the letters are through.
func (a *agent) types(text string) {
	a.Write(direct, true, text)
	time.Sleep(2 * typing.Letters)
	synctest.Wait()
}

// relink has the link end and a new one come up.
func (a *agent) relink(t *testing.T) {
	t.Helper()
	if err := a.roster.Block(t.Context(), a.other); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	if err := a.roster.Unblock(t.Context(), a.other); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Minute)
	if _, up := a.roster.Link(a.roster.Machines(a.other)[0]); !up {
		t.Fatal("there is no new link")
	}
}

// TestLiveTextOutlivesALink: the switches are told anew when a link comes up; the letters are not.
func TestLiveTextOutlivesALink(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		anna.live(t, true)
		ben.live(t, true)
		anna.Write(direct, true, "half a tho")
		time.Sleep(typing.Letters)
		ben.heard()
		anna.heard()
		if err := ben.roster.Block(t.Context(), ben.other); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := ben.heard(); !strings.Contains(got, `live ""`) || !strings.Contains(got, "switched false") {
			t.Errorf("the link ended: %q", got)
		}
		if err := ben.roster.Unblock(t.Context(), ben.other); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if ours, theirs := ben.Live(ben.other); !ours || !theirs {
			t.Errorf("after a new link: %v, %v", ours, theirs)
		}
		if got := ben.heard(); strings.Contains(got, "half") {
			t.Errorf("old letters: %q", got)
		}
	})
}

// TestFloodIsBounded: a link that floods is heard at its pace, what is no frame is dropped, and conversations of others are nobody's.
func TestFloodIsBounded(t *testing.T) {
	couple(t, func(t *testing.T, anna, ben *agent) {
		ben.live(t, true)
		anna.live(t, true)
		ben.heard()
		for i := range 2000 {
			live, err := wire.Marshal(map[int]any{1: 1, 2: fmt.Sprint(i)})
			if err != nil {
				t.Fatal(err)
			}
			typed, err := wire.Marshal(map[int]any{1: direct[:], 2: i % 2})
			if err != nil {
				t.Fatal(err)
			}
			anna.send(t, wire.KindLive, live)
			anna.send(t, wire.KindTyping, typed)
		}
		if changes := strings.Count(ben.heard(), ",") + 1; changes > 80 {
			t.Errorf("4000 frames made %d changes", changes)
		}
		time.Sleep(time.Minute)
		ben.heard()
		other, err := wire.Marshal(map[int]any{1: foreign[:], 2: 1})
		if err != nil {
			t.Fatal(err)
		}
		anna.send(t, wire.KindTyping, other)
		for _, bad := range []string{"", "\x00", "\xa1\x01\x40", "\xa2\x01\x40\x02\x09", "\xff\xff", "\xa1\x02\x61\xff"} {
			anna.send(t, wire.KindTyping, []byte(bad))
			anna.send(t, wire.KindLive, []byte(bad))
		}
		if got := ben.heard(); strings.Contains(got, "true") && !strings.Contains(got, "switched") {
			t.Errorf("heard %q", got)
		}
	})
}

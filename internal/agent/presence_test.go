package agent_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// meet links two people by address.
func meet(t *testing.T, a, b *person) {
	t.Helper()
	if _, err := a.Add(t.Context(), loopback(b)); err != nil {
		t.Fatal(err)
	}
	sees(t, a, b.Options.Name, linked)
	sees(t, b, a.Options.Name, linked)
}

// seat connects a tray program and returns its notifications.
func (p *person) seat(t *testing.T) (notes <-chan api.Notification, leave func()) {
	t.Helper()
	lines, err := p.Tray(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	heard, first := make(chan api.Notification, 16), make(chan struct{})
	go func() {
		defer close(heard)
		for n := 0; ; n++ {
			line, err := lines.Next()
			if err != nil {
				return
			}
			if n == 0 {
				close(first)
			}
			if line.Notify != nil {
				heard <- *line.Notify
			}
		}
	}()
	select {
	case <-first: // it is connected: it was told what to show
	case <-time.After(hang):
		t.Fatal("the tray program is told nothing")
	}
	t.Cleanup(func() { _ = lines.Close() })
	return heard, func() { _ = lines.Close() }
}

// TestAwayByItself: five minutes without input make "available" away for colleagues, the first key ends it at once, and a tray program that goes takes
// its word along; busy stays busy.
func TestAwayByItself(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	_, leave := anna.seat(t)
	is := func(presence string) {
		t.Helper()
		sees(t, ben, "Anna", func(r api.Peer) bool { return r.Presence == presence })
	}
	idle := func(seconds float64) {
		t.Helper()
		if err := anna.Idle(t.Context(), seconds); err != nil {
			t.Fatal(err)
		}
	}
	idle(299)
	is("available")
	idle(300)
	is("away")
	idle(0)
	is("available")
	idle(3600)
	is("away")
	leave()
	is("available")
	if _, err := anna.SetPresence(t.Context(), "busy", ""); err != nil {
		t.Fatal(err)
	}
	is("busy")
	idle(3600)
	status, err := anna.Status(t.Context())
	if err != nil || status.Me.Presence != "busy" {
		t.Errorf("chosen by hand, and then %q (%v)", status.Me.Presence, err)
	}
}

// TestBusyHoldsNotifications: whoever is busy is not disturbed and hears of everything once, at the end.
func TestBusyHoldsNotifications(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	choose := func(presence string) {
		t.Helper()
		if _, err := anna.SetPresence(t.Context(), presence, ""); err != nil {
			t.Fatal(err)
		}
	}
	choose("busy")
	events, err := anna.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	for _, text := range []string{"one", "two", "three"} {
		if _, err := ben.Send(t.Context(), "Anna", text); err != nil {
			t.Fatal(err)
		}
	}
	for came := 0; came < 3; {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == api.EventMessage {
			came++
		}
	}
	choose("available")
	select {
	case n := <-notes:
		if n.Title != "Ben" || !strings.HasPrefix(n.Body, "3 new messages") {
			t.Errorf("told %+v", n)
		}
	case <-time.After(hang):
		t.Fatal("what was held is never told")
	}
}

// expect reads events until one is as wanted, and returns it.
func expect[T any](t *testing.T, events *api.Stream[api.Event], kind string, good func(T) bool) T {
	t.Helper()
	late := time.AfterFunc(hang, func() { _ = events.Close() })
	defer late.Stop()
	for {
		e, err := events.Next()
		if err != nil {
			t.Fatalf("waiting for %s: %v", kind, err)
		}
		var v T
		if e.Type != kind {
			continue
		}
		if err := e.Into(&v); err != nil {
			t.Fatal(err)
		}
		if good(v) {
			return v
		}
	}
}

func (p *person) listen(t *testing.T) *api.Stream[api.Event] {
	t.Helper()
	events, err := p.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = events.Close() })
	if e, err := events.Next(); err != nil || e.Type != api.EventReady {
		t.Fatalf("%v %v", e.Type, err)
	}
	return events
}

func (p *person) note(t *testing.T, who string, r api.MarksRequest) {
	t.Helper()
	if _, err := p.Mark(t.Context(), who, r); err != nil {
		t.Fatal(err)
	}
}

// TestWritingIsSeen: a colleague hears that somebody writes and that the message ended it; in a room everybody does; live text needs both, shows on both sides, and
// nothing of it is in the history.
func TestWritingIsSeen(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	events := ben.listen(t)
	write := func(to string, writes bool, text string) {
		t.Helper()
		if err := anna.Writing(t.Context(), to, api.WritingRequest{Writes: writes, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	pause := keepWriting(t, anna, "Ben")
	here := expect(t, events, api.EventTyping, func(w api.Writing) bool { return w.Writes })
	pause()
	if here.Name != "Anna" || here.Person != anna.Me.Person {
		t.Errorf("heard %+v", here)
	}
	if _, err := anna.Send(t.Context(), "Ben", "Hello"); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventTyping, func(w api.Writing) bool { return !w.Writes && w.Conversation == here.Conversation })

	on, off := true, false
	anna.note(t, "Ben", api.MarksRequest{Live: &on})
	expect(t, events, api.EventPresence, func(p api.Peer) bool { return p.LiveText == "theirs" })
	ben.note(t, "Anna", api.MarksRequest{Live: &on})
	sees(t, anna, "Ben", func(p api.Peer) bool { return p.LiveText == "both" })
	write("Ben", true, "<b>live</b>")
	if l := expect(t, events, api.EventLive, func(l api.LiveText) bool { return l.Text != "" }); l.Text != "<b>live</b>" || l.Person != anna.Me.Person {
		t.Errorf("live %+v", l)
	}
	write("Ben", false, "")
	expect(t, events, api.EventLive, func(l api.LiveText) bool { return l.Text == "" })
	ben.note(t, "Anna", api.MarksRequest{Live: &off})
	sees(t, anna, "Ben", func(p api.Peer) bool { return p.LiveText == "mine" })
	if err := anna.Writing(t.Context(), "Ben", api.WritingRequest{Writes: true, Text: strings.Repeat("x", 33<<10)}); api.CodeOf(err) != api.CodeTooLong {
		t.Errorf("33 KiB: %v", err)
	}
	page, err := ben.Messages(t.Context(), "Anna", api.Query{})
	if err != nil || len(page.Messages) != 1 || page.Messages[0].Text != "Hello" {
		t.Errorf("history %+v %v", page, err)
	}
	if _, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Lunch", With: []string{"Ben"}}); err != nil {
		t.Fatal(err)
	}
	await(t, "the room at Ben's", ben.Rooms, func(rooms []api.Room) bool { return len(rooms) == 1 && rooms[0].Member })
	pause = keepWriting(t, anna, "Lunch")
	defer pause()
	expect(t, events, api.EventTyping, func(w api.Writing) bool { return w.Writes && w.Conversation != here.Conversation })
}

// TestLiveTextNeedsThatWritingIsTold: who does not tell that they write has live text off with all, as both see, until they do again.
func TestLiveTextNeedsThatWritingIsTold(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	on, off := true, false
	anna.note(t, "Ben", api.MarksRequest{Live: &on})
	ben.note(t, "Anna", api.MarksRequest{Live: &on})
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.LiveText == "both" })
	set := func(typing *bool) {
		t.Helper()
		if _, err := anna.SetSettings(t.Context(), api.SettingsRequest{Typing: typing}); err != nil {
			t.Fatal(err)
		}
	}
	set(&off)
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.LiveText == "mine" })
	sees(t, anna, "Ben", func(p api.Peer) bool { return p.LiveText == "theirs" })
	if _, err := anna.Mark(t.Context(), "Ben", api.MarksRequest{Live: &on}); api.CodeOf(err) != api.CodeConflict {
		t.Errorf("switched on all the same: %v", err)
	}
	set(&on)
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.LiveText == "both" })
	sees(t, anna, "Ben", func(p api.Peer) bool { return p.LiveText == "both" })
}

// keepWriting has somebody write on, as a composer tells it, until pause is called: that they write is told again and again, since a frame of it may be
// lost with its link.
func keepWriting(t *testing.T, who *person, in string) (pause func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := who.Writing(ctx, in, api.WritingRequest{Writes: true, Text: "Hel"}); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	return func() { cancel(); <-done }
}

// TestWhatIsKeptIsNotShown: who switches read marks and last-seen off tells them to nobody and sees nobody's, at once and after a restart.
func TestWhatIsKeptIsNotShown(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	off, on := false, true
	if _, err := anna.SetSettings(t.Context(), api.SettingsRequest{ReadMarks: &off, LastSeen: &off}); err != nil {
		t.Fatal(err)
	}
	told := func(of *person, to, want string) {
		t.Helper()
		await(t, "a message to "+to+" to be "+want, func(ctx context.Context) (api.Page, error) { return of.Messages(ctx, to, api.Query{}) }, func(p api.Page) bool {
			for _, m := range p.Messages {
				if m.Mine && m.States[0].State != want {
					return false
				}
			}
			return len(p.Messages) > 0
		})
	}
	say := func(from, to *person, text string) {
		t.Helper()
		if _, err := from.Send(t.Context(), to.Options.Name, text); err != nil {
			t.Fatal(err)
		}
		await(t, text+" to be there", to.Conversations, func(all []api.Conversation) bool { return len(all) == 1 && all[0].Last.Text == text })
		if _, err := to.Read(t.Context(), from.Options.Name, ""); err != nil {
			t.Fatal(err)
		}
	}
	say(ben, anna, "to Anna") // who reads it without telling
	say(anna, ben, "to Ben")  // who tells, and Anna does not look
	told(anna, "Ben", "delivered")
	told(ben, "Anna", "delivered")
	sees(t, anna, "Ben", func(p api.Peer) bool { return p.LastSeen.IsZero() })
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.Link && p.LastSeen.IsZero() && p.KeepsRead })
	anna.End()
	anna.Start()
	if s, err := anna.Settings(t.Context()); err != nil || s.ReadMarks || s.LastSeen || !s.Typing || !s.Notifications {
		t.Errorf("after a restart %+v %v", s, err)
	}
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.Link && p.LastSeen.IsZero() && p.KeepsRead })
	if _, err := anna.SetSettings(t.Context(), api.SettingsRequest{ReadMarks: &on, LastSeen: &on}); err != nil {
		t.Fatal(err)
	}
	told(anna, "Ben", "read")
	say(ben, anna, "once more")
	told(ben, "Anna", "read")
	sees(t, ben, "Anna", func(p api.Peer) bool { return !p.LastSeen.IsZero() && !p.KeepsRead })
}

// TestGroupsOfTheList: groups are made, listed and gone; bad names and unknown people change nothing.
func TestGroupsOfTheList(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	on := true
	anna.note(t, "Ben", api.MarksRequest{Favourite: &on})
	sees(t, anna, "Ben", func(p api.Peer) bool { return p.Favourite })
	change := func(r api.GroupRequest) ([]api.Group, string) {
		groups, err := anna.ChangeGroup(t.Context(), r)
		return groups, api.CodeOf(err)
	}
	if groups, code := change(api.GroupRequest{Name: "Board", Add: []string{"Ben"}}); code != "" || len(groups) != 1 || groups[0].People[0].Name != "Ben" {
		t.Errorf("%+v %s", groups, code)
	}
	for name, c := range map[string]struct {
		r    api.GroupRequest
		code string
	}{
		"nobody":         {api.GroupRequest{Name: "Board"}, api.CodeUsage},
		"unknown":        {api.GroupRequest{Name: "Board", Add: []string{"Zoe"}}, api.CodeUnknown},
		"no name":        {api.GroupRequest{Name: " \u202e ", Add: []string{"Ben"}}, api.CodeUsage},
		"a long name":    {api.GroupRequest{Name: strings.Repeat("x", 10_000), Add: []string{"Ben"}}, api.CodeUsage},
		"not a member":   {api.GroupRequest{Name: "Sales", Remove: []string{"Ben"}}, api.CodeNotFound},
		"one's own self": {api.GroupRequest{Name: "Board", Add: []string{"Anna"}}, api.CodeUnknown},
	} {
		if _, code := change(c.r); code != c.code {
			t.Errorf("%s: %q, want %q", name, code, c.code)
		}
	}
	if groups, err := anna.Groups(t.Context()); err != nil || len(groups) != 1 {
		t.Errorf("%+v %v", groups, err)
	}
	if groups, code := change(api.GroupRequest{Name: "board", Remove: []string{"Ben"}}); code != "" || len(groups) != 0 {
		t.Errorf("%+v %s", groups, code)
	}
}

// TestCardsAreSeen: what somebody tells of themselves is at a colleague's, small and without what else was in the file; bad input is one sentence and changes nothing.
func TestCardsAreSeen(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 640, 480))); err != nil {
		t.Fatal(err)
	}
	role, phone, picture := "Lawyer", "+49 30 1234", append(file.Bytes(), "taken in the garden"...)
	if _, err := anna.SetCard(t.Context(), api.CardRequest{Role: &role, Phone: &phone, Picture: &picture}); err != nil {
		t.Fatal(err)
	}
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.Card != "" })
	c, err := ben.Card(t.Context(), "Anna")
	if err != nil || c.Role != role || c.Phone != phone || c.Room != "" || c.Name != "Anna" {
		t.Errorf("%+v %v", c, err)
	}
	if got, err := jpeg.DecodeConfig(bytes.NewReader(c.Picture)); err != nil || got.Width != 96 || got.Height != 96 || len(c.Picture) > 16<<10 || bytes.Contains(c.Picture, []byte("garden")) {
		t.Errorf("the picture: %+v %v in %d bytes", got, err, len(c.Picture))
	}
	for what, bad := range map[string]struct {
		role, phone string
		picture     []byte
		code, says  string
	}{
		"no picture":       {"Boss", "1", []byte("<svg/>"), api.CodeUsage, "no JPEG or PNG"},
		"10 MB":            {"Boss", "1", append(bytes.Clone(file.Bytes()), make([]byte, 10<<20)...), api.CodeTooLong, "at most 8 MB"},
		"a long number":    {"Boss", strings.Repeat("1", 10_000), nil, api.CodeUsage, "at most 40 characters"},
		"a role that lies": {"ssoB\u202e", "1", nil, api.CodeUsage, "turn the direction"},
	} {
		r := api.CardRequest{Role: &bad.role, Phone: &bad.phone}
		if bad.picture != nil {
			r.Picture = &bad.picture
		}
		if _, err := anna.SetCard(t.Context(), r); api.CodeOf(err) != bad.code || !strings.Contains(err.Error(), bad.says) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if mine, err := anna.MyCard(t.Context()); err != nil || mine.Role != role || mine.Phone != phone || len(mine.Picture) == 0 {
		t.Errorf("after bad input: %+v %v", mine, err)
	}
	none := []byte{}
	if mine, err := anna.SetCard(t.Context(), api.CardRequest{Picture: &none}); err != nil || len(mine.Picture) != 0 || mine.Role != role {
		t.Errorf("without the picture: %+v %v", mine, err)
	}
	await(t, "the picture to be gone", func(ctx context.Context) (api.Card, error) { return ben.Card(ctx, "Anna") }, func(c api.Card) bool { return len(c.Picture) == 0 && c.Role == role })
	if err := ben.Forget(t.Context(), "Anna"); err != nil {
		t.Fatal(err)
	}
}

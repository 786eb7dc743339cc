package agent_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/discovery"
	"lanyard/internal/agent"
	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// onLAN starts an agent on a host of its own of a LAN in memory: found by the twin of discovery, linked over connections in memory.
func onLAN(t *testing.T, lan *lantest.LAN, name, address string) (*person, *lantest.Host) {
	t.Helper()
	host := lan.Host(name, address)
	p := join(t, name, agent.Options{Network: host, Port: 26426, Discover: func(c discovery.Config) agent.Discoverer { return host.Discovery(c) }})
	return p, host
}

func sees(t *testing.T, p *person, name string, good func(api.Peer) bool) api.Peer {
	t.Helper()
	var row api.Peer
	await(t, fmt.Sprintf("%s sees %s so", p.Options.Name, name), p.Peers, func(rows []api.Peer) bool {
		for _, r := range rows {
			if r.Name == name && good(r) {
				row = r
				return true
			}
		}
		return false
	})
	return row
}

func linked(r api.Peer) bool { return r.Link }

func TestThreePeopleOnOneLAN(t *testing.T) {
	const seed = 1
	t.Logf("seed %d", seed)
	lan := lantest.New(seed)
	anna, hostA := onLAN(t, lan, "Anna", "10.0.0.1")
	ben, hostB := onLAN(t, lan, "Ben", "10.0.0.2")
	carl, _ := onLAN(t, lan, "Carl", "10.0.0.3")
	sees(t, anna, "Ben", linked)
	sees(t, ben, "Anna", linked)
	sees(t, carl, "Anna", linked)

	events, err := ben.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	if e, err := events.Next(); err != nil || e.Type != api.EventReady {
		t.Fatalf("%+v, %v", e, err)
	}
	states, err := anna.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer states.Close()
	sent, err := anna.Send(t.Context(), "Ben", "Hello")
	if err != nil {
		t.Fatal(err)
	}
	got := firstOf[api.Message](t, events, api.EventMessage)
	if s := firstOf[api.StateChange](t, states, api.EventState); s.ID != sent.ID || s.Name != "Ben" {
		t.Errorf("got %+v", s)
	}
	if got.ID != sent.ID || got.Text != "Hello" || got.Author.Name != "Anna" || got.Mine || !got.Unread {
		t.Errorf("got %+v", got)
	}

	// Cut apart, both write; joined again, both have everything in one order.
	lan.Partition([]*lantest.Host{hostA}, []*lantest.Host{hostB})
	for i := range 5 {
		if _, err := anna.Send(t.Context(), "Ben", fmt.Sprint("from Anna ", i)); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Send(t.Context(), "Anna", fmt.Sprint("from Ben ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := carl.SetName(t.Context(), "Carla"); err != nil {
		t.Fatal(err)
	}
	sees(t, anna, "Carla", linked)
	lan.Heal()
	all := func(p *person, with string) []api.Message {
		return await(t, p.Options.Name+" has all", func(ctx context.Context) ([]api.Message, error) {
			page, err := p.Messages(ctx, with, api.Query{})
			return page.Messages, err
		}, func(m []api.Message) bool { return len(m) == 11 })
	}
	ofAnna, ofBen := all(anna, "Ben"), all(ben, "Anna")
	for i := range ofAnna {
		if ofAnna[i].ID != ofBen[i].ID {
			t.Fatalf("place %d: Anna has %q, Ben has %q", i, ofAnna[i].Text, ofBen[i].Text)
		}
	}
}

func TestRestartKeepsPeopleMessagesAndName(t *testing.T) {
	lan := lantest.New(2)
	anna, _ := onLAN(t, lan, "Anna", "10.0.0.1")
	ben, _ := onLAN(t, lan, "Ben", "10.0.0.2")
	sees(t, anna, "Ben", linked)
	sees(t, ben, "Anna", linked)
	ben.End()
	sees(t, anna, "Ben", func(r api.Peer) bool { return r.Presence == "offline" && !r.LastSeen.IsZero() })
	if _, err := anna.Send(t.Context(), "Ben", "while you were out"); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.SetName(t.Context(), "Anna Berg"); err != nil {
		t.Fatal(err)
	}
	anna.End()
	anna.Options.Name = "" // as at a start without --name
	anna.Start()
	if anna.Me.Name != "Anna Berg" {
		t.Errorf("after a restart the name is %q", anna.Me.Name)
	}
	sees(t, anna, "Ben", func(r api.Peer) bool { return r.Presence == "offline" })
	ben.Start()
	await(t, "Ben has the message", func(ctx context.Context) (api.Page, error) { return ben.Messages(ctx, "Anna Berg", api.Query{}) },
		func(p api.Page) bool { return len(p.Messages) == 1 && p.Messages[0].Text == "while you were out" })
}

func TestFolderIsSharedKeptEqualAndRestored(t *testing.T) {
	lan := lantest.New(3)
	anna, _ := onLAN(t, lan, "Anna", "10.0.0.1")
	ben, _ := onLAN(t, lan, "Ben", "10.0.0.2")
	sees(t, anna, "Ben", linked)
	folder := filepath.Join(anna.home, "Plans")
	write(t, filepath.Join(folder, "a.txt"), "first")
	share, err := anna.AddShare(t.Context(), folder, "", []string{"Ben"})
	if err != nil {
		t.Fatal(err)
	}
	invites := await(t, "Ben is invited", ben.Invites, func(i []api.Invite) bool { return len(i) == 1 })
	if invites[0].ID != share.ID || invites[0].Name != "Plans" || invites[0].From.Name != "Anna" {
		t.Errorf("got %+v", invites)
	}
	taken, err := ben.AcceptShare(t.Context(), "Plans", "")
	if err != nil {
		t.Fatal(err)
	}
	if taken.Path != filepath.Join(ben.Options.Folder, "Plans") {
		t.Errorf("it lies at %s", taken.Path)
	}
	holds(t, filepath.Join(taken.Path, "a.txt"), "first")
	write(t, filepath.Join(taken.Path, "b.txt"), "by Ben")
	holds(t, filepath.Join(folder, "b.txt"), "by Ben")
	if err := os.Remove(filepath.Join(folder, "a.txt")); err != nil {
		t.Fatal(err)
	}
	gone(t, filepath.Join(taken.Path, "a.txt"))
	await(t, "Ben is told who deleted it", func(ctx context.Context) ([]api.Notice, error) { return ben.Notices(ctx, share.ID, 0) },
		func(n []api.Notice) bool {
			return len(n) > 0 && n[0].What == "deleted" && n[0].By.Name == "Anna" && n[0].Trash != ""
		})
	back, err := ben.Restore(t.Context(), "Plans", api.RestoreRequest{Path: "a.txt"})
	if err != nil || back.Path != "a.txt" {
		t.Fatalf("%+v, %v", back, err)
	}
	holds(t, filepath.Join(folder, "a.txt"), "first")
}

func holds(t *testing.T, path, content string) {
	t.Helper()
	await(t, path+" holds "+content, func(context.Context) ([]byte, error) { return os.ReadFile(path) }, func(got []byte) bool { return string(got) == content })
}

func gone(t *testing.T, path string) {
	t.Helper()
	await(t, path+" is gone", func(context.Context) (bool, error) {
		_, err := os.Stat(path)
		return errors.Is(err, os.ErrNotExist), nil
	}, func(is bool) bool { return is })
}

func TestOneOfTwentyStartsWins(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "profile")
	ctx, stop := context.WithCancel(t.Context())
	results := make(chan error, 20)
	var ready sync.WaitGroup
	ready.Add(1)
	for range 20 {
		a := agent.New(agent.Options{Profile: profile, Headless: true, Silent: true, Port: lantest.Port(t), Folder: t.TempDir(), Ready: func(api.Me) { ready.Done() }})
		go func() { results <- a.Run(ctx) }()
	}
	for range 19 {
		if err := <-results; !errors.Is(err, agent.ErrHeld) {
			t.Errorf("got %v", err)
		}
	}
	ready.Wait()
	running, err := agent.Running(ctx, profile)
	if err != nil {
		t.Fatal(err)
	}
	running.Close()
	ended := make(chan error, 1)
	go func() { ended <- agent.Ended(t.Context(), profile) }()
	select {
	case err := <-ended:
		t.Errorf("said to have ended while it runs: %v", err)
	case <-time.After(50 * time.Millisecond): // the wrong answer would come at once
	}
	stop()
	if err := errors.Join(<-results, <-ended); err != nil {
		t.Error(err)
	}
}

func TestWindowKeepsItsPlaceOverARestart(t *testing.T) {
	anna := join(t, "Anna", agent.Options{})
	first, err := anna.Window(t.Context(), true)
	if err != nil || first.Opened {
		t.Fatalf("%+v, %v", first, err)
	}
	anna.End()
	anna.Start()
	second, err := anna.Window(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	if origin(first.URL) != origin(second.URL) {
		t.Errorf("the window moved from %s to %s over a restart", origin(first.URL), origin(second.URL))
	}
}

func origin(url string) string { return filepath.Dir(url) }

func TestUploadIsSentAndRemovedWithItsMessage(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	if _, err := anna.Add(t.Context(), loopback(ben)); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.SetUnasked(t.Context(), api.Unasked{}); err != nil {
		t.Fatal(err)
	}
	for _, taken := range []bool{true, false} {
		up, err := anna.BeginUpload(t.Context(), api.UploadRequest{Name: "Notes", Folder: true, Bytes: 5, Files: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := anna.UploadFile(t.Context(), up.ID, "a/ä #1?.txt", strings.NewReader("hello")); err != nil {
			t.Fatal(err)
		}
		if err := anna.UploadFolder(t.Context(), up.ID, "empty"); err != nil {
			t.Fatal(err)
		}
		offer, err := anna.SendUpload(t.Context(), up.ID, "Ben")
		if err != nil {
			t.Fatal(err)
		}
		anna.End() // what is offered must still be there after a restart
		anna.Start()
		answer := ben.DeclineFile
		if taken {
			answer = ben.AcceptFile
		}
		await(t, "Ben can answer", func(ctx context.Context) (api.File, error) { return answer(ctx, offer.ID) }, func(f api.File) bool { return f.ID == offer.ID })
		want := "declined"
		if taken {
			want = "received"
		}
		await(t, "the message says how far the file got", func(ctx context.Context) (api.Page, error) { return ben.Messages(ctx, "Anna", api.Query{}) }, func(p api.Page) bool {
			return slices.ContainsFunc(p.Messages, func(m api.Message) bool { return m.ID == offer.ID && m.File.State == want })
		})
		if taken {
			holds(t, filepath.Join(ben.Options.Folder, "Received", "Notes", "a", "ä #1?.txt"), "hello")
		}
		if _, err := anna.Delete(t.Context(), offer.ID); err != nil {
			t.Fatal(err)
		}
		await(t, "Anna's profile is empty again", func(context.Context) ([]os.DirEntry, error) {
			return os.ReadDir(filepath.Join(anna.Options.Profile, "sent"))
		}, func(left []os.DirEntry) bool { return len(left) == 0 })
	}
}

func TestRunLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	if _, err := anna.Add(t.Context(), loopback(ben)); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.Window(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	events, err := anna.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tray, err := anna.Tray(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if line, err := tray.Next(); err != nil || line.State == nil {
		t.Fatalf("%+v, %v", line, err)
	}
	dialog := make(chan error, 1)
	go func() {
		_, err := anna.ChooseFolder(context.Background(), "Where?")
		dialog <- err
	}()
	for { // further states may come first
		line, err := tray.Next()
		if err != nil {
			t.Fatal(err)
		}
		if line.Request != nil {
			break
		}
	}
	if err := anna.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-dialog; err == nil {
		t.Error("a dialog was answered by nobody")
	}
	if err := agent.Ended(t.Context(), anna.Options.Profile); err != nil {
		t.Fatal(err)
	}
	anna.End()
	ben.End()
	_, _ = events.Close(), tray.Close() // they ended with the agent
	await(t, "as many goroutines as before", func(context.Context) (int, error) { return runtime.NumGoroutine(), nil }, func(n int) bool {
		return n <= before
	})
	left, err := filepath.Glob(filepath.Join(anna.Options.Profile, "control*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// firstOf waits for the first event of a type.
func firstOf[T any](t *testing.T, events *api.Stream[api.Event], kind string) (v T) {
	t.Helper()
	for {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == kind {
			if err := e.Into(&v); err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
}

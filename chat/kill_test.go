package chat

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// TestMain runs the tests, or, in a child process that TestKilled started, an agent that is going to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LANYARD_CHAT_CHILD"); dir != "" {
		err := writeUntilKilled(dir, os.Getenv("LANYARD_CHAT_BEN"), os.Getenv("LANYARD_CHAT_ROUND"))
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled is an agent that writes to Ben as fast as it can, several texts at a time, and prints each once it is acknowledged as durable.
func writeUntilKilled(dir, ben, round string) error {
	ctx := context.Background()
	id, err := identity.Open(dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(filepath.Join(dir, "lanyard.db"), log, peer.Part(), Part())
	if err != nil {
		return err
	}
	roster := peer.New(peer.Config{Identity: id, DB: db, Name: "Anna", Log: log})
	exchange := blob.New(blob.Config{Roster: roster, Log: log})
	c := New(Config{Identity: id, Roster: roster, DB: db, Blob: exchange, Log: log})
	failed := make(chan error, 4)
	go func() { failed <- db.Run(ctx) }()
	if err := roster.Load(ctx); err != nil {
		return err
	}
	if err := c.Load(ctx); err != nil {
		return err
	}
	for _, run := range []func(context.Context) error{roster.Run, exchange.Run, c.Run} {
		go func() { failed <- run(ctx) }()
	}
	to, err := roster.Add(ctx, ben)
	if err != nil {
		return err
	}
	for n := 0; ; n += 3 {
		var texts []string
		for i := range 3 {
			texts = append(texts, fmt.Sprintf("round %s, text %d", round, n+i))
		}
		if _, err := c.Send(ctx, c.Direct(to.Person), texts...); err != nil {
			return err
		}
		fmt.Println(strings.Join(texts, "\n"))
		select {
		case err := <-failed:
			return err
		default:
		}
	}
}

// TestKilled kills a writing agent with SIGKILL again and again: whatever it had acknowledged arrives, once and in order.
func TestKilled(t *testing.T) {
	s := &site{}
	ben := s.start(t, "Ben")
	dir := t.TempDir()
	var acknowledged []string
	for round := range 3 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "LANYARD_CHAT_CHILD="+dir, fmt.Sprintf("LANYARD_CHAT_BEN=127.0.0.1:%d", ben.port), fmt.Sprintf("LANYARD_CHAT_ROUND=%d", round))
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		enough := 100 + rand.IntN(500)
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			acknowledged = append(acknowledged, lines.Text())
			if n == enough {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v", err)
		}
	}
	// The last round's agent is gone with what it had not sent: it comes back once more, here.
	id, err := identity.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	anna := &agent{id: id, dir: dir, name: "Anna", site: s, ear: newEar()}
	anna.run(t)
	anna.meet(t, ben)
	same(t, anna, ben)
	shown := ben.texts(t, anna)
	for i, text := range shown {
		if i > 0 && slices.Contains(shown[:i], text) {
			t.Errorf("shown twice: %q", text)
		}
	}
	arrived := slices.DeleteFunc(shown, func(text string) bool { return !slices.Contains(acknowledged, text) })
	if !slices.Equal(arrived, acknowledged) {
		t.Errorf("%d texts were acknowledged, %d of them are there", len(acknowledged), len(arrived))
	}
	if told := ben.awaitTold(t, len(shown)); len(told) != len(shown) {
		t.Errorf("%d texts were told, %d are shown", len(told), len(shown))
	}
}

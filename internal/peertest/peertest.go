// Package peertest has people meet over a LAN in memory, each with real links, real TLS and a real database. Only tests import it.
package peertest

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// Start has somebody new sit down at 10.0.0.number, until the test ends, and returns their roster once it runs. Own is given the roster before that, for parts that
// register their frames with it, and returns what runs beside it, nil: nothing.
func Start(t *testing.T, lan *lantest.LAN, name string, number int, own func(*peer.Roster) (run func(context.Context) error)) *peer.Roster {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(filepath.Join(t.TempDir(), "lanyard.db"), log, peer.Part())
	if err != nil {
		t.Fatal(err)
	}
	roster := peer.New(peer.Config{Identity: id, DB: db, Name: name, Network: lan.Host(name, host(number)), Port: peer.DefaultPort, Log: log})
	parts := []func(context.Context) error{roster.Run}
	if run := own(roster); run != nil {
		parts = append(parts, run)
	}
	storing, stopStoring := context.WithCancel(context.Background())
	running, stop := context.WithCancel(context.Background())
	var stored, ran sync.WaitGroup
	ends := func(all *sync.WaitGroup, run func(context.Context) error, ctx context.Context) {
		all.Go(func() {
			if err := run(ctx); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	ends(&stored, db.Run, storing)
	for _, run := range parts {
		ends(&ran, run, running)
	}
	t.Cleanup(func() {
		stop()
		ran.Wait()
		stopStoring()
		stored.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	<-roster.Opened()
	return roster
}

// Meet has somebody reach the one at 10.0.0.number.
func Meet(t *testing.T, who *peer.Roster, number int) {
	t.Helper()
	if _, err := who.Add(t.Context(), fmt.Sprintf("%s:%d", host(number), peer.DefaultPort)); err != nil {
		t.Fatal(err)
	}
}

func host(number int) string { return fmt.Sprintf("10.0.0.%d", number) }

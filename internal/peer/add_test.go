package peer_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

func TestAddSaysWhatIsWrong(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		other := s.host("printer")
		ln, err := other.Listen(t.Context(), ":80")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		go func() { // some other server
			for {
				c, err := ln.Accept()
				if err != nil {
					return
				}
				if _, err := c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")); err != nil {
					t.Error(err)
				}
				c.Close()
			}
		}()
		silent, err := other.Listen(t.Context(), ":81")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		cut := s.host("cut")
		s.lan.Cut(anna.host, cut)
		at := func(port int) string { return fmt.Sprintf("%s:%d", other.Addresses()[0], port) }
		cases := []struct{ what, typed, want string }{
			{"nothing", "", "is not an address"},
			{"two words", "hello world", "is not an address"},
			{"a URL", "http://10.0.0.1", "is not an address"},
			{"port 0", "10.0.0.1:0", "is not an address"},
			{"port 65536", "10.0.0.1:65536", "is not an address"},
			{"a word as port", "10.0.0.1:ssh", "is not an address"},
			{"escape sequences", "a\x1b[2Jb", `\x1b`},
			{"nobody's name", "nosuch", "No computer called nosuch"},
			{"nobody's address", "10.77.0.1", "no way to 10.77.0.1"},
			{"another program", at(80), "another program answers"},
			{"a port that nobody listens on", at(82), "nothing answers on port 82"},
			{"somebody who says nothing", at(81), "No answer"},
			{"an unreachable one", "cut", "No answer from cut"},
			{"ourselves", anna.address(), "this computer's own"},
			{"ourselves by loopback", "localhost", "this computer's own"},
		}
		for _, c := range cases {
			p, err := anna.Add(t.Context(), c.typed)
			var add *peer.AddError
			if !errors.As(err, &add) || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%s (%q): %v, %+v; want %q", c.what, c.typed, err, p, c.want)
			}
		}
		for _, typed := range []string{ben.address(), "Ben", ben.host.Addresses()[0].String(), " ben "} {
			p, err := anna.Add(t.Context(), typed)
			if err != nil || p.ID != ben.peerID() || p.Name != "Ben" || !p.Linked {
				t.Errorf("%q: %+v, %v", typed, p, err)
			}
		}
	})
}

func TestTakenPortIsToldAndAnotherTaken(t *testing.T) {
	taken, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	s := &site{}
	t.Cleanup(func() { noLeaks(t) })
	anna, ben := s.start(t, "Anna", setup(onPort(port))), s.start(t, "Ben")
	if anna.Port() == port || anna.Port() == 0 || !hasProblem(anna, peer.ProblemPortTaken) {
		t.Errorf("port %d, problems %+v", anna.Port(), anna.Problems())
	}
	ben.meet(t, anna)
}

func TestListensAgainAfterTheNetworkWasDown(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.host.Down()
		anna.awaitNoLink(t, ben)
		ben.await(t, "the problem", func() bool { return hasProblem(ben, peer.ProblemNoListening) })
		ben.host.Up()
		ben.await(t, "the port is back", func() bool { return len(ben.Problems()) == 0 && ben.Port() == peer.DefaultPort })
		anna.awaitLink(t, ben)
	})
}

// TestOpenedComesInAnyCase: whoever waits for the port learns also that there is none.
func TestOpenedComesInAnyCase(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		id, err := identity.Generate()
		if err != nil {
			t.Fatal(err)
		}
		host := s.host("Anna")
		host.Down()
		db, err := store.Open(filepath.Join(t.TempDir(), "lanyard.db"), slog.New(slog.DiscardHandler), peer.Part())
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		storing, ended := make(chan error, 1), make(chan error, 1)
		go func() { storing <- db.Run(context.WithoutCancel(ctx)) }()
		r := peer.New(peer.Config{Identity: id, DB: db, Network: host, Port: peer.DefaultPort, Name: "Anna"})
		go func() { ended <- r.Run(ctx) }()
		<-r.Opened()
		if p := r.Problems(); r.Port() != 0 || len(p) != 1 || p[0].ID != peer.ProblemNoListening {
			t.Errorf("port %d, problems %+v", r.Port(), p)
		}
		stop()
		if err := errors.Join(<-ended, db.Close(), <-storing); err != nil && !errors.Is(err, store.ErrClosed) {
			t.Error(err)
		}
		unread := peer.New(peer.Config{Identity: id, DB: db, Network: host, Name: "Anna"})
		if unread.Run(t.Context()) == nil {
			t.Error("it runs without its database")
		}
		<-unread.Opened()
	})
}

func TestBothIPVersions(t *testing.T) {
	s := &site{}
	t.Cleanup(func() { noLeaks(t) })
	anna := s.start(t, "Anna")
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		other := s.start(t, "Somebody")
		p, err := other.Add(t.Context(), fmt.Sprintf("%s:%d", host, anna.Port()))
		if err != nil {
			if host == "[::1]" && strings.Contains(err.Error(), "no way") {
				t.Skip("needs IPv6 on loopback: sysctl net.ipv6.conf.lo.disable_ipv6=0")
			}
			t.Fatal(err)
		}
		if p.ID != anna.peerID() {
			t.Errorf("%s: %+v", host, p)
		}
	}
}

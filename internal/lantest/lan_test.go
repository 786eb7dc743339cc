package lantest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/lantest"

	"golang.org/x/net/nettest"
)

// pair is a LAN with two hosts and a connection between them.
type pair struct {
	lan       *lantest.LAN
	anna, ben *lantest.Host
	dialled   net.Conn // ben's end
	accepted  net.Conn // anna's end
}

func newPair(t *testing.T) pair {
	t.Helper()
	lan := lantest.New(1)
	p := pair{lan: lan, anna: lan.Host("anna", "10.0.0.1"), ben: lan.Host("ben", "10.0.0.2")}
	l, err := p.anna.Listen(t.Context(), ":26426")
	if err != nil {
		t.Fatal(err)
	}
	if p.dialled, err = p.ben.Dial(t.Context(), "anna:26426"); err != nil {
		t.Fatal(err)
	}
	if p.accepted, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestConnIsANetConn runs the standard conformance suite for connections.
func TestConnIsANetConn(t *testing.T) {
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		p := newPair(t)
		return p.dialled, p.accepted, func() { p.dialled.Close(); p.accepted.Close() }, nil
	})
}

func TestAddressesAreThoseOfTheHosts(t *testing.T) {
	p := newPair(t)
	if got := p.dialled.RemoteAddr().String(); got != "10.0.0.1:26426" {
		t.Errorf("dialled %s", got)
	}
	if p.accepted.RemoteAddr().String() != p.dialled.LocalAddr().String() {
		t.Errorf("the ends disagree: %s and %s", p.accepted.RemoteAddr(), p.dialled.LocalAddr())
	}
}

func TestDialErrors(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(p pair)
		address string
		want    error
		after   time.Duration
	}{
		{"nobody listens", func(pair) {}, "10.0.0.1:1", syscall.ECONNREFUSED, 0},
		{"nobody has the address", func(pair) {}, "10.0.0.9:26426", syscall.EHOSTUNREACH, 3 * time.Second},
		{"the host is down", func(p pair) { p.anna.Down() }, "10.0.0.1:26426", syscall.EHOSTUNREACH, 3 * time.Second},
		{"it came up and listens no more", func(p pair) { p.anna.Down(); p.anna.Up() }, "10.0.0.1:26426", syscall.ECONNREFUSED, 0},
		{"we are down", func(p pair) { p.ben.Down() }, "10.0.0.1:26426", syscall.ENETUNREACH, 0},
		{"the way there is cut", func(p pair) { p.lan.Cut(p.ben, p.anna) }, "10.0.0.1:26426", context.DeadlineExceeded, 10 * time.Second},
		{"the way back is cut", func(p pair) { p.lan.Cut(p.anna, p.ben) }, "10.0.0.1:26426", context.DeadlineExceeded, 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPair(t)
				tt.prepare(p)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				start := time.Now()
				_, err := p.ben.Dial(ctx, tt.address)
				if !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				if took := time.Since(start); took != tt.after {
					t.Errorf("answered after %v, want %v", took, tt.after)
				}
			})
		})
	}
}

func TestListenErrors(t *testing.T) {
	p := newPair(t)
	for address, want := range map[string]error{":26426": syscall.EADDRINUSE, "10.0.0.2:0": syscall.EADDRNOTAVAIL} {
		if _, err := p.anna.Listen(t.Context(), address); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", address, err, want)
		}
	}
	a, err := p.anna.Listen(t.Context(), ":0")
	if err != nil {
		t.Fatal(err)
	}
	if a.Addr().(*net.TCPAddr).Port == 0 {
		t.Error("no port was chosen")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
}

func TestPartitionHoldsBytesUntilHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.lan.Partition([]*lantest.Host{p.anna}, []*lantest.Host{p.ben})
		write(t, p.dialled, "hello")
		noBytes(t, p.accepted, time.Hour)
		start := time.Now()
		time.AfterFunc(time.Minute, p.lan.Heal)
		read(t, p.accepted, "hello")
		if took := time.Since(start); took != time.Minute {
			t.Errorf("arrived after %v", took)
		}
	})
}

func TestDialWaitsForTheHeal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.lan.Cut(p.anna, p.ben)
		time.AfterFunc(time.Minute, func() { p.lan.Mend(p.anna, p.ben) })
		start := time.Now()
		if _, err := p.ben.Dial(t.Context(), "anna:26426"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("connected after %v", took)
		}
	})
}

// TestOneWayCutStarvesTheOtherWay: bytes still flow on the open way, until the lack of acknowledgements stops the writer.
func TestOneWayCutStarvesTheOtherWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.lan.Cut(p.anna, p.ben)
		go io.Copy(io.Discard, p.accepted)
		p.dialled.SetWriteDeadline(time.Now().Add(time.Minute))
		n, err := p.dialled.Write(make([]byte, 10<<20))
		if !errors.Is(err, os.ErrDeadlineExceeded) || n == 0 || n == 10<<20 {
			t.Fatalf("wrote %d: %v", n, err)
		}
		p.lan.Mend(p.anna, p.ben)
		p.dialled.SetWriteDeadline(time.Time{})
		if _, err := p.dialled.Write(make([]byte, 10<<20)); err != nil {
			t.Fatal(err)
		}
		p.dialled.Close()
	})
}

func TestDownResetsBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		write(t, p.accepted, "last words")
		p.lan.Delay(p.anna, p.ben, time.Second, time.Second)
		write(t, p.accepted, "still under way")
		p.anna.Down()
		read(t, p.dialled, "last words")
		if _, err := p.dialled.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read of the survivor: %v", err)
		}
		if _, err := p.dialled.Write([]byte("?")); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("write of the survivor: %v", err)
		}
		if _, err := p.accepted.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read on the host that went down: %v", err)
		}
	})
}

func TestFreezeStopsBothDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.anna.Freeze()
		write(t, p.dialled, "to the frozen")
		write(t, p.accepted, "from the frozen")
		noBytes(t, p.accepted, time.Minute)
		noBytes(t, p.dialled, time.Minute)
		if _, err := p.ben.Dial(t.Context(), "anna:26426"); err != nil {
			t.Errorf("its kernel would have answered: %v", err)
		}
		p.anna.Thaw()
		read(t, p.accepted, "to the frozen")
		read(t, p.dialled, "from the frozen")
	})
}

func TestCutAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.lan.CutAfter(p.ben, p.anna, 7)
		write(t, p.dialled, "12345")
		if n, err := p.dialled.Write([]byte("67890")); n != 2 || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("wrote %d: %v", n, err)
		}
		got, err := io.ReadAll(p.accepted)
		if string(got) != "1234567" || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read %q: %v", got, err)
		}
		if _, err := p.accepted.Write([]byte("x")); err == nil {
			t.Error("the other direction still works")
		}
	})
}

func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.lan.Slow(p.ben, p.anna, 100_000)
		content := bytes.Repeat([]byte("0123456789"), 100_000)
		go func() {
			p.dialled.Write(content)
			p.dialled.Close()
		}()
		start := time.Now()
		got, err := io.ReadAll(p.accepted)
		if err != nil || !bytes.Equal(got, content) {
			t.Fatalf("read %d bytes: %v", len(got), err)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("a megabyte at 100 kB/s took %v", took)
		}
	})
}

func TestDelayKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.lan.Delay(p.ben, p.anna, 10*time.Millisecond, 500*time.Millisecond)
		for _, word := range []string{"one ", "two ", "three ", "four ", "five"} {
			write(t, p.dialled, word)
		}
		noBytes(t, p.accepted, 9*time.Millisecond)
		start := time.Now()
		read(t, p.accepted, "one two three four five")
		if took := time.Since(start); took > 500*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

func TestMoveSilencesOldConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.anna.Move("10.0.0.77")
		write(t, p.dialled, "lost")
		noBytes(t, p.accepted, time.Hour)
		if _, err := p.ben.Dial(t.Context(), "10.0.0.77:26426"); err != nil {
			t.Errorf("dial of the new address: %v", err)
		}
		if _, err := p.ben.Dial(t.Context(), "10.0.0.1:26426"); !errors.Is(err, syscall.EHOSTUNREACH) {
			t.Errorf("dial of the old address: %v", err)
		}
	})
}

// TestNothingIsLostButByResets moves random bytes both ways while random faults come and go.
func TestNothingIsLostButByResets(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(seed, 1))
				p := newPair(t)
				there, back := make([]byte, rng.IntN(2<<20)), make([]byte, rng.IntN(2<<20))
				for i := range there {
					there[i] = byte(rng.Uint32())
				}
				copy(back, there)
				var all sync.WaitGroup
				all.Go(func() { trouble(p, rng) })
				all.Go(func() { send(t, p.dialled, there, rand.New(rand.NewPCG(seed, 2))) })
				all.Go(func() { send(t, p.accepted, back, rand.New(rand.NewPCG(seed, 3))) })
				all.Go(func() { receive(t, p.accepted, there) })
				all.Go(func() { receive(t, p.dialled, back) })
				all.Wait()
			})
		})
	}
}

// trouble makes ten faults, each for a while.
func trouble(p pair, rng *rand.Rand) {
	for range 10 {
		a, b := p.anna, p.ben
		if rng.IntN(2) == 0 {
			a, b = b, a
		}
		switch rng.IntN(5) {
		case 0:
			p.lan.Cut(a, b)
		case 1:
			p.lan.Partition([]*lantest.Host{a}, []*lantest.Host{b})
		case 2:
			a.Freeze()
		case 3:
			p.lan.Slow(a, b, 1+rng.IntN(1<<20))
		case 4:
			p.lan.Delay(a, b, 0, time.Duration(rng.IntN(1000))*time.Millisecond)
		}
		time.Sleep(time.Duration(rng.IntN(2000)) * time.Millisecond)
		p.lan.Heal()
		a.Thaw()
		p.lan.Slow(a, b, 0)
	}
}

func send(t *testing.T, c net.Conn, content []byte, rng *rand.Rand) {
	for len(content) > 0 {
		n := min(len(content), 1+rng.IntN(100_000))
		if _, err := c.Write(content[:n]); err != nil {
			t.Errorf("write: %v", err)
			return
		}
		content = content[n:]
	}
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Errorf("end of writing: %v", err)
	}
}

func receive(t *testing.T, c net.Conn, want []byte) {
	if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, want) {
		t.Errorf("received %d bytes, want %d (%v)", len(got), len(want), err)
	}
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatalf("write %q: %v", text, err)
	}
}

func read(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("read %q, want %q: %v", got[:n], want, err)
	}
}

// noBytes asserts that nothing can be read for so long.
func noBytes(t *testing.T, c net.Conn, wait time.Duration) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(wait))
	if n, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("read %d bytes: %v; want silence", n, err)
	}
	c.SetReadDeadline(time.Time{})
}

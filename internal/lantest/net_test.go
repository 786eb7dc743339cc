package lantest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/lantest"
)

// TestMain also is the program that runs on the hosts: "answer" accepts connections for ever, "reach ADDRESS DURATION" makes one.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case "answer":
		l, err := net.Listen("tcp", ":7000")
		exitOn(err)
		fmt.Println("ready")
		for {
			c, err := l.Accept()
			exitOn(err)
			c.Close()
		}
	case "reach":
		limit, err := time.ParseDuration(os.Args[3])
		exitOn(err)
		_, err = net.DialTimeout("tcp", os.Args[2], limit)
		exitOn(err)
	default:
		os.Exit(m.Run())
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// reaches tells whether a TCP connection comes about. Silence cannot be waited for, so where it is expected half a second is enough.
func reaches(t *testing.T, n *lantest.Net, from, to int, expected bool) bool {
	limit := 500 * time.Millisecond
	if expected {
		limit = 2 * time.Minute
	}
	cmd := n.Command(t.Context(), from, os.Args[0], "reach", n.Address(to).String()+":7000", limit.String())
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	return cmd.Run() == nil
}

func answer(t *testing.T, n *lantest.Net, host int) {
	t.Helper()
	cmd := n.Command(context.Background(), host, os.Args[0], "answer")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatalf("host %d does not listen: %v", host, err)
	}
}

func TestNamespaces(t *testing.T) {
	n := lantest.Namespaces(t, 3)
	for host := 1; host <= 3; host++ {
		answer(t, n, host)
	}
	pairs := [][2]int{{1, 2}, {1, 3}, {2, 3}, {3, 2}}
	steps := []struct {
		name string
		do   func() error
		want [4]bool // as in pairs
	}{
		{"at first", func() error { return nil }, [4]bool{true, true, true, true}},
		{"partition", func() error { return n.Partition([]int{1, 2}, []int{3}) }, [4]bool{true, false, false, false}},
		{"healed", n.Heal, [4]bool{true, true, true, true}},
		{"unplugged", func() error { return n.Unplug(2) }, [4]bool{false, true, false, false}},
		{"plugged", func() error { return n.Plug(2) }, [4]bool{true, true, true, true}},
		{"cut one way, so no handshake", func() error { return n.Cut(3, 1) }, [4]bool{true, false, true, true}},
		{"mended", func() error { return n.Mend(3, 1) }, [4]bool{true, true, true, true}},
		{"no multicast", func() error { return n.Multicast(false) }, [4]bool{true, true, true, true}},
		{"interface removed", func() error { return n.RemoveInterface(1, "eth0") }, [4]bool{false, false, true, true}},
		{"interface restored", func() error { return n.RestoreInterface(1) }, [4]bool{true, true, true, true}},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		var got [4]bool
		var all sync.WaitGroup
		for i, p := range pairs {
			all.Go(func() { got[i] = reaches(t, n, p[0], p[1], s.want[i]) })
		}
		all.Wait()
		if got != s.want {
			t.Errorf("%s: reached %v, want %v", s.name, got, s.want)
		}
	}
}

func TestNamespacesOfAnOrdinaryUser(t *testing.T) {
	n := lantest.NewNet(2)
	n.Unprivileged()
	defer n.Close()
	if err := n.Up(); errors.Is(err, lantest.ErrNoNamespaces) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	answer(t, n, 1)
	if !reaches(t, n, 2, 1, true) {
		t.Error("2 does not reach 1")
	}
	if err := n.AddInterface(2, "eth1", "10.78.0.2/16", 0); err != nil {
		t.Error(err)
	}
	if err := n.Unplug(1); err != nil {
		t.Error(err)
	}
	if reaches(t, n, 2, 1, false) {
		t.Error("2 reaches 1 although its cable is out")
	}
}

func TestCloseEndsCommands(t *testing.T) {
	n := lantest.Namespaces(t, 2)
	name, err := n.Command(t.Context(), 2, "hostname").Output()
	if err != nil || strings.TrimSpace(string(name)) != "host2" {
		t.Errorf("host name %q: %v", name, err)
	}
	sleeper := n.Command(t.Context(), 1, "sleep", "1000")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := sleeper.Wait(); err == nil {
		t.Error("a command outlived the network")
	}
}

// TestForbiddenNamespacesSayWhy: a test that is left out on such a machine tells its person what the system said.
func TestForbiddenNamespacesSayWhy(t *testing.T) {
	programs := t.TempDir()
	refusing := "#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(programs, "unshare"), []byte(refusing), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	n := lantest.NewNet(1)
	err := n.Up()
	if !errors.Is(err, lantest.ErrNoNamespaces) || !strings.Contains(err.Error(), "Operation not permitted") {
		t.Errorf("said %v", err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// desk is a real agent on a host of a network of namespaces, found by real multicast.
type desk struct {
	t       *testing.T
	net     *lantest.Net
	host    int
	dir     string
	name    string
	program string
	cmd     *exec.Cmd
}

func sit(t *testing.T, net *lantest.Net, host int, name string) *desk {
	t.Helper()
	program, err := exec.LookPath("lanyard")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, net: net, host: host, name: name, program: program, dir: t.TempDir()}
	d.start()
	return d
}

// run returns a command of this desk's person.
func (d *desk) run(ctx context.Context, args ...string) *exec.Cmd {
	cmd := d.net.Command(ctx, d.host, d.program, append([]string{"--profile", filepath.Join(d.dir, "profile")}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+d.dir, "TMPDIR="+d.dir, "XDG_RUNTIME_DIR=", "LANYARD_DISCOVERY=", "GORACE=atexit_sleep_ms=0")
	return cmd
}

// start starts the agent and waits until it says that it runs. The network's end kills it.
func (d *desk) start() {
	d.t.Helper()
	d.cmd = d.run(context.Background(), "--headless", "--name", d.name)
	var errs bytes.Buffer
	d.cmd.Stderr = &errs
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "Lanyard runs as ") {
		d.t.Fatalf("%s did not start: %q, %v: %s", d.name, line, err, errs.String())
	}
}

func (d *desk) say(args ...string) string {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), hang)
	defer cancel()
	out, err := d.run(ctx, args...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("%s: lanyard %s: %v\n%s", d.name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// sees waits for a colleague with a live link and returns how long that took.
func (d *desk) sees(name string) time.Duration {
	d.t.Helper()
	began := time.Now()
	for time.Since(began) < hang {
		var rows []api.Peer
		if err := json.Unmarshal([]byte(d.say("peers", "--json")), &rows); err != nil {
			d.t.Fatal(err)
		}
		if slices.ContainsFunc(rows, func(p api.Peer) bool { return p.Name == name && p.Link }) {
			return time.Since(began)
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Fatalf("%s never sees %s: %s", d.name, name, d.say("status"))
	return 0
}

// until asks again until what a command says is good, and returns how long that took.
func (d *desk) until(command string, good func(said string) bool) time.Duration {
	d.t.Helper()
	began := time.Now()
	said := d.say(command)
	for ; !good(said); said = d.say(command) {
		if time.Since(began) > hang {
			d.t.Fatalf("%s: %s goes on saying:\n%s", d.name, command, said)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Since(began)
}

func TestTwoUsersOfOneMachineSeeEachOther(t *testing.T) {
	t.Parallel()
	net := lantest.Namespaces(t, 1)
	anna, ben := sit(t, net, 1, "Anna"), sit(t, net, 1, "Ben")
	t.Logf("Anna sees Ben after %v, Ben sees Anna after %v", anna.sees("Ben"), ben.sees("Anna"))
	if status := ben.say("status"); !strings.Contains(status, "26426") {
		t.Errorf("Ben is not told that the usual port is taken:\n%s", status)
	}
	anna.say("send", "Ben", "across the desk", "--wait", "delivered", "--timeout", hang.String())
}

func TestFoundByMulticastAndBackAfterAKill(t *testing.T) {
	t.Parallel()
	net := lantest.Namespaces(t, 2)
	anna, ben := sit(t, net, 1, "Anna"), sit(t, net, 2, "Ben")
	t.Logf("Anna sees Ben after %v", anna.sees("Ben"))
	ben.sees("Anna")
	anna.say("send", "Ben", "first", "--wait", "delivered", "--timeout", hang.String())
	if err := ben.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = ben.cmd.Wait() // killed: the error says so
	anna.say("send", "Ben", "second")
	ben.start()
	t.Logf("back after %v", anna.sees("Ben"))
	anna.say("send", "Ben", "third", "--wait", "delivered", "--timeout", hang.String())
	history := ben.say("history", "Anna")
	for i, text := range []string{"first", "second", "third"} {
		if strings.Count(history, text) != 1 || i > 0 && !strings.Contains(history[strings.Index(history, "first"):], text) {
			t.Errorf("%s is not there once and in order:\n%s", text, history)
		}
	}
}

// TestPulledCableIsTold: who is off the network is told so, and is not shown colleagues as here whom nothing reaches; back on it all is as before.
func TestPulledCableIsTold(t *testing.T) {
	t.Parallel()
	net := lantest.Namespaces(t, 2)
	anna, ben := sit(t, net, 1, "Anna"), sit(t, net, 2, "Ben")
	anna.sees("Ben")
	ben.sees("Anna")
	if err := net.Unplug(1); err != nil {
		t.Fatal(err)
	}
	t.Logf("told after %v", anna.until("status", func(said string) bool { return strings.Contains(said, "You are not connected to any network") }))
	t.Logf("Ben is away after %v", anna.until("peers", func(said string) bool { return strings.Contains(said, "offline") }))
	said := anna.say("doctor")
	if !strings.Contains(said, "eth0 has no cable or Wi-Fi") || strings.Contains(said, "guest Wi-Fi") || strings.Contains(said, "connected, on eth0") {
		t.Errorf("doctor says:\n%s", said)
	}
	if err := net.Plug(1); err != nil {
		t.Fatal(err)
	}
	t.Logf("back after %v", anna.sees("Ben"))
	anna.until("status", func(said string) bool { return !strings.Contains(said, "You are not connected") })
	anna.say("send", "Ben", "back", "--wait", "delivered", "--timeout", hang.String())
}

func TestFullDiskIsToldAndLosesNothing(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("needs root: a small disk has to be mounted; run the tests as root")
	}
	net := lantest.Namespaces(t, 1)
	anna := sit(t, net, 1, "Anna")
	ben := &desk{t: t, net: net, host: 1, name: "Ben", program: anna.program, dir: t.TempDir()}
	disk := filepath.Join(ben.dir, "profile")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("needs a small disk: run the tests where mounting is allowed (%s)", strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	ben.start()
	ben.sees("Anna")
	anna.sees("Ben")
	sent := 0
	text := strings.Repeat("x", 30_000)
	for ; sent < 1000; sent++ {
		out, err := ben.run(t.Context(), "send", "Anna", fmt.Sprint(sent, " ", text)).CombinedOutput()
		if err == nil {
			continue
		}
		if !strings.Contains(string(out), "disk is full") {
			t.Fatalf("message %d: %v: %s", sent, err, out)
		}
		break
	}
	if sent == 0 || sent == 1000 {
		t.Fatalf("the disk was full after %d messages", sent)
	}
	if out, err := exec.Command("mount", "-o", "remount,size=64m", disk).CombinedOutput(); err != nil {
		t.Fatalf("make room: %s", out)
	}
	ben.say("send", "Anna", "there is room again", "--wait", "delivered", "--timeout", hang.String())
	var got []api.Message
	if err := json.Unmarshal([]byte(anna.say("history", "Ben", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != sent+1 {
		t.Errorf("Anna has %d messages, %d were said to be stored", len(got), sent+1)
	}
}

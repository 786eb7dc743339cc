package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"lanyard/internal/lantest"
)

// field is where one row is measured: fresh machines in namespaces, fresh folders.
type field struct {
	net           *lantest.Net
	dir           string
	lanyard, self string
	systems       string // that a row measures, separated by commas; all if empty
	quick         bool
	table         *table
	running       []*exec.Cmd
	loops         sync.WaitGroup // of this program, on behalf of a host
	stop          []context.CancelFunc
	logs          bytes.Buffer
}

func openField(hosts int, base, lanyard, self, systems string, quick bool, t *table) (*field, error) {
	dir, err := os.MkdirTemp(base, "lanyard-bench-")
	if err != nil {
		return nil, err
	}
	f := &field{net: lantest.NewNet(hosts), dir: dir, lanyard: lanyard, self: self, systems: systems, quick: quick, table: t}
	if err := f.net.Up(); err != nil {
		return nil, errors.Join(fmt.Errorf("bring up the namespaces: %w", err), os.RemoveAll(dir))
	}
	return f, nil
}

func (f *field) close() error {
	for _, stop := range f.stop {
		stop()
	}
	f.loops.Wait()
	for _, command := range f.running {
		f.end(command)
	}
	return errors.Join(f.net.Close(), os.RemoveAll(f.dir))
}

func (f *field) end(command *exec.Cmd) {
	if command.ProcessState == nil {
		_ = command.Process.Kill()
		_ = command.Wait() // killed is what we asked for
	}
}

// scaled is n, or a tenth of it when the bench itself is tried.
func (f *field) scaled(n int) int {
	if f.quick {
		return max(n/10, 2)
	}
	return n
}

// begin starts a program on a host; it ends with the field.
func (f *field) begin(ctx context.Context, host int, name string, args ...string) (*exec.Cmd, error) {
	command := f.net.Command(ctx, host, name, args...)
	command.Env = lantest.Environ()
	command.Stderr = &f.logs
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s on host %d: %w", filepath.Base(name), host, err)
	}
	f.running = append(f.running, command)
	return command, nil
}

func (f *field) path(elements ...string) string {
	return filepath.Join(append([]string{f.dir}, elements...)...)
}

func (f *field) profile(host int) string { return f.path(fmt.Sprint("profile", host)) }

func (f *field) folder(host int) string { return f.path(fmt.Sprint("Lanyard", host)) }

func person(host int) string {
	if first := [...]string{"", "Anna", "Ben", "Carla"}; host < len(first) {
		return first[host]
	}
	return fmt.Sprint("Desk ", host)
}

// agent starts Lanyard on a host and returns when it answers.
func (f *field) agent(ctx context.Context, host int) (*exec.Cmd, error) {
	command, err := f.begin(ctx, host, f.lanyard, "--headless", "--accept-shares", "--profile", f.profile(host), "--name", person(host), "--folder", f.folder(host))
	if err != nil {
		return nil, err
	}
	for ctx.Err() == nil {
		if _, err = f.do(ctx, host, "status", "--json"); err == nil {
			return command, nil
		}
		if command.ProcessState != nil {
			break
		}
	}
	return nil, fmt.Errorf("start Lanyard on host %d: %w %s", host, err, f.logs.String())
}

// pair starts two agents that are linked.
func (f *field) pair(ctx context.Context) error {
	for host := 1; host <= 2; host++ {
		if _, err := f.agent(ctx, host); err != nil {
			return err
		}
	}
	for host := 1; host <= 2; host++ {
		if err := f.until(ctx, host, func() (bool, error) { return f.linked(ctx, host, person(3-host)) }); err != nil {
			return fmt.Errorf("link the two agents: %w", err)
		}
	}
	return nil
}

func (f *field) linked(ctx context.Context, host int, name string) (bool, error) {
	var peers []struct {
		Name string
		Link bool
	}
	if err := f.ask(ctx, host, &peers, "peers"); err != nil {
		return false, err
	}
	for _, p := range peers {
		if p.Name == name && p.Link {
			return true, nil
		}
	}
	return false, nil
}

// shared makes a folder on host 1 that is shared with host 2, and returns both places once they are equal.
func (f *field) shared(ctx context.Context) (from, to string, err error) {
	if err := f.pair(ctx); err != nil {
		return "", "", err
	}
	from, to = f.path("from"), filepath.Join(f.folder(2), "from")
	if err := os.MkdirAll(from, 0o700); err != nil {
		return "", "", err
	}
	if err := os.WriteFile(filepath.Join(from, "first"), []byte("first"), 0o600); err != nil {
		return "", "", err
	}
	if _, err := f.do(ctx, 1, "share", "add", from, "--with", person(2)); err != nil {
		return "", "", err
	}
	return from, to, awaitFile(ctx, filepath.Join(to, "first"))
}

func (f *field) do(ctx context.Context, host int, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, f.lanyard, append(args, "--profile", f.profile(host))...)
	command.Env = lantest.Environ()
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("lanyard %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}

func (f *field) ask(ctx context.Context, host int, out any, args ...string) error {
	answer, err := f.do(ctx, host, append(args, "--json")...)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// until asks check now and after each event at the host, until it says yes.
func (f *field) until(ctx context.Context, host int, check func() (bool, error)) error {
	w, err := f.watch(ctx, host)
	if err != nil {
		return err
	}
	defer w.close()
	for w.scanner.Scan() {
		if done, err := check(); done || err != nil {
			return err
		}
	}
	return fmt.Errorf("lanyard watch ended on host %d", host)
}

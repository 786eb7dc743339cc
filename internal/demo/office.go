package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"lanyard/internal/lantest"
)

// office is two desks and the network between them.
type office struct {
	net   *lantest.Net // nil: both desks are on loopback
	desks [2]*desk
}

func openOffice(dir, lanyard string) (*office, error) {
	o := &office{net: lantest.NewNet(2)}
	if err := o.net.Up(); errors.Is(err, lantest.ErrNoNamespaces) {
		o.net = nil
	} else if err != nil {
		return nil, fmt.Errorf("bring up two networks: %w", err)
	}
	for i, name := range []string{"Anna", "Ben"} {
		d := &desk{name: name, lanyard: lanyard, profile: filepath.Join(dir, name, "profile"), folder: filepath.Join(dir, name, "Lanyard"), net: o.net, host: i + 1}
		if o.net == nil {
			port, err := freePort()
			if err != nil {
				return nil, err
			}
			d.port = port
		}
		o.desks[i] = d
	}
	return o, nil
}

func (o *office) close() error {
	var errs error
	for _, d := range o.desks {
		errs = errors.Join(errs, d.kill())
	}
	if o.net != nil {
		errs = errors.Join(errs, o.net.Close())
	}
	return errs
}

// complaints gathers what the agents said on standard error, for a demo that failed.
func (o *office) complaints() error {
	var errs error
	for _, d := range o.desks {
		if d.stderr.Len() > 0 {
			errs = errors.Join(errs, fmt.Errorf("%s's Lanyard said: %s", d.name, bytes.TrimSpace(d.stderr.Bytes())))
		}
	}
	return errs
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("look for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// desk is one person's machine: an agent without a desktop, and the command line.
type desk struct {
	name, lanyard, profile, folder string
	net                            *lantest.Net
	host                           int
	port                           int // on loopback; 0 in a network of its own

	agent  *exec.Cmd
	stderr bytes.Buffer
}

func (d *desk) start(ctx context.Context) error {
	args := []string{"--headless", "--profile", d.profile, "--name", d.name, "--folder", d.folder}
	if d.port != 0 {
		args = append(args, "--port", strconv.Itoa(d.port))
	}
	if d.net != nil {
		d.agent = d.net.Command(ctx, d.host, d.lanyard, args...)
		d.agent.Env = lantest.Environ() // LANYARD_DISCOVERY=off would keep the two from finding each other
	} else {
		d.agent = exec.CommandContext(ctx, d.lanyard, args...)
		d.agent.Env = lantest.Environ("LANYARD_DISCOVERY=off") // the machine's real network is none of the demo's business
	}
	d.stderr.Reset()
	d.agent.Stderr = &d.stderr
	if err := d.agent.Start(); err != nil {
		return fmt.Errorf("start %s's Lanyard: %w", d.name, err)
	}
	return d.awaitSocket(ctx)
}

// awaitSocket returns when the agent answers its command line.
func (d *desk) awaitSocket(ctx context.Context) error {
	var last error
	for ctx.Err() == nil {
		if _, last = d.try(ctx, "status", "--json"); last == nil {
			return nil
		}
	}
	return fmt.Errorf("%s's Lanyard does not answer: %w", d.name, last)
}

// kill ends the agent without warning, as a power cut does.
func (d *desk) kill() error {
	if d.agent == nil {
		return nil
	}
	agent := d.agent
	d.agent = nil
	if err := agent.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s's Lanyard: %w", d.name, err)
	}
	_ = agent.Wait() // "killed" is what we wanted to hear
	return nil
}

// do runs one command of Lanyard at this desk and returns what it prints.
func (d *desk) do(ctx context.Context, args ...string) ([]byte, error) {
	out, err := d.try(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: lanyard %s: %w", d.name, args[0], err)
	}
	return out, nil
}

func (d *desk) try(ctx context.Context, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, d.lanyard, append(args, "--profile", d.profile)...)
	command.Env = lantest.Environ()
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// newcomer: from the start of an agent until a running one lists it with name and link.
func newcomer(ctx context.Context, f *field) error {
	if _, err := f.agent(ctx, 1); err != nil {
		return err
	}
	w, err := f.watch(ctx, 1)
	if err != nil {
		return err
	}
	defer w.close()
	if !w.scanner.Scan() {
		return fmt.Errorf("the watch ended")
	}
	var seconds []float64
	for range f.scaled(20) {
		from := time.Now()
		command, err := f.begin(ctx, 3, f.lanyard, "--headless", "--profile", f.profile(3), "--name", person(3), "--folder", f.folder(3))
		if err != nil {
			return err
		}
		if err := presence(w, person(3), true); err != nil {
			return err
		}
		seconds = append(seconds, time.Since(from).Seconds())
		f.end(command)
		if err := presence(w, person(3), false); err != nil {
			return err
		}
	}
	f.table.add("newcomer listed with name and link, median, from the start of its program", "s", "lanyard", quantile(seconds, .5))
	f.table.add("newcomer, slowest", "s", "lanyard", quantile(seconds, 1))
	return nil
}

// presence reads events until that person is (or is no longer) linked.
func presence(w *watcher, name string, link bool) error {
	for w.scanner.Scan() {
		var e struct {
			Type, Name string
			Link       bool
		}
		if err := json.Unmarshal(w.scanner.Bytes(), &e); err != nil {
			return err
		}
		if e.Type == "presence" && e.Name == name && e.Link == link {
			return nil
		}
	}
	return fmt.Errorf("the watch ended while waiting for %s", name)
}

// pipe is a program with lines in and lines out.
type pipe struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

func openPipe(command *exec.Cmd, stderr io.Writer) (*pipe, error) {
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	command.Stderr = stderr
	if err := command.Start(); err != nil {
		return nil, err
	}
	scanner := bufio.NewScanner(out)
	scanner.Buffer(nil, 1<<20)
	return &pipe{command, in, scanner}, nil
}

// drain reads what a program prints and nobody looks at, or it would stop when its pipe is full.
func drain(p *pipe) {
	for p.out.Scan() {
		continue
	}
}

// message: line in at the sender to line out at the receiver, one after the other.
func message(ctx context.Context, f *field) error {
	if err := f.pair(ctx); err != nil {
		return err
	}
	w, err := f.watch(ctx, 2)
	if err != nil {
		return err
	}
	defer w.close()
	if !w.scanner.Scan() {
		return fmt.Errorf("the watch ended")
	}
	send, err := openPipe(exec.CommandContext(ctx, f.lanyard, "send", person(2), "--stdin", "--profile", f.profile(1)), &f.logs)
	if err != nil {
		return err
	}
	f.running = append(f.running, send.command)
	go drain(send)
	times, err := roundTrips(f.scaled(2000), send.in, func(text string) bool {
		for w.scanner.Scan() {
			if line := w.scanner.Bytes(); bytes.Contains(line, []byte(`"type":"message"`)) && bytes.Contains(line, []byte(text)) {
				return true
			}
		}
		return false
	})
	if err != nil {
		return fmt.Errorf("%w %s", err, f.logs.String())
	}
	f.addTimes("lanyard", times)
	return f.floorMessages(ctx)
}

func (f *field) floorMessages(ctx context.Context) error {
	in, out, err := f.floorLines(ctx)
	if err != nil {
		return err
	}
	go drain(in)
	times, err := roundTrips(f.scaled(2000), in.in, func(text string) bool { return out.out.Scan() && out.out.Text() == text })
	if err != nil {
		return err
	}
	f.addTimes("floor", times)
	return nil
}

func (f *field) addTimes(system string, times []float64) {
	f.table.add("message, line in to line out, p50", "ms", system, quantile(times, .5))
	f.table.add("message, line in to line out, p99", "ms", system, quantile(times, .99))
}

// roundTrips writes n lines, each after the one before has come out, and returns how long each took, in milliseconds. The first tenth warms up.
func roundTrips(n int, in io.Writer, arrived func(text string) bool) ([]float64, error) {
	times := make([]float64, 0, n)
	for i := range n + n/10 {
		text := fmt.Sprintf("message %06d", i)
		from := time.Now()
		if _, err := io.WriteString(in, text+"\n"); err != nil {
			return nil, err
		}
		if !arrived(text) {
			return nil, fmt.Errorf("%q did not arrive", text)
		}
		if i >= n/10 {
			times = append(times, float64(time.Since(from).Microseconds())/1000)
		}
	}
	return times, nil
}

// floorLines starts the two halves of the bare line carrier.
func (f *field) floorLines(ctx context.Context) (in, out *pipe, err error) {
	address := f.net.Address(2).String() + ":7001"
	if out, err = openPipe(f.net.Command(ctx, 2, f.self, "floor", "lines-out", address), &f.logs); err != nil {
		return nil, nil, err
	}
	f.running = append(f.running, out.command)
	if in, err = openPipe(f.net.Command(ctx, 1, f.self, "floor", "lines-in", address), &f.logs); err != nil {
		return nil, nil, err
	}
	f.running = append(f.running, in.command)
	return in, out, nil
}

// burst: 20,000 messages of 200 bytes, sent as fast as they go, until each is acknowledged as durable.
func burst(ctx context.Context, f *field) error {
	if err := f.pair(ctx); err != nil {
		return err
	}
	count := f.scaled(20000)
	lines := strings.Repeat(strings.Repeat("x", 200)+"\n", count)
	send, err := openPipe(exec.CommandContext(ctx, f.lanyard, "send", person(2), "--stdin", "--wait", "delivered", "--json", "--profile", f.profile(1)), &f.logs)
	if err != nil {
		return err
	}
	f.running = append(f.running, send.command)
	seconds, err := pour(send, lines, count)
	if err != nil {
		return fmt.Errorf("%w %s", err, f.logs.String())
	}
	what := fmt.Sprintf("%d messages of 200 bytes, all acknowledged", count)
	f.table.add(what, "s", "lanyard", seconds)
	in, out, err := f.floorLines(ctx)
	if err != nil {
		return err
	}
	go drain(out)
	seconds, err = pour(in, lines, count)
	f.table.add(what, "s", "floor", seconds)
	return err
}

func pour(p *pipe, lines string, count int) (float64, error) {
	from := time.Now()
	wrote := make(chan error, 1)
	go func() {
		_, err := io.WriteString(p.in, lines)
		wrote <- err
	}()
	for i := range count {
		if !p.out.Scan() {
			return 0, fmt.Errorf("%d of %d were acknowledged", i, count)
		}
	}
	return time.Since(from).Seconds(), <-wrote
}

package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"

	"lanyard/internal/api"
)

// roomName is the room of everybody in a row.
const roomName = "Plans"

// gather starts an agent on each of so many hosts and makes a room of all.
func (f *field) gather(ctx context.Context, hosts int) error {
	with := []string{"room", "create", roomName}
	for host := 1; host <= hosts; host++ {
		if _, err := f.agent(ctx, host); err != nil {
			return err
		}
		if host > 1 {
			with = append(with, "--with", person(host))
		}
	}
	for host := 1; host <= hosts; host++ {
		if err := f.until(ctx, host, func() (bool, error) { return f.linkedWith(ctx, host, hosts-1) }); err != nil {
			return fmt.Errorf("link all agents: %w", err)
		}
	}
	if _, err := f.do(ctx, 1, with...); err != nil {
		return err
	}
	for host := 1; host <= hosts; host++ {
		if err := f.until(ctx, host, func() (bool, error) { return f.isIn(ctx, host, hosts) }); err != nil {
			return fmt.Errorf("have all in the room: %w", err)
		}
	}
	return nil
}

func (f *field) linkedWith(ctx context.Context, host, others int) (bool, error) {
	var peers []api.Peer
	if err := f.ask(ctx, host, &peers, "peers"); err != nil {
		return false, err
	}
	for _, p := range peers {
		if p.Link {
			others--
		}
	}
	return others == 0, nil
}

func (f *field) isIn(ctx context.Context, host, members int) (bool, error) {
	var rooms []api.Room
	if err := f.ask(ctx, host, &rooms, "room", "list"); err != nil {
		return false, err
	}
	return len(rooms) == 1 && rooms[0].Member && rooms[0].Size == members, nil
}

// room: 500 messages to a room of 20, sent as fast as they go, until each of the 19 others has acknowledged each as durable.
func room(ctx context.Context, f *field) error {
	const members, count, rounds = 20, 500, 5
	if err := f.gather(ctx, members); err != nil {
		return err
	}
	lines := strings.Repeat(strings.Repeat("x", 200)+"\n", count)
	var took, spent []float64
	for range rounds {
		before, err := f.cpuOf(members)
		if err != nil {
			return err
		}
		send, err := openPipe(exec.CommandContext(ctx, f.lanyard, "send", roomName, "--stdin", "--wait", "delivered", "--json", "--profile", f.profile(1)), &f.logs)
		if err != nil {
			return err
		}
		f.running = append(f.running, send.command)
		seconds, err := pour(send, lines, count*(members-1))
		if err != nil {
			return fmt.Errorf("%w %s", err, f.logs.String())
		}
		f.end(send.command)
		after, err := f.cpuOf(members)
		if err != nil {
			return err
		}
		took, spent = append(took, seconds), append(spent, after-before)
	}
	const what = "500 messages of 200 bytes to a room of 20, all acknowledged by all"
	f.table.add(what+", median of 5", "s", "lanyard", quantile(took, .5))
	f.table.add("CPU of all 20 for these", "s", "lanyard", quantile(spent, .5))
	in, out, err := f.floorFan(ctx, members)
	if err != nil {
		return err
	}
	for _, p := range out {
		go drain(p)
	}
	seconds, err := pour(in, lines, count*(members-1))
	f.table.add(what+", median of 5", "s", "floor", seconds)
	return err
}

// everybody: one message after the other into a room of 30, each from the line in at the sender until the last of the 29 others has told it to who
// watches there.
func everybody(ctx context.Context, f *field) error {
	const members = 30
	if err := f.gather(ctx, members); err != nil {
		return err
	}
	send, err := openPipe(exec.CommandContext(ctx, f.lanyard, "send", roomName, "--stdin", "--profile", f.profile(1)), &f.logs)
	if err != nil {
		return err
	}
	f.running = append(f.running, send.command)
	go drain(send)
	heard := newHearing(members)
	defer heard.end()
	for host := 2; host <= members; host++ {
		if err := heard.watch(ctx, host, f.profile(host)); err != nil {
			return err
		}
	}
	rounds := f.scaled(300)
	before, err := f.cpuOf(members)
	if err != nil {
		return err
	}
	times, err := roundTrips(rounds, send.in, func(text string) bool { return heard.await(ctx, text) })
	if err != nil {
		return fmt.Errorf("%w %s", err, f.logs.String())
	}
	after, err := f.cpuOf(members)
	if err != nil {
		return err
	}
	f.addLast("lanyard", times)
	if err := f.thin(ctx, members, send.in, heard); err != nil {
		return err
	}
	f.table.add("CPU of all 30 for each of these", "ms", "lanyard", (after-before)*1000/float64(rounds+rounds/10))
	return f.floorEverybody(ctx, members)
}

// thin goes on with messages, and kills a third of the room meanwhile: each tenth message takes one away, whose agent is killed when the line is in. Each
// counts until the last of those who are left has told it.
func (f *field) thin(ctx context.Context, members int, in io.Writer, heard *hearing) error {
	var times []float64
	for i := range members / 3 * 10 {
		victim := 0
		if i%10 == 5 {
			victim = members - i/10
			heard.without(victim)
		}
		text, from := fmt.Sprintf("on the way %06d", i), time.Now()
		if _, err := io.WriteString(in, text+"\n"); err != nil {
			return err
		}
		if victim > 0 {
			if err := f.kill(victim); err != nil {
				return err
			}
		}
		if !heard.await(ctx, text) {
			return fmt.Errorf("%q did not arrive at all who are left", text)
		}
		times = append(times, float64(time.Since(from).Microseconds())/1000)
	}
	const what = "message to that room while a third is killed, until the last who is left has it, "
	f.table.add(what+"p50", "ms", "lanyard", quantile(times, .5))
	f.table.add(what+"slowest", "ms", "lanyard", slices.Max(times))
	return nil
}

func (f *field) floorEverybody(ctx context.Context, members int) error {
	in, out, err := f.floorFan(ctx, members)
	if err != nil {
		return err
	}
	go drain(in)
	heard := newHearing(members)
	defer heard.end()
	for i, p := range out {
		go func() {
			for p.out.Scan() {
				heard.hear(i+2, p.out.Text())
			}
		}()
	}
	times, err := roundTrips(f.scaled(300), in.in, func(text string) bool { return heard.await(ctx, text) })
	if err == nil {
		f.addLast("floor", times)
	}
	return err
}

func (f *field) addLast(system string, times []float64) {
	f.table.add("message to a room of 30, until the last has it, p50", "ms", system, quantile(times, .5))
	f.table.add("message to a room of 30, until the last has it, p99", "ms", system, quantile(times, .99))
}

// floorFan starts the bare carrier of lines from host 1 to all others of so many hosts.
func (f *field) floorFan(ctx context.Context, hosts int) (in *pipe, out []*pipe, err error) {
	fan := []string{"floor", "fan"}
	for host := 2; host <= hosts; host++ {
		address := f.net.Address(host).String() + ":7001"
		p, err := openPipe(f.net.Command(ctx, host, f.self, "floor", "lines-out", address), &f.logs)
		if err != nil {
			return nil, nil, err
		}
		f.running = append(f.running, p.command)
		out, fan = append(out, p), append(fan, address)
	}
	if in, err = openPipe(f.net.Command(ctx, 1, f.self, fan...), &f.logs); err != nil {
		return nil, nil, err
	}
	f.running = append(f.running, in.command)
	return in, out, nil
}

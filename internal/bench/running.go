package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTicks is USER_HZ, in which /proc counts CPU time; it is 100 on every Linux that Go runs on.
const clockTicks = 100

// cpu is the CPU time in seconds that the agents of the first two hosts have used so far.
func (f *field) cpu() (float64, error) { return f.cpuOf(2) }

func (f *field) cpuOf(hosts int) (float64, error) {
	total := 0.0
	for host := 1; host <= hosts; host++ {
		pid, err := f.pid(host)
		if err != nil {
			return 0, err
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		_, rest, _ := strings.Cut(string(stat), ") ") // the program's name may hold anything
		fields := strings.Fields(rest)
		for _, i := range []int{11, 12} { // utime and stime, proc(5)
			ticks, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return 0, err
			}
			total += ticks / clockTicks
		}
	}
	return total, nil
}

// pid finds a host's agent by its profile on the command line: the process that a namespace tool started need not be the agent itself.
func (f *field) pid(host int) (int, error) {
	dirs, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, path := range dirs {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		args := strings.Split(string(text), "\x00")
		if len(args) > 4 && args[0] == f.lanyard && args[1] == "--headless" && strings.Contains(string(text), "\x00"+f.profile(host)+"\x00") {
			return strconv.Atoi(filepath.Base(filepath.Dir(path)))
		}
	}
	return 0, fmt.Errorf("host %d runs no agent", host)
}

// kill ends a host's agent with SIGKILL: it says nothing to anybody, the system alone closes its links.
func (f *field) kill(host int) error {
	pid, err := f.pid(host)
	if err != nil {
		return err
	}
	agent, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return agent.Kill()
}

func resident(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024, err
		}
	}
	return 0, fmt.Errorf("process %d tells no memory", pid)
}

// restart: an agent with 20,000 unchanged files starts; a file is saved at once; until the peer has it.
func restart(ctx context.Context, f *field) error {
	from, to, err := f.shared(ctx)
	if err != nil {
		return err
	}
	paths, err := populate(from, to, f.scaled(20000), 256)
	if err != nil {
		return err
	}
	if err := awaitAll(ctx, paths, 256); err != nil {
		return err
	}
	return f.restarted(ctx, "restart with 20,000 unchanged files until a new save is through", from, to)
}

// restarted measures how long it takes from the start of the agent until the peer has what is saved at once.
func (f *field) restarted(ctx context.Context, what, from, to string) error {
	if _, err := f.do(ctx, 1, "stop"); err != nil {
		return err
	}
	a, err := watchFolder(to)
	if err != nil {
		return err
	}
	defer a.close()
	at := time.Now()
	if _, err := f.begin(ctx, 1, f.lanyard, "--headless", "--accept-shares", "--profile", f.profile(1), "--name", person(1), "--folder", f.folder(1)); err != nil {
		return err
	}
	if _, err := saveOver(from, "fresh.txt", random(5000)); err != nil {
		return err
	}
	seen, err := a.wait(ctx, filepath.Join(to, "fresh.txt"), 5000)
	if err != nil {
		return err
	}
	f.table.add(what, "s", "lanyard", seen.Sub(at).Seconds())
	return nil
}

// idle: what leaving it running costs, with many files and one peer, and how long a start takes with them.
func idle(ctx context.Context, f *field) error {
	from, to, err := f.shared(ctx)
	if err != nil {
		return err
	}
	count := f.scaled(100_000)
	paths, err := populate(from, to, count, 100)
	if err != nil {
		return err
	}
	if err := awaitAll(ctx, paths, 100); err != nil {
		return err
	}
	pause(ctx, 10*time.Second) // let what follows a large change end
	before, err := f.cpu()
	if err != nil {
		return err
	}
	packets, err := f.packets(ctx)
	if err != nil {
		return err
	}
	span := time.Duration(f.scaled(60)) * time.Second
	pause(ctx, span)
	after, err := f.cpu()
	if err != nil {
		return err
	}
	later, err := f.packets(ctx)
	if err != nil {
		return err
	}
	pid, err := f.pid(1)
	if err != nil {
		return err
	}
	memory, err := resident(pid)
	if err != nil {
		return err
	}
	minutes := span.Minutes()
	f.table.add("idle with 100,000 files: CPU of one agent", "s a minute", "lanyard", (after-before)/2/minutes)
	f.table.add("idle with 100,000 files: memory of one agent", "MiB", "lanyard", memory)
	f.table.add("idle, two agents: packets sent and received by one", "a second", "lanyard", (later-packets)/span.Seconds())
	return f.restarted(ctx, "restart with 100,000 unchanged files until a new save is through", from, to)
}

// packets counts what host 1 sent and received on its interface.
func (f *field) packets(ctx context.Context) (float64, error) {
	out, err := f.net.Command(ctx, 1, "cat", "/proc/net/dev").Output()
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(out)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "eth0:"); ok {
			fields := strings.Fields(rest)
			received, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				return 0, err
			}
			sent, err := strconv.ParseFloat(fields[9], 64)
			return received + sent, err
		}
	}
	return 0, fmt.Errorf("no eth0 in /proc/net/dev")
}

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// carrier brings what changes in from to to, by one system. Each row runs each carrier that is installed.
type carrier struct {
	system string
	open   func(ctx context.Context, f *field) (from, to string, err error)
}

func carriers() []carrier {
	return []carrier{
		{"lanyard", func(ctx context.Context, f *field) (string, string, error) { return f.shared(ctx) }},
		{"floor", floorFolders},
		{"rsync", rsyncFolders},
		{"syncthing", syncthingFolders},
	}
}

// each measures one row with every carrier, on fresh machines.
func each(ctx context.Context, f *field, measure func(ctx context.Context, f *field, system, from, to string) error) error {
	for i, c := range carriers() {
		if f.systems != "" && !slices.Contains(strings.Split(f.systems, ","), c.system) {
			continue
		}
		g := f
		if i > 0 {
			fresh, err := openField(2, filepath.Dir(f.dir), f.lanyard, f.self, f.systems, f.quick, f.table)
			if err != nil {
				return err
			}
			g = fresh
		}
		from, to, err := c.open(ctx, g)
		if err == nil {
			err = measure(ctx, g, c.system, from, to)
		}
		if err != nil && err != errNotInstalled {
			f.table.fail(c.system, fmt.Errorf("%w %s", err, tail(g.logs.String())))
		}
		if g != f {
			if err := g.close(); err != nil {
				return err
			}
		}
	}
	return nil
}

func tail(s string) string { return s[max(0, len(s)-400):] }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see its documentation
	return b
}

// saveOver saves as office programs do: a temporary file beside, renamed over the old one.
func saveOver(dir, name string, content []byte) (time.Time, error) {
	beside := filepath.Join(dir, "~$"+name)
	if err := os.WriteFile(beside, content, 0o600); err != nil {
		return time.Time{}, err
	}
	at := time.Now()
	return at, os.Rename(beside, filepath.Join(dir, name))
}

// save: one save, until the new content stands under its name at the peer.
func save(ctx context.Context, f *field) error {
	return each(ctx, f, func(ctx context.Context, f *field, system, from, to string) error {
		count := f.scaled(60)
		if system == "syncthing" {
			count = f.scaled(10) // seconds each
		}
		a, err := watchFolder(to)
		if err != nil {
			return err
		}
		defer a.close()
		var times []float64
		for i := range count {
			size := 10_000 + i // so that each save can be told from the one before
			at, err := saveOver(from, "report.txt", random(size))
			if err != nil {
				return err
			}
			limit, cancel := context.WithTimeout(ctx, time.Minute)
			seen, err := a.wait(limit, filepath.Join(to, "report.txt"), int64(size))
			cancel()
			if err != nil {
				return err
			}
			times = append(times, float64(seen.Sub(at).Microseconds())/1000)
			pause(ctx, 200*time.Millisecond)
		}
		f.table.add("single save visible at the peer, p50", "ms", system, quantile(times, .5))
		f.table.add("single save visible at the peer, p95", "ms", system, quantile(times, .95))
		return nil
	})
}

// pause lets time pass that belongs to what is measured: people do not save in a loop.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// saves: 50 saves of one file, 300 ms apart, beside many others: how many reach the peer as versions of their own, and what they cost.
func saves(ctx context.Context, f *field) error {
	from, to, err := f.shared(ctx)
	if err != nil {
		return err
	}
	paths, err := populate(from, to, f.scaled(10000), 512)
	if err != nil {
		return err
	}
	if err := awaitAll(ctx, paths, 512); err != nil {
		return err
	}
	a, err := watchFolder(to)
	if err != nil {
		return err
	}
	defer a.close()
	before, err := f.cpu()
	if err != nil {
		return err
	}
	arrived := 0
	for i := range 50 {
		next := time.Now().Add(300 * time.Millisecond)
		size := 20_000 + i
		if _, err := saveOver(from, "busy.txt", random(size)); err != nil {
			return err
		}
		limit, cancel := context.WithDeadline(ctx, next)
		if _, err := a.wait(limit, filepath.Join(to, "busy.txt"), int64(size)); err == nil {
			arrived++
		}
		cancel()
		pause(ctx, time.Until(next))
	}
	after, err := f.cpu()
	if err != nil {
		return err
	}
	f.table.add("50 saves 300 ms apart beside 10,000 files: arrived in time", "of 50", "lanyard", float64(arrived))
	f.table.add("50 saves 300 ms apart beside 10,000 files: both sides' CPU", "s", "lanyard", after-before)
	return nil
}

// large: one file of 1 GiB, moved into the folder, until it stands whole at the peer.
func large(ctx context.Context, f *field) error {
	size := f.scaled(1 << 30)
	content := f.path("large.bin")
	if err := writeNoise(content, size); err != nil {
		return err
	}
	return each(ctx, f, func(ctx context.Context, f *field, system, from, to string) error {
		staged := filepath.Join(filepath.Dir(from), "staged.bin")
		if err := os.Link(content, staged); err != nil {
			return err
		}
		at := time.Now()
		if err := os.Rename(staged, filepath.Join(from, "large.bin")); err != nil {
			return err
		}
		limit, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		if err := awaitAll(limit, []string{filepath.Join(to, "large.bin")}, int64(size)); err != nil {
			return err
		}
		f.table.add("one file of 1 GiB", "s", system, time.Since(at).Seconds())
		return nil
	})
}

// flushed has the volume of a folder written out.
func flushed(dir string) error {
	if out, err := exec.Command("sync", "-f", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("have %s written out: %w: %s", dir, err, out)
	}
	return nil
}

// populate writes count files of that size in folders of 100 and returns where they are expected at the peer.
func populate(from, to string, count, size int) ([]string, error) {
	var expected []string
	staged := filepath.Join(filepath.Dir(from), "staged")
	for i := range count {
		dir := fmt.Sprintf("folder %03d", i/100)
		name := fmt.Sprintf("file %05d.dat", i)
		if i%100 == 0 {
			if err := os.MkdirAll(filepath.Join(staged, dir), 0o700); err != nil {
				return nil, err
			}
		}
		if err := os.WriteFile(filepath.Join(staged, dir, name), random(size), 0o600); err != nil {
			return nil, err
		}
		expected = append(expected, filepath.Join(to, "many", dir, name))
	}
	if err := flushed(staged); err != nil { // else whoever flushes pays for writing out what was just prepared, too
		return nil, err
	}
	return expected, os.Rename(staged, filepath.Join(from, "many"))
}

// small: 10,000 files of 4 KiB, moved in as one folder, until the last one stands at the peer.
func small(ctx context.Context, f *field) error {
	return each(ctx, f, func(ctx context.Context, f *field, system, from, to string) error {
		paths, err := populate(from, to, f.scaled(10000), 4096)
		if err != nil {
			return err
		}
		at := time.Now()
		before, known := f.cpu() // of agents, which the others have none of
		limit, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		if err := awaitAll(limit, paths, 4096); err != nil {
			return err
		}
		f.table.add("10,000 files of 4 KiB", "s", system, time.Since(at).Seconds())
		if known != nil {
			return nil
		}
		after, err := f.cpu()
		if err != nil {
			return err
		}
		f.table.add("10,000 files of 4 KiB: both sides' CPU", "s", system, after-before)
		return nil
	})
}

// move: a folder of 512 MiB in 64 files gets another name.
func move(ctx context.Context, f *field) error {
	return each(ctx, f, func(ctx context.Context, f *field, system, from, to string) error {
		if system == "floor" {
			return errNotInstalled // it knows no names of before
		}
		count, size := 64, f.scaled(8<<20)
		paths, err := populate(from, to, count, size)
		if err != nil {
			return err
		}
		limit, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		if err := awaitAll(limit, paths, int64(size)); err != nil {
			return err
		}
		pause(ctx, 3*time.Second) // everybody has settled
		at := time.Now()
		if err := os.Rename(filepath.Join(from, "many"), filepath.Join(from, "renamed")); err != nil {
			return err
		}
		for i, path := range paths {
			paths[i] = filepath.Join(to, "renamed", path[len(filepath.Join(to, "many")):])
		}
		if err := awaitAll(limit, paths, int64(size)); err != nil {
			return err
		}
		f.table.add("folder of 512 MiB renamed", "s", system, time.Since(at).Seconds())
		return nil
	})
}

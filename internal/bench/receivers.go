package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// receivers: a file of 256 MiB is put into a folder that is shared with one person, then with 2, 4 and 8, until the last one has it, and what that cost
// its author on the wire.
func receivers(ctx context.Context, f *field) error {
	if f.systems != "" && !strings.Contains(f.systems, "lanyard") {
		return nil
	}
	for host := 1; host <= 9; host++ {
		if _, err := f.agent(ctx, host); err != nil {
			return err
		}
	}
	for host := 2; host <= 9; host++ {
		if err := f.until(ctx, 1, func() (bool, error) { return f.linked(ctx, 1, person(host)) }); err != nil {
			return err
		}
	}
	for _, count := range []int{1, 2, 4, 8} {
		if err := received(ctx, f, count); err != nil {
			return err
		}
	}
	return nil
}

// received measures so many receivers.
func received(ctx context.Context, f *field, count int) error {
	name, size := fmt.Sprint("to ", count), f.scaled(256<<20)
	from, staged := f.path(name), f.path("staged.bin")
	if err := os.MkdirAll(from, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(from, "first"), []byte("first"), 0o600); err != nil {
		return err
	}
	args := []string{"share", "add", from}
	var firsts, larges []string
	for host := 2; host < 2+count; host++ {
		args = append(args, "--with", person(host))
		firsts = append(firsts, filepath.Join(f.folder(host), name, "first"))
		larges = append(larges, filepath.Join(f.folder(host), name, "large.bin"))
	}
	if _, err := f.do(ctx, 1, args...); err != nil {
		return err
	}
	limit, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	if err := awaitAll(limit, firsts, int64(len("first"))); err != nil {
		return err
	}
	if err := writeNoise(staged, size); err != nil {
		return err
	}
	pause(ctx, 3*time.Second) // everybody has settled
	before, err := f.wire(ctx, 1)
	if err != nil {
		return err
	}
	at := time.Now()
	if err := os.Rename(staged, filepath.Join(from, "large.bin")); err != nil {
		return err
	}
	if err := awaitAll(limit, larges, int64(size)); err != nil {
		return err
	}
	took := time.Since(at)
	after, err := f.wire(ctx, 1)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("256 MiB to %d receivers", count)
	f.table.add(what+": the last one has it", "s", "lanyard", took.Seconds())
	f.table.add(what+": on the author's wire", "MiB", "lanyard", float64(after-before)/(1<<20))
	return nil
}

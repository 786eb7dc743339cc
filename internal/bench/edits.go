package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// front: one byte is inserted at the front of a file of 256 MiB, which is saved beside and renamed over, until the peer has it, and what that cost on the wire.
func front(ctx context.Context, f *field) error {
	return edited(ctx, f, "1 byte inserted at the front of 256 MiB", func(from string, size int) (func(to string) (bool, error), time.Time, error) {
		beside := filepath.Join(filepath.Dir(from), "~$staged")
		if err := copied(from, beside, "x"); err != nil {
			return nil, time.Time{}, err
		}
		at := time.Now()
		return func(to string) (bool, error) {
			there, err := os.Stat(to)
			return err == nil && there.Size() == int64(size)+1, nil
		}, at, os.Rename(beside, from)
	})
}

// middle: 1 MiB in the middle of a file of 256 MiB is overwritten in place.
func middle(ctx context.Context, f *field) error {
	return edited(ctx, f, "1 MiB overwritten in the middle of 256 MiB", func(from string, size int) (func(to string) (bool, error), time.Time, error) {
		fresh, at := random(1<<20), int64(size/2)
		file, err := os.OpenFile(from, os.O_WRONLY, 0)
		if err != nil {
			return nil, time.Time{}, err
		}
		_, err = file.WriteAt(fresh, at)
		if closing := file.Close(); err == nil {
			err = closing
		}
		last := fresh[len(fresh)-64:]
		return func(to string) (bool, error) {
			there, err := os.Open(to)
			if err != nil {
				return false, nil // just being replaced
			}
			defer there.Close()
			b := make([]byte, len(last))
			_, err = there.ReadAt(b, at+int64(len(fresh)-len(last)))
			return err == nil && bytes.Equal(b, last), nil
		}, time.Now(), err
	})
}

// edited has every carrier bring a file of 256 MiB and then what an edit made of it.
func edited(ctx context.Context, f *field, what string, edit func(from string, size int) (done func(to string) (bool, error), at time.Time, err error)) error {
	size := f.scaled(256 << 20)
	content := f.path("edited.bin")
	if err := writeNoise(content, size); err != nil {
		return err
	}
	return each(ctx, f, func(ctx context.Context, f *field, system, from, to string) error {
		path := filepath.Join(from, "edited.bin")
		staged := filepath.Join(filepath.Dir(from), "staged.bin")
		if err := copied(content, staged, ""); err != nil {
			return err
		}
		if err := os.Rename(staged, path); err != nil {
			return err
		}
		limit, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		if err := awaitAll(limit, []string{filepath.Join(to, "edited.bin")}, int64(size)); err != nil {
			return err
		}
		pause(ctx, 3*time.Second) // everybody has settled
		if err := flushed(from); err != nil {
			return err
		}
		before, err := f.wire(ctx, 2)
		if err != nil {
			return err
		}
		done, at, err := edit(path, size)
		if err != nil {
			return err
		}
		if err := poll(limit, func() (bool, error) { return done(filepath.Join(to, "edited.bin")) }); err != nil {
			return err
		}
		took := time.Since(at)
		after, err := f.wire(ctx, 2)
		if err != nil {
			return err
		}
		f.table.add(what, "s", system, took.Seconds())
		f.table.add(what+": on the wire", "MiB", system, float64(after-before)/(1<<20))
		return nil
	})
}

// writeNoise writes random bytes that nowhere come again: what repeats itself is no fair test of carriers that look for what is there already.
func writeNoise(path string, size int) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.CopyN(out, rand.Reader, int64(size))
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}

// copied copies a file, with something put in front of it.
func copied(from, to, front string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err = out.WriteString(front); err == nil {
		_, err = io.Copy(out, in)
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}

// poll asks every millisecond: what is asked for has no event that all carriers bring about.
func poll(ctx context.Context, check func() (bool, error)) error {
	for ctx.Err() == nil {
		if done, err := check(); done || err != nil {
			return err
		}
		pause(ctx, time.Millisecond)
	}
	return ctx.Err()
}

// wire returns the bytes that came to a host and went from it, loopback left out.
func (f *field) wire(ctx context.Context, host int) (sum int64, err error) {
	out, err := f.net.Command(ctx, host, "cat", "/proc/net/dev").Output()
	if err != nil {
		return 0, fmt.Errorf("read what host %d sent and received: %w", host, err)
	}
	for row := range strings.Lines(string(out)) {
		name, figures, ok := strings.Cut(row, ":")
		fields := strings.Fields(figures)
		if !ok || strings.TrimSpace(name) == "lo" || len(fields) < 9 {
			continue
		}
		for _, i := range []int{0, 8} { // bytes received, bytes sent
			n, err := strconv.ParseInt(fields[i], 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read what host %d sent and received: %w", host, err)
			}
			sum += n
		}
	}
	return sum, nil
}

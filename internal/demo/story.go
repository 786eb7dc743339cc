package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/foldertest"
)

// story is the demo's plot. Each chapter prints what happened, in plain words and with the time it took.
type story struct {
	office    *office
	anna, ben *desk
	began     time.Time

	annaPlans, benPlans string // the shared folder at each desk
}

func (s *story) tell(from time.Time, format string, args ...any) {
	fmt.Printf("%6.2f s  %s (%s)\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...), time.Since(from).Round(time.Millisecond))
}

func (s *story) meet(ctx context.Context) error {
	fmt.Println("Two desks, Anna's and Ben's.")
	for _, d := range []*desk{s.anna, s.ben} {
		if err := d.start(ctx); err != nil {
			return err
		}
	}
	from := time.Now()
	how := "each in a network namespace of its own, by multicast DNS"
	if s.office.net == nil {
		how = "on loopback, joined by address: this machine allows no network namespaces"
		if _, err := s.anna.do(ctx, "add", "127.0.0.1:"+strconv.Itoa(s.ben.port)); err != nil {
			return err
		}
	}
	for d, other := range map[*desk]*desk{s.anna: s.ben, s.ben: s.anna} {
		if err := d.until(ctx, other.name+" to be on the list", func() (bool, error) { return d.sees(ctx, other.name) }); err != nil {
			return err
		}
	}
	s.tell(from, "They see each other: %s", how)
	return nil
}

func (d *desk) sees(ctx context.Context, name string) (bool, error) {
	var peers []api.Peer
	if err := d.ask(ctx, &peers, "peers"); err != nil {
		return false, err
	}
	for _, p := range peers {
		if p.Name == name && p.Link {
			return true, nil
		}
	}
	return false, nil
}

func (s *story) talk(ctx context.Context) error {
	for _, m := range []struct {
		from, to *desk
		text     string
	}{{s.anna, s.ben, "Lunch at noon?"}, {s.ben, s.anna, "Gladly. I put the plans into a folder."}} {
		from := time.Now()
		if _, err := m.from.do(ctx, "send", m.to.name, m.text, "--wait", "delivered", "--timeout", "30s"); err != nil {
			return err
		}
		s.tell(from, "%s to %s: %q is on %s's disk", m.from.name, m.to.name, m.text, m.to.name)
	}
	return nil
}

func (s *story) share(ctx context.Context) error {
	s.benPlans = filepath.Join(filepath.Dir(s.ben.folder), "Plans")
	if err := fill(s.benPlans, 200); err != nil {
		return err
	}
	from := time.Now()
	if _, err := s.ben.do(ctx, "share", "add", s.benPlans, "--with", s.anna.name); err != nil {
		return err
	}
	var invites []api.Invite
	err := s.anna.until(ctx, "Ben's invitation", func() (bool, error) {
		err := s.anna.ask(ctx, &invites, "share", "invites")
		return len(invites) > 0, err
	})
	if err != nil {
		return err
	}
	s.tell(from, "Ben shares the folder %q; Anna is asked", invites[0].Name)
	from = time.Now()
	if _, err := s.anna.do(ctx, "share", "accept", invites[0].ID); err != nil {
		return err
	}
	s.annaPlans = filepath.Join(s.anna.folder, invites[0].Name)
	if err := s.equal(ctx); err != nil {
		return err
	}
	s.tell(from, "Anna accepts: both folders are equal")
	from = time.Now()
	if err := write(s.annaPlans, "by Anna.txt", "written by Anna"); err != nil {
		return err
	}
	if err := write(s.benPlans, "by Ben.txt", "written by Ben"); err != nil {
		return err
	}
	if err := write(s.annaPlans, "drawing 7.txt", "changed by Anna"); err != nil {
		return err
	}
	if err := s.equal(ctx, "by Anna.txt", "by Ben.txt"); err != nil {
		return err
	}
	s.tell(from, "Both write and change files: equal again")
	return nil
}

func (s *story) crash(ctx context.Context) error {
	if err := s.ben.kill(); err != nil {
		return err
	}
	s.tell(time.Now(), "Ben's Lanyard is killed (kill -9)")
	if _, err := s.anna.do(ctx, "send", s.ben.name, "Are you still there?"); err != nil {
		return err
	}
	if err := write(s.annaPlans, "while Ben was away.txt", "news"); err != nil {
		return err
	}
	if err := write(s.benPlans, "while Lanyard was off.txt", "Ben goes on working"); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(s.annaPlans, "drawing 3.txt")); err != nil {
		return err
	}
	from := time.Now()
	if err := s.ben.start(ctx); err != nil {
		return err
	}
	err := s.ben.until(ctx, "Anna's message", func() (bool, error) {
		var messages []api.Message
		err := s.ben.ask(ctx, &messages, "history", s.anna.name)
		return len(messages) > 0 && messages[len(messages)-1].Text == "Are you still there?", err
	})
	if err != nil {
		return err
	}
	s.tell(from, "Ben is back and has the message that was written meanwhile")
	if err := s.equal(ctx, "while Ben was away.txt", "while Lanyard was off.txt"); err != nil {
		return err
	}
	s.tell(from, "What both changed meanwhile is on both desks")
	return nil
}

func (s *story) undo(ctx context.Context) error {
	from := time.Now()
	const lost = "drawing 3.txt"
	err := s.ben.until(ctx, "the deletion to arrive", func() (bool, error) {
		_, err := os.Stat(filepath.Join(s.benPlans, lost))
		return os.IsNotExist(err), nil
	})
	if err != nil {
		return err
	}
	if _, err := s.ben.do(ctx, "share", "restore", "Plans", lost); err != nil {
		return err
	}
	if err := s.equal(ctx, lost); err != nil {
		return err
	}
	s.tell(from, "Anna had deleted %q; Ben restores it from the trash, at both desks", lost)
	found, err := foldertest.Read(s.annaPlans)
	if err != nil {
		return err
	}
	s.tell(from, "Trees compared by hash: %d entries, equal", len(found))
	return nil
}

// equal waits until the folders are the same at both desks and hold the named files.
func (s *story) equal(ctx context.Context, names ...string) error {
	return s.anna.until(ctx, "equal folders", func() (bool, error) {
		for _, name := range names {
			if _, err := os.Stat(filepath.Join(s.annaPlans, name)); err != nil {
				return false, nil
			}
			if _, err := os.Stat(filepath.Join(s.benPlans, name)); err != nil {
				return false, nil
			}
		}
		return foldertest.Equal(s.annaPlans, s.benPlans), nil
	})
}

func fill(dir string, files int) error {
	for i := range files {
		if err := write(dir, fmt.Sprintf("drawing %d.txt", i), strings.Repeat(fmt.Sprintf("line %d\n", i), i)); err != nil {
			return err
		}
	}
	return nil
}

// write saves as office programs do: beside, then renamed over.
func write(dir, name, text string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	beside := filepath.Join(dir, "~$"+name)
	if err := os.WriteFile(beside, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(beside, filepath.Join(dir, name))
}

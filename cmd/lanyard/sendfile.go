package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

func sendFileCommand() command {
	return command{name: "send-file", args: "TO PATH...", summary: "Send files and folders to a person or into a room", flags: []string{"wait", "timeout"}, min: 2, max: -1,
		about: `
Prints the ID of each offer once it is safe on this machine's disk. The person is asked; the content goes when they accept, and continues by
itself after a break. The files must stay where they are until then. In a room each member is asked. A folder is sent whole, also what a
shared folder leaves out (*.part, ~$*, .DS_Store and the like); links, pipes and other special files in it, and Lanyard's own folders
(.lanyard), stay out, which is said. What cannot be read, changes meanwhile, or has a name with a backslash or control character, or like a
drive (a:b), is refused, and nothing is sent; if it is what a shared folder leaves out, it stays out instead, which is said, too. If that
changes or goes before the folder is taken, it is received without it, and lanyard files says there what is missing. A name that only
Windows cannot store is sent: there the file gets a similar one; a folder with such names in it cannot be received there, which you are
told, at once and when somebody cannot.

--wait delivered|read  end when everything is on their disk and verified, in a room on everybody's, and with read also seen (exit status 3
                       if that takes longer than --timeout; 1 if a person declines, or
                       cannot receive it)
--timeout D            such as 30s or 5m; otherwise no limit, because a person answers`,
		run: func(ctx context.Context, c *call) error {
			s, limit, err := newSendFile(c)
			if err != nil {
				return err
			}
			return s.run(ctx, limit)
		}}
}

// sendFile is one use of the command.
type sendFile struct {
	c     *call
	to    string
	paths []string
	wait  string
	files map[string]*sentFile // by ID
	order []string
	wrote bool // a progress line stands on the terminal
}

// sentFile is how far one file is.
type sentFile struct {
	api.File
	read, told bool
}

func newSendFile(c *call) (*sendFile, time.Duration, error) {
	s := &sendFile{c: c, to: c.words[0], files: map[string]*sentFile{}}
	var err error
	if s.wait, err = c.flags.oneOf("wait", "delivered", "read"); err != nil {
		return nil, 0, err
	}
	limit, err := c.flags.duration("timeout", 0)
	if err != nil {
		return nil, 0, err
	}
	for _, word := range c.words[1:] {
		path, err := filepath.Abs(word)
		if err != nil {
			return nil, 0, fmt.Errorf("find %s: %w", word, err)
		}
		if _, err := os.Stat(path); err != nil {
			return nil, 0, cannotSend(word, err)
		}
		s.paths = append(s.paths, path)
	}
	return s, limit, nil
}

// cannotSend says why a path of the command line is nothing to send.
func cannotSend(word string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file or folder %s: look how it is written; nothing was sent", name.Brief(word))
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("you may not read %s: change its permissions, or copy it; nothing was sent", name.Quote(word))
	}
	return fmt.Errorf("%s cannot be read, nothing was sent: %w", name.Quote(word), err)
}

func (s *sendFile) run(ctx context.Context, limit time.Duration) error {
	a, err := s.c.client()
	if err != nil {
		return err
	}
	defer a.Close()
	timed, cancel := context.WithCancel(ctx)
	defer cancel()
	if limit > 0 {
		timed, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	events, err := a.Events(timed)
	if err != nil {
		return unoffered(timed, limit, err)
	}
	defer events.Close()
	files, err := a.SendFiles(timed, s.to, s.paths)
	if err != nil {
		return unoffered(timed, limit, err)
	}
	warnOfDiffering(timed, a, s.c, s.to)
	if err := s.begin(files); err != nil {
		return err
	}
	for s.wait != "" && !s.complete() {
		e, err := events.Next()
		if err != nil {
			return s.late(ctx, timed, ended(timed, err))
		}
		if err := s.happened(e); err != nil {
			return err
		}
	}
	s.clear()
	return s.declined()
}

// unoffered says that the time was over before the agent told that the offer is made: all that is sent is read first. In the last moment it may have been made all the same.
func unoffered(timed context.Context, limit time.Duration, err error) error {
	if !errors.Is(timed.Err(), context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("not offered within %v, since all that is sent is read first: see with lanyard files whether it goes on, and give it more time", limit)
}

// firstOf are the first of some names, and how many more there are.
func firstOf(names []string, all int, quoted string) string {
	shown := make([]string, len(names))
	for i, one := range names {
		shown[i] = quoted + name.Quote(one) + quoted
	}
	text := strings.Join(shown, ", ")
	if more := all - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// warn says on the standard error what of an offer is not sent, or does not get everywhere.
func (s *sendFile) warn(f api.File) {
	if f.LeftOut > 0 {
		s.c.warn("%s in %s left out, since links, special files, Lanyard's own folders, and system or temporary files that cannot be read or named, are not sent: %s", count(f.LeftOut, "item", "items"), f.Name, firstOf(f.LeftOutNames, f.LeftOut, ""))
	}
	if f.Unportable > 0 {
		them := "them"
		if f.Unportable == 1 {
			them = "it"
		}
		s.c.warn("Windows cannot store %s in %s (%s): who has Windows cannot receive it until you rename %s and send it again.", count(f.Unportable, "name", "names"), f.Name,
			firstOf(f.UnportableNames, f.Unportable, `"`), them)
	}
}

// begin prints the offers.
func (s *sendFile) begin(files []api.File) error {
	for _, f := range files {
		s.files[f.ID] = &sentFile{File: f}
		s.order = append(s.order, f.ID)
		s.warn(f)
		if !s.c.json {
			s.c.say("%s", f.ID)
		}
	}
	if s.c.json && s.wait == "" {
		return s.c.value(files)
	}
	return s.c.out.Flush()
}

func (s *sendFile) happened(e api.Event) error {
	switch e.Type {
	case api.EventFile:
		var f api.File
		if err := e.Into(&f); err != nil {
			return err
		}
		if mine := s.files[f.ID]; mine != nil {
			mine.File = f
			s.progress(f)
			return s.tell(mine)
		}
	case api.EventState:
		var change api.StateChange
		if err := e.Into(&change); err != nil {
			return err
		}
		if mine := s.files[change.ID]; mine != nil && change.State == "read" {
			mine.read = true
			return s.tell(mine)
		}
	}
	return nil
}

func (s *sendFile) arrived(f *sentFile) bool {
	return f.State == "received" && (s.wait != "read" || f.read)
}

// tell prints the line of --json when a file has arrived.
func (s *sendFile) tell(f *sentFile) error {
	if !s.c.json || f.told || !s.arrived(f) {
		return nil
	}
	f.told = true
	return errors.Join(s.c.value(arrival{ID: f.ID, Text: f.Name, Peer: f.To.ID, State: s.wait}), s.c.out.Flush())
}

// failed reports whether a file will not arrive.
func failed(f *sentFile) bool {
	return f.State == "declined" || f.State == "withdrawn" || f.State == "problem" || f.State == "refused"
}

func (s *sendFile) complete() bool {
	for _, f := range s.files {
		if !s.arrived(f) && !failed(f) {
			return false
		}
	}
	return true
}

func (s *sendFile) declined() error {
	var names []string
	for _, id := range s.order {
		switch f := s.files[id]; {
		case f.State == "problem":
			names = append(names, name.Quote(f.Name)+": "+f.Problem)
		case failed(f):
			names = append(names, f.Name+" was "+f.State)
		}
	}
	if len(names) > 0 {
		return errors.New(strings.Join(names, ", "))
	}
	return nil
}

// progress rewrites one line on a terminal.
func (s *sendFile) progress(f api.File) {
	if !s.c.terminal || s.c.json {
		return
	}
	text := f.Name + ": " + f.State
	if f.Progress.Total > 0 && f.Progress.Done > 0 {
		text = fmt.Sprintf("%s: %s of %s, %s/s%s", f.Name, size(f.Progress.Done), size(f.Progress.Total), size(int64(f.Progress.Rate)), left(f.Progress.Left))
	}
	s.clear()
	fmt.Fprint(s.c.out, harmless([]any{text})...)
	s.wrote = true
	_ = s.c.out.Flush() // the writer keeps the error and the last Flush returns it
}

func (s *sendFile) clear() {
	if s.wrote {
		fmt.Fprint(s.c.out, "\r\x1b[K")
		s.wrote = false
	}
}

func (s *sendFile) late(ctx, timed context.Context, err error) error {
	s.clear()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !errors.Is(timed.Err(), context.DeadlineExceeded) {
		return err
	}
	var waiting []string
	for _, id := range s.order {
		if f := s.files[id]; !s.arrived(f) && !failed(f) {
			waiting = append(waiting, id)
		}
	}
	return &timeoutError{fmt.Sprintf("offered, but %s not yet %s, it goes on by itself%s", count(len(waiting), "file is", "files are"), s.wait, missing(waiting, s.c.json))}
}

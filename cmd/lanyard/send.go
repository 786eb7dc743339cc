package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// waitTime is how long send waits for the awaited state unless --timeout says otherwise, and for a slow disk before that, whatever --timeout says.
const waitTime = 30 * time.Second

// maxStdinLine is the longest line that is read from standard input; no message is that long.
const maxStdinLine = 1 << 20

func sendCommand() command {
	return command{name: "send", args: "TO TEXT", summary: "Write to a person or into a room", flags: []string{"wait", "timeout", "stdin", "reply", "mention"}, min: 1, max: 2,
		about: `
Prints the message's ID once it is safe on this machine's disk; it reaches the person as soon as both are here at the same time, or
through colleagues who carry it, sealed, when they are not.

--wait carried|delivered|read
                       end when a colleague or the person has it on their disk, when the person has, or when it is read (exit status 3
                       if that takes longer than --timeout; the standard error then has the ID, of several the first, with --json all)
--timeout D            such as 10s or 5m, with --wait from when all is on this machine's disk; 30s with --wait, none with --stdin
--stdin                instead of TEXT, send each line of the standard input as a message, as they come; empty and blank lines
                       are passed over; at one that is no UTF-8 it ends: what follows is not read
--reply ID             as a reply to that message
--mention P            tell that person of it even if they muted the conversation; may stand several times

With --wait and --json, one line {"id","text","peer","state"} (carried: and "through", who keeps it) per message and recipient as it gets there.`,
		run: func(ctx context.Context, c *call) error {
			if c.flags.has("reply") || c.flags.has("mention") {
				return post(ctx, c)
			}
			s, err := newSend(c)
			if err != nil {
				return err
			}
			return s.run(ctx)
		}}
}

// send is one use of the command. The goroutine in run reads answers, another one feeds lines.
type send struct {
	c         *call
	to, text  string
	wait      string // delivered, read or nothing
	stdin     bool
	given     atomic.Int64   // by feed
	fedAll    atomic.Bool    // feed has nothing more to give
	durable   []string       // IDs, in order
	left      map[string]int // by ID: recipients who do not have it in the awaited state
	failed    int
	firstFail error
	warned    bool // that words differ
	limit     time.Duration
	clock     *time.Timer // until limit is over; nil: there is none
}

func newSend(c *call) (*send, error) {
	s := &send{c: c, to: c.words[0], stdin: c.flags.has("stdin"), left: map[string]int{}}
	var err error
	if s.wait, err = c.flags.oneOf("wait", "carried", "delivered", "read"); err != nil {
		return nil, err
	}
	otherwise := waitTime
	if s.stdin || s.wait == "" {
		otherwise = 0
	}
	s.limit, err = c.flags.duration("timeout", otherwise)
	switch {
	case err != nil:
		return nil, err
	case s.stdin == (len(c.words) == 2):
		return nil, usage("lanyard send needs: TO TEXT, or TO --stdin")
	case s.stdin:
		return s, nil
	}
	s.text = c.words[1]
	return s, worded(s.text, "sent")
}

func (s *send) run(ctx context.Context) error {
	a, err := s.c.client()
	if err != nil {
		return err
	}
	defer a.Close()
	timed, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if s.limit > 0 {
		s.clock = time.AfterFunc(s.first(), func() { cancel(context.DeadlineExceeded) })
		defer s.clock.Stop()
	}
	sender, err := a.SendLines(timed, s.to, s.wait)
	if err != nil {
		return s.late(ctx, timed, a, err)
	}
	defer sender.Close()
	fed := make(chan error, 1)
	go func() { fed <- s.feed(sender) }()
	if err := s.answers(sender); err != nil {
		err = s.late(ctx, timed, a, err)
		if ctx.Err() == nil && s.fedAll.Load() {
			return s.refusal(<-fed, err)
		}
		return err
	}
	if !s.fedAll.Load() { // the agent ends its answers only after that, unless it ends itself; nobody waits for the next line then
		return s.cutOff()
	}
	return s.refusal(<-fed, s.sum())
}

// first is how long the first answer may take. What is waited for is somebody else: the time that our own disk takes is not theirs.
func (s *send) first() time.Duration {
	if s.wait == "" || s.stdin {
		return s.limit
	}
	return max(s.limit, waitTime)
}

// refusal tells what is wrong with a line, before what became of those that were sent. An agent that ended is told by that alone.
func (s *send) refusal(line, sent error) error {
	text := fmt.Sprintf("%v: what came before it was sent, and what follows was not read", line)
	var wrong *usageError
	switch {
	case line == nil, errors.Is(line, api.ErrNotRunning):
		return sent
	case sent != nil:
		text = fmt.Sprintf("%v, and what follows was not read; before it: %v", line, sent)
	}
	if errors.As(line, &wrong) {
		return &usageError{text}
	}
	return errors.New(text)
}

// cutOff says how far the messages got when the agent ended before all were given to it.
func (s *send) cutOff() error {
	if s.unsure() > 0 {
		return fmt.Errorf("Lanyard stopped: %s; start it, and see in lanyard history what to send again", s.got())
	}
	return fmt.Errorf("Lanyard stopped: %s; start it, and send what comes after them again", s.got())
}

// got says how many messages the agent has.
func (s *send) got() string {
	done := count(len(s.durable), "message is", "messages are") + " stored"
	if unsure := s.unsure(); unsure > 0 {
		done += fmt.Sprintf(" and %d more may be", unsure)
	}
	return done
}

// unsure is how many messages the agent got and did not answer.
func (s *send) unsure() int { return int(s.given.Load()) - len(s.durable) - s.failed }

// feed sends what there is to send. A read of the standard input that blocks is left behind when the process ends.
func (s *send) feed(to *api.Sender) error {
	if !s.stdin {
		s.given.Add(1)
		s.fedAll.Store(true)
		return errors.Join(to.Send(s.text), to.CloseSend())
	}
	in := bufio.NewReaderSize(s.c.in, 64<<10)
	done := func() error {
		s.fedAll.Store(true)
		return to.CloseSend()
	}
	for n := 1; ; n++ {
		line, err := stdinLine(in)
		if text := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"); !name.Blank(text) {
			if e := checkLine(text, n); e != nil {
				_ = done() // of an agent that is gone the answers tell
				return e
			}
			s.given.Add(1)
			if e := to.Send(text); e != nil {
				return e
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return done()
		case err != nil:
			_ = done()
			return fmt.Errorf("read the standard input: %w", err)
		case !strings.Contains(buffered(in), "\n"):
			if err := to.Flush(); err != nil {
				return err
			}
		}
	}
}

func checkLine(text string, n int) error {
	switch {
	case len(text) > maxStdinLine:
		return fmt.Errorf("line %d is longer than any message, send it as a file", n)
	case !utf8.ValidString(text):
		return usage("line %d is not UTF-8", n)
	}
	return nil
}

// stdinLine reads a line, and no more than shows that it is too long.
func stdinLine(in *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		part, err := in.ReadSlice('\n')
		if b.Len() <= maxStdinLine {
			b.Write(part)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return b.String(), err
		}
	}
}

func buffered(in *bufio.Reader) string {
	waiting, _ := in.Peek(in.Buffered()) // what is buffered can always be peeked at
	return string(waiting)
}

// answers prints what became of the messages until all is known.
func (s *send) answers(from *api.Sender) error {
	for {
		sent, err := from.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.answer(sent); err != nil {
			return err
		}
		if !from.Waiting() {
			if err := s.c.out.Flush(); err != nil {
				return err
			}
		}
	}
}

func (s *send) answer(sent api.Sent) error {
	switch {
	case sent.Error != nil:
		if _, stored := s.left[sent.ID]; stored && sent.ID != "" { // nobody will tell that it is read
			return fmt.Errorf("stored, but %w: %s", sent.Error, sent.ID)
		}
		if s.failed++; s.firstFail == nil {
			s.firstFail = sent.Error
			if s.stdin {
				s.firstFail = fmt.Errorf("message %d: %w", sent.Line, sent.Error)
			}
		}
	case sent.State != "":
		s.left[sent.ID]--
		if s.c.json {
			return s.c.value(arrival{ID: sent.ID, Text: sent.Text, Peer: sent.Peer, State: sent.State, Through: sent.Through})
		}
	default:
		if sent.Differs != "" && !s.warned {
			warnDiffering(s.c, sent.Differs)
			s.warned = true
		}
		s.durable, s.left[sent.ID] = append(s.durable, sent.ID), sent.To
		if s.wait != "" && s.clock != nil && s.fedAll.Load() {
			s.clock.Reset(s.limit)
		}
		switch {
		case !s.c.json:
			s.c.say("%s", sent.ID)
		case s.wait == "":
			return s.c.value(stored{ID: sent.ID, Text: sent.Text})
		}
	}
	return nil
}

// arrival is a line of --wait --json.
type arrival struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Peer  string `json:"peer"`
	State string `json:"state"`

	Through []api.Author `json:"through,omitempty"` // carried: whose machines keep it
}

// stored is a line of --json without --wait.
type stored struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// sum judges the whole when all answers are in. An agent that ends under our hands leaves some out: nobody knows then whether it stored them.
func (s *send) sum() error {
	unsure := s.unsure()
	switch {
	case unsure > 0 && s.stdin:
		return s.cutOff()
	case unsure > 0:
		return fmt.Errorf("Lanyard stopped before it said that %s stored; start it, and see in lanyard history what to send again",
			count(unsure, "message is", "messages are"))
	case s.failed > 1:
		return fmt.Errorf("%s were not sent; the first: %w", count(s.failed, "message", "messages"), s.firstFail)
	case s.failed == 1:
		return s.firstFail
	case s.wait != "" && len(s.waiting()) > 0:
		return fmt.Errorf("Lanyard stopped before %s became %s; what is stored will be delivered later", count(len(s.waiting()), "message", "messages"), s.wait)
	}
	return nil
}

// late tells the end of the time limit apart from other errors.
func (s *send) late(ctx, timed context.Context, a *api.Client, err error) error {
	switch {
	case ctx.Err() != nil && s.given.Load() > 0:
		return errors.New("interrupted: " + s.got())
	case ctx.Err() != nil || !errors.Is(context.Cause(timed), context.DeadlineExceeded):
		return err
	case len(s.durable) == 0 && !s.stdin:
		return errors.New("Lanyard did not say in time that the message is stored; see in lanyard history whether to send it again")
	}
	waiting := s.waiting()
	if s.stdin && (s.wait == "" || len(waiting) == 0) {
		return &timeoutError{"the time is over before the last line: " + s.got()}
	}
	text := fmt.Sprintf("stored, but %s not yet %s%s", count(len(waiting), "message is", "messages are"), s.awaited(), s.carried(ctx, a, waiting))
	if s.wait != "" && len(waiting) > 0 { // without --wait they are printed already
		text += missing(waiting, s.c.json)
	}
	return &timeoutError{text}
}

// missing names what did not get there in time: the first, or with --json all, because nothing else tells a script which ones.
func missing(ids []string, all bool) string {
	if len(ids) > 1 && !all {
		return "; the first: " + ids[0]
	}
	return ": " + strings.Join(ids, " ")
}

// carried tells who keeps messages that are not delivered, as far as the agent says so of the last one.
func (s *send) carried(ctx context.Context, a *api.Client, waiting []string) string {
	if len(waiting) == 0 {
		return ""
	}
	m, err := a.Message(ctx, waiting[len(waiting)-1])
	if err != nil {
		return "" // what is told is true without it
	}
	for _, one := range m.States {
		if held := by(one.Through); held != "" {
			return ", carried" + held
		}
	}
	return ""
}

// waiting lists the stored messages that are not in the awaited state.
func (s *send) waiting() []string {
	return slices.DeleteFunc(slices.Clone(s.durable), func(id string) bool { return s.left[id] <= 0 })
}

func (s *send) awaited() string {
	if s.wait == "" {
		return "sent"
	}
	return s.wait
}

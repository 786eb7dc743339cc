package office

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"lanyard/internal/api"
)

// lookAgain is how often until looks at things of which no event is promised, such as files.
const lookAgain = 100 * time.Millisecond

// watch is a running `lanyard watch --json` and what it has told.
type watch struct {
	cmd  *exec.Cmd
	read sync.WaitGroup

	mu     sync.Mutex
	events []api.Event
	times  []time.Time   // when each came
	more   chan struct{} // closed when events grows or ends
	ended  bool
}

// observe starts watching and returns when nothing can be missed any more.
func (d *desk) observe() (*watch, error) {
	w := &watch{cmd: exec.CommandContext(d.office.ctx, lanyard(), "watch", "--json"), more: make(chan struct{})}
	w.cmd.Env = d.environment()
	lines, err := w.cmd.StdoutPipe()
	if err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("watch at %s's desk: %w", d.name, err)
	}
	w.read.Go(func() { w.follow(lines) })
	if e, ok := w.next(0, hang); !ok || e.Type != api.EventReady {
		w.close()
		return nil, fmt.Errorf("watch at %s's desk does not begin: %+v", d.name, e)
	}
	return w, nil
}

func (w *watch) follow(lines io.Reader) {
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, 4<<20)
	for scanner.Scan() {
		var e api.Event
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil {
			e = api.Event{Type: "unreadable", Raw: []byte(scanner.Text())}
		}
		w.add(e, false)
	}
	w.add(api.Event{}, true)
}

func (w *watch) add(e api.Event, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended = ended; !ended {
		w.events, w.times = append(w.events, e), append(w.times, time.Now())
	}
	close(w.more)
	w.more = make(chan struct{})
}

// close ends the watching, if the agent's end has not.
func (w *watch) close() {
	_ = w.cmd.Process.Kill() // its end is awaited next
	w.read.Wait()
	_ = w.cmd.Wait() // killed: the error says so
}

// seen is how many events there are, and a channel that is closed when there are more.
func (w *watch) seen() (int, chan struct{}, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.events), w.more, w.ended
}

// next returns the event of that index, waiting for it; false after the limit and when the agent ended.
func (w *watch) next(i int, limit time.Duration) (api.Event, bool) {
	timeout := time.After(limit)
	for {
		n, more, ended := w.seen()
		if i < n {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.events[i], true
		}
		if ended {
			return api.Event{}, false
		}
		select {
		case <-more:
		case <-timeout:
			return api.Event{}, false
		}
	}
}

func (w *watch) last(n int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, e := range w.events[max(0, len(w.events)-n):] {
		fmt.Fprintf(&b, "%.600s\n", e.Raw)
	}
	return b.String()
}

// until waits until check says yes: it is asked now and after each event, however many came meanwhile.
func (d *desk) until(what string, check func() bool) {
	d.office.t.Helper()
	d.slowly(hang, what, check)
}

// slowly is until with a limit of its own.
func (d *desk) slowly(longest time.Duration, what string, check func() bool) {
	d.office.t.Helper()
	limit := time.After(longest)
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		n, more, ended := d.watch.seen()
		if check() {
			return
		}
		if ended {
			d.office.t.Fatalf("%s's agent ended while waiting for %s", d.name, what)
		}
		select {
		case <-limit:
			d.office.t.Fatalf("%s waited in vain for %s", d.name, what)
		default:
		}
		if now, _, _ := d.watch.seen(); now > n {
			continue
		}
		select {
		case <-more:
		case <-tick.C:
		case <-limit:
			d.office.t.Fatalf("%s waited in vain for %s", d.name, what)
		}
	}
}

// mark is the place in the stream from which told looks.
func (d *desk) mark() int {
	n, _, _ := d.watch.seen()
	return n
}

// told waits for an event of a type whose fields fit, from a mark on, and returns it.
func told[T any](d *desk, from int, kind string, fits func(T) bool) T {
	d.office.t.Helper()
	for i := from; ; i++ {
		e, ok := d.watch.next(i, hang)
		if !ok {
			d.office.t.Fatalf("%s waited in vain for an event %q", d.name, kind)
		}
		var v T
		if e.Type != kind {
			continue
		}
		if err := e.Into(&v); err != nil {
			d.office.t.Fatal(err)
		}
		if fits(v) {
			return v
		}
	}
}

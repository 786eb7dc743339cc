package office

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
)

// crowd is an office whose people are all in one room.
type crowd struct {
	*office
	room    string
	diaries []*diary // of each desk

	mu    sync.Mutex
	begun map[string]time.Time // when the command that wrote a text was started
}

// TestCrowd: thirty people write into one room while every third of their agents is killed and comes back. In the end everybody has every acknowledged
// message once, all in the same order, and each author's in the order of writing.
func TestCrowd(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	c := gather(t, 30)
	each := 4
	if os.Getenv("LANYARD_WHOLE") != "" {
		each = 20
	}
	var busy sync.WaitGroup
	for _, d := range c.diaries {
		busy.Go(func() {
			for range each {
				c.write(d)
			}
		})
	}
	for i, d := range c.desks {
		if i%3 != 2 {
			continue
		}
		moments := [...]time.Duration{time.Duration(random.IntN(1500)) * time.Millisecond, time.Duration(random.IntN(300)) * time.Millisecond} // what is tested
		busy.Go(func() {
			<-time.After(moments[0])
			d.kill()
			<-time.After(moments[1])
			if err := d.begin(); err != nil {
				t.Error(err)
			}
		})
	}
	busy.Wait()
	if t.Failed() {
		return
	}
	c.agree()
	c.tellTimes()
}

// gather starts so many agents, each on a machine of its own, and makes a room of all.
func gather(t *testing.T, n int) *crowd {
	t.Helper()
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("Desk %02d", i+1))
	}
	c := &crowd{office: open(t, names...), room: "Plans", begun: map[string]time.Time{}}
	from := time.Now()
	c.start()
	for _, d := range c.desks {
		d.until("links with all others", func() bool { return linked(ask[[]api.Peer](d, "peers")) == n-1 })
		c.diaries = append(c.diaries, &diary{from: d, to: &desk{name: c.room}})
	}
	t.Logf("%d agents started at once have links with each other after %v", n, time.Since(from).Round(time.Millisecond))
	create := []string{"room", "create", c.room}
	for _, d := range c.desks[1:] {
		create = append(create, "--with", d.name)
	}
	c.desks[0].do(create...)
	for _, d := range c.desks {
		d.until("the room", func() bool {
			rooms := ask[[]api.Room](d, "room", "list")
			return len(rooms) == 1 && rooms[0].Member && rooms[0].Size == n
		})
	}
	return c
}

// start starts all agents at once.
func (c *crowd) start() {
	c.t.Helper()
	var starting sync.WaitGroup
	errs := make([]error, len(c.desks))
	for i, d := range c.desks {
		starting.Go(func() { errs[i] = d.begin() })
	}
	starting.Wait()
	must(c.t, errs...)
}

func linked(peers []api.Peer) (n int) {
	for _, p := range peers {
		if p.Link {
			n++
		}
	}
	return n
}

// write has the next message of a diary written. An agent that is killed under it may have stored it or not.
func (c *crowd) write(d *diary) {
	d.mu.Lock()
	text := d.text(d.next)
	d.mu.Unlock()
	c.mu.Lock()
	c.begun[text] = time.Now()
	c.mu.Unlock()
	d.write()
}

// agree waits until every desk shows what was acknowledged, all the same in the same order, and checks it against the diaries.
func (c *crowd) agree() {
	c.t.Helper()
	for _, d := range c.desks {
		d.until("all that was acknowledged", func() bool { return lacks(d.history(c.room), c.diaries) == "" })
	}
	first := c.desks[0]
	for _, d := range c.desks[1:] { // what failed under a kill may have been stored, and comes too
		d.until("the same as all others", func() bool { return slices.Equal(ids(d.history(c.room)), ids(first.history(c.room))) })
	}
	all, acknowledged := first.history(c.room), 0
	for _, d := range c.diaries {
		must(c.t, d.check(all))
		acknowledged += d.acknowledged()
	}
	written := 0
	for _, m := range all {
		if _, ours := c.begun[m.Text]; ours { // beside them stand lines of who came
			written++
		}
	}
	c.t.Logf("%d messages acknowledged of %d begun, and %d shown", acknowledged, len(c.begun), written)
	if acknowledged < len(c.begun)/2 {
		c.t.Errorf("only %d of %d messages were acknowledged", acknowledged, len(c.begun))
	}
}

// tellTimes prints how long messages took from the start of the command that wrote them until the last of those had them whose agents ran all the
// time. It judges nothing: thirty agents share this machine with their command lines, and some of them were starting.
func (c *crowd) tellTimes() {
	last := map[string]time.Duration{}
	for i, d := range c.desks {
		if i%3 == 2 {
			continue
		}
		d.watch.mu.Lock()
		for j, e := range d.watch.events {
			var m api.Message
			if e.Type != api.EventMessage || e.Into(&m) != nil || !strings.Contains(m.Text, c.room) {
				continue
			}
			last[m.Text] = max(last[m.Text], d.watch.times[j].Sub(c.begun[m.Text]))
		}
		d.watch.mu.Unlock()
	}
	var took []time.Duration
	for _, t := range last {
		took = append(took, t.Round(time.Millisecond))
	}
	slices.Sort(took)
	c.t.Logf("from the command until the last of those who stayed had it: median %v, slowest %v of %d", took[len(took)/2], took[len(took)-1], len(took))
}

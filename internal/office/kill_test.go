package office

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
)

// diary is what one desk's clients were told outside the agents: which numbered messages were acknowledged, by the exit status of `send`. A message
// whose send failed may have been stored or not.
type diary struct {
	from, to *desk

	mu    sync.Mutex
	acked []int
	next  int
}

// write sends one numbered message and notes what was said about it.
func (d *diary) write(args ...string) outcome {
	d.mu.Lock()
	n := d.next
	d.next++
	d.mu.Unlock()
	o := d.from.try(append([]string{"send", d.to.name, d.text(n)}, args...)...)
	if o.code == 0 || o.code == 3 { // 3: stored, but not delivered in time
		d.mu.Lock()
		d.acked = append(d.acked, n)
		d.mu.Unlock()
	}
	return o
}

func (d *diary) text(n int) string {
	return fmt.Sprintf("%s to %s, number %d", d.from.name, d.to.name, n)
}

// acknowledged is how many messages were.
func (d *diary) acknowledged() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.acked)
}

// check judges a history: every acknowledged message is there, none twice, none that nobody wrote, in the order of writing.
func (d *diary) check(history []api.Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	seen, last := map[int]bool{}, -1
	for _, m := range history {
		number, mine := strings.CutPrefix(m.Text, d.text(0)[:len(d.text(0))-1])
		if !mine {
			continue
		}
		n, err := strconv.Atoi(number)
		switch {
		case err != nil || n >= d.next:
			return fmt.Errorf("nobody wrote %q", m.Text)
		case seen[n]:
			return fmt.Errorf("%q is shown twice", m.Text)
		case n < last:
			return fmt.Errorf("%q comes after number %d", m.Text, last)
		}
		seen[n], last = true, n
	}
	for _, n := range d.acked {
		if !seen[n] {
			return fmt.Errorf("%q was acknowledged and is not there", d.text(n))
		}
	}
	return nil
}

// TestKillAtAnyMoment kills either side again and again while both write. In the end both histories hold what was acknowledged, once, in order, and
// they are equal.
func TestKillAtAnyMoment(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	diaries := []*diary{{from: anna, to: ben}, {from: ben, to: anna}}
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for _, d := range diaries {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					d.write()
				}
			}
		})
	}
	for range 12 {
		victim := o.desks[random.IntN(2)]
		moment := time.NewTimer(time.Duration(random.IntN(400)) * time.Millisecond) // the random moment is what is tested
		<-moment.C
		victim.kill()
		victim.start()
	}
	for _, d := range diaries {
		d.from.until("a message to be acknowledged", func() bool { return d.acknowledged() > 0 })
	}
	close(stop)
	writers.Wait()
	missing := ""
	defer func() {
		if missing != "" {
			t.Log("missing: ", missing)
		}
	}()
	for _, d := range o.desks {
		d.until("all that was acknowledged", func() bool {
			missing = lacks(d.history(o.other(d).name), diaries)
			return missing == ""
		})
	}
	anna.until("both to show the same", func() bool {
		return strings.Join(ids(anna.history("Ben")), "\n") == strings.Join(ids(ben.history("Anna")), "\n")
	})
	for _, d := range diaries {
		t.Logf("%s: %d messages acknowledged of %d begun", d.from.name, d.acknowledged(), d.next)
		must(t, d.check(anna.history("Ben")), d.check(ben.history("Anna")))
	}
}

func (o *office) other(d *desk) *desk {
	if d == o.desks[0] {
		return o.desks[1]
	}
	return o.desks[0]
}

// lacks names the acknowledged messages that are not there.
func lacks(history []api.Message, diaries []*diary) string {
	have := map[string]bool{}
	for _, m := range history {
		have[m.Text] = true
	}
	var missing []string
	for _, d := range diaries {
		for _, n := range d.acked {
			if !have[d.text(n)] {
				missing = append(missing, d.text(n))
			}
		}
	}
	return strings.Join(missing, "; ")
}

// TestDeliveredIsOnDisk: what was called delivered is in the recipient's history although it was killed at once and nobody could send it again.
func TestDeliveredIsOnDisk(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	d := &diary{from: anna, to: ben}
	for range 4 {
		for range 3 {
			if sent := d.write("--wait", "delivered"); sent.code != 0 {
				t.Fatalf("exit status %d: %s", sent.code, sent.err)
			}
		}
		ben.kill()
		must(t, o.net.Unplug(1))
		ben.start()
		must(t, d.check(ben.history("Anna")))
		must(t, o.net.Plug(1))
		anna.meets(ben)
	}
	// The same for the sender: what send printed an ID for.
	must(t, o.net.Unplug(1))
	d.write()
	anna.kill()
	anna.start()
	must(t, d.check(anna.history("Ben")))
}

package office

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestNeverOnlineTogether: a message goes from disk to disk as soon as both are here, over restarts of either, and its author is told how far it
// got: waiting, delivered, read.
func TestNeverOnlineTogether(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	ben.stop()
	anna.parts(ben)
	first := anna.do("send", "Ben", "while you were off")
	complains(t, anna.try("send", "Ben", "and this", "--wait", "delivered", "--timeout", "1s"), 3, "stored")
	if state := anna.history("Ben")[0].States[0].State; state != "waiting" {
		t.Errorf("the state while Ben is off is %q", state)
	}
	anna.stop()

	ben.start()
	if n := len(ben.history("Anna")); n != 0 {
		t.Fatalf("%d messages came from somebody who was off", n)
	}
	ben.do("send", "Anna", "while YOU were off") // people met once can be written to
	ben.stop()

	anna.start()
	ben.start()
	ben.until("both messages", func() bool { return len(ben.history("Anna")) == 3 })
	anna.until("the answer", func() bool { return len(anna.history("Ben")) == 3 })
	reach := func(state string) func() bool {
		return func() bool {
			for _, m := range anna.history("Ben") {
				if m.Mine && m.States[0].State != state {
					return false
				}
			}
			return true
		}
	}
	anna.until("delivered", reach("delivered"))
	from := anna.mark()
	ben.do("read", "Anna")
	told(anna, from, api.EventState, func(s api.StateChange) bool { return s.ID == first && s.State == "read" })
	anna.until("read", reach("read"))
	agree(t, anna, ben)

	// All three steps of one message, told as they happen.
	from = anna.mark()
	third := anna.do("send", "Ben", "live")
	told(anna, from, api.EventState, func(s api.StateChange) bool { return s.ID == third && s.State == "delivered" })
	ben.do("read", "Anna")
	told(anna, from, api.EventState, func(s api.StateChange) bool { return s.ID == third && s.State == "read" })
}

// TestCutCable: what is written on both sides of a cut network arrives when it heals, once and in one order on both sides.
func TestCutCable(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	anna.do("send", "Ben", "before", "--wait", "delivered")
	must(t, o.net.Partition([]int{1}, []int{2}))
	for i := range 20 {
		anna.do("send", "Ben", fmt.Sprint("Anna ", i))
		ben.do("send", "Anna", fmt.Sprint("Ben ", i))
	}
	if got := len(ben.history("Anna")); got != 21 {
		t.Errorf("Ben has %d messages while the network is cut, want his 20 and the first", got)
	}
	must(t, o.net.Heal())
	anna.until("all messages", func() bool { return len(anna.history("Ben")) == 41 })
	ben.until("all messages", func() bool { return len(ben.history("Anna")) == 41 })
	agree(t, anna, ben)
	anna.until("delivered", func() bool {
		for _, m := range anna.history("Ben") {
			if m.Mine && m.States[0].State != "delivered" {
				return false
			}
		}
		return true
	})
}

// agree checks that two desks show the same messages in the same order.
func agree(t *testing.T, a, b *desk) {
	t.Helper()
	left, right := ids(a.history(b.name)), ids(b.history(a.name))
	if strings.Join(left, " ") != strings.Join(right, " ") {
		t.Errorf("%s and %s see different conversations:\n%s\n%s", a.name, b.name, left, right)
	}
}

func ids(messages []api.Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Author.Name+":"+m.Text)
	}
	return all
}

// TestRestoredProfile: a profile that is put back from a copy loses nothing that was written after the copy was made, and what is written on it
// reaches everybody once.
func TestRestoredProfile(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	anna.do("send", "Ben", "one", "--wait", "delivered")
	ben.do("send", "Anna", "two", "--wait", "delivered")
	anna.stop()
	backup := filepath.Join(o.dir, "backup")
	copyTree(t, backup, anna.profile())
	anna.start()
	anna.meets(ben)
	anna.do("send", "Ben", "three, after the backup", "--wait", "delivered")
	ben.do("send", "Anna", "four, after the backup", "--wait", "delivered")
	anna.stop()
	must(t, os.RemoveAll(anna.profile()))
	copyTree(t, anna.profile(), backup)

	must(t, o.net.Unplug(2)) // offline it writes on
	anna.start()
	anna.do("send", "Ben", "five, on the restored profile")
	must(t, o.net.Plug(2))
	want := []string{"one", "two", "three, after the backup", "four, after the backup", "five, on the restored profile"}
	anna.until("all that was said", func() bool { return once(anna.history("Ben"), want...) })
	ben.until("all that was said", func() bool { return once(ben.history("Anna"), want...) })
	anna.do("send", "Ben", "six", "--wait", "delivered")
	ben.do("send", "Anna", "seven", "--wait", "delivered")
	agree(t, anna, ben)
	if m := anna.history("Ben"); len(m) != 7 {
		t.Errorf("%d messages are shown, want 7: %v", len(m), ids(m))
	}
}

// once tells whether each text is there exactly once.
func once(messages []api.Message, texts ...string) bool {
	seen := map[string]int{}
	for _, m := range messages {
		seen[m.Text]++
	}
	for _, text := range texts {
		if seen[text] != 1 {
			return false
		}
	}
	return true
}

// TestCopiedProfile: one profile run on two machines at once is told to both and to the colleague, and what both write reaches the colleague.
func TestCopiedProfile(t *testing.T) {
	o := open(t, "Anna", "Ben", "Anna")
	anna, ben, twin := o.desks[0], o.desks[1], o.desks[2]
	o.start(anna, ben)
	anna.do("send", "Ben", "one", "--wait", "delivered")
	anna.stop()
	must(t, os.MkdirAll(twin.home, 0o700))
	copyTree(t, twin.profile(), anna.profile())
	anna.start()
	anna.meets(ben)
	from := anna.mark()
	twin.start()
	twin.do("send", "Ben", "from the copy")
	anna.do("send", "Ben", "from the first")
	told(anna, from, api.EventProblem, clone)
	twin.until("a problem that tells of the other", func() bool {
		for _, p := range ask[api.Status](twin, "status").Problems {
			if clone(api.ProblemChange{Problem: p}) {
				return true
			}
		}
		return false
	})

	ben.until("the problem of a colleague's profile that runs twice, and her row marked", func() bool {
		p, _ := ben.peer("Anna")
		for _, q := range ask[api.Status](ben, "status").Problems {
			if clone(api.ProblemChange{Problem: q}) && strings.HasPrefix(q.ID, "links/profile-copied") && strings.Contains(q.Text, "Anna") {
				return p.Copied
			}
		}
		return false
	})

	// Whoever is heard, nothing is lost in the end: each alone delivers what it wrote.
	anna.stop()
	twin.until("its message to be delivered", func() bool { return delivered(twin.history("Ben"), "from the copy") })
	twin.stop()
	anna.start()
	anna.until("its message to be delivered", func() bool { return delivered(anna.history("Ben"), "from the first") })
	ben.until("all that was said", func() bool {
		return once(ben.history("Anna"), "one", "from the copy", "from the first")
	})
	anna.until("all that was said", func() bool {
		return once(anna.history("Ben"), "one", "from the copy", "from the first")
	})
	agree(t, anna, ben)
}

// clone tells whether a problem is that of a profile that runs twice, with what to do.
func clone(p api.ProblemChange) bool {
	return !p.Gone && p.Remedy != "" && (strings.Contains(p.Text, "twice") || strings.Contains(p.Text, "cop"))
}

func delivered(messages []api.Message, text string) bool {
	for _, m := range messages {
		if m.Text == text && m.Mine {
			return m.States[0].State == "delivered" || m.States[0].State == "read"
		}
	}
	return false
}

// TestStream: ten thousand lines through one command arrive once and in order while the other side is killed and comes back.
func TestStream(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	const lines = 10000
	var text strings.Builder
	for i := range lines {
		fmt.Fprintln(&text, "line", i)
	}
	done := make(chan outcome, 1)
	go func() {
		cmd := exec.CommandContext(o.ctx, lanyard(), "send", "Ben", "--stdin", "--wait", "delivered", "--json", "--timeout", hang.String())
		done <- anna.finish(cmd, strings.NewReader(text.String()))
	}()
	ben.until("the first of them", func() bool { return len(ben.history("Anna")) > 0 })
	ben.kill()
	ben.start()
	t.Logf("Ben was killed after %d or more of %d", len(ben.history("Anna")), lines)
	var sent outcome
	select {
	case sent = <-done:
	case <-time.After(2 * hang):
		t.Fatal("send --stdin does not end")
	}
	if sent.code != 0 {
		t.Fatalf("exit status %d: %s", sent.code, sent.err)
	}
	reached := map[string]int{}
	for line := range strings.SplitSeq(sent.out, "\n") {
		var a struct{ Text, State string }
		must(t, json.Unmarshal([]byte(line), &a))
		if a.State == "delivered" {
			reached[a.Text]++
		}
	}
	must(t, o.net.Unplug(1)) // what was called delivered is on Ben's disk, not only on its way
	ben.kill()
	ben.start()
	got := ben.history("Anna")
	if len(got) != lines || len(reached) != lines {
		t.Fatalf("%d of %d lines arrived, %d were called delivered", len(got), lines, len(reached))
	}
	for i, m := range got {
		if m.Text != fmt.Sprint("line ", i) || reached[m.Text] != 1 {
			t.Fatalf("message %d is %q, told %d times", i, m.Text, reached[m.Text])
		}
	}
}

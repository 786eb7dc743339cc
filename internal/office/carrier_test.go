package office

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// TestThroughAColleague: Anna writes to Ben, who is off, and goes off. Ben comes and has it through Carla, on whose disk nobody can read it; what Anna
// sees afterwards came the same way.
func TestThroughAColleague(t *testing.T) {
	const marker = "Xyzzy-4711-for-Ben-alone"
	o := open(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	o.start(anna, ben, carla)
	ben.stop()
	anna.parts(ben)
	from := anna.mark()
	sent := anna.do("send", "Ben", marker, "--wait", "carried")
	told(anna, from, api.EventState, func(s api.StateChange) bool {
		return s.ID == sent && s.State == "carried" && len(s.Through) == 1 && s.Through[0].Name == "Carla"
	})
	state := anna.history("Ben")[0].States[0]
	if state.State != "carried" || len(state.Through) != 1 || state.Through[0].Name != "Carla" {
		t.Errorf("Anna's history says %+v", state)
	}
	more := 0
	anna.until("a command to say who carries what it wrote", func() bool { // how soon that is carried is not promised
		more++
		tried := anna.try("send", "Ben", "more", "--wait", "delivered", "--timeout", "4s")
		complains(t, tried, 3, "1 message is not yet delivered")
		return strings.Contains(tried.err, "1 message is not yet delivered, carried by Carla: ")
	})
	anna.stop()
	if !onDisk(t, anna.home, marker) {
		t.Error("the marker is looked for in a wrong way")
	}
	if onDisk(t, carla.home, marker) {
		t.Error("Carla's disk holds what is for Ben alone")
	}

	ben.start()
	ben.until("the message", func() bool {
		all := ben.history("Anna")
		return len(all) == 1+more && all[0].Text == marker && all[0].Author.Name == "Anna"
	})
	ben.do("read", "Anna")
	if onDisk(t, carla.home, marker) {
		t.Error("Carla's disk holds what is for Ben alone")
	}
	ben.do("send", "Anna", "thanks", "--wait", "carried")
	ben.stop()

	anna.start()
	anna.until("the answer", func() bool {
		all := anna.history("Ben")
		return len(all) == 2+more && all[0].States[0].State == "read" && all[1+more].Text == "thanks"
	})
}

// onDisk reports whether any file below a folder holds a text.
func onDisk(t *testing.T, dir, text string) (found bool) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, []byte(text))
		return err
	}))
	return found
}

// TestNoCableBetweenTwo: two desks between which nothing passes in either direction write to each other through a third one.
func TestNoCableBetweenTwo(t *testing.T) {
	o := open(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	o.start(anna, ben, carla)
	must(t, o.net.Isolate(true, 1, 2))
	anna.do("send", "Ben", "can you hear me?", "--wait", "delivered")
	ben.do("send", "Anna", "very well", "--wait", "delivered")
	must(t, o.net.Isolate(false, 1, 2))
	anna.meets(ben)
	anna.do("send", "Ben", "now directly", "--wait", "delivered")
	agree(t, anna, ben)
}

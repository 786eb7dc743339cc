package agent_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/discovery"
	"lanyard/internal/agent"
	"lanyard/internal/agenttest"
	"lanyard/internal/api"
	"lanyard/internal/lantest"
	"lanyard/internal/name"
)

// TestSimulation lets three people with whole agents write to each other, send files and work in one shared folder while links are cut, agents
// are restarted and machines lose their power. Afterwards everything acknowledged is there once and in one order, all folders are equal, and every
// byte that somebody wrote is still somewhere.
//
// The seed decides what is done, not how the agents' goroutines interleave: LANYARD_SEED=N does the same again, LANYARD_SOAK_SECONDS=N goes on with
// new seeds for so long.
func TestSimulation(t *testing.T) {
	at := func(seeds ...uint64) bool {
		return t.Run("office", func(t *testing.T) {
			for _, seed := range seeds {
				t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
					t.Parallel() // much of the time everybody waits
					t.Logf("again: LANYARD_SEED=%d go test -run TestSimulation ./internal/agent", seed)
					newSimulation(t, seed).run()
				})
			}
		})
	}
	if seed, err := strconv.ParseUint(os.Getenv("LANYARD_SEED"), 10, 64); err == nil {
		at(seed)
		return
	}
	at(1, 2, 3, rand.Uint64())
	soak, _ := strconv.Atoi(os.Getenv("LANYARD_SOAK_SECONDS")) // none: the seeds above are enough
	for begun := time.Now(); time.Since(begun) < time.Duration(soak)*time.Second; {
		if !at(rand.Uint64(), rand.Uint64(), rand.Uint64(), rand.Uint64()) {
			return
		}
	}
}

// simulation is one run.
type simulation struct {
	t      *testing.T
	chance *rand.Rand
	lan    *lantest.LAN
	office []*desk
	share  string
	room   string
	serial int
	did    []string
	wrote  map[string]bool   // contents that a person put into the shared folder
	undone map[string]bool   // contents that a person overwrote or deleted there
	offers map[string]string // name and content of each file that was to be sent
}

// desk is a person with what a power cut leaves of them.
type desk struct {
	*person
	host    *lantest.Host
	cabinet *cabinet
	folder  string // the shared one
	boot    int
	talk    sync.WaitGroup // a person says one thing after the other

	mu    sync.Mutex
	life  int                 // of the machine: what is answered later by an earlier one does not count
	said  map[string][]string // acknowledged texts by the recipient's name, in order
	tried map[string]bool     // texts whether acknowledged or not
	sent  []string            // names of files whose offer was acknowledged
}

// simulated are the paths that people work at.
var simulated = []string{"a.txt", "b.txt", "dir/a.txt", "dir/b.txt", "dir/deep/c.txt"}

func newSimulation(t *testing.T, seed uint64) *simulation {
	s := &simulation{t: t, chance: rand.New(rand.NewPCG(seed, 11)), lan: lantest.New(seed), wrote: map[string]bool{}, undone: map[string]bool{}, offers: map[string]string{}}
	for i, called := range []string{"Anna", "Ben", "Carla"} {
		home, err := filepath.EvalSymlinks(t.TempDir())
		must(t, err)
		d := &desk{host: s.lan.Host(called, fmt.Sprintf("10.0.0.%d", i+1)), said: map[string][]string{}, tried: map[string]bool{}}
		d.cabinet = newCabinet(home)
		d.person = &person{home: home, Agent: agenttest.Agent{T: t, Options: agent.Options{
			Profile: filepath.Join(t.TempDir(), "profile"), Name: called, Machine: called + "-pc", Folder: filepath.Join(home, "Lanyard"), Headless: true, AcceptShares: true,
			Network: d.host, Port: 26426, Discover: func(c discovery.Config) agent.Discoverer { return d.host.Discovery(c) },
		}}}
		d.begin()
		t.Cleanup(d.End)
		s.office = append(s.office, d)
	}
	for _, d := range s.office {
		s.meets(d)
	}
	anna := s.office[0]
	anna.folder = filepath.Join(anna.home, "Plans")
	must(t, os.Mkdir(anna.folder, 0o700))
	added, err := anna.AddShare(t.Context(), anna.folder, "", []string{"Ben", "Carla"})
	must(t, err)
	s.share = added.ID
	s.makeRoom()
	for _, d := range s.office[1:] {
		d.folder = await(t, d.Options.Name+" has the share", d.Shares, func(all []api.Share) bool { return len(all) == 1 })[0].Path
	}
	return s
}

// begin starts the agent with what the machine's disk has now.
func (d *desk) begin() {
	d.T.Helper()
	d.Options.Disk, d.Options.Boot = d.cabinet.open, fmt.Sprint("boot ", d.boot)
	d.Start()
	_, err := d.SetUnasked(d.T.Context(), api.Unasked{}) // taking files is a step of its own
	must(d.T, err)
}

func (s *simulation) meets(d *desk) {
	s.t.Helper()
	for _, o := range s.office {
		if o != d {
			sees(s.t, d.person, o.Options.Name, linked)
		}
	}
}

func (s *simulation) run() {
	defer func() {
		if s.t.Failed() {
			s.t.Log(s.report())
		}
	}()
	for range 30 {
		s.step()
		time.Sleep(time.Duration(s.chance.IntN(30)) * time.Millisecond) // how far everybody gets is chance, too
	}
	s.lan.Heal()
	for _, d := range s.office {
		d.talk.Wait()
	}
	for _, d := range s.office {
		s.meets(d)
	}
	s.settleFiles()
	s.settleFolders()
	s.settleTalks()
	s.settleRoom()
}

// step does one random thing.
func (s *simulation) step() {
	i := s.chance.IntN(len(s.office))
	d, o := s.office[i], s.office[(i+1+s.chance.IntN(2))%3]
	what, do := s.choose(d, o)
	s.did = append(s.did, d.Options.Name+" "+what)
	do()
}

// choose draws what is done next, with its name for the report.
func (s *simulation) choose(d, o *desk) (what string, do func()) {
	switch n := s.chance.IntN(100); {
	case n < 22:
		return "says something", func() { s.say(d, o.Options.Name) }
	case n < 30:
		return "says something in the room", func() { s.say(d, s.room) }
	case n < 50:
		return "writes", func() { s.write(d) }
	case n < 58:
		return "removes", func() { s.remove(d) }
	case n < 63:
		return "moves", func() { s.move(d) }
	case n < 70:
		return "sends a file", func() { s.send(d, o) }
	case n < 76:
		return "accepts", func() { s.accept(d) }
	case n < 82:
		return "is cut off from " + o.Options.Name, func() { s.lan.Partition([]*lantest.Host{d.host}, []*lantest.Host{o.host}) }
	case n < 87:
		return "loses a connection to " + o.Options.Name, func() { s.lan.CutAfter(d.host, o.host, 1+s.chance.IntN(20000)) }
	case n < 92:
		return "and all others are joined", s.lan.Heal
	case n < 95:
		return "starts again", func() {
			d.talk.Wait()
			d.End()
			d.begin()
		}
	}
	if s.chance.IntN(3) == 0 {
		return "loses its power", func() { s.powerCut(d) }
	}
	return "loses its power while something comes from " + o.Options.Name, func() {
		s.lan.Heal()
		s.write(o)
		d.cabinet.atSave()
		s.powerCut(d)
	}
}

// powerCut cuts a machine's power, whatever it is doing, and starts it again.
func (s *simulation) powerCut(d *desk) {
	d.cabinet = powerCut(d.person, d.host, d.cabinet, s.chance.Uint64(), func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.life++
	})
	d.talk.Wait() // it is told that Lanyard is not running
	d.boot++
	d.begin()
}

// say has a person write a few texts to another or into the room, one after the other, while the simulation goes on.
func (s *simulation) say(d *desk, to string) {
	d.talk.Wait()
	var texts []string
	for range 1 + s.chance.IntN(5) {
		s.serial++
		texts = append(texts, fmt.Sprintf("%s to %s, %d", d.Options.Name, to, s.serial))
	}
	client, life := d.Client, d.life
	d.talk.Go(func() {
		for _, text := range texts {
			d.mu.Lock()
			d.tried[text] = true
			d.mu.Unlock()
			_, err := client.Send(context.Background(), to, text)
			d.mu.Lock()
			counts := err == nil && d.life == life
			if counts {
				d.said[to] = append(d.said[to], text)
			}
			d.mu.Unlock()
			if !counts {
				return
			}
		}
	})
}

// send offers a file.
func (s *simulation) send(d, o *desk) {
	s.serial++
	called := fmt.Sprintf("file %d.txt", s.serial)
	at := filepath.Join(filepath.Dir(d.Options.Profile), called)
	s.offers[called] = fmt.Sprint(called, strings.Repeat(" of many bytes", s.chance.IntN(2)*20000))
	write(s.t, at, s.offers[called])
	if _, err := d.SendFiles(s.t.Context(), o.Options.Name, []string{at}); err != nil {
		s.t.Errorf("%s sends a file: %v", d.Options.Name, err)
	}
	d.sent = append(d.sent, called)
}

// accept takes the files that are offered to a person.
func (s *simulation) accept(d *desk) {
	all, err := d.Files(s.t.Context())
	must(s.t, err)
	for _, f := range all {
		if !f.Mine && f.State == "offered" {
			if _, err := d.AcceptFile(s.t.Context(), f.ID); err != nil {
				s.t.Errorf("%s takes %s: %v", d.Options.Name, f.Name, err)
			}
		}
	}
}

// take moves what lies at a path out of sight, so that it is known exactly what a person does away with.
func (s *simulation) take(d *desk, p string) (hidden string, ok bool) {
	local := d.cabinet.disk(d.folder).Local()
	hidden = path.Join(path.Dir(p), ".#away")
	if local.Rename(p, hidden) != nil {
		return "", false
	}
	b, err := local.ReadFile(hidden)
	if err == nil {
		s.undone[string(b)] = true
	}
	return hidden, err == nil
}

func (s *simulation) write(d *desk) {
	disk, p := d.cabinet.disk(d.folder), simulated[s.chance.IntN(len(simulated))]
	s.serial++
	content := fmt.Sprintf("%s %d %s", d.Options.Name, s.serial, strings.Repeat("x", s.chance.IntN(3)*40000))
	hidden, had := s.take(d, p)
	if save(disk, p, content) != nil {
		return // a folder has the name now, or a file that of its folder
	}
	s.wrote[content] = true
	if had {
		must(s.t, disk.Local().Remove(hidden))
	}
	d.ring()
}

func (s *simulation) remove(d *desk) {
	if hidden, ok := s.take(d, simulated[s.chance.IntN(len(simulated))]); ok {
		must(s.t, d.cabinet.disk(d.folder).Local().Remove(hidden))
		d.ring()
	}
}

// move renames a file; it stays the same content.
func (s *simulation) move(d *desk) {
	s.serial++
	err := d.cabinet.disk(d.folder).Local().Rename(simulated[s.chance.IntN(len(simulated))], fmt.Sprintf("moved %d.txt", s.serial))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	d.ring()
}

// ring has the agent look at its shared folder: nobody hears what happens on a disk in memory, but the real folder in its place is watched, and when
// Lanyard's own folder in it comes and goes everything is looked at.
func (d *desk) ring() {
	bell := filepath.Join(d.folder, name.Hidden)
	must(d.T, os.Mkdir(bell, 0o700))
	must(d.T, os.Remove(bell))
}

// settleTalks waits until every pair shows the same messages in one order, and looks whether all that was acknowledged is there once.
func (s *simulation) settleTalks() {
	for i, d := range s.office {
		for _, o := range s.office[:i] {
			both := func(ctx context.Context) ([2][]api.Message, error) {
				a, err := d.Messages(ctx, o.Options.Name, api.Query{Limit: 1000})
				b, err2 := o.Messages(ctx, d.Options.Name, api.Query{Limit: 1000})
				return [2][]api.Message{a.Messages, b.Messages}, errors.Join(err, err2)
			}
			m := await(s.t, fmt.Sprintf("%s and %s show the same, delivered", d.Options.Name, o.Options.Name), both, func(m [2][]api.Message) bool {
				return slices.EqualFunc(m[0], m[1], func(a, b api.Message) bool { return a.ID == b.ID && delivered(a) && delivered(b) })
			})
			s.checkTalk(d, o, m[0])
			s.checkTalk(o, d, m[0])
		}
	}
}

// delivered tells whether a message is somebody else's or has arrived.
func delivered(m api.Message) bool {
	return !m.Mine || len(m.States) == 1 && (m.States[0].State == "delivered" || m.States[0].State == "read")
}

// checkTalk looks for what d said to o in what both show.
func (s *simulation) checkTalk(d, o *desk, shown []api.Message) {
	var texts []string
	for _, m := range shown {
		if m.Kind == "text" && m.Author.ID == d.Me.Person {
			texts = append(texts, m.Text)
			if !d.tried[m.Text] {
				s.t.Errorf("%s shows %q, which %s never wrote", o.Options.Name, m.Text, d.Options.Name)
			}
		}
	}
	said := d.said[o.Options.Name]
	acknowledged := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return !slices.Contains(said, text) })
	if !slices.Equal(acknowledged, said) {
		s.t.Errorf("%s said to %s %q; shown of it is %q", d.Options.Name, o.Options.Name, said, acknowledged)
	}
	if once := slices.Compact(slices.Sorted(slices.Values(texts))); len(once) != len(texts) {
		s.t.Errorf("%s shows twice what %s wrote: %q", o.Options.Name, d.Options.Name, texts)
	}
}

// settleFiles takes all files that were offered and waits until they are there as they were sent.
func (s *simulation) settleFiles() {
	for _, d := range s.office {
		await(s.t, "what was sent to "+d.Options.Name+" is there", func(ctx context.Context) ([]api.File, error) {
			s.accept(d)
			return d.Files(ctx)
		}, func(all []api.File) bool {
			expected := 0
			for _, f := range all {
				if !f.Mine && f.State != "received" {
					return false
				}
				if !f.Mine {
					expected++
				}
			}
			return expected == s.sentTo(d)
		})
		all, err := d.Files(s.t.Context())
		must(s.t, err)
		for _, f := range all {
			if f.Mine {
				continue
			}
			dir, base := filepath.Split(f.Path)
			got, err := d.cabinet.disk(filepath.Clean(dir)).Local().ReadFile(base)
			if err != nil || string(got) != s.offers[f.Name] {
				s.t.Errorf("%s received %s: %.40q, %v", d.Options.Name, f.Name, got, err)
			}
		}
	}
}

// sentTo counts the files offered to a person, as their senders know it.
func (s *simulation) sentTo(d *desk) (n int) {
	for _, o := range s.office {
		all, err := o.Files(s.t.Context())
		must(s.t, err)
		for _, called := range o.sent {
			found := slices.IndexFunc(all, func(f api.File) bool { return f.Mine && f.Name == called })
			if found < 0 {
				s.t.Errorf("%s no longer knows of %s, which was offered", o.Options.Name, called)
			} else if all[found].To.ID == d.Me.Person {
				n++
			}
		}
	}
	return n
}

// settleFolders waits until all folders are equal and looks whether everything written is still somewhere.
func (s *simulation) settleFolders() {
	await(s.t, "all folders are equal", func(ctx context.Context) (bool, error) {
		var first map[string]string
		for i, d := range s.office {
			d.ring()
			st, err := d.Share(ctx, s.share)
			if err != nil || st.State != "in-sync" {
				return false, err
			}
			now := files(s.t, d.cabinet.disk(d.folder), "")
			if i == 0 {
				first = now
			}
			if !maps.Equal(first, now) {
				return false, nil
			}
		}
		return true, nil
	}, func(equal bool) bool { return equal })
	kept := map[string]bool{}
	for _, d := range s.office {
		for p, content := range files(s.t, d.cabinet.disk(d.folder), "") {
			kept[content] = true
			if !strings.HasSuffix(p, "/") && !s.wrote[content] {
				s.t.Errorf("%s shows %s with %.40q, which nobody wrote", d.Options.Name, p, content)
			}
		}
		for _, content := range files(s.t, d.cabinet.disk(d.folder), name.Hidden+"/trash") {
			kept[content] = true
		}
	}
	for content := range s.wrote {
		if !kept[content] && !s.undone[content] {
			s.t.Errorf("%.40q is lost", content)
		}
	}
}

// report describes what everybody has, when a test failed.
func (s *simulation) report() string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(s.did, "; "))
	for _, d := range s.office {
		st, err := d.Share(context.Background(), s.share)
		fmt.Fprintf(&b, "%s: %s, %+v, %+v, %v\n", d.Options.Name, st.State, st.Members, st.Problems, err)
		for _, dir := range []string{"", name.Hidden + "/trash"} {
			all := files(s.t, d.cabinet.disk(d.folder), dir)
			for _, p := range slices.Sorted(maps.Keys(all)) {
				fmt.Fprintf(&b, "  %s: %d bytes, %.30q\n", p, len(all[p]), all[p])
			}
		}
	}
	return b.String()
}

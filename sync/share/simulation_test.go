package share_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/name"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// simulation lets people at three desks do what they like while links come and go, desks lose their power, and profiles are put back to what they were
// or replaced by copies, one of them on a disk that is blind to case, and then looks whether all folders are equal and every byte that somebody wrote is still somewhere.
type simulation struct {
	t      *testing.T
	chance *rand.Rand
	o      *office
	id     share.ID
	wrote  map[string]bool // contents that a person wrote
	undone map[string]bool // contents that a person overwrote or deleted
	serial int
	bulk   string // that all contents have most of their bytes from, "" where they are small
	images map[*desk]image
	off    []*tree.Memory // disks of machines that were turned off for good

	replaced map[string]bool // paths whose content went with one of these
}

// image is a profile, and the disk beside it, as they were once.
type image struct {
	profile string
	disk    *tree.Memory
}

var simulated = []string{"a.txt", "b.txt", "A.txt", "dir/a.txt", "dir/b.txt", "Dir/b.txt", "dir/deep/c.txt"}

func TestSimulation(t *testing.T) {
	for seed := uint64(1); seed <= simulations(); seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			newSimulation(t, seed, "").run(seed)
		})
	}
}

// TestSimulationOfLargeFiles is the same with files that are cut into chunks and have most of them in common.
func TestSimulationOfLargeFiles(t *testing.T) {
	bulk := large(1, 3<<19)
	for seed := uint64(1); seed <= min(simulations(), 3); seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			newSimulation(t, seed, bulk).run(seed) // one after the other: each holds some hundred MB
		})
	}
}

func newSimulation(t *testing.T, seed uint64, bulk string) *simulation {
	return &simulation{t: t, bulk: bulk, chance: rand.New(rand.NewPCG(seed, 7)), wrote: map[string]bool{}, undone: map[string]bool{}, images: map[*desk]image{}, replaced: map[string]bool{}}
}

func (s *simulation) run(seed uint64) {
	s.begin(seed)
	for range 25 {
		s.step()
	}
	s.end()
}

func (s *simulation) begin(seed uint64) {
	t := s.t
	o := darkOffice(t, lantest.New(seed), "Anna", "Ben", "Carla")
	for _, d := range o.desks {
		d.disk = tree.NewMemory(tree.MemoryOptions{Volume: d.name, CaseBlind: d.name == "Carla"})
		slowSync(d.disk)
	}
	o.open()
	s.o = o
	anna := o.desks[0]
	anna.meetAll()
	st, err := anna.engine.Add(t.Context(), t.TempDir(), "Plans", []identity.PersonID{person(o.desks[1]), person(o.desks[2])})
	check(t, err)
	s.id = st.ID
	for _, d := range o.desks[1:] {
		d.accept(s.id)
	}
}

// slowSync makes the disk take its time to make things durable, so that power cuts fall into it.
func slowSync(disk *tree.Memory) {
	disk.Hook(func(_ int, doing, _ string) {
		if doing == "save" {
			time.Sleep(15 * time.Millisecond)
		}
	})
}

func (s *simulation) step() {
	d := s.o.desks[s.chance.IntN(len(s.o.desks))]
	switch n := s.chance.IntN(15); {
	case n < 5:
		s.write(d)
	case n < 7:
		s.remove(d)
	case n < 8:
		s.move(d)
	case n < 9:
		s.part()
	case n < 10:
		s.o.lan.Heal()
	case n < 11:
		s.powerCut(d)
	case n < 13:
		s.imageOf(d)
	case n < 14:
		s.putBack(d)
	}
	share.Look(d.engine, s.id)
	time.Sleep(time.Duration(s.chance.IntN(40)) * time.Millisecond) // how far everybody gets is chance, too
}

func (s *simulation) part() {
	lone := s.chance.IntN(len(s.o.desks))
	var rest []*lantest.Host
	for i, d := range s.o.desks {
		if i != lone {
			rest = append(rest, d.host)
		}
	}
	s.o.lan.Partition([]*lantest.Host{s.o.desks[lone].host}, rest)
}

// take moves what lies at a path out of sight, so that it is known exactly what a person does away with.
func (s *simulation) take(d *desk, p string) (hidden string, ok bool) {
	hidden = filepath.ToSlash(filepath.Join(filepath.Dir(p), ".#away"))
	if err := d.disk.Local().Rename(p, hidden); err != nil {
		return "", false
	}
	b, err := d.disk.Local().ReadFile(hidden)
	if err == nil {
		s.undone[string(b)] = true
	}
	return hidden, err == nil
}

func (s *simulation) write(d *desk) { s.save(d, simulated[s.chance.IntN(len(simulated))]) }

func (s *simulation) save(d *desk, p string) {
	s.serial++
	c := fmt.Sprintf("%s %d %s", d.name, s.serial, strings.Repeat("x", s.chance.IntN(3)*40000))
	if s.bulk != "" {
		at := s.chance.IntN(len(s.bulk)) // what is its own stands in front, and anywhere in what all have
		c += s.bulk[:at] + c + s.bulk[at:]
	}
	hidden, had := s.take(d, p)
	if err := d.disk.Local().Save(p, []byte(c)); err != nil {
		return // a folder has the name now, or a file that of its folder
	}
	s.wrote[c] = true
	if had {
		check(s.t, d.disk.Local().Remove(hidden))
	}
	check(s.t, d.disk.SyncAll()) // what people write is safe; what Lanyard writes then happens to be, too
}

func (s *simulation) remove(d *desk) {
	if hidden, ok := s.take(d, simulated[s.chance.IntN(len(simulated))]); ok {
		check(s.t, d.disk.Local().Remove(hidden))
	}
}

// move renames a file to a new name; it stays the same content.
func (s *simulation) move(d *desk) {
	s.serial++
	p := simulated[s.chance.IntN(len(simulated))]
	err := d.disk.Local().Rename(p, fmt.Sprintf("moved %d.txt", s.serial))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
}

// powerCut stops a desk at once: nothing leaves it any more, its databases are as the last commit left them, and its disk has of what was not
// synced whatever chance gives.
func (s *simulation) powerCut(d *desk) {
	t := s.t
	profile := t.TempDir()
	check(t, os.Mkdir(filepath.Join(profile, "shares"), 0o700))
	d.host.Down()
	var after *tree.Memory
	err := share.Freeze(d.engine, s.id, d.dir, profile, func() { after = d.disk.PowerCut(s.chance.Uint64()) })
	if after == nil {
		t.Log("no power cut, the share is not at work:", err)
		d.host.Up()
		return
	}
	d.failures = nil
	d.shut()
	d.dir, d.disk = profile, after
	slowSync(d.disk)
	d.boot++
	d.host.Up()
	d.start()
	s.o.meet()
}

// imageOf keeps what a desk's machine holds now.
func (s *simulation) imageOf(d *desk) {
	t := s.t
	profile := t.TempDir()
	check(t, os.Mkdir(filepath.Join(profile, "shares"), 0o700))
	var disk *tree.Memory
	if err := share.Freeze(d.engine, s.id, d.dir, profile, func() { disk = d.disk.Copy() }); err != nil {
		t.Log("no image, the share is not at work:", err)
		return
	}
	s.images[d] = image{profile, disk}
}

// putBack ends a desk's program and goes on with its databases as they were once, on today's disk or on that of the image: then the machine until now
// is turned off, as after its profile was copied to another one.
func (s *simulation) putBack(d *desk) {
	im, ok := s.images[d]
	if !ok {
		return
	}
	delete(s.images, d)
	d.host.Down()
	d.failures = nil
	d.shut()
	d.dir = im.profile
	check(s.t, d.disk.SyncAll())
	if s.chance.IntN(2) == 0 {
		s.off = append(s.off, d.disk)
		d.disk = im.disk
		slowSync(d.disk)
	}
	d.boot++
	if s.chance.IntN(2) == 0 { // something is done there before anybody is met
		d.start()
		s.write(d)
		share.Look(d.engine, s.id)
		time.Sleep(time.Duration(s.chance.IntN(300)) * time.Millisecond)
		d.host.Up()
	} else {
		d.host.Up()
		d.start()
	}
	s.o.meet()
}

func (s *simulation) end() {
	s.o.lan.Heal()
	s.o.meet()
	equal := func() bool {
		first := ""
		for i, d := range s.o.desks {
			share.Look(d.engine, s.id)
			if st, err := d.engine.Get(s.id); err != nil || st.State != share.InSync {
				return false
			}
			now := listing(shown(d, s.id))
			if i == 0 {
				first = now
			}
			if now != first {
				return false
			}
		}
		return true
	}
	eventually(s.t, "all folders are equal", func() bool {
		time.Sleep(50 * time.Millisecond)
		s.replaceGone()
		return equal()
	}, s.report)
	kept := map[string]bool{}
	for _, d := range s.o.desks {
		for _, c := range s.visible(d) {
			if c != "" && !s.wrote[c] {
				s.t.Errorf("%s shows %.40q, which nobody wrote", d.name, c)
			}
			kept[c] = true
		}
		for _, c := range s.read(d, name.Hidden+"/trash") {
			kept[c] = true
		}
	}
	for _, disk := range s.off {
		gone := &desk{disk: disk}
		for _, dir := range []string{"", name.Hidden + "/trash"} {
			for _, c := range s.read(gone, dir) {
				kept[c] = true
			}
		}
	}
	for c := range s.wrote {
		if !kept[c] && !s.undone[c] {
			s.t.Errorf("%.40q is lost\n%s", c, s.report())
		}
	}
}

// replaceGone has people do what the problem says of a content that was heard of and went with a machine that was turned off for good, before it reached anybody:
// they save a file of that name. How much goes so depends on how fast contents come.
func (s *simulation) replaceGone() {
	for _, d := range s.o.desks {
		st, err := d.engine.Get(s.id)
		if err != nil {
			continue
		}
		for _, p := range st.Problems {
			if strings.Contains(p.Text, "before it reached anybody") && !s.replaced[p.Path] && s.gone() {
				s.replaced[p.Path] = true
				s.save(d, p.Path)
			}
		}
	}
}

// gone reports whether a machine was turned off for good and something that somebody wrote is at no desk any more.
func (s *simulation) gone() bool {
	here := map[string]bool{}
	for _, d := range s.o.desks {
		for _, dir := range []string{"", name.Hidden + "/trash"} {
			for _, c := range s.read(d, dir) {
				here[c] = true
			}
		}
	}
	for c := range s.wrote {
		if !here[c] {
			return len(s.off) > 0
		}
	}
	return false
}

func (s *simulation) report() string {
	var b strings.Builder
	for _, d := range s.o.desks {
		st, err := d.engine.Get(s.id)
		fmt.Fprintf(&b, "%s: %s %v %+v %v\n%s", d.name, st.State, st.Members, st.Problems, err, listing(shown(d, s.id)))
		fmt.Fprintf(&b, "trash:\n%s", listing(s.read(d, name.Hidden+"/trash")))
		b.WriteString(share.Pending(d.engine, s.id))
	}
	return b.String()
}

func (s *simulation) visible(d *desk) map[string]string { return s.read(d, "") }

// read reads files below a folder of the disk in memory.
func (s *simulation) read(d *desk, dir string) map[string]string {
	out := map[string]string{}
	entries, err := d.disk.List(dir)
	if err != nil {
		return out
	}
	for _, e := range entries {
		p := strings.TrimPrefix(dir+"/"+e.Name, "/")
		switch {
		case e.Name == name.Hidden || strings.HasPrefix(e.Name, ".#"):
		case e.Kind == tree.KindDir:
			out[p+"/"] = ""
			for k, v := range s.read(d, p) {
				out[k] = v
			}
		default:
			b, err := d.disk.Local().ReadFile(p)
			if err == nil {
				out[p] = string(b)
			}
		}
	}
	return out
}

// simulations is how many seeds are tried: few in every test run, more on request.
func simulations() uint64 {
	n, err := strconv.ParseUint(os.Getenv("SHARE_SEEDS"), 10, 64)
	if err != nil {
		return 4
	}
	return n
}

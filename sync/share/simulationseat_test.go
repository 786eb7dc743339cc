package share_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing/synctest"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// seat is a machine in a simulation, and its person.
type seat struct {
	*desk
	s       *simulation
	n       int
	options tree.MemoryOptions
	ear     ear
	up      atomic.Bool
	away    bool            // of the share: left or removed
	since   int             // what was written from this serial on is not for them
	knows   bool            // all others know that they are away
	had     map[string]bool // contents that lay on the disk when it was looked at last
	aged    map[string]bool // contents that lay in the trash when years passed: they may be purged
	damaged map[string]bool // contents that a cut or a program that is still writing left there
	firm    firm
	links   map[string]bool
	names   map[string]named // visible when it was looked at last
	image   *image
	other   *tree.Memory // the real disk while another one is in its place
	pulled  bool         // the disk is out
	open    tree.File    // being written to by a program
	half    string       // that it has written
	rest    string       // that it will write
	restAt  int64
	restOf  string
	fails   bool // its disk fails now and then
	swapped bool // its disk or profile was another one since all were equal
	lay     bool // what lies in its folder lay there before its database began: the others have it once its person says so

	mu     sync.Mutex
	breaks *breakage
	writes int // calls that change the disk
	frames int
	heard  int
}

// image is a profile, and the disk beside it, as they were once.
type image struct {
	profile string
	disk    *tree.Memory
	boot    int
}

func newSeat(s *simulation, d *desk, n int) *seat {
	x := &seat{desk: d, s: s, n: n, options: s.kinds[n], ear: s.ears[n], had: map[string]bool{}, damaged: map[string]bool{}, aged: map[string]bool{}, links: map[string]bool{}}
	x.options.Volume = d.name
	d.setting = func(c *share.Config) {
		share.Unheard(c)
		share.Sent(c, x.sent)
	}
	d.dir = x.freshProfile()
	x.give(tree.NewMemory(x.options))
	return x
}

// storm is more frames about the share than a machine has reason to send in a whole course.
const storm = 20_000

// sent counts a frame. A storm ends everything, since it would never end.
func (d *seat) sent() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.frames++; d.frames == storm {
		panic(fmt.Sprintf("P10: %s has sent %d frames", d.name, storm))
	}
}

// freshProfile makes an empty profile.
func (d *seat) freshProfile() string {
	d.s.profile++
	dir := filepath.Join(d.s.dir, fmt.Sprint(d.s.profile))
	check(d.t, os.MkdirAll(filepath.Join(dir, "shares"), 0o700))
	return dir
}

// give puts a disk into the machine.
func (d *seat) give(disk *tree.Memory) {
	d.disk = disk
	disk.Hook(func(_ int, doing, p string) { d.called(disk, doing, p) })
	d.had = d.everything(true)
}

// called runs before each call of the engine on a disk: this is where faults fall, time passes, and the watcher hears.
func (d *seat) called(disk *tree.Memory, doing, p string) {
	switch doing {
	case "look at", "list", "open", "read", "measure", "look for":
	default:
		d.mu.Lock()
		d.writes++
		d.mu.Unlock()
		if name.Fold(strings.SplitN(p, "/", 2)[0]) != name.Hidden {
			d.hear(p, doing != "write", doing == "write")
		}
	}
	if d.s.slow && (doing == "save" || doing == "read" || doing == "write") {
		time.Sleep(3 * time.Millisecond)
	}
	d.checkFirmNow(disk, doing, p)
	d.breakNow(disk)
}

func (d *seat) start() {
	if d.up.Load() {
		return
	}
	d.desk.start()
	d.up.Store(true)
}

// stop ends the program as it ends by itself; it may not fail then unless its disk did.
func (d *seat) stop() {
	if !d.up.Load() {
		return
	}
	d.up.Store(false)
	if d.fails || d.dead() || mutantNow() != nil {
		d.desk.stop()
		d.ended.Wait()
		d.failures = nil
	}
	d.shut()
}

// back has the machine on the network again, and its program running.
func (d *seat) back() {
	d.host.Up()
	d.start()
	d.s.o.meet()
}

// everything is all contents on the disk, or only those that are visible or in the trash.
func (d *seat) everything(proper bool) map[string]bool {
	out := map[string]bool{}
	err := d.disk.Local().Walk(func(p string, s tree.Stat, content []byte) {
		hidden := name.Fold(strings.SplitN(p, "/", 2)[0]) == name.Hidden
		if s.Kind == tree.KindFile && len(content) > 0 && (!hidden || !proper || strings.HasPrefix(p, name.Hidden+"/trash/")) {
			out[string(content)] = true
		}
	})
	if err != nil && !d.dead() {
		d.t.Error(err)
	}
	return out
}

// visible is what people see, as it is called on disk; folders end in a slash.
func (d *seat) visible() map[string]string { return seen(d.disk) }

func seen(disk *tree.Memory) map[string]string {
	out := map[string]string{}
	_ = disk.Local().Walk(func(p string, s tree.Stat, content []byte) {
		switch {
		case name.Fold(strings.SplitN(p, "/", 2)[0]) == name.Hidden:
		case s.Kind == tree.KindDir:
			out[p+"/"] = ""
		case s.Kind == tree.KindFile:
			out[p] = string(content)
		}
	})
	return out
}

// shared is what of it is for everybody, under the names that the others see.
func (d *seat) shared() map[string]string {
	out := map[string]string{}
	for p, c := range d.visible() {
		bare, dir := strings.CutSuffix(p, "/")
		if name.IgnoredPath(bare, dir) || name.CheckPath(bare) != nil {
			continue
		}
		bare = share.Named(d.engine, d.s.id, bare)
		if dir {
			bare += "/"
		}
		out[bare] = c
	}
	return out
}

// person lets the person at the machine do something, and notes what they have done away with.
func (d *seat) person(do func(l tree.Local)) {
	if d.other != nil {
		return // they have nothing of the share before them
	}
	synctest.Wait()
	if d.dead() {
		return
	}
	before, names := d.everything(true), d.named()
	do(d.disk.Local())
	after, now := d.everything(true), d.visible()
	for c := range before {
		if !after[c] {
			delete(d.had, c)
		}
	}
	d.missed(names, now)
	maps.Copy(d.had, after)
	d.forgetAged()
}

// forgetAged no longer looks for what may be purged.
func (d *seat) forgetAged() {
	maps.DeleteFunc(d.had, func(c string, _ bool) bool { return d.aged[c] })
}

// missed notes which names are there no more.
func (d *seat) missed(before map[string]named, after map[string]string) {
	for p, n := range before {
		if _, ok := after[p]; !ok {
			d.s.gone[n.disk], d.s.gone[n.shared] = true, true
		}
	}
}

// named is what something is called on disk, and for the others.
type named struct{ disk, shared string }

// named are the names of what is visible.
func (d *seat) named() map[string]named {
	out := map[string]named{}
	for p := range d.visible() {
		bare := strings.TrimSuffix(p, "/")
		out[p] = named{bare, bare}
		if d.up.Load() {
			out[p] = named{bare, share.Named(d.engine, d.s.id, bare)}
		}
	}
	return out
}

func (d *seat) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: up %v, away %v, disk out %v\n", d.name, d.up.Load(), d.away, d.pulled)
	if d.up.Load() {
		st, err := d.engine.Get(d.s.id)
		fmt.Fprintf(&b, "%s %+v %+v %v\n", st.State, st.Members, st.Problems, err)
		b.WriteString(share.Pending(d.engine, d.s.id))
	}
	all := map[string]string{}
	_ = d.disk.Local().Walk(func(p string, s tree.Stat, content []byte) {
		if s.Kind == tree.KindFile && !strings.Contains(p, "marker") {
			all[p] = string(content)
		}
	})
	b.WriteString(listing(all))
	return b.String()
}

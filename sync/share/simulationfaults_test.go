package share_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// breakage is what will happen to a machine at one of the next calls of its disk.
type breakage struct {
	disk    *tree.Memory
	calls   int // until then
	kill    bool
	err     error // the disk fails for a while, or is full; else the machine ends
	many    int
	chance  uint64
	profile string            // where the databases go, as they are then
	before  map[string]string // what was visible then
	after   *tree.Memory
}

var errDisk = errors.New("input/output error")

// dead reports whether the machine has ended by a breakage.
func (d *seat) dead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.breaks != nil && d.breaks.after != nil
}

// breakNow does what is due at a call.
func (d *seat) breakNow(disk *tree.Memory) {
	d.mu.Lock()
	b := d.breaks
	if b == nil || b.disk != disk || b.calls == 0 {
		d.mu.Unlock()
		return
	}
	b.calls--
	due := b.calls == 0
	d.mu.Unlock()
	switch {
	case !due:
	case errors.Is(b.err, tree.ErrFull):
		disk.FullAt(1, b.many)
	case b.err != nil:
		disk.FailAt(1, b.many, b.err)
	default:
		d.end(b)
	}
}

// end ends a machine at once: nothing leaves it any more, its databases are as their last commits left them, and its disk has what was synced, and of the
// rest, after a power cut, whatever chance gives.
func (d *seat) end(b *breakage) {
	d.host.Down()
	if b.kill {
		check(d.t, b.disk.Local().Settle())
	}
	before := seen(b.disk)
	after := b.disk.PowerCut(b.chance)
	check(d.t, share.Snapshot(d.s.id, d.dir, b.profile))
	d.mu.Lock()
	b.before, b.after = before, after
	d.mu.Unlock()
}

// arm has something happen at one of the next calls.
func (d *seat) arm(b *breakage, r *rand.Rand) {
	if !d.up.Load() || d.dead() || d.pulled || d.other != nil {
		return
	}
	b.disk, b.calls, b.chance, b.profile = d.disk, 1+r.IntN([]int{3, 30, 150}[r.IntN(3)]), r.Uint64(), d.freshProfile()
	d.mu.Lock()
	d.breaks = b
	d.mu.Unlock()
}

func (s *simulation) powerCut(d, _ *seat, r *rand.Rand) { d.arm(&breakage{}, r) }

func (s *simulation) kill(d, _ *seat, r *rand.Rand) { d.arm(&breakage{kill: true}, r) }

func (s *simulation) failing(d, _ *seat, r *rand.Rand) {
	d.fails = true
	d.arm(&breakage{err: errDisk, many: 1 + r.IntN(20)}, r)
}

func (s *simulation) full(d, _ *seat, r *rand.Rand) {
	d.fails = true
	d.arm(&breakage{err: tree.ErrFull, many: 1 + r.IntN(200)}, r)
}

// recover starts a machine that has ended.
func (d *seat) recover() {
	if !d.dead() {
		return
	}
	b := d.breaks
	d.s.note("%s has ended, and starts", d.name)
	d.stop()
	if d.open != nil { // now that is all of it
		d.s.wrote[d.half] = true
		check(d.t, d.open.Close())
		d.open = nil
	}
	d.checkAfterCut(b)
	d.breaks = nil
	d.dir = b.profile
	had := d.had
	d.give(b.after)
	d.had = keepIn(had, d.everything(true))
	if len(d.firm.on(b.disk)) > 0 {
		d.firm.move(b.after)
	}
	if !b.kill {
		d.boot++
	}
	d.back()
}

func keepIn(all, of map[string]bool) map[string]bool {
	out := map[string]bool{}
	for c := range all {
		out[c] = of[c]
		if !of[c] {
			delete(out, c)
		}
	}
	return out
}

func (s *simulation) overflows(d, other *seat, r *rand.Rand) {
	d.overflow(func() { s.save(d, other, r); s.remove(d, other, r) })
}

func (s *simulation) pull(d, _ *seat, _ *rand.Rand) {
	if !d.pulled && d.other == nil && !d.dead() {
		check(d.t, d.disk.Local().Unplug())
		d.pulled = true
	}
}

// plug puts right what is wrong with a machine's disk.
func (s *simulation) plug(d, _ *seat, _ *rand.Rand) {
	switch {
	case d.pulled:
		check(d.t, d.disk.Local().Replug())
		d.pulled = false
	case d.other != nil:
		d.stop()
		if there := d.visible(); len(there) > 0 {
			d.t.Errorf("P2, P7: a disk that is not the share's holds %v", there)
		}
		had := d.had
		d.give(d.other)
		d.other, d.had = nil, had
		d.start()
		s.o.meet()
	}
}

// otherDisk puts an empty disk in the place of a machine's.
func (s *simulation) otherDisk(d, _ *seat, _ *rand.Rand) {
	if d.pulled || d.other != nil || d.dead() || d.open != nil || !d.up.Load() {
		return
	}
	d.stop()
	d.disarm()
	had := d.had
	d.other = d.disk
	d.give(tree.NewMemory(d.options))
	d.had = had
	d.start()
	s.o.meet()
}

func (d *seat) disarm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.breaks != nil && d.breaks.after == nil {
		d.breaks = nil
	}
	d.disk.FailAt(0, 0, nil)
}

// imageOf keeps what a machine holds now.
func (s *simulation) imageOf(d, _ *seat, _ *rand.Rand) {
	if d.dead() || d.pulled || d.other != nil || d.open != nil || d.away {
		return
	}
	was := d.up.Load()
	d.stop()
	profile := d.freshProfile()
	check(s.t, share.Snapshot(s.id, d.dir, profile))
	d.image = &image{profile, d.disk.Copy(), d.boot}
	if was {
		d.start()
		s.o.meet()
	}
}

// putBack goes on with the databases as they were once, on today's disk or on that of the image: then the machine until now is turned off, as after its
// profile was copied to another one. In between something may be done there before anybody is met.
func (s *simulation) putBack(d, other *seat, r *rand.Rand) {
	if d.image == nil || d.dead() || d.pulled || d.other != nil || d.open != nil || d.away {
		return
	}
	im := d.image
	d.image = nil
	d.host.Down()
	d.stop()
	d.disarm()
	d.dir, d.swapped = im.profile, true
	if r.IntN(2) == 0 {
		check(s.t, d.disk.Local().Settle())
	} else {
		d.give(im.disk)
	}
	d.boot++
	if r.IntN(2) == 0 {
		d.start()
		s.save(d, other, r)
		time.Sleep(time.Duration(r.IntN(3000)) * time.Millisecond)
	}
	d.back()
}

// loseDatabase deletes what a machine knows of the folder.
func (s *simulation) loseDatabase(d, _ *seat, _ *rand.Rand) {
	if d.dead() || d.pulled || d.other != nil || d.away || d.open != nil {
		return
	}
	d.stop()
	d.swapped, d.lay = true, true
	for c := range d.everything(true) {
		delete(s.buried, c) // nobody there knows that it was deleted
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(filepath.Join(d.dir, "shares", s.id.String()+".db"+end)); err != nil && !os.IsNotExist(err) {
			s.t.Error(err)
		}
	}
	d.start()
	s.o.meet()
}

func (s *simulation) part(d, other *seat, _ *rand.Rand) {
	if d == other {
		var rest []*lantest.Host
		for _, o := range s.seats {
			if o != d {
				rest = append(rest, o.host)
			}
		}
		s.o.lan.Partition([]*lantest.Host{d.host}, rest)
		return
	}
	s.o.lan.Partition([]*lantest.Host{d.host}, []*lantest.Host{other.host})
}

func (s *simulation) heal(_, _ *seat, _ *rand.Rand) {
	s.o.lan.Heal()
	s.cutGraph()
	s.o.meet()
}

func (s *simulation) cutWire(d, other *seat, r *rand.Rand) {
	if d != other {
		s.o.lan.CutAfter(d.host, other.host, 1+r.IntN(8000))
	}
}

// years closes the office for long: the trash may be emptied then.
func (s *simulation) years(_, _ *seat, r *rand.Rand) {
	var up []*seat
	for _, d := range s.seats {
		d.recover()
		d.disarm()
		if d.up.Load() {
			up = append(up, d)
		}
		d.stop()
		if d.dead() { // while it stopped
			d.recover()
			d.stop()
		}
	}
	time.Sleep(time.Duration(1+r.IntN(2000)) * 24 * time.Hour)
	for _, d := range s.seats {
		seen := map[string]bool{}
		for _, c := range d.visible() {
			seen[c] = true
		}
		for c := range d.everything(true) {
			if !seen[c] {
				d.aged[c] = true
			}
		}
		d.forgetAged()
	}
	for _, d := range up {
		d.start()
	}
	s.o.meet()
}

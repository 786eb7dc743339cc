package share_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/tree"
	"lanyard/sync/index"
	"lanyard/sync/share"
)

// look is between all steps: what may never be is looked for then.
func (s *simulation) look() {
	for _, d := range s.seats {
		if d.dead() {
			d.recover()
		}
		if d.other != nil {
			continue
		}
		d.checkKept(false)
		d.checkWritten()
		d.checkFirm()
		d.checkLinks()
		d.checkBuried()
		d.checkOutside()
	}
}

// checkKept is P1: what stood on a machine is there still, wherever, unless its person has done away with it.
func (d *seat) checkKept(proper bool) {
	if d.dead() {
		return
	}
	now := d.everything(proper)
	for c := range d.had {
		if !now[c] && !d.damaged[c] {
			d.t.Errorf("P1: %s has lost %.40q", d.name, c)
		}
	}
	d.had, d.names = d.everything(true), d.named()
	d.forgetAged()
}

// checkWritten is P4: what is visible was written by a person, whole. What a power cut or a program left on this machine may be there until the end.
func (d *seat) checkWritten() {
	for p, c := range d.visible() {
		if c != "" && !d.s.wrote[c] && !d.damaged[c] && !name.IgnoredPath(p, false) {
			d.t.Errorf("P4: %s shows %.40q (%d bytes) at %s, which nobody wrote", d.name, c, len(c), p)
		}
	}
}

// checkFirm is P5: a name that nobody removes always shows something whole.
func (d *seat) checkFirm() {
	there := d.visible()
	for _, p := range d.firm.on(d.disk) {
		if _, ok := there[p]; !ok {
			d.t.Errorf("P5: %s shows nothing at %s", d.name, p)
		}
	}
	for _, p := range firmNames {
		if d.s.wrote[there[p]] {
			d.firm.stand(d.disk, p)
		}
	}
}

// checkLinks is P7, as far as this disk has what could lead outside: nobody but its person touches a link.
func (d *seat) checkLinks() {
	found := map[string]bool{}
	if d.dead() || d.disk.Local().Walk(func(p string, s tree.Stat, _ []byte) { found[p] = s.Kind == tree.KindLink }) != nil {
		return
	}
	for p := range d.links {
		if !found[p] && !d.s.gone[p] && !d.s.gone["dir"] && !d.swapped {
			d.t.Errorf("P7: the link %s of %s is gone", p, d.name)
		}
	}
}

// checkBuried is P3.
func (d *seat) checkBuried() {
	if d.swapped {
		return // an old disk shows what it had until it has heard
	}
	for p, c := range d.visible() {
		if d.s.buried[c] {
			d.t.Errorf("P3: %s shows %.40q at %s again", d.name, c, p)
		}
	}
}

// checkOutside is P8: who is away, and of whom all others know that, gets nothing new.
func (d *seat) checkOutside() {
	if !d.away || !d.knows {
		return
	}
	for c := range d.everything(false) {
		var by string
		var serial int
		if n, _ := fmt.Sscanf(c, "%s %d.", &by, &serial); n == 2 && by != d.name && by != "common" && serial > d.since {
			d.t.Errorf("P8: %s is no member and has %.40q", d.name, c)
		}
	}
}

// checkAfterCut is P5 and P15: what the databases say that lies on the disk is there, whole, after a cut.
func (d *seat) checkAfterCut(b *breakage) {
	rows, err := share.RowsOf(b.profile, d.s.id)
	check(d.t, err)
	promised := map[index.Hash]bool{}
	for _, h := range rows {
		promised[h] = true
	}
	there, names := map[string]bool{}, seen(b.after)
	check(d.t, b.after.Local().Walk(func(_ string, _ tree.Stat, c []byte) { there[string(c)] = true }))
	for c := range d.had {
		if (b.kill || promised[share.HashOf(c)]) && !there[c] && !d.damaged[c] {
			d.t.Errorf("P15: the databases of %s say that it has %.40q, and after a cut it has not", d.name, c)
		}
	}
	for _, p := range d.firm.on(b.disk) {
		if _, told := rows[p]; told && !d.s.wrote[names[p]] {
			d.t.Errorf("P5: after a cut %s shows %.40q at %s", d.name, names[p], p)
		}
	}
	for _, c := range names {
		if !d.s.wrote[c] {
			d.damaged[c] = true
		}
	}
	for p := range b.before { // what was not durable
		if _, ok := names[p]; !ok {
			d.s.gone[strings.TrimSuffix(p, "/")] = true
		}
	}
	d.missed(d.names, names)
}

// calm brings all to rest, and notes what is visible nowhere any more.
func (s *simulation) calm(_, _ *seat, _ *rand.Rand) {
	s.converge()
	s.checkDots()
	shown := map[string]bool{}
	for _, d := range s.seats {
		for _, c := range d.visible() {
			shown[c] = true
		}
		d.swapped = false
		d.knows = d.away
		if d.knows {
			d.since = s.serial
		}
	}
	for c := range s.wrote {
		if !shown[c] && !strings.HasPrefix(c, "common") {
			s.buried[c] = true
		}
	}
}

// end brings all to rest and looks at everything.
func (s *simulation) end() {
	synctest.Wait()
	s.look()
	s.converge()
	if s.t.Failed() {
		return
	}
	for _, d := range s.seats {
		clear(d.damaged)
		d.swapped = false
		d.checkKept(true)
		if d.away {
			continue
		}
		d.checkWritten()
		d.checkFirm()
		d.checkBuried()
		d.checkOutside()
	}
	s.checkDots()
	s.checkDeletions()
	if s.seed%4 == 0 {
		s.checkQuiet()
	}
}

// mend puts right what is wrong with anybody, but for their watchers and who has no path to whom.
func (s *simulation) mend() {
	synctest.Wait()
	for _, d := range s.seats {
		d.recover()
		d.disarm()
		d.writeEnd()
		s.plug(d, nil, nil)
		d.host.Up()
		d.start()
	}
	s.heal(nil, nil, nil)
	s.settleDisks()
}

// patience is how long all may take to become equal: a silent watcher needs a look at everything, and what waits for that one needs another.
const patience = 3 * time.Hour

// converge is P9.
func (s *simulation) converge() {
	s.mend()
	begun, pause := time.Now(), time.Second
	for !s.restful() {
		if time.Since(begun) > patience {
			s.t.Fatal("P9: the folders do not become equal")
		}
		time.Sleep(pause)
		pause = min(2*pause, time.Minute)
		synctest.Wait()
		s.look()
		s.replaceGone()
		s.publishOwn()
	}
	for _, d := range s.seats {
		d.lay = false
	}
}

// publishOwn has people share what lay in their folders before their databases began.
func (s *simulation) publishOwn() {
	for _, d := range s.seats {
		if !d.lay || d.away || !d.whole() || !s.inSync(d) {
			continue
		}
		if files, err := d.engine.Publish(s.t.Context(), s.id, nil); err == nil { // else there is nothing, yet
			s.note("%s shares what was only there: %d files", d.name, files)
		}
	}
}

// restful reports whether all members have nothing to do and show the same.
func (s *simulation) restful() bool {
	first := ""
	for _, d := range s.seats {
		if d.away {
			continue
		}
		if d.dead() || !s.inSync(d) {
			return false
		}
		now := listing(d.shared())
		if first == "" {
			first = "all:" + now
		}
		if "all:"+now != first {
			return false
		}
	}
	return s.scanned()
}

// inSync reports whether a machine says so; a member who is never met does not count.
func (s *simulation) inSync(d *seat) bool {
	st, err := d.engine.Get(s.id)
	return err == nil && st.State == share.InSync
}

// scanned reports whether what the disks show is what the records say: else a silent watcher has something to find.
func (s *simulation) scanned() bool {
	for _, d := range s.seats {
		if d.away {
			continue
		}
		all, err := share.Records(d.engine, s.id)
		check(s.t, err)
		live := map[string]index.Version{}
		for _, v := range all {
			if v.Kind == index.File {
				live[string(v.Path)+" "+fmt.Sprintf("%x", v.Content)] = v
			}
		}
		shown := d.shared()
		for p, c := range shown {
			if !strings.HasSuffix(p, "/") {
				if _, ok := live[p+" "+fmt.Sprintf("%x", share.HashOf(c))]; !ok {
					return false
				}
			}
		}
		for _, v := range all {
			if _, ok := shown[string(v.Path)]; !ok && v.Kind == index.File && share.Shows(d.engine, s.id, v.Path) == index.File {
				return false
			}
		}
	}
	return true
}

// replaceGone has people do what the problem says of a content that was heard of and went with a disk that was turned off, before it reached anybody:
// they save a file of that name.
func (s *simulation) replaceGone() {
	for _, d := range s.seats {
		if d.away || !d.up.Load() {
			continue
		}
		st, err := d.engine.Get(s.id)
		if err != nil {
			continue
		}
		for _, p := range st.Problems {
			if strings.Contains(p.Text, "before it reached anybody") {
				s.note("%s puts something at %s in the place of what is gone", d.name, p.Path)
				d.put(p.Path, s.content(d, rand.New(rand.NewPCG(s.seed, uint64(s.serial)))), rand.New(rand.NewPCG(s.seed, 1)))
			}
		}
	}
}

// checkDots is P6.
func (s *simulation) checkDots() {
	records := map[string]string{}
	for _, d := range s.seats {
		if !d.up.Load() || d.away {
			continue
		}
		all, err := share.Records(d.engine, s.id)
		check(s.t, err)
		for _, v := range all {
			dot := fmt.Sprint(v.Dot, v.Chain)
			what := fmt.Sprint(v.Path, v.Kind, v.Content, v.Exec, v.Context, v.Lamport)
			if had, ok := records[dot]; ok && had != what {
				s.t.Errorf("P6: one version is %s and %s", had, what)
			}
			records[dot] = what
		}
	}
}

// checkDeletions is P2.
func (s *simulation) checkDeletions() {
	for _, d := range s.seats {
		if d.away {
			continue
		}
		all, err := share.Records(d.engine, s.id)
		check(s.t, err)
		for _, v := range all {
			if v.Kind == index.Tombstone && !s.gone[string(v.Path)] && !s.blind(v.Author) {
				s.t.Errorf("P2: %s has a deletion of %s by %s, which nobody did away with", d.name, v.Path, v.Author)
			}
		}
	}
}

// blind reports whether somebody's disk is blind to case: there a twin whose memory a fault has taken is taken for a file of another name, and is renamed.
func (s *simulation) blind(person string) bool {
	return slices.ContainsFunc(s.seats, func(d *seat) bool { return d.name == person && d.options.CaseBlind })
}

// checkQuiet is P10: when all is said, nothing more is sent or written. What is looked at again in the trash is looked at by then.
func (s *simulation) checkQuiet() {
	time.Sleep(2 * time.Hour)
	synctest.Wait()
	type count struct{ writes, frames int }
	now := func(d *seat) count { d.mu.Lock(); defer d.mu.Unlock(); return count{d.writes, d.frames} }
	var before []count
	for _, d := range s.seats {
		before = append(before, now(d))
	}
	time.Sleep(time.Hour)
	synctest.Wait()
	for i, d := range s.seats {
		if after := now(d); after != before[i] {
			s.t.Errorf("P10: in an hour in which nothing happens %s goes from %+v to %+v", d.name, before[i], after)
		}
	}
}

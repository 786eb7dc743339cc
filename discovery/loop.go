package discovery

import (
	"context"
	"slices"
	"sync"
	"time"
)

const sweepTime = 2 * time.Second // how long a sweep listens for answers

// loop is what the goroutine of Run owns.
type loop struct {
	d        *Discovery
	ctx      context.Context
	looking  *time.Timer // next look at interfaces, port and clock
	sweeping *time.Timer // next sweep
	found    chan find
	swept    chan int // the epoch in which a sweep ended began
	sweeps   sync.WaitGroup

	clock  clock
	wanted setup     // as last looked at
	since  time.Time // when wanted last changed
	damper damper

	built setup // what the posts stand for
	posts []*post
	cares []Problem // of the interfaces in built that have no post
	label string
	epoch int // rebuilds so far

	table     *table
	rhythm    rhythm
	asked     time.Time // when the last sweep began
	underway  bool      // a sweep is
	completed int       // sweeps since the rebuild
	echo      bool      // we heard ourselves since the rebuild
	heard     time.Time // when we heard somebody else on this network
}

// setup is what posts are built from.
type setup struct {
	port       int
	interfaces []Interface
}

func (s setup) equal(other setup) bool {
	return s.port == other.port && slices.EqualFunc(s.interfaces, other.interfaces, Interface.equal)
}

// clock remembers the last look to notice that the machine slept.
type clock struct {
	looked  time.Time
	planned time.Duration
}

func newLoop(ctx context.Context, d *Discovery) *loop {
	l := &loop{
		d: d, ctx: ctx,
		looking: time.NewTimer(0), sweeping: time.NewTimer(time.Hour),
		found: make(chan find), swept: make(chan int),
		table: newTable(),
	}
	l.sweeping.Stop()
	return l
}

// close ends everything that the loop started and says goodbye.
func (l *loop) close() {
	l.looking.Stop()
	l.sweeping.Stop()
	l.dismantle()
	l.sweeps.Wait()
	l.tellLabel("")
}

// look compares what is with what the posts were built for.
func (l *loop) look(now time.Time) {
	wait := l.compare(now)
	l.clock = clock{looked: now, planned: wait}
	l.looking.Reset(wait)
}

func (l *loop) compare(now time.Time) (wait time.Duration) {
	interfaces, err := l.d.cfg.Interfaces()
	if err != nil {
		l.d.cfg.Log.Warn("discovery: interfaces not known", "err", err)
		return lookEvery
	}
	wanted := setup{l.d.cfg.Port(), interfaces}
	if !wanted.equal(l.wanted) || l.since.IsZero() {
		l.wanted, l.since = wanted, now
	}
	first := l.epoch == 0 || len(l.posts) == 0 && len(wanted.interfaces) > 0 && !wanted.equal(l.built)
	switch {
	case !l.clock.looked.IsZero() && slept(l.clock.looked, now, l.clock.planned):
		l.d.cfg.Log.Info("discovery: the clock jumped, starting anew")
		l.rebuild(now)
	case wanted.equal(l.built) && l.epoch > 0:
		l.repair()
	case first, l.built.port == 0 && wanted.port != 0:
		l.rebuild(now)
	case now.Sub(l.since) < l.damper.patience(now):
		return min(lookEvery, l.damper.patience(now))
	default:
		l.damper.rebuild(now)
		l.rebuild(now)
	}
	if wanted.port == 0 {
		return portEvery
	}
	return lookEvery
}

// rebuild replaces all posts by new ones under a new label.
func (l *loop) rebuild(now time.Time) {
	l.dismantle()
	l.built, l.label = l.wanted, newLabel()
	l.epoch++
	l.table, l.rhythm = newTable(), rhythm{}
	l.completed, l.echo, l.heard = 0, false, time.Time{}
	l.underway = false // a sweep that still is ends in an epoch of the past
	l.raise()
	l.d.cfg.Log.Info("discovery: networks", "interfaces", names(l.built.interfaces), "port", l.built.port, "posts", len(l.posts))
	l.sweeping.Reset(jitter(secondSweep))
}

// raise makes posts on the interfaces that have none.
func (l *loop) raise() {
	l.cares = nil
	for _, on := range l.built.interfaces {
		if slices.ContainsFunc(l.posts, func(p *post) bool { return p.on.Index == on.Index }) {
			continue
		}
		p, err := newPost(l.ctx, on, l.label, l.built.port, l.found)
		if err != nil {
			l.cares = append(l.cares, hindrance(on, err))
			l.d.cfg.Log.Debug("discovery: interface not usable", "err", err)
			continue
		}
		l.posts = append(l.posts, p)
	}
	l.tellLabel(l.announcedLabel())
	l.tellState()
}

// repair restarts browses that ended by themselves and tries again what did not work.
func (l *loop) repair() {
	l.posts = slices.DeleteFunc(l.posts, func(p *post) bool {
		if !p.ear.ended() {
			return false
		}
		if err := p.listen(l.ctx, l.found); err != nil {
			l.d.cfg.Log.Debug("discovery: interface lost", "err", err)
			p.close()
			return true
		}
		return false
	})
	if len(l.posts) < len(l.built.interfaces) {
		before := len(l.posts)
		l.raise()
		if len(l.posts) > before {
			l.sweeping.Reset(jitter(secondSweep))
		}
	}
}

// dismantle closes all posts at the same time.
func (l *loop) dismantle() {
	var closing sync.WaitGroup
	for _, p := range l.posts {
		closing.Go(p.close)
	}
	closing.Wait()
	l.posts = nil
}

func (l *loop) announcedLabel() string {
	if slices.ContainsFunc(l.posts, func(p *post) bool { return p.responder != nil }) {
		return l.label
	}
	return ""
}

// sweep asks everybody on every post, by fresh resolvers, since a browse tells nobody twice.
func (l *loop) sweep() {
	if l.underway || len(l.posts) == 0 {
		return
	}
	l.underway, l.asked = true, time.Now()
	ctx, cancel := context.WithTimeout(l.ctx, sweepTime)
	var asked []*browse
	for _, p := range l.posts {
		b, err := l.ask(ctx, p.on)
		if err != nil {
			l.d.cfg.Log.Debug("discovery: not swept", "err", err)
			continue
		}
		asked = append(asked, b)
	}
	epoch := l.epoch
	l.sweeps.Go(func() {
		defer cancel()
		<-ctx.Done()
		for _, b := range asked {
			<-b.done
		}
		select {
		case l.swept <- epoch:
		case <-l.ctx.Done():
		}
	})
}

func (l *loop) ask(ctx context.Context, on Interface) (*browse, error) {
	r, err := newResolver(on)
	if err != nil {
		return nil, err
	}
	return startBrowse(ctx, r, on, l.found)
}

// endSweep plans the next sweep, unless the posts were rebuilt meanwhile.
func (l *loop) endSweep(epoch int, now time.Time) {
	if epoch != l.epoch {
		return
	}
	l.underway = false
	l.completed++
	all, linked, news := l.table.endSweep(l.d.cfg.Linked)
	l.sweeping.Reset(l.rhythm.next(all, linked, news))
	l.tellState()
	l.d.cfg.Log.Debug("discovery: swept", "others", all, "linked", linked, "took", now.Sub(l.asked))
}

// take judges what was heard and tells it if it is news.
func (l *loop) take(f find, now time.Time) {
	if f.entry.Instance == l.label {
		l.echo = true
		return
	}
	s, ok := admit(f.entry, f.on, l.built.port)
	if !ok {
		return
	}
	first := l.heard.IsZero()
	l.heard = now
	if l.table.note(s, l.d.cfg.Linked(s.Label), now) {
		l.d.cfg.OnSighting(s)
	}
	if first {
		l.tellState()
	}
}

// obey does what was asked for from outside the loop.
func (l *loop) obey(now time.Time) {
	hints, refresh := l.d.orders()
	for _, s := range hints {
		if s.Label == "" || !l.d.cfg.Linked(s.Label) {
			l.d.cfg.OnSighting(s)
		}
	}
	if refresh {
		l.rhythm = rhythm{}
		l.sweeping.Reset(max(0, refreshDistance-now.Sub(l.asked)))
	}
}

func (l *loop) tellLabel(label string) {
	if label != l.d.State().Label {
		l.d.relabel(label)
		l.d.cfg.OnLabel(label)
	}
}

func (l *loop) tellState() {
	s := State{Label: l.announcedLabel(), Problems: l.problems(), Heard: l.heard}
	for _, p := range l.posts {
		s.Interfaces = append(s.Interfaces, p.on)
	}
	if l.d.settle(s) {
		l.d.cfg.OnState(s.clone())
	}
}

// problems says what hinders, the worst first. Silence counts after a sweep: one answer may get lost.
func (l *loop) problems() []Problem {
	if len(l.built.interfaces) == 0 {
		return []Problem{noInterface()}
	}
	problems := slices.Clone(l.cares)
	switch {
	case len(l.posts) == 0 || l.completed == 0 || !l.heard.IsZero():
	case !l.echo && l.announcedLabel() != "":
		problems = append(problems, deaf())
	default:
		problems = append(problems, silence())
	}
	return problems
}

func names(all []Interface) []string {
	var names []string
	for _, i := range all {
		names = append(names, i.Name)
	}
	return names
}

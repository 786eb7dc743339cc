package discovery

import (
	"context"
	"slices"
	"time"
)

const (
	lookEvery = 3 * time.Second        // at interfaces, addresses, clock: no portable event tells of them
	portEvery = 100 * time.Millisecond // at a port that is not known yet
)

// loop is what the goroutine of Run owns.
type loop struct {
	d        *Discovery
	ctx      context.Context
	looking  *time.Timer // next look at interfaces, port and clock
	looks    looks
	networks networks
	sweeper  *sweeper
	echo     bool      // we heard ourselves since the rebuild
	heard    time.Time // when we heard somebody else on these networks
}

// looks remembers what was seen at the last looks.
type looks struct {
	at      time.Time
	planned time.Duration // until the next
	wanted  setup
	since   time.Time // when wanted last changed
	damper  damper
}

func newLoop(ctx context.Context, d *Discovery) *loop {
	return &loop{
		d: d, ctx: ctx,
		looking:  time.NewTimer(lookEvery),
		networks: networks{found: make(chan find)},
		sweeper:  newSweeper(),
	}
}

// close ends everything that the loop started and says goodbye.
func (l *loop) close() {
	l.looking.Stop()
	l.sweeper.timer.Stop()
	l.networks.dismantle()
	l.sweeper.running.Wait()
	l.tellLabel("")
}

// look compares what is with what the posts were built for.
func (l *loop) look(now time.Time) {
	wait := l.compare(now)
	l.looks.at, l.looks.planned = now, wait
	l.looking.Reset(wait)
}

func (l *loop) compare(now time.Time) (wait time.Duration) {
	interfaces, err := l.d.cfg.Interfaces()
	if err != nil {
		l.d.cfg.Log.Warn("discovery: interfaces not known", "err", err)
		return lookEvery
	}
	wanted := setup{l.d.cfg.Port(), interfaces}
	if !wanted.equal(l.looks.wanted) || l.looks.since.IsZero() {
		l.looks.wanted, l.looks.since = wanted, now
	}
	n, patience := &l.networks, l.looks.damper.patience(now)
	switch {
	case !l.looks.at.IsZero() && slept(l.looks.at, now, l.looks.planned):
		l.d.cfg.Log.Info("discovery: the clock jumped, starting anew")
		l.rebuild()
	case n.epoch == 0:
		l.rebuild()
	case wanted.equal(n.built):
		l.repair()
	case len(n.posts) == 0, n.built.port == 0:
		l.rebuild()
	case now.Sub(l.looks.since) < patience:
		return min(lookEvery, patience)
	default:
		l.looks.damper.rebuild(now)
		l.rebuild()
	}
	if wanted.port == 0 {
		return portEvery
	}
	return lookEvery
}

func (l *loop) rebuild() {
	failed := l.networks.rebuild(l.ctx, l.looks.wanted)
	l.echo, l.heard = false, time.Time{}
	l.sweeper.restart()
	l.d.cfg.Log.Info("discovery: networks", "interfaces", names(l.looks.wanted.interfaces), "port", l.looks.wanted.port, "failed", failed)
	l.tellLabel(l.networks.announced())
	l.tellState()
}

func (l *loop) repair() {
	renewed, failed := l.networks.repair(l.ctx)
	if renewed {
		l.sweeper.soon()
	}
	l.debug("repair", failed)
	l.tellLabel(l.networks.announced())
	l.tellState()
}

func (l *loop) sweep() {
	l.debug("sweep", l.sweeper.sweep(l.ctx, l.networks.interfaces(), l.networks.found, l.networks.epoch))
}

// debug logs errors that are tried again and whose cause is told through OnState.
func (l *loop) debug(what string, failed []error) {
	for _, err := range failed {
		l.d.cfg.Log.Debug("discovery: "+what, "err", err)
	}
}

// endSweep plans the next sweep, unless the posts were rebuilt meanwhile.
func (l *loop) endSweep(epoch int) {
	if epoch != l.networks.epoch {
		return
	}
	others := l.sweeper.end(l.d.cfg.Linked)
	l.d.cfg.Log.Debug("discovery: swept", "others", others)
	l.tellState()
}

// take judges what was heard and tells it if it is news.
func (l *loop) take(f find, now time.Time) {
	if f.entry.Instance == l.networks.label {
		l.echo = true
		return
	}
	s, ok := admit(f.entry, f.on, l.networks.built.port)
	if !ok {
		return
	}
	first := l.heard.IsZero()
	l.heard = now
	l.d.hear(now)
	if l.sweeper.table.note(s, l.d.cfg.Linked(s.Label), now) {
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
		l.sweeper.refresh(now)
	}
}

func (l *loop) tellLabel(label string) {
	if label != l.d.State().Label {
		l.d.relabel(label)
		l.d.cfg.OnLabel(label)
	}
}

func (l *loop) tellState() {
	s := State{Label: l.networks.announced(), Interfaces: l.networks.interfaces(), Problems: l.problems(), Heard: l.heard}
	if l.d.settle(s) {
		l.d.cfg.OnState(s.clone())
	}
}

// problems says what hinders, the worst first. Silence counts after a sweep: one answer may get lost.
func (l *loop) problems() []Problem {
	n := &l.networks
	if len(n.built.interfaces) == 0 {
		return []Problem{noInterface()}
	}
	problems := slices.Clone(n.cares)
	switch {
	case len(n.posts) == 0 || l.sweeper.completed == 0 || !l.heard.IsZero():
	case !l.echo && n.announced() != "":
		problems = append(problems, deaf())
	default:
		problems = append(problems, silence())
	}
	return problems
}

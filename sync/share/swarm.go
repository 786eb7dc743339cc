package share

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"lanyard/internal/blob"
	"lanyard/sync/index"
)

// swarm fetches the chunks of one content that lie nowhere here, from all machines that have it at once. They come in groups, which are handed on in
// their order; what one machine fails to give another gives, and a machine that has failed is not asked for this content again. Of groups that are not
// handed on yet there are few, so that memory stays bounded.
//
// Others who lack the content, too, are fellows: each of them and we ourselves fetch a part of the groups from who has all, and the rest from each other,
// so that who has all need give it hardly more than once. By its place in the content and the order of the fellows' IDs all agree on who fetches a group.
// What a fellow does not give soon comes from who has all.
type swarm struct {
	share *Share
	of    asking
	self  machine
	first machine // that the content was asked of; what it fails of is what the whole fails of
	ctx   context.Context
	tasks sync.WaitGroup

	mu        sync.Mutex
	changed   *sync.Cond
	groups    []*group // not handed on yet, in their order
	spare     []*haul
	suppliers map[machine]*supplier
	working   int  // of them
	came      int  // groups
	ended     bool // nobody waits any more
}

// supplier is a machine that gives chunks.
type supplier struct {
	machine machine
	fellow  bool // it lacks the content, too
	working bool
	err     error // why it is asked no more
	left    time.Time
}

// group is some chunks that are fetched at once.
type group struct {
	items   []blob.Item
	by      []*supplier // that fetch it
	began   int         // how many groups had come when the last of them began
	since   time.Time   // when it did
	refused int         // how often a fellow did not have it yet
	haul    *haul       // what came; nil before
}

// Bounds of a swarm: how many groups are under way or wait for their turn, at least for each machine that fetches them; how many other groups may come
// before an idle machine fetches, too, what another one is at; how often and how long a fellow alone is asked for a group, and after what time one
// that does not fetch the content is asked again; how many are fellows.
const (
	swarmGroups = 12
	swarmLag    = 4
	fellowTries = 8
	fellowPause = 5 * time.Millisecond
	fellowSlow  = 5 * time.Second
	fellowAgain = time.Second
	maxFellows  = 5
)

func newSwarm(s *Share, of asking, first machine, items []blob.Item) *swarm {
	w := &swarm{share: s, of: of, first: first, suppliers: map[machine]*supplier{}}
	w.changed = sync.NewCond(&w.mu)
	for len(items) > 0 {
		n, size := 0, int64(0)
		for n < len(items) && size+items[n].Size <= haulBytes {
			size += items[n].Size
			n++
		}
		w.groups = append(w.groups, &group{items: items[:n]})
		items = items[n:]
	}
	return w
}

// begin has machines fetch until everything was handed on, nobody can give the rest, or ctx ends.
func (w *swarm) begin(ctx context.Context) {
	w.ctx, w.self = ctx, w.share.engine.cfg.Identity.PeerID()
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.ended = true
		w.changed.Broadcast()
	})
	w.mu.Lock()
	if len(w.groups) > 0 {
		w.startLocked(&supplier{machine: w.first})
	}
	w.mu.Unlock()
	w.recruit()
}

// refused waits until nobody fetches any more, and returns the machines that could not give what they have.
func (w *swarm) refused() (list []machine) {
	w.tasks.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for m, s := range w.suppliers {
		if !s.fellow && aboutContent(s.err) {
			list = append(list, m)
		}
	}
	return list
}

// recruit has further machines take part that are here and have the content, or lack it, too.
func (w *swarm) recruit() {
	members := w.share.members()
	w.share.eachSession(func(x *session) {
		if !members.takesPart(x.person) || !x.link.Offers(blob.CapabilityChunks) || slices.Contains(w.of.tried, x.peer) {
			return
		}
		fellow := !w.of.held(w.share.appliedAt(x.peer).Of(x.peer))
		w.mu.Lock()
		defer w.mu.Unlock()
		w.joinLocked(x.peer, fellow)
	})
}

// joinLocked has a machine take part, if something is left for it and somebody is at work who will not do it alone.
func (w *swarm) joinLocked(m machine, fellow bool) {
	known := w.suppliers[m]
	if known != nil {
		known.fellow = known.fellow && fellow // it may have got all meanwhile
	}
	again := known != nil && !known.working && known.fellow && errors.Is(known.err, blob.ErrGone) && time.Since(known.left) >= fellowAgain
	if known != nil && !again || w.ended || w.working == 0 || len(w.groups) < 2 || len(w.suppliers) > 2*maxFellows {
		return
	}
	w.startLocked(&supplier{machine: m, fellow: fellow})
}

func (w *swarm) startLocked(s *supplier) {
	w.suppliers[s.machine] = s
	s.working = true
	w.working++
	w.tasks.Go(func() { w.fetch(s) })
}

// fetch fetches one group after the other from a machine until nothing is left for it, or it fails.
func (w *swarm) fetch(from *supplier) {
	var err error
	for err == nil {
		g, into := w.take(from)
		if g == nil {
			break
		}
		err = w.share.engine.cfg.Blobs.Fetch(w.ctx, from.machine, blob.ShareScope(w.share.id), g.items, into)
		if into.err != nil {
			err = into.err
		}
		w.put(from, g, into)
		if into.patient && errors.Is(err, blob.ErrPaused) && !w.alone() {
			err = w.pause()
		} else if err == nil {
			w.recruit()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	from.err, from.working, from.left = err, false, time.Now()
	if from.fellow && errors.Is(err, blob.ErrGone) {
		time.AfterFunc(fellowAgain, w.recruit) // it may begin to fetch it
	}
	w.working--
	w.changed.Broadcast()
}

// alone reports whether nobody who has all is asked any more: then fellows give what they have, and that is all there is.
func (w *swarm) alone() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.aloneLocked()
}

func (w *swarm) aloneLocked() bool {
	for _, s := range w.suppliers {
		if s.working && !s.fellow {
			return false
		}
	}
	return true
}

// pause lets a fellow get on: nothing tells when it has more.
func (w *swarm) pause() error {
	timer := time.NewTimer(fellowPause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-w.ctx.Done():
		return context.Cause(w.ctx)
	}
}

// take waits for something for a machine to fetch; nil when there is nothing more.
func (w *swarm) take(from *supplier) (*group, *haul) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.ended {
		g, over := w.choose(from)
		if g != nil {
			g.by, g.began, g.since = append(g.by, from), w.came, time.Now()
			if from.fellow {
				time.AfterFunc(fellowSlow, w.wake) // then others may fetch it, too
			}
			return g, w.room(from.fellow)
		}
		if over {
			return nil, nil
		}
		w.changed.Wait()
	}
	return nil, nil
}

func (w *swarm) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed.Broadcast()
}

func (w *swarm) room(patient bool) *haul {
	h := newHaul
	if n := len(w.spare); n > 0 {
		last := w.spare[n-1]
		w.spare, h = w.spare[:n-1], func() *haul { last.empty(); return last }
	}
	into := h()
	into.patient = patient
	return into
}

// choose returns the first group that a machine is to fetch: one that nobody fetches and no fellow is to bring, or one that another machine has been at for
// much longer than others take. over is true when all have come.
func (w *swarm) choose(from *supplier) (chosen *group, over bool) {
	over = true
	fellows, alone := w.fellows(), w.aloneLocked()
	window := min(max(w.working+1, 3*len(fellows)), swarmGroups)
	for i, g := range w.groups {
		if i >= window {
			return nil, false
		}
		if g.haul != nil {
			continue
		}
		over = false
		by := fellows[int(g.items[0].Of.At/haulBytes)%len(fellows)]
		switch {
		case len(g.by) == 0 && from.fellow && (by == from.machine || alone),
			len(g.by) == 0 && !from.fellow && (by == w.self || g.refused >= fellowTries),
			len(g.by) == 1 && !from.fellow && g.by[0] != from && w.late(g):
			return g, false
		}
	}
	return nil, over
}

// late reports whether a group is long in coming.
func (w *swarm) late(g *group) bool {
	return w.came-g.began >= swarmLag || g.by[0].fellow && time.Since(g.since) >= fellowSlow
}

// fellows are we and those that lack the content, too, in the order of their IDs; all who see the same machines at work have the same order. Where they are
// many, those next to us are.
func (w *swarm) fellows() []machine {
	all := []machine{w.self}
	for m, s := range w.suppliers {
		if s.fellow && s.working {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b machine) int { return bytes.Compare(a[:], b[:]) })
	if len(all) > maxFellows {
		at := slices.Index(all, w.self) / maxFellows * maxFellows
		all = all[at:min(at+maxFellows, len(all))]
	}
	return all
}

// put takes what a machine has fetched of a group. What it did not give becomes a group for others.
func (w *swarm) put(from *supplier, g *group, into *haul) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.changed.Broadcast()
	g.by = slices.DeleteFunc(g.by, func(s *supplier) bool { return s == from })
	if from.fellow && into.err != nil {
		g.refused++
	}
	n := len(into.ends)
	if g.haul != nil || n == 0 {
		w.spare = append(w.spare, into)
		return
	}
	if n < len(g.items) {
		i := slices.Index(w.groups, g)
		w.groups = slices.Insert(w.groups, i+1, &group{items: g.items[n:], refused: g.refused})
		g.items = g.items[:n]
	}
	g.haul = into
	w.came++
}

// read reads what has come and is not handed on yet.
func (w *swarm) read(into []byte, at int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.groups {
		if g.haul == nil {
			continue
		}
		from := 0
		for i, it := range g.items {
			b := g.haul.bytes[from:g.haul.ends[i]]
			if off := at - it.Of.At; off >= 0 && off+int64(len(into)) <= int64(len(b)) {
				copy(into, b[off:])
				return true
			}
			from = g.haul.ends[i]
		}
	}
	return false
}

// errShort says that a plan named too few chunks.
var errShort = errors.New("chunks are missing that were not asked for")

// next waits for the group that is to be handed on next.
func (w *swarm) next(ctx context.Context) (*haul, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		switch {
		case w.ended:
			return nil, context.Cause(ctx)
		case len(w.groups) == 0:
			return nil, errShort
		case w.groups[0].haul != nil:
			h := w.groups[0].haul
			w.groups = w.groups[1:]
			w.changed.Broadcast()
			return h, nil
		case w.working == 0:
			if s := w.suppliers[w.first]; s != nil && s.err != nil {
				return nil, s.err
			}
			return nil, errShort
		}
		w.changed.Wait()
	}
}

// give takes back what was handed on.
func (w *swarm) give(h *haul) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spare = append(w.spare, h)
}

// held reports whether a machine should have the content that is asked for.
func (a asking) held(has func(index.Path, index.Dot) bool) bool {
	for i, d := range a.dots {
		if has(a.paths[i], d) {
			return true
		}
	}
	return false
}

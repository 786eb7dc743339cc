package share

import (
	"context"
	"errors"
	"slices"
	"sync"

	"lanyard/internal/blob"
	"lanyard/sync/index"
)

// swarm fetches the chunks of one content that lie nowhere here, from all machines that have it at once. They come in groups, which are handed on in
// their order; what one machine fails to give another gives, and a machine that has failed is not asked for this content again. Of groups that are not
// handed on yet there are few, so that memory stays bounded.
type swarm struct {
	share *Share
	of    asking
	first machine // that the content was asked of; what it fails of is what the whole fails of
	tasks sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond
	groups  []*group // not handed on yet, in their order
	spare   []*haul
	sources map[machine]error // those asked; why they are asked no more
	working int               // of them
	came    int               // groups
	ended   bool              // nobody waits any more
}

// group is some chunks that are fetched at once.
type group struct {
	items []blob.Item
	by    []machine // that fetch it
	began int       // how many groups had come when the last of them began
	haul  *haul     // what came; nil before
}

// Bounds of a swarm: how many groups are under way or wait for their turn, and for how many others to come a group is left to the machine that fetches it
// before an idle one fetches it, too.
const (
	swarmGroups = 6
	swarmLag    = 4
)

func newSwarm(s *Share, of asking, first machine, items []blob.Item) *swarm {
	w := &swarm{share: s, of: of, first: first, sources: map[machine]error{}}
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
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.ended = true
		w.changed.Broadcast()
	})
	w.mu.Lock()
	if len(w.groups) > 0 {
		w.joinLocked(ctx, w.first)
	}
	w.mu.Unlock()
	w.recruit(ctx)
}

// refused waits until nobody fetches any more, and returns the machines that could not give what they were asked for.
func (w *swarm) refused() (list []machine) {
	w.tasks.Wait()
	for m, err := range w.sources {
		if aboutContent(err) {
			list = append(list, m)
		}
	}
	return list
}

// recruit has further machines take part that are here and have the content.
func (w *swarm) recruit(ctx context.Context) {
	members := w.share.members()
	w.share.eachSession(func(x *session) {
		if !members.takesPart(x.person) || !x.link.Offers(blob.CapabilityChunks) || !w.of.held(x.peer, w.share.appliedAt(x.peer).Covers) {
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.groups) > 1 && w.working < swarmGroups {
			w.joinLocked(ctx, x.peer)
		}
	})
}

func (w *swarm) joinLocked(ctx context.Context, from machine) {
	if _, known := w.sources[from]; known || w.ended {
		return
	}
	w.sources[from] = nil
	w.working++
	w.tasks.Go(func() { w.source(ctx, from) })
}

// source fetches one group after the other from a machine until nothing is left for it, or it fails.
func (w *swarm) source(ctx context.Context, from machine) {
	var err error
	for err == nil {
		g, into := w.take(from)
		if g == nil {
			break
		}
		err = w.share.engine.cfg.Blobs.Fetch(ctx, from, blob.ShareScope(w.share.id), g.items, into)
		if into.err != nil {
			err = into.err
		}
		w.put(from, g, into)
		if err == nil {
			w.recruit(ctx)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources[from] = err
	w.working--
	w.changed.Broadcast()
}

// take waits for something for a machine to fetch; nil when there is nothing more.
func (w *swarm) take(from machine) (*group, *haul) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.ended {
		g, over := w.choose(from)
		if g != nil {
			g.by, g.began = append(g.by, from), w.came
			into := newHaul
			if n := len(w.spare); n > 0 {
				last := w.spare[n-1]
				w.spare, into = w.spare[:n-1], func() *haul { last.empty(); return last }
			}
			return g, into()
		}
		if over {
			return nil, nil
		}
		w.changed.Wait()
	}
	return nil, nil
}

// choose returns the first group that nobody fetches, or one that another machine has been at for much longer than the others take. over is true when all
// have come.
func (w *swarm) choose(from machine) (chosen *group, over bool) {
	over = true
	for i, g := range w.groups {
		if i > w.working || i >= swarmGroups {
			return nil, false
		}
		if g.haul != nil {
			continue
		}
		over = false
		if len(g.by) == 0 || len(g.by) == 1 && g.by[0] != from && w.came-g.began >= swarmLag {
			return g, false
		}
	}
	return nil, over
}

// put takes what a machine has fetched of a group. What it did not give becomes a group for others.
func (w *swarm) put(from machine, g *group, into *haul) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.changed.Broadcast()
	g.by = slices.DeleteFunc(g.by, func(m machine) bool { return m == from })
	n := len(into.ends)
	if g.haul != nil || n == 0 {
		w.spare = append(w.spare, into)
		return
	}
	if n < len(g.items) {
		i := slices.Index(w.groups, g)
		w.groups = slices.Insert(w.groups, i+1, &group{items: g.items[n:]})
		g.items = g.items[:n]
	}
	g.haul = into
	w.came++
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
			if err := w.sources[w.first]; err != nil {
				return nil, err
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
func (a asking) held(from machine, has func(index.Dot) bool) bool {
	return !slices.Contains(a.tried, from) && slices.ContainsFunc(a.dots, func(d index.Dot) bool { return d.Log.Peer == from || has(d) })
}

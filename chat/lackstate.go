package chat

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// Our own state says what we lack, so that it does not count as delivered; what others say of theirs is worked out for the branches that are here.

// joined makes stretches few enough for a state: between those that stay apart lie the most events.
func joined(all []span) []span {
	if len(all) <= frame.MaxStretches {
		return all
	}
	between := make([]int, len(all)-1) // the stretches before the widest distances, by distance
	for i := range between {
		between[i] = i
	}
	slices.SortStableFunc(between, func(i, j int) int {
		return cmp.Compare(all[j+1].first-all[j].last, all[i+1].first-all[i].last)
	})
	ends := between[:frame.MaxStretches-1]
	slices.Sort(ends)
	few, first := make([]span, 0, frame.MaxStretches), 0
	for _, last := range append(ends, len(all)-1) {
		few = append(few, span{all[first].first, all[last].last})
		first = last + 1
	}
	return few
}

// standing is how logs stand here once something is stored.
type standing struct {
	ends, held map[*branch]event.Point // where they end if not where they did, and where for who counts nothing behind the first event that is lacked
	lacks      lacking
	parts      map[*branch]partRead // what was told to be read of branches that were told in part
}

// lacksLocked is what a state says of the branches that its vectors name only in part; read is how far our person has read them.
func (v *conversation) lacksLocked(at standing, read func(*branch) uint64) (told []frame.Lacking) {
	for log, branches := range v.branches {
		for _, b := range branches {
			end := b.endLocked(at.ends)
			missing := joined(at.lacks.upTo(b, end.Number))
			if len(missing) == 0 || end.Number <= b.fork || !v.tellsLocked(log) {
				continue
			}
			l := frame.Lacking{Peer: log.Peer, Log: log.ID, Number: end.Number, Hash: end.Mark().Hash, Read: min(read(b), end.Number)}
			for _, s := range missing {
				l.Missing = append(l.Missing, s.first, s.last)
			}
			told = append(told, l)
		}
	}
	frame.SortLacking(told)
	return told[:min(len(told), frame.MaxLacking)]
}

// partRead is how far we told that our person had read a branch that we named only in part, and the mark that stood for it in the vector.
type partRead struct{ was, read vector.Mark }

// partsRead finds that of a state of ours in the branches that are here.
func (v *conversation) partsRead(tx *store.Tx, told *frame.State) (map[*branch]partRead, error) {
	all := map[*branch]partRead{}
	for i := range told.Lacks {
		l := &told.Lacks[i]
		b, err := v.storedBranch(tx, l.VectorLog(), l.Mark())
		if err != nil {
			return nil, err
		}
		for b != nil && l.Read <= b.fork {
			b = b.base
		}
		if b == nil || l.Read == 0 || l.Read <= all[b].read.Number {
			continue
		}
		ids, err := idsFrom(tx, b, l.Read, l.Read)
		if err != nil {
			return nil, err
		}
		if len(ids) != 1 {
			continue
		}
		part := partRead{read: vector.Mark{Number: l.Read, Hash: vector.Hash(ids[0])}}
		for _, mark := range told.Read[b.log] {
			if at, err := v.storedBranch(tx, b.log, mark); err != nil {
				return nil, err
			} else if at == b && mark.Number < l.Read {
				part.was = mark
			}
		}
		all[b] = part
	}
	return all, nil
}

// storedBranch returns the branch that holds the event of a mark; nil if that is not stored here.
func (v *conversation) storedBranch(tx *store.Tx, log vector.Log, mark vector.Mark) (*branch, error) {
	for _, w := range v.views(log) {
		if mark.Number <= w.fork {
			continue
		}
		ids, err := idsFrom(tx, w.branch, mark.Number, mark.Number)
		if err != nil {
			return nil, err
		}
		if len(ids) == 1 && vector.Hash(ids[0]) == mark.Hash {
			return w.branch, nil
		}
	}
	return nil, nil
}

// lackedOf works out what a state says to be lacked of the branches that are here, and raises how far it says that they were read. Where it cannot tell, more is lacked.
func (c *Chat) lackedOf(ctx context.Context, v *conversation, s *frame.State, has, seen cover) (lacking, error) {
	all := lacking{}
	for i := range s.Lacks {
		l := &s.Lacks[i]
		views := v.views(l.VectorLog())
		at, err := c.branchWith(ctx, v, views, l.Mark())
		if err != nil {
			return nil, err
		}
		for _, w := range views {
			shared := has[w.branch] // of a mark that is not here, behind a cut perhaps, any branch may be meant that they count as having
			if at != nil && shared > 0 {
				seen.raise(w.branch, common(w.branch, w.tip.Number, at, l.Read))
				shared = common(w.branch, w.tip.Number, at, l.Number)
			}
			for n := 0; n < len(l.Missing); n += 2 {
				if l.Missing[n] <= shared {
					all[w.branch] = append(all[w.branch], span{l.Missing[n], min(l.Missing[n+1], shared)})
				}
			}
		}
	}
	return all, nil
}

// branchWith returns the branch that a mark lies on; nil if it is not here.
func (c *Chat) branchWith(ctx context.Context, v *conversation, views []view, mark vector.Mark) (*branch, error) {
	for _, w := range views {
		if mark.Number <= w.fork || mark.Number > w.tip.Number {
			continue
		}
		id, err := c.idAt(ctx, v, w.branch, mark.Number)
		if errors.Is(err, errRaced) {
			continue
		}
		if err != nil || id == event.ID(mark.Hash) {
			return w.branch, err
		}
	}
	return nil, nil
}

// gained returns the numbers of a branch from which somebody got further: those that they have now, up to a number, and had not, up to another one, or lacked.
func gained(from, to uint64, before, now []span) (all []span) {
	if to > from {
		all = append(all, span{from + 1, to})
	}
	for _, s := range before {
		if s.first <= min(from, to) {
			all = append(all, span{s.first, min(s.last, from, to)})
		}
	}
	for _, gone := range now {
		var rest []span
		for _, s := range all {
			if gone.last < s.first || gone.first > s.last {
				rest = append(rest, s)
				continue
			}
			if s.first < gone.first {
				rest = append(rest, span{s.first, gone.first - 1})
			}
			if s.last > gone.last {
				rest = append(rest, span{gone.last + 1, s.last})
			}
		}
		all = rest
	}
	return all
}

// reviewLacking has our states of rooms in which words are missing worked out anew: what they said before may have been said by a version that told headers as delivered. What was still to be judged anew
// of a room is judged with that.
func (c *Chat) reviewLacking(ctx context.Context) {
	var all []*conversation
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = c.withGaps(tx)
		return err
	})
	if err == nil && len(all) > 0 {
		err = c.ledger.add(func(b *batch) { b.reviews = append(b.reviews, all...) })
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, errEnded) {
		c.config.Log.Warn("look at what is lacked of rooms; it is tried again at the next start", "error", err)
	}
}

// withGaps returns the rooms in which words are missing, or may turn out to be.
func (c *Chat) withGaps(tx *store.Tx) (all []*conversation, err error) {
	with, err := column[int64](tx, `SELECT DISTINCT conversation FROM chat_gap`)
	if err != nil {
		return nil, err
	}
	for _, v := range c.all() {
		if slices.Contains(with, v.key) || v.room != nil && v.room.rejudged.pending() {
			all = append(all, v)
		}
	}
	return all, nil
}

// toldState is our newest state that is stored.
func (v *conversation) toldState() frame.State {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.pen.told
}

// standsNow is how logs stand once this page is stored.
func (p *page) standsNow(tx *store.Tx) (standing, error) {
	at := standing{ends: p.endsCut()}
	at.held = at.ends
	if p.v.room == nil {
		return at, nil
	}
	var err error
	if at.lacks = p.chat.lacks(p.v, p.made.lacked); len(at.lacks) > 0 {
		at.held = p.v.heldEnds(p.made.lacked, at.lacks, at.ends)
	}
	if told := p.v.toldState(); p.chat.secretive() && len(told.Lacks) > 0 {
		at.parts, err = p.v.partsRead(tx, &told)
	}
	return at, err
}

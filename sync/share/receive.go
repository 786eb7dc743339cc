package share

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// receiveRecords merges a frame of records. It runs on the link's goroutine and returns when they are durable.
func (s *Share) receiveRecords(ctx context.Context, l *peer.Link, f recordsFrame) error {
	x := s.session(l)
	if x == nil || len(f.Records) == 0 && f.Mode != snapshotEnd {
		return nil
	}
	if err := f.validate(); err != nil {
		return err
	}
	if !s.members().relays(l.Person()) {
		return fmt.Errorf("records from %s, who may neither write here nor pass on what others write", l.Person().Short())
	}
	present := x.gathered.take(f)
	var result mergeResult
	err := s.db.Write(ctx, func(tx *store.Tx) (err error) {
		members := s.members() // inside the transaction: what follows from a newer list (abide) comes after it
		self := selfWriting{log: s.selfLog(), author: s.engine.self().Name, writes: s.writes(), from: l.Peer()}
		result, err = mergeFrame(tx, members, self, f, present)
		tx.AfterCommit(func() {
			if present != nil {
				x.note(func() { x.tell, x.flags = true, x.flags|hasWhole })
			}
			s.mergedFrame(l, f, result)
		}) // even if the link ends before the commit and nobody waits for it any more
		return err
	})
	if errors.Is(err, errGap) {
		x.note(func() { x.tell, x.flags = true, x.flags|again })
		return nil
	}
	if err != nil {
		return fmt.Errorf("store records of %s: %w", l.Peer().Short(), err)
	}
	return nil
}

// mergedFrame passes on what a frame has changed, which is durable now.
func (s *Share) mergedFrame(l *peer.Link, f recordsFrame, result mergeResult) {
	for _, p := range result.breaches {
		s.log.Error("two records have one number: somebody runs a copied profile", "share", s.id, "path", string(p))
	}
	if result.refused > 0 {
		s.log.Warn("records that break the rules were dropped", "share", s.id, "peer", l.Peer().Short(), "count", result.refused)
	}
	if result.pruned > 0 {
		s.misfits.reset()
		s.log.Warn("this share's database was put back: what others have deleted since, and forgotten, goes", "share", s.id, "peer", l.Peer().Short(), "count", result.pruned)
	}
	if result.left {
		s.log.Warn("somebody has seen records of ours that are not here: going on with a new log", "share", s.id, "peer", l.Peer().Short())
	}
	if result.reissued > 0 {
		s.log.Warn("others have other records under numbers of ours: what we wrote was written anew", "share", s.id, "count", result.reissued)
		s.published()
	}
	s.tell(func(in *inbox) {
		in.add(result)
		in.keep(f.Records)
	})
	if result.ended || len(result.wanted) == 0 {
		s.advanced() // what needs no work on disk counts as applied at once
	}
}

// keep keeps contents that came along, as far as there is room.
func (in *inbox) keep(items []item) {
	for _, it := range items {
		if len(it.Content) == 0 || in.bytes+len(it.Content) > maxInbox {
			continue
		}
		if in.contents == nil {
			in.contents = map[index.Hash][]byte{}
		}
		in.contents[hashBytes(it.Content)] = it.Content
		in.bytes += len(it.Content)
	}
}

// receiveKnowledge takes what the other side has, and has the session send what it lacks.
func (s *Share) receiveKnowledge(ctx context.Context, l *peer.Link, f knowledgeFrame) error {
	x := s.session(l)
	if x == nil {
		return nil
	}
	root, err := f.Root.root()
	if err != nil {
		return err
	}
	a, err := f.applied()
	if err != nil {
		return err
	}
	f.K = s.numbers(ctx, f.K)
	need, err := s.compare(ctx, x, f, a)
	if err != nil {
		return fmt.Errorf("store what %s has: %w", l.Peer().Short(), err)
	}
	s.engine.notePause(s.id, l.Peer(), f.Flags)
	s.misfits.learn(l.Peer(), root)
	s.mu.Lock()
	news := f.Flags&begins != 0 || !a.Equal(s.applied[l.Peer()])
	s.applied[l.Peer()] = a
	s.mu.Unlock()
	if news {
		s.recruit()
	}
	x.note(func() {
		if f.Flags&again != 0 {
			x.resend = true
		}
		if f.Flags&begins != 0 { // perhaps it was paused, and what was sent meanwhile found nobody
			x.resend, x.anew, x.tell = true, true, x.tell || x.ours != nil
		}
		x.theirs, x.asked = f.K, true
		if need.asks(x.ours, x.askedFor, f.K) {
			x.tell, x.askedFor = true, f.K
		}
	})
	s.tell(func(in *inbox) { in.news, in.told = in.news || news, true }) // who hears nothing new asks for nothing again: two who lack one file would not let each other rest
	s.engine.listOffer(l, s.id, f.Number, f.Hash)
	s.engine.changed(s.id)
	return nil
}

// comparison is what their knowledge shows.
type comparison struct {
	k       vector.Vector // ours
	lacking bool          // they have what we lack
	relayed bool          // some of it is of a machine that is not here, and so cannot bring it itself
}

// asks reports whether to tell what we have, so that they send what we lack: when they have not heard it, told, and else once for each thing that they
// show and that its author cannot bring. What came to them after they heard us they do not send by themselves: mostly its author has brought it already.
func (c comparison) asks(told, askedFor, theirs vector.Vector) bool {
	return c.lacking && (told == nil || !told.Equal(c.k)) || c.relayed && !askedFor.Equal(theirs)
}

// compare stores what a machine told and compares it with K. When it shows that our own log goes on elsewhere than here, our database was restored or
// copied: what we wrote stays, and from now on we write to a new log.
func (s *Share) compare(ctx context.Context, x *session, f knowledgeFrame, a index.Applied) (comparison, error) {
	var c comparison
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		c.k = knowledge(all)
		lacking, err := lacks(tx, all, f.K)
		if err != nil {
			return err
		}
		c.lacking = len(lacking) > 0
		c.relayed = slices.ContainsFunc(lacking, func(log vector.Log) bool { return !s.here(log.Peer) })
		if err := s.leaveForked(tx, all, f.K, x.peer); err != nil {
			return err
		}
		return noteTold(tx, x.peer, f, a)
	})
	return c, err
}

// leaveForked ends writing on our log when somebody has records of it that we do not. See reissue.go.
func (s *Share) leaveForked(tx *store.Tx, all []branch, theirs vector.Vector, peer machine) error {
	for _, b := range all {
		if !b.own {
			continue
		}
		for _, mark := range theirs[b.log] {
			has, err := holds(tx, all, b.log, mark)
			if err != nil {
				return err
			}
			if has {
				continue
			}
			s.log.Warn("this share's database was restored or copied: going on with a new log", "share", s.id, "log", b.log.ID)
			return leave(tx, b, peer)
		}
	}
	return nil
}

func encodeTold(k vector.Vector, a index.Applied) (kb, ab, eb []byte, err error) {
	if kb, err = wire.Marshal(k); err != nil {
		return
	}
	if ab, err = wire.Marshal(a.Vector); err != nil {
		return
	}
	except := make([]wireException, 0, len(a.Except))
	for _, e := range a.Except {
		except = append(except, wireException{Peer: e.Dot.Log.Peer, ID: e.Dot.Log.ID, Number: e.Dot.Number, Reason: e.Reason})
	}
	eb, err = wire.Marshal(except)
	return
}

func decodeApplied(a, except []byte, without string) (index.Applied, error) {
	out := index.Applied{Without: splitPaths(without)}
	var list []wireException
	if err := wire.Unmarshal(a, &out.Vector); err != nil {
		return out, err
	}
	if err := wire.Unmarshal(except, &list); err != nil {
		return out, err
	}
	for _, e := range list {
		out.Except = append(out.Except, index.Exception{Dot: index.Dot{Log: vector.Log{Peer: e.Peer, ID: e.ID}, Number: e.Number}, Reason: e.Reason})
	}
	return out, nil
}

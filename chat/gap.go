package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// A gap is an event of a room that came without its words although they may be for us: who sent it had dropped them, or did not know us as a member. Whoever
// else has them is asked: docs/protocol.md, section 6, rooms, "Words that are missing".

// capabilityWords says that gaps are answered.
const capabilityWords = "words"

const (
	gapPause = 5 * time.Second // before a side that has more is asked again for everything
	gapSpan  = 128             // numbers of a log that are looked at in one step of an answer
)

// filling is what a session in a room needs for that. Guarded by session.mu.
type filling struct {
	upTo  int64     // key of the last gap of ours that they were asked about
	busy  bool      // they have not answered all of it
	round int       // how often they were asked from the first gap on
	began time.Time // when they were last asked from the first gap on
	waits bool      // they are again once the pause is over

	wanted []frame.Gap // what they asked for and is still to be looked at
	owed   bool        // they have not got the end of the answer
	asked  bool        // they ask for words, and are told when there are more
	tell   bool        // that there are

	refused bool // they got none, as one of us was no member as far as we knew
}

// restart has the other side asked from the first gap on.
func (f *filling) restart() {
	f.upTo, f.busy = 0, false
	f.round++
}

// bothIn reports whether both sides of a session are members of its room.
func (s *session) bothIn() bool {
	if s.v.room == nil || !s.link.Offers(capabilityWords) {
		return false
	}
	m := s.v.room.members()
	return m.Has(s.link.Person()) && m.Has(s.chat.config.Identity.Person())
}

// lookForWords has the other side asked for what they were not asked for yet, or with anew for everything.
func (s *session) lookForWords(anew bool) {
	if s.v.room == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.filling
	if anew {
		if wait := gapPause - time.Since(f.began); wait > 0 {
			if !f.waits {
				f.waits = true
				time.AfterFunc(wait, func() { s.lookForWords(true) })
			}
			return
		}
		f.restart()
		f.waits, f.began = false, time.Now()
	}
	s.due.gaps = true
	s.stir()
}

// askForWords asks for the next words that we lack, once what they were asked before is answered.
func (s *session) askForWords(ctx context.Context) error {
	s.mu.Lock()
	after, round, idle := s.filling.upTo, s.filling.round, !s.filling.busy && s.theirs != nil
	s.mu.Unlock()
	if !idle || !s.bothIn() {
		return nil
	}
	var missing []frame.Gap
	for more := true; more && len(missing) == 0; {
		err := s.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
			missing, after, more, err = s.chat.gapsAfter(tx, s.v, after)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for words that are missing %s: %w", s.v.in(), err)
		}
	}
	s.mu.Lock()
	begins := s.filling.round != round // they are asked from the first gap on, which is due
	if !begins {
		s.filling.upTo, s.filling.busy = after, len(missing) > 0
	}
	s.mu.Unlock()
	if begins || len(missing) == 0 {
		return nil
	}
	return s.sendGaps(ctx, frame.Gaps{Missing: missing})
}

func (s *session) sendGaps(ctx context.Context, f frame.Gaps) error {
	f.Conversation = s.v.id[:]
	body, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	return s.link.Send(ctx, wire.KindGaps, body)
}

// takeGaps notes what the other side lacks; the session's goroutine answers.
func (c *Chat) takeGaps(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := frame.ReadGaps(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.exchanged(l, event.ConversationID(f.Conversation))
	if v == nil || v.room == nil {
		c.dropped("gaps of a conversation that is no room of ours")
		return
	}
	s := c.session(l, v)
	if s == nil {
		return // their vector comes first
	}
	if f.Again == 1 {
		s.lookForWords(true)
	}
	if len(f.Missing) == 0 {
		return
	}
	s.mu.Lock()
	s.filling.wanted, s.filling.owed, s.filling.asked = f.Missing, true, true
	s.mu.Unlock()
	s.stir()
}

// nextWanted returns a part of what they asked for; false when nothing is owed. A part without a log is the end.
func (s *session) nextWanted() (part frame.Gap, owed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.filling
	if !f.owed {
		return frame.Gap{}, false
	}
	if len(f.wanted) == 0 {
		f.owed = false
		return frame.Gap{}, true
	}
	first := &f.wanted[0]
	part = *first
	end := uint64(0) // where the log ends here
	for _, w := range s.v.views(part.VectorLog()) {
		end = max(end, w.kept.Number)
	}
	if part.Last-part.First < gapSpan || first.First+gapSpan > end {
		f.wanted = f.wanted[1:]
	} else {
		part.Last = part.First + gapSpan - 1
		first.First += gapSpan
	}
	return part, true
}

// sendWords answers a part of what they asked for; false when nothing is owed.
func (s *session) sendWords(ctx context.Context) (bool, error) {
	part, owed := s.nextWanted()
	switch {
	case !owed:
		return false, nil
	case part.First == 0:
		return true, s.sendWordsFrame(ctx, frame.Words{Done: 1})
	case !s.bothIn():
		s.mu.Lock()
		s.filling.refused = true
		s.mu.Unlock()
		s.tellRefused() // should they have become one in between
		return true, nil
	}
	var all []*event.Event
	var read readers
	err := s.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if all, err = wordsIn(tx, part, s.v.views(part.VectorLog())); err == nil {
			read, err = s.chat.readersOf(tx, s.v, all)
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for words that %s lacks %s: %w", s.link.Peer().Short(), s.v.in(), err)
	}
	var f frame.Words
	size := 0
	for _, e := range all {
		if !read.in.Here(e.Heads()...) || read.in.Closed == 1 && !e.Kind.ChangesMembers() && e.Kind != event.KindDelete && !read.meant(s.link.Person(), e) {
			continue
		}
		w := frame.Word{ID: e.ID[:], Salt: e.Salt, Body: e.Body}
		if size += w.Size(); size > event.FrameRoom {
			if err := s.sendWordsFrame(ctx, f); err != nil {
				return false, err
			}
			f.Words, size = nil, w.Size()
		}
		f.Words = append(f.Words, w)
	}
	if len(f.Words) == 0 {
		return true, nil
	}
	return true, s.sendWordsFrame(ctx, f)
}

func (s *session) sendWordsFrame(ctx context.Context, f frame.Words) error {
	f.Conversation = s.v.id[:]
	body, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	return s.link.Send(ctx, wire.KindWords, body)
}

// takeWords takes words that are missing here.
func (c *Chat) takeWords(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := frame.ReadWords(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.exchanged(l, event.ConversationID(f.Conversation))
	if v == nil || v.room == nil {
		c.dropped("words of a conversation that is no room of ours")
		return
	}
	if err := c.fillWith(l.Context(), v, f.Words); err != nil && !errors.Is(err, errEnded) {
		c.fails(l, "take words that were missing; they are asked for again at the next link", err)
	}
	if s := c.session(l, v); f.Done == 1 && s != nil {
		s.mu.Lock()
		s.filling.busy = false
		s.mu.Unlock()
		s.lookForWords(false)
	}
}

// fillWith has words stored that are missing, and waits for it.
func (c *Chat) fillWith(ctx context.Context, v *conversation, all []frame.Word) error {
	var fills []*fill
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		fills, err = c.fillsOf(tx, v, all)
		return err
	})
	if err != nil || len(fills) == 0 {
		return err
	}
	var taken []*fill
	for _, one := range fills {
		if err := c.takeShare(v, []*event.Event{one.event}); err != nil {
			c.dropped(err.Error())
			continue
		}
		taken = append(taken, one)
	}
	if err := c.ledger.add(func(b *batch) { b.fills = append(b.fills, taken...) }); err != nil {
		return err
	}
	return c.ledger.settled(ctx)
}

// filled tells those who asked for words that there may be more now.
func (c *Chat) filled(v *conversation) {
	if !v.room.pending.filled() {
		return
	}
	time.AfterFunc(relayPause, func() {
		v.room.pending.tellFilled()
		for _, s := range c.sessionsOf(v) {
			s.tellFilled()
		}
	})
}

// tellFilled has the other side told that we may have words now for which they asked in vain.
func (s *session) tellFilled() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.filling.asked {
		s.filling.tell, s.due.gaps = true, true
		s.stir()
	}
}

// tellRefused does so once both are members, if they asked before that was known here.
func (s *session) tellRefused() {
	if !s.bothIn() {
		return
	}
	s.mu.Lock()
	refused := s.filling.refused
	s.filling.refused = false
	s.mu.Unlock()
	if refused {
		s.tellFilled()
	}
}

// exchangeGaps tells the other side that there are more words, if there are, and asks for those that we lack.
func (s *session) exchangeGaps(ctx context.Context) error {
	s.mu.Lock()
	tell := s.filling.tell
	s.filling.tell = false
	s.mu.Unlock()
	if tell && s.bothIn() {
		if err := s.sendGaps(ctx, frame.Gaps{Again: 1}); err != nil {
			return err
		}
	}
	return s.askForWords(ctx)
}

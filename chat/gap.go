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
	"lanyard/internal/vector"
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

// bothIn reports whether both sides of a session are members of its room.
func (s *session) bothIn() bool {
	return s.v.room != nil && s.link.Offers(capabilityWords) && s.areIn()
}

// maySendOurs reports whether the other side can be asked for words that our own person wrote, who is no member: a deletion of theirs may have taken them that does not count.
func (s *session) maySendOurs() bool {
	return s.v.room != nil && s.link.Offers(capabilityWords) && s.v.room.memory.is.Load() != forgotten && s.v.room.members().Has(s.link.Person())
}

// mayHaveWords reports whether the other side is given words of a log: a member all that are for them, who is none those that they wrote themselves.
func (s *session) mayHaveWords(log vector.Log) bool {
	return s.bothIn() || s.v.room.members().Has(s.chat.config.Identity.Person()) && s.chat.config.Roster.PersonOf(log.Peer) == s.link.Person()
}

// areIn reports whether both are members of the room, as far as we know.
func (s *session) areIn() bool {
	m := s.v.room.members()
	return m.Has(s.link.Person()) && m.Has(s.chat.config.Identity.Person())
}

// lookForWords has the other side asked for what they were not asked for yet, or with anew for everything.
func (s *session) lookForWords(anew bool) {
	if s.v.room == nil {
		return
	}
	if anew {
		began, wait := s.asking.anew()
		if wait > 0 {
			time.AfterFunc(wait, func() { s.lookForWords(true) })
		}
		if !began {
			return
		}
	}
	s.dueGaps()
}

// dueGaps has the session's goroutine look whether something is to be asked for or told.
func (s *session) dueGaps() {
	s.mu.Lock()
	s.due.gaps = true
	s.mu.Unlock()
	s.stir()
}

// askForWords asks for the next words that we lack, once what they were asked before is answered.
func (s *session) askForWords(ctx context.Context) error {
	wide := s.bothIn()
	if !wide && !s.maySendOurs() || !s.heard() {
		return nil
	}
	after, round, idle := s.asking.idle(wide)
	if !idle {
		return nil
	}
	var missing []frame.Gap
	for more := true; more && len(missing) == 0; {
		err := s.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
			missing, after, more, err = s.chat.gapsAfter(tx, s.v, after, wide)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for words that are missing %s: %w", s.v.in(), err)
		}
	}
	if !s.asking.asks(round, after, len(missing) > 0) || len(missing) == 0 {
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
	s.answering.take(f.Missing)
	s.stir()
}

// sendWords answers a part of what they asked for; false when nothing is owed.
func (s *session) sendWords(ctx context.Context) (bool, error) {
	part, owed := s.answering.next(s.v.endOf)
	switch {
	case !owed:
		return false, nil
	case part.First == 0:
		return true, s.sendWordsFrame(ctx, frame.Words{Done: 1})
	case !s.mayHaveWords(part.VectorLog()):
		s.answering.refuse()
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
		if !read.in.Here(e.Heads()...) || !read.areFor(s.link.Person(), e) {
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
	if err := c.fillWith(l.Context(), v, f.Words); err != nil && !errors.Is(err, errEnded) && !errors.Is(err, errNotStored) {
		c.fails(l, "take words that were missing; they are asked for again at the next link", err)
	}
	if s := c.session(l, v); f.Done == 1 && s != nil {
		s.asking.answered()
		s.lookForWords(false)
	}
}

// fillWith has words stored that are missing, and waits for it. What could not be stored is asked for again: see notStored.
func (c *Chat) fillWith(ctx context.Context, v *conversation, all []frame.Word) error {
	taken, err := c.claimFills(ctx, v, all)
	if err != nil || len(taken) == 0 {
		return err
	}
	done := make(chan error, 1)
	if err := c.ledger.add(func(b *batch) { b.fills, b.answers = append(b.fills, taken...), append(b.answers, done) }); err != nil {
		v.room.flows.unclaim(idsOf(taken...))
		return err
	}
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%w: %w", errNotStored, err)
		}
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// claimFills claims those of these words that are missing, and are taken.
func (c *Chat) claimFills(ctx context.Context, v *conversation, all []frame.Word) (taken []*fill, err error) {
	v.room.flows.claim(namedBy(all))
	defer v.room.flows.unclaim(namedBy(all))
	var fills []*fill
	err = c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		fills, err = c.fillsOf(tx, v, all)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.takeFills(v, fills), nil
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
	if s.answering.haveMore() {
		s.dueGaps()
	}
}

// tellRefused does so once both are members, if they asked before that was known here.
func (s *session) tellRefused() {
	if s.bothIn() && s.answering.wasRefused() {
		s.tellFilled()
	}
}

// exchangeGaps tells the other side that there are more words, if there are, and asks for those that we lack.
func (s *session) exchangeGaps(ctx context.Context) error {
	if s.answering.tellsMore() && s.bothIn() {
		if err := s.sendGaps(ctx, frame.Gaps{Again: 1}); err != nil {
			return err
		}
	}
	return s.askForWords(ctx)
}

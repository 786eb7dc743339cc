package chat

import (
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
)

// fill is an event that is here without its words, with them.
type fill struct {
	in     *conversation
	branch *branch // that holds the event itself
	event  *event.Event
	back   bool // they were dropped here by a deletion that does not count; set as it is stored
}

// fillsOf returns the events that lack these words and are to have them, each once: what is repeated, or lies behind a cut, would else count again and again as
// much of its author.
func (c *Chat) fillsOf(tx *store.Tx, v *conversation, all []frame.Word) (fills []*fill, err error) {
	looked := map[int64]bool{}
	for _, w := range all {
		at, here, err := placeOf(tx, event.ID(w.ID))
		if err == nil && here {
			here, err = isGap(tx, at)
		}
		if err != nil {
			return nil, err
		}
		b := v.branchAt(at)
		if !here || b == nil || looked[at] || v.isBehindCut(b, placeNumber(at)) {
			continue // or it came from somebody else meanwhile
		}
		e, err := eventAt(tx, b, placeNumber(at))
		if err != nil {
			return nil, err
		}
		if e, err = event.Read(e.Raw, w.Salt, w.Body); err != nil {
			c.dropped("words that an event does not name")
			continue
		}
		looked[at] = true
		fills = append(fills, &fill{in: v, branch: b, event: e})
	}
	return fills, nil
}

func (v *conversation) isBehindCut(b *branch, number uint64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return b.cut != nil && number > b.cut.Number
}

// storeFills gives events their words that came without. Those that somebody else brought meanwhile, or that a cut took, are not wanted any more.
func (p *page) storeFills(tx *store.Tx) error {
	for _, f := range p.fills {
		at := place(f.branch, f.event.Number)
		wanted, err := isGap(tx, at)
		if err == nil && wanted && !p.isCut(f) {
			err = p.storeFill(tx, f, at)
		}
		if err != nil {
			return fmt.Errorf("store the words of event %d of log %s: %w", f.event.Number, f.branch.log.ID, err)
		}
	}
	return nil
}

// isCut reports whether an event lies behind a cut: nothing is shown of it.
func (p *page) isCut(f *fill) bool {
	cut := p.cutOf(f.branch)
	return cut != nil && f.event.Number > cut.Number
}

func (p *page) storeFill(tx *store.Tx, f *fill, at int64) error {
	e := f.event
	hidden, err := p.standing(tx, e, at)
	if err != nil {
		return err
	}
	p.made.hidden[e] = hidden
	if err := tx.QueryRow(`SELECT deleted FROM chat_event WHERE place = ?`, at).Scan(&f.back); err != nil {
		return err
	}
	shown := 0
	if hidden {
		shown = 1
	}
	if _, err := tx.Exec(`UPDATE chat_event SET salt = ?, body = ?, hidden = ?, arrived = ?, deleted = 0 WHERE place = ?`, e.Salt, e.Body, shown, p.chat.arrival(tx, f.branch), at); err != nil {
		return err
	}
	if _, err := deleteGap(tx, at); err != nil {
		return err
	}
	if err := indexFilled(tx, p.v, f.branch, at); err != nil {
		return err
	}
	p.noteShift(e)
	if err := p.noteMentions(tx, f.branch, e); err != nil {
		return err
	}
	if err := p.touchFilled(tx, f); err != nil {
		return err
	}
	p.made.filled, p.made.recount = append(p.made.filled, f), true
	return p.storeFile(tx, f.branch, e)
}

// touchFilled notes the origin for which words change what is shown: of an amendment what it amends, else what stands there itself.
func (p *page) touchFilled(tx *store.Tx, f *fill) error {
	e := f.event
	if e.Kind.Amends() {
		return p.touchNamed(tx, f.branch, e)
	}
	origin := e.ID
	if len(e.Again) > 0 {
		origin = event.ID(e.Again)
	}
	is, err := isAmended(tx, p.v, origin)
	if is {
		p.touched(origin).anew = true
	}
	return err
}

// indexFilled makes an event findable that was passed over, as it had no words. One that was not looked at yet will be.
func indexFilled(tx *store.Tx, v *conversation, b *branch, at int64) error {
	var passed bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_indexed WHERE branch = ? AND number >= ?)`, b.key, int64(placeNumber(at))).Scan(&passed)
	if err != nil || !passed {
		return err
	}
	return index(tx, v, at)
}

// isOldFill reports whether an event gets its words so late that they make no notice.
func isOldFill(e *event.Event) bool { return e.Time < time.Now().Add(-24*time.Hour).UnixMilli() }

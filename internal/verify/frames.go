package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// Steps of a frame.
const (
	stepBegin  = 1
	stepAnswer = 2
	stepReveal = 3
	stepEnd    = 4
)

// Reasons of an end.
const (
	endDifferent = 1
	endGivenUp   = 2
	endNotNow    = 3
)

// checkBody is the frame's body.
type checkBody struct {
	Step  uint64 `cbor:"1,keyasint"`
	Value []byte `cbor:"2,keyasint"`
}

func encode(step uint64, bytes []byte) []byte {
	frame, err := wire.Marshal(checkBody{Step: step, Value: bytes})
	if err != nil {
		panic("verify: " + err.Error()) // a number and bytes always are CBOR
	}
	return frame
}

func endBody(reason byte) []byte { return encode(stepEnd, []byte{reason}) }

// decode reads a frame: a value of 32 bytes, of an end one byte, which is the first of it. Steps of newer versions are refused.
func decode(body []byte) (step uint64, v value, err error) {
	var b checkBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return 0, v, fmt.Errorf("decode check: %w", err)
	}
	size := len(v)
	if b.Step == stepEnd {
		size = 1
	}
	if b.Step < stepBegin || b.Step > stepEnd || len(b.Value) != size {
		return 0, v, errors.New("a check of no known step or length")
	}
	copy(v[:], b.Value)
	return b.Step, v, nil
}

// say sends a frame; on a link that ended there is nobody to tell.
func say(ctx context.Context, l *peer.Link, frame []byte) { _ = l.Send(ctx, wire.KindCheck, frame) }

// take hears a frame.
func (v *Comparisons) take(l *peer.Link, body []byte) {
	step, sent, err := decode(body)
	if err != nil {
		return
	}
	switch step {
	case stepBegin:
		v.takeBegin(l, sent)
	case stepAnswer:
		v.takeAnswer(l, sent)
	case stepReveal:
		v.takeReveal(l, sent)
	case stepEnd:
		v.takeEnd(l, sent[0])
	}
}

// takeBegin answers who wants to compare, unless that would change words that are being compared, show that we are here though we are invisible, or
// comes too often.
func (v *Comparisons) takeBegin(l *peer.Link, commitment value) {
	if v.config.Roster.Self().Presence.Choice == peer.Invisible || l.Person() == v.config.Roster.Self().Person {
		return
	}
	v.mu.Lock()
	frame := v.begunLocked(l, commitment)
	v.mu.Unlock()
	if frame != nil {
		say(l.Context(), l, frame)
	}
}

// begunLocked decides about a beginning, and returns what to say to it.
func (v *Comparisons) begunLocked(l *peer.Link, commitment value) []byte {
	r := v.runs[l.Person()]
	switch {
	case r != nil && r.step == asked && r.link == l && string(v.self[:]) < string(identityOf(l)):
		return nil // both began: ours counts
	case r != nil && r.step == asked && r.link == l:
		r.step, r.ours = committed, false // theirs counts; who waits for words gets these
	case r != nil && r.step != answered:
		return endBody(endNotNow)
	case !v.mayBeginLocked(l.Person(), time.Now()):
		return endBody(endNotNow)
	default:
		if r != nil {
			v.endLocked(r, Same)
		}
		r = newRun(l, committed)
		v.runs[l.Person()] = r
		v.changes.Stir()
	}
	r.commitment = commitment
	return encode(stepAnswer, r.mine[:])
}

func identityOf(l *peer.Link) []byte {
	id := l.Peer()
	return id[:]
}

// mayBeginLocked counts what a person begins.
func (v *Comparisons) mayBeginLocked(who identity.PersonID, now time.Time) bool {
	recent := slices.DeleteFunc(v.begun[who], func(t time.Time) bool { return now.Sub(t) >= time.Hour })
	if len(recent) >= PerHour || len(v.runs) >= maxRuns || len(recent) == 0 && len(v.begun) >= 4*maxRuns {
		return false
	}
	v.begun[who] = append(recent, now)
	return true
}

// takeAnswer reveals our value to who answered, which makes the words.
func (v *Comparisons) takeAnswer(l *peer.Link, theirs value) {
	v.mu.Lock()
	r := v.runs[l.Person()]
	if r == nil || r.link != l || r.step != asked {
		v.mu.Unlock()
		return
	}
	err := v.showLocked(r, value(v.self), value(l.Peer()), r.mine, theirs)
	if err != nil {
		v.endLocked(r, Broken)
	}
	mine := r.mine
	v.mu.Unlock()
	if err == nil {
		say(l.Context(), l, encode(stepReveal, mine[:]))
	}
}

// takeReveal makes the words on the side that answered, if what is revealed is what was committed to.
func (v *Comparisons) takeReveal(l *peer.Link, theirs value) {
	v.mu.Lock()
	defer v.mu.Unlock()
	r := v.runs[l.Person()]
	switch {
	case r == nil || r.link != l || r.step != committed:
	case commit(theirs) != r.commitment:
		v.endLocked(r, Spoiled)
	case v.showLocked(r, value(l.Peer()), value(v.self), theirs, r.mine) != nil:
		v.endLocked(r, Broken)
	}
}

// takeEnd ends a comparison. That the words differ counts also after our person said that they are the same.
func (v *Comparisons) takeEnd(l *peer.Link, reason byte) {
	v.mu.Lock()
	r := v.runs[l.Person()]
	if r == nil || r.link != l || reason != endDifferent && r.step == answered || reason == endNotNow && r.step != asked {
		v.mu.Unlock()
		return
	}
	how := GivenUp
	switch reason {
	case endDifferent:
		how = Different
	case endNotNow:
		how = NotNow
	}
	r.theirs = true
	v.endLocked(r, how)
	v.mu.Unlock()
	if how == Different {
		_ = v.config.Roster.Differ(l.Context(), l.Person(), false) // a disk that does not store tells so elsewhere; here it is noted
	}
}

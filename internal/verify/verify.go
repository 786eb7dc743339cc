// Package verify lets two people make sure that nobody sits between their machines: both see the same four words, and one reads them to the other.
//
// # Use
//
//	v := verify.New(verify.Config{Roster: roster, Told: told})  // before the roster runs
//	err := v.Run(ctx)                                           // until ctx ends
//	now, err := v.Begin(ctx, ben)                               // now.Words; Ben's agent shows the same
//	err = v.Answer(ctx, ben, true)                              // our person heard the same words: Ben is verified
//	now = v.Now(ben)                                            // how far it is
//	err = v.Doubt(ctx, ben)                                     // neither verified nor known to differ any more
//
// # How it works
//
// The format is in docs/protocol.md, section 4, making sure who it is. Who begins commits to a random value before the other shows theirs, and the words
// come from both values, both keys and the TLS connection itself. So somebody in the middle, who has one connection with each of the two, has to commit on both
// before they know what the words will be: one try in 2^32 for each time that people compare.
//
// # Promises
//
// A person becomes verified by [Comparisons.Answer] alone, by what our own person says; nothing that comes over the network does that, but it may take the mark
// back: when the other says that the words differ, which both keep until a later comparison or Doubt. Verified is a person's list of keys: another key is another person, who is not verified, whatever their name.
//
// A comparison belongs to one link and ends with it, or after [Lasts]. Its words never change while it is compared. Somebody who begins again and again
// is answered [PerHour] times an hour, and costs a bounded amount of memory. Begin waits for the other's agent, at most [AnswerLimit]; Answer and Doubt
// wait for the disk. Told is called from Run, in order, and must not block. All methods may be called from any goroutine.
//
// # Left out
//
// Marks that others vouch for, codes on paper, and an office-wide code.
package verify

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/news"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// Limits, as in docs/protocol.md.
const (
	Lasts       = 10 * time.Minute // from the beginning of a comparison to its end
	AnswerLimit = 10 * time.Second // for the other's agent to answer
	PerHour     = 5                // comparisons that one person may begin with us
	maxRuns     = 256              // at once
)

const capability = "check"

// Errors of Begin and Answer. The texts are for people.
var (
	ErrAbsent  = errors.New("they are not here: words can be compared while both are connected")
	ErrOlder   = errors.New("their Lanyard is too old to compare words: ask them to install the new one")
	ErrNotNow  = errors.New("their Lanyard compares no words now: try again in an hour, or compare those that are shown there")
	ErrSilent  = errors.New("their Lanyard does not answer: try again")
	ErrBroken  = errors.New("the connection broke off: begin again")
	ErrSpoiled = errors.New("what came does not fit together, somebody may sit between you: begin again, and do not trust this connection if that comes again")
	ErrNothing = errors.New("no words are being compared: begin first")
)

// Config is what Comparisons are made of.
type Config struct {
	Roster *peer.Roster
	Told   func(Comparison) // a comparison began, has its words, or ended
}

// Comparisons are those of this machine.
type Comparisons struct {
	config  Config
	self    identity.PeerID
	changes *news.News[Comparison]

	mu    sync.Mutex
	runs  map[identity.PersonID]*run
	begun map[identity.PersonID][]time.Time // by others, of the last hour
}

// New makes Comparisons and registers its frames with the roster, which must not run yet.
func New(c Config) *Comparisons {
	v := &Comparisons{config: c, self: c.Roster.Self().ID, changes: news.New(c.Told), runs: map[identity.PersonID]*run{}, begun: map[identity.PersonID][]time.Time{}}
	owner := c.Roster.Owner("verify", peer.ClassChat)
	owner.Offer(capability)
	owner.Handle(wire.KindCheck, v.take)
	owner.OnLink(nil, v.linkDown, nil)
	return v
}

// Run tells what changes, and ends what lasts too long, until ctx ends.
func (v *Comparisons) Run(ctx context.Context) error { return v.changes.Run(ctx, v.due) }

// due ends what is over; it returns when it is to be called again, zero: not before a stir.
func (v *Comparisons) due(now time.Time) time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	var next time.Time
	for _, r := range v.runs {
		if !r.until.After(now) {
			v.endLocked(r, Late)
		} else if next.IsZero() || r.until.Before(next) {
			next = r.until
		}
	}
	for person, times := range v.begun {
		if now.Sub(times[len(times)-1]) >= time.Hour {
			delete(v.begun, person)
		}
	}
	return next
}

// Begin begins a comparison with a person who is here, or joins the one that is under way, and returns it with its words.
func (v *Comparisons) Begin(ctx context.Context, with identity.PersonID) (Comparison, error) {
	l, err := v.linkTo(with)
	if err != nil {
		return Comparison{}, err
	}
	r, frame, err := v.open(l)
	if err != nil {
		return Comparison{}, err
	}
	if frame != nil && l.Send(ctx, wire.KindCheck, frame) != nil {
		v.end(r, Broken)
	}
	silence := time.NewTimer(AnswerLimit)
	defer silence.Stop()
	select {
	case <-r.ready:
	case <-ctx.Done():
		return Comparison{}, ctx.Err()
	case <-silence.C:
		v.end(r, Silent)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if r.ended != Going {
		return Comparison{}, r.ended.err()
	}
	return r.shownLocked(), nil
}

// linkTo is a link of the person that is to be seen and can do this.
func (v *Comparisons) linkTo(with identity.PersonID) (*peer.Link, error) {
	err := ErrAbsent
	for _, id := range v.config.Roster.Machines(with) {
		row, known := v.config.Roster.Get(id)
		l, up := v.config.Roster.Link(id)
		switch {
		case !known || !row.Linked || !up:
		case !l.Offers(capability):
			err = ErrOlder
		default:
			return l, nil
		}
	}
	return nil, err
}

// Now tells how far the comparison with a person is.
func (v *Comparisons) Now(with identity.PersonID) Comparison {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r := v.runs[with]; r != nil {
		return r.shownLocked()
	}
	return Comparison{Person: with}
}

// Going are the comparisons whose words are to be compared, those that end first before the others.
func (v *Comparisons) Going() []Comparison {
	v.mu.Lock()
	defer v.mu.Unlock()
	var going []Comparison
	for _, r := range v.runs {
		if r.step == comparing {
			going = append(going, r.shownLocked())
		}
	}
	slices.SortFunc(going, func(a, b Comparison) int {
		return cmp.Or(a.Until.Compare(b.Until), slices.Compare(a.Person[:], b.Person[:]))
	})
	return going
}

// Answer ends a comparison by what our person heard: the same words, and the other is verified, or different ones, which is noted, and they are told so.
func (v *Comparisons) Answer(ctx context.Context, with identity.PersonID, same bool) error {
	v.mu.Lock()
	r := v.runs[with]
	if r == nil || r.step != comparing {
		v.mu.Unlock()
		return ErrNothing
	}
	l := r.link
	if same {
		r.step = answered // stays until it is over: the other may say that they differ
		v.changes.Add(Comparison{Person: with, End: Same})
	} else {
		v.endLocked(r, Different)
	}
	v.mu.Unlock()
	if same {
		return v.verified(ctx, r)
	}
	say(ctx, l, endBody(endDifferent))
	return v.config.Roster.Differ(ctx, with, true)
}

// verified notes that the words of a run are the same, unless the other says meanwhile that they differ, which counts more.
func (v *Comparisons) verified(ctx context.Context, r *run) error {
	if err := v.config.Roster.Verify(ctx, r.link.Person()); err != nil {
		return err
	}
	v.mu.Lock()
	differ := r.ended == Different
	v.mu.Unlock()
	if !differ {
		return nil
	}
	return v.config.Roster.Differ(ctx, r.link.Person(), false)
}

// Doubt ends a comparison and takes back that a person is verified, or that words differed.
func (v *Comparisons) Doubt(ctx context.Context, with identity.PersonID) error {
	v.mu.Lock()
	r := v.runs[with]
	if r != nil {
		v.endLocked(r, GivenUp)
	}
	v.mu.Unlock()
	if r != nil {
		say(ctx, r.link, endBody(endGivenUp))
	}
	return v.config.Roster.Doubt(ctx, with)
}

package verify

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// End is how a comparison ended.
type End uint8

// Ends.
const (
	Going     End = iota // it has not
	Same                 // our person said that the words are the same
	Different            // our person, or the other, said that they differ
	Spoiled              // the other revealed something else than they had committed to
	GivenUp              // by either side
	Broken               // with the link
	Late                 // it lasted too long
	Silent               // the other's agent did not answer
	NotNow               // the other's agent takes no more
)

// String returns the word that the API uses.
func (e End) String() string {
	return [...]string{"", "same", "different", "spoiled", "given-up", "broken", "late", "silent", "not-now"}[e]
}

// err is what Begin returns when there are no words because of it.
func (e End) err() error {
	switch e {
	case Silent, Late:
		return ErrSilent
	case NotNow:
		return ErrNotNow
	case Spoiled:
		return ErrSpoiled
	}
	return ErrBroken
}

// Comparison is what people see of one.
type Comparison struct {
	Person    identity.PersonID
	Comparing bool // the words are there to be compared
	Ours      bool // our person began it
	Words     Words
	Until     time.Time // when it ends by itself; zero: there is none
	End       End       // how it ended, in what is told
	Theirs    bool      // Different: the other says so
}

// step is where a run is.
type step uint8

const (
	asked     step = iota // we began and wait for the answer
	committed             // they began, we answered and wait for the reveal
	comparing             // both have the words
	answered              // our person said that they are the same
)

// value is what each side adds.
type value [32]byte

// run is one comparison. Guarded by Comparisons.mu, but for ready and link, which never change.
type run struct {
	link       *peer.Link
	step       step
	ours       bool
	mine       value
	commitment value // theirs
	words      Words
	until      time.Time
	ended      End
	theirs     bool          // it ended by what the other says
	ready      chan struct{} // closed when there are words, or the end
}

func newRun(l *peer.Link, step step) *run {
	r := &run{link: l, step: step, ours: step == asked, until: time.Now().Add(Lasts), ready: make(chan struct{})}
	_, _ = rand.Read(r.mine[:]) // it never fails
	return r
}

func (r *run) shownLocked() Comparison {
	c := Comparison{Person: r.link.Person(), Ours: r.ours, Until: r.until, Comparing: r.step == comparing}
	if c.Comparing {
		c.Words = r.words
	}
	if r.step == answered {
		c.End = Same
	}
	return c
}

// commit hides a value until it is revealed.
func commit(v value) value {
	return sha256.Sum256(append([]byte("lanyard check\x00"), v[:]...))
}

// open returns the comparison under way on this link, or a new one with the frame that begins it.
func (v *Comparisons) open(l *peer.Link) (*run, []byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r := v.runs[l.Person()]; r != nil && r.step != answered {
		return r, nil, nil
	} else if r != nil {
		v.endLocked(r, Same)
	}
	if len(v.runs) >= maxRuns {
		return nil, nil, ErrNotNow
	}
	r := newRun(l, asked)
	v.runs[l.Person()] = r
	c := commit(r.mine)
	v.changes.Stir()
	return r, encode(stepBegin, c[:]), nil
}

// showLocked has people compare the words of a run.
func (v *Comparisons) showLocked(r *run, beginner, answerer, first, second value) error {
	bound, err := r.link.Bound("lanyard-check")
	if err != nil {
		return err
	}
	r.words = wordsOf(bound, beginner, answerer, first, second)
	r.step = comparing
	close(r.ready)
	v.changes.Add(r.shownLocked())
	return nil
}

func (v *Comparisons) end(r *run, how End) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.endLocked(r, how)
}

// endLocked ends a run that has not ended yet. What people were shown of it is told as ended.
func (v *Comparisons) endLocked(r *run, how End) {
	if v.runs[r.link.Person()] != r {
		return
	}
	delete(v.runs, r.link.Person())
	r.ended = how
	switch {
	case r.step == asked || r.step == committed:
		close(r.ready)
		if how == Spoiled {
			v.changes.Add(Comparison{Person: r.link.Person(), End: how})
		}
	case r.step == comparing, how == Different:
		v.changes.Add(Comparison{Person: r.link.Person(), End: how, Theirs: r.theirs})
	}
}

// linkDown ends what belongs to a link.
func (v *Comparisons) linkDown(l *peer.Link) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r := v.runs[l.Person()]; r != nil && r.link == l {
		v.endLocked(r, Broken)
	}
}

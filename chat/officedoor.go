package chat

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// Bounds of the office: docs/protocol.md section 6, office, rule 6. Tests set lower ones by what they send, not by changing these.
const (
	ownLogs         = 64
	authorEvents    = 1024
	authorDay       = 256 // events whose times lie within 24 hours
	authorBytes     = 2 << 20
	strangersLogs   = 320 // of all to whom our person never wrote
	strangersBytes  = 16 << 20
	hearsayLogs     = 2 // of one whom we never met
	hearsayEvents   = 64
	hearsayBytes    = 256 << 10
	hearsaysAuthors = 128 // of all whom we never met
	hearsaysBytes   = 4 << 20
	hearsaysToldBy  = hearsaysAuthors / 2
)

// maxRefused is of how many authors it is remembered that something of theirs was refused over a link.
const maxRefused = 256

// Reasons not to take announcements.
var (
	errShut    = errors.New("announcements of somebody who is blocked")
	errAhead   = errors.New("announcements from the future")
	errFalls   = errors.New("announcements whose times fall")
	errTooOld  = errors.New("announcements of a log that began too long ago")
	errBare    = errors.New("announcements without their words, from somebody who did not write them")
	errNamed   = errors.New("edits of announcements that name one event in the header and another in the body")
	errFlood   = errors.New("more announcements of one author than are taken for now")
	errStrange = errors.New("more announcements of people our person never wrote to than are taken for now")
	errHearsay = errors.New("more announcements of people never met than are taken for now")
	errCrowded = errors.New("more logs of announcements than are kept")
)

// refusedForNow reports whether announcements may be taken another time.
func refusedForNow(err error) bool {
	return errors.Is(err, errFlood) || errors.Is(err, errStrange) || errors.Is(err, errHearsay) || errors.Is(err, errCrowded)
}

// takeAnnouncements takes a run of announcements that came over a link.
func (c *Chat) takeAnnouncements(l *peer.Link, v *conversation, r event.Run) error {
	err := c.admitToOffice(l, v, r)
	if err == nil {
		r.Teller = l.Person()
		err = c.accept(l.Context(), v, r)
	}
	s := c.session(l, v)
	if s == nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	author := r.First().Peer
	if (refusedForNow(err) || errors.Is(err, errBare)) && len(s.told.refused) < maxRefused {
		s.told.refused[author] = true
	}
	if errors.Is(err, errGap) && s.told.refused[author] {
		err = errFlood // what comes before was refused: asking for it would go round in circles
	}
	return err
}

// admitToOffice judges a run by everything but its place in its log. What is too old for its words loses them.
func (c *Chat) admitToOffice(l *peer.Link, v *conversation, r event.Run) error {
	now, first := time.Now(), r.First()
	if given, err := introduced(first); err == nil {
		if err := c.learnKin(l.Context(), given.lists, given.called); err != nil {
			return err
		}
	}
	row, met := c.config.Roster.Get(first.Peer)
	switch {
	case met && row.Trust == peer.Blocked:
		return errShut
	case v.began(first) < now.Add(-officeLog).UnixMilli():
		return errTooOld
	}
	for _, e := range r.Events {
		switch {
		case e.Time > now.Add(officeSlack).UnixMilli():
			return errAhead
		case misnamed(e):
			return errNamed
		}
	}
	age(r.Events, now)
	if l.Peer() != first.Peer && first.Peer != c.self() {
		if err := c.checkProofs(l.Context(), v, r); err != nil {
			return err
		}
		if bare(r, now.Add(officeSlack)) < len(r.Events) {
			return errBare
		}
	}
	if first.Peer == c.self() {
		return nil // what was ours comes back
	}
	return c.hasRoom(l, v, r, met)
}

// age drops the words of announcements that are too old to be passed on.
func age(events []*event.Event, now time.Time) {
	for _, e := range events {
		if e.Time < now.Add(-officeAge).UnixMilli() && e.Number > 1 {
			e.Salt, e.Body = nil, nil
		}
	}
}

// share is what an author takes by now.
type share struct {
	logs, events int
	bytes        int64
	times        []int64
	teller       identity.PersonID
}

// sharesLocked sums up what all authors take.
func (v *conversation) sharesLocked(now time.Time) map[identity.PeerID]*share {
	all := map[identity.PeerID]*share{}
	for log := range v.branches {
		r := v.logLocked(log)
		if !r.counts(now) {
			continue
		}
		s := all[log.Peer]
		if s == nil {
			s = &share{}
			all[log.Peer] = s
			if a := v.office.authors[log.Peer]; a != nil {
				s.teller = a.teller
			}
		}
		s.logs, s.events, s.bytes = s.logs+len(v.branches[log]), s.events+r.events, s.bytes+r.bytes
	}
	return all
}

// fullLocked reports whether a machine may not have one more branch, whatever it is for: what hasRoom judged may race with others.
func (v *conversation) fullLocked(peer identity.PeerID) bool {
	all, own := 0, 0
	for author, s := range v.sharesLocked(time.Now()) {
		if all += s.logs; author == peer {
			own = s.logs
		}
	}
	return own >= ownLogs || all >= frame.MaxOfficeLogs+ownLogs || v.branchesOfLocked(peer) >= maxBranches
}

// timesLocked returns the times of all events of an author that count.
func (v *conversation) timesLocked(author identity.PeerID, now time.Time) (times []int64) {
	for log, branches := range v.branches {
		if log.Peer != author || !v.logLocked(log).counts(now) {
			continue
		}
		for _, b := range branches {
			if w := v.office.weights[b]; w != nil {
				for _, s := range w.spans {
					times = append(times, s.time)
				}
			}
		}
	}
	return times
}

// hasRoom reports whether a run fits into its author's share, and into that of people like them.
func (c *Chat) hasRoom(l *peer.Link, v *conversation, r event.Run, met bool) error {
	now, author := time.Now(), r.First().Peer
	fresh := share{events: len(r.Events)} // what repeats what is here counts too: it comes again from where it is new
	for _, e := range r.Events {
		fresh.bytes += int64(e.Size())
		fresh.times = append(fresh.times, e.Time)
	}
	if at, extends := v.tipBefore(r.First()); !extends || at.fork {
		fresh.logs = 1
	}
	v.mu.Lock()
	shares, times := v.sharesLocked(now), v.timesLocked(author, now)
	v.mu.Unlock()
	own := shares[author]
	if own == nil {
		own = &share{}
	}
	if err := own.fits(&fresh, times, met); err != nil {
		return err
	}
	if err := c.fitsAmong(l.Context(), shares, author, &fresh); err != nil {
		return err
	}
	if met {
		return nil
	}
	return c.hear(l, v, shares, r)
}

// fits reports whether one author may have more.
func (own *share) fits(fresh *share, times []int64, met bool) error {
	logs, events, bytes := frame.MaxAuthorLogs, authorEvents, int64(authorBytes)
	if !met {
		logs, events, bytes = hearsayLogs, hearsayEvents, hearsayBytes
	}
	if own.logs+fresh.logs > logs || own.events+fresh.events > events || own.bytes+fresh.bytes > bytes {
		return errFlood
	}
	if most(append(times, fresh.times...), 24*time.Hour) > authorDay {
		return errFlood
	}
	return nil
}

// fitsAmong reports whether all together, and all to whom our person never wrote, may have more.
func (c *Chat) fitsAmong(ctx context.Context, shares map[identity.PeerID]*share, author identity.PeerID, fresh *share) error {
	logs, bytes := fresh.logs, fresh.bytes
	for _, s := range shares {
		logs, bytes = logs+s.logs, bytes+s.bytes
	}
	switch {
	case logs > frame.MaxOfficeLogs:
		return errCrowded
	case logs <= strangersLogs && bytes <= strangersBytes:
		return nil // whoever they are
	}
	strange, familiar := *fresh, false
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if familiar, err = c.familiar(tx, author); familiar || err != nil {
			return err
		}
		for peer, s := range shares {
			known, err := c.familiar(tx, peer)
			if err != nil {
				return err
			}
			if !known {
				strange.logs, strange.bytes = strange.logs+s.logs, strange.bytes+s.bytes
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("look up to whom our person wrote: %w", err)
	case !familiar && (strange.logs > strangersLogs || strange.bytes > strangersBytes):
		return errStrange
	}
	return nil
}

// familiar reports whether our person ever wrote to an author, or is one themselves.
func (c *Chat) familiar(tx *store.Tx, author identity.PeerID) (bool, error) {
	who := c.config.Roster.PersonOf(author)
	if who == c.config.Identity.Person() {
		return true, nil
	}
	return c.wroteTo(tx, who)
}

// hear reports whether there is room for an author whom we never met.
func (c *Chat) hear(l *peer.Link, v *conversation, shares map[identity.PeerID]*share, r event.Run) error {
	author, authors, told, bytes := r.First().Peer, 1, 1, int64(0)
	for peer, s := range shares {
		if _, met := c.config.Roster.Get(peer); met || peer == author {
			continue
		}
		authors, bytes = authors+1, bytes+s.bytes
		if s.teller == l.Person() {
			told++
		}
	}
	for _, e := range r.Events {
		bytes += int64(e.Size())
	}
	if own := shares[author]; own != nil {
		bytes += own.bytes
	}
	if authors > hearsaysAuthors || bytes > hearsaysBytes || told > hearsaysToldBy && shares[author] == nil {
		return errHearsay
	}
	key, err := c.officeKey(v, r.First())
	if err != nil {
		return err
	}
	last := r.Last()
	if identity.Verify(key, event.SigningContext, last.ID[:], last.Signature) != nil {
		return errors.New("events with a wrong signature")
	}
	return nil
}

// officeKey returns the key of an author, which the first event of a log tells to who never met them.
func (c *Chat) officeKey(v *conversation, first *event.Event) (ed25519.PublicKey, error) {
	if first.Number == 1 && first.Kind != event.KindJoin {
		return nil, errNoIntroduction
	}
	if key, ok := c.config.Roster.PublicKey(first.Peer); ok {
		return key, nil
	}
	if a := v.author(first.Peer); a != nil && a.key != nil {
		return a.key, nil
	}
	given, err := introduced(first)
	if err != nil {
		return nil, errNoKey
	}
	return given.key, nil
}

// most returns how many of these times, in ms, lie within one stretch.
func most(times []int64, stretch time.Duration) int {
	slices.Sort(times)
	best, from := 0, 0
	for to := range times {
		for times[to]-times[from] >= stretch.Milliseconds() {
			from++
		}
		best = max(best, to-from+1)
	}
	return best
}

// withoutShut leaves out of a vector what is by somebody blocked.
func (v *conversation) withoutShut(theirs vector.Vector) vector.Vector {
	if v.office == nil {
		return theirs
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	out := vector.Vector{}
	for log, marks := range theirs {
		if a := v.office.authors[log.Peer]; a == nil || !a.shut {
			out[log] = marks
		}
	}
	return out
}

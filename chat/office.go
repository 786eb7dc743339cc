package chat

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"math"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Ages of announcements, by the time that their author gave them.
const (
	officeAge   = 30 * 24 * time.Hour         // for so long they are passed on
	officeSlack = 24 * time.Hour              // how far clocks may differ
	officeLog   = 2*officeAge + 2*officeSlack // no log of which something is passed on began earlier
)

// outOfPlace is why an event of the office is not shown: it is of a kind that means nothing there. It is a value of chat_event.hidden, as is shut: its
// author is blocked.
const (
	outOfPlace = 4
	shut       = 5
)

// office is what a conversation has that everybody writes announcements into: docs/protocol.md section 6, office. Guarded by conversation.mu.
type office struct {
	authors map[identity.PeerID]*announcer
	weights map[*branch]*weight
	timed   bool // what came is told on in a moment
	judged  bool // of all authors is stored whether they are blocked, but for those who are unsure
}

// announcer is somebody who wrote an announcement.
type announcer struct {
	key    ed25519.PublicKey // as they gave it
	called string            // the same of their name
	person identity.PersonID // the same of whose machine this is; zero where that is not known
	since  int64             // when they said so, ms: of several logs the newest says it
	shut   bool              // blocked here
	unsure bool              // that is just being stored
	teller identity.PersonID // through whom we heard of them first
}

// weight is what a branch takes of its author's share: size and time of each event that it holds itself. Of logs too old to be passed on nothing is kept.
type weight struct {
	spans []load
	bytes int64
	came  time.Time // when the newest came; zero where that is not known
}

type load struct {
	time int64 // ms
	size int32
}

func newOffice() *office {
	return &office{authors: map[identity.PeerID]*announcer{}, weights: map[*branch]*weight{}}
}

// direct reports whether the conversation is one of two persons.
func (v *conversation) direct() bool { return v.room == nil && v.office == nil }

// displaced reports whether an event is kept and passed on, but nothing of it is shown where it stands.
func (v *conversation) displaced(e *event.Event) bool { return v.office != nil && !e.Kind.Announced() }

// shuts reports whether nothing by an author is shown in the office, as they are blocked.
func (v *conversation) shuts(author identity.PeerID) bool {
	if v.office == nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	a := v.office.authors[author]
	return a != nil && a.shut
}

// grewLocked notes events at the end of a branch, the first of which may tell who its author is.
func (v *conversation) grewLocked(b *branch, events []*event.Event) {
	o := v.office
	if o == nil {
		return
	}
	w := o.weights[b]
	if w == nil {
		w = &weight{}
		o.weights[b] = w
	}
	for _, e := range events {
		w.spans = append(w.spans, load{e.Time, int32(e.Size())})
		w.bytes += int64(e.Size())
	}
	w.came = time.Now()
	if first := events[0]; first.Number == 1 {
		o.introduce(first)
	}
}

// lostLocked forgets what could not be stored of a branch.
func (v *conversation) lostLocked(b *branch) {
	if v.office == nil {
		return
	}
	w := v.office.weights[b]
	if w == nil {
		return
	}
	for kept := int(b.kept.Number - b.fork); len(w.spans) > kept; w.spans = w.spans[:len(w.spans)-1] {
		w.bytes -= int64(w.spans[len(w.spans)-1].size)
	}
}

// author returns what is known of an author, nil for nothing.
func (v *conversation) author(peer identity.PeerID) *announcer {
	v.mu.Lock()
	defer v.mu.Unlock()
	a := v.office.authors[peer]
	if a == nil {
		return nil
	}
	known := *a
	return &known
}

// introduce takes from the first event of a log who its author is.
func (o *office) introduce(first *event.Event) {
	given, err := introduced(first)
	if err != nil {
		return // ours of a list that does not name this machine: the roster knows the key
	}
	a := o.authors[first.Peer]
	if a == nil {
		a = &announcer{}
		o.authors[first.Peer] = a
	}
	if a.key == nil || first.Time >= a.since {
		a.key, a.called, a.person, a.since = given.key, given.called, given.person, first.Time
	}
}

var errNoIntroduction = errors.New("announcements whose log does not begin with who writes it")

// introduction is what the first event of a log says of its author.
type introduction struct {
	called string
	key    ed25519.PublicKey
	person identity.PersonID
	lists  []identity.SignedPersonList // that person's, from number 1 on
}

// introduced reads the first event of a log.
func introduced(first *event.Event) (introduction, error) {
	if first.Number != 1 || first.Kind != event.KindJoin {
		return introduction{}, errNoIntroduction
	}
	var b membership.Body
	if err := wire.Unmarshal(first.Body, &b); err != nil {
		return introduction{}, errNoIntroduction
	}
	lists := event.JoinLists(b.List, b.Later)
	keys, who, err := event.KeysOf(lists)
	if err != nil || keys[first.Peer] == nil {
		return introduction{}, errNoIntroduction
	}
	change, err := membership.Read(event.KindJoin, who, first.Body)
	if err != nil {
		return introduction{}, errNoIntroduction
	}
	return introduction{change.Name, keys[first.Peer], who, lists}, nil
}

// extent of a log in time and size.
type extent struct {
	first, last int64 // ms
	events      int
	bytes       int64
	came        time.Time // when the newest came
}

// logLocked sums up what is here of a log.
func (v *conversation) logLocked(log vector.Log) (r extent) {
	for _, b := range v.branches[log] {
		w := v.office.weights[b]
		if w == nil || len(w.spans) == 0 {
			continue
		}
		if b.base == nil || r.events == 0 {
			r.first = w.spans[0].time
		}
		r.last = max(r.last, w.spans[len(w.spans)-1].time)
		r.events += len(w.spans)
		r.bytes += w.bytes
		if w.came.After(r.came) {
			r.came = w.came
		}
	}
	return r
}

// passed reports whether something of a log is still passed on.
func (r extent) passed(now time.Time) bool {
	return r.events > 0 && r.last >= now.Add(-officeAge).UnixMilli()
}

// counts reports whether the log takes something of its author's share. What just came does, however old its author says it is: else a share could be
// filled anew as soon as the times in it are old.
func (r extent) counts(now time.Time) bool {
	return r.passed(now) || r.events > 0 && (r.first >= now.Add(-officeLog).UnixMilli() || r.came.After(now.Add(-officeAge)))
}

// began returns when the log of an event began, by its author's clock; of a log that is not here the time of the event.
func (v *conversation) began(e *event.Event) int64 {
	if e.Number == 1 {
		return e.Time
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, b := range v.branches[e.VectorLog()] {
		switch w := v.office.weights[b]; {
		case b.base != nil:
		case w == nil:
			return 0 // too long ago to be weighed
		case len(w.spans) > 0:
			return w.spans[0].time
		}
	}
	return e.Time
}

// fallsLocked reports whether the times of events that follow a number of a branch, nil for a new log, fall.
func (v *conversation) fallsLocked(b *branch, number uint64, events []*event.Event) bool {
	before := int64(math.MinInt64)
	if b != nil {
		b = b.owner(number)
		if w := v.office.weights[b]; w != nil && number > b.fork && number-b.fork <= uint64(len(w.spans)) {
			before = w.spans[number-b.fork-1].time
		}
	}
	for _, e := range events {
		if e.Time < before {
			return true
		}
		before = e.Time
	}
	return false
}

// tellsLocked reports whether others are told of a log: in the office none by somebody blocked, and none that is too old.
func (v *conversation) tellsLocked(log vector.Log) bool {
	if v.office == nil {
		return true
	}
	if a := v.office.authors[log.Peer]; a != nil && a.shut {
		return false
	}
	return v.logLocked(log).passed(time.Now())
}

func (v *conversation) tells(log vector.Log) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.tellsLocked(log)
}

// openOffice makes the office in memory, if it is not there yet.
func (c *Chat) openOffice() *conversation {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.conversations[event.OfficeID()]
	if v == nil {
		c.keys.conversation++
		v = newConversation(event.OfficeID(), c.keys.conversation, identity.PersonID{})
		c.conversations[v.id] = v
	}
	if v.office == nil {
		v.office = newOffice()
	}
	return v
}

// loadOffice reads who wrote announcements, and what those take that count.
func (c *Chat) loadOffice(tx *store.Tx) error {
	v := c.openOffice()
	for _, branches := range v.branches {
		for _, b := range branches {
			if b.base != nil {
				continue
			}
			first, err := eventAt(tx, b, 1)
			if err != nil {
				return err
			}
			v.office.introduce(first)
		}
	}
	came, err := v.loadCame(tx)
	if err != nil {
		return err
	}
	for log, branches := range v.branches {
		for _, b := range branches {
			if err := v.loadWeight(tx, b, came[b]); err != nil {
				return fmt.Errorf("weigh log %s: %w", log.ID, err)
			}
		}
	}
	return nil
}

// loadWeight reads what a branch takes, unless it is too old to count.
func (v *conversation) loadWeight(tx *store.Tx, b *branch, came time.Time) error {
	last, err := eventAt(tx, b, b.kept.Number)
	if err != nil {
		return err
	}
	now := time.Now()
	if last.Time < now.Add(-officeLog).UnixMilli() && came.Before(now.Add(-officeAge)) {
		return nil
	}
	w, err := weigh(tx, b)
	if err == nil {
		w.came = came
		v.office.weights[b] = w
	}
	return err
}

// weigh reads what the events of a branch take.
func weigh(tx *store.Tx, b *branch) (w *weight, err error) {
	rows, err := tx.Query(`SELECT time, length(header) + length(salt) + length(body) FROM chat_event WHERE place BETWEEN ? AND ? ORDER BY place`, place(b, 0), place(b, event.MaxNumber))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	w = &weight{}
	for rows.Next() {
		var s load
		if err := rows.Scan(&s.time, &s.size); err != nil {
			return nil, err
		}
		w.spans, w.bytes = append(w.spans, s), w.bytes+int64(s.size)
	}
	return w, rows.Err()
}

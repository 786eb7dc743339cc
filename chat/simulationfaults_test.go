package chat

import (
	"database/sql"
	"errors"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// What goes wrong in a simulation.

func (s *simulation) part(a, b *desk) {
	if a != b {
		s.site.lan.Partition([]*lanHost{a.host}, []*lanHost{b.host})
	}
}

func (s *simulation) cut(a, b *desk) {
	if a != b {
		s.site.lan.CutAfter(a.host, b.host, 1+s.rng.IntN(6000))
	}
}

var errKilled = errors.New("killed")

// kill ends a program while it and somebody else write, between two commits: what was not durable by then is gone, and so is what it had said to nobody.
func (s *simulation) kill(d, o *desk) {
	if !d.up {
		return
	}
	var dead atomic.Bool
	var talk sync.WaitGroup
	var written [2][]*saying
	for i, by := range []*desk{d, o} {
		to := []*desk{o, d}[i]
		if d.id == o.id || !by.up {
			continue
		}
		words := []*saying{s.begin(by, to), s.begin(by, to), s.begin(by, to)}
		talk.Go(func() {
			for _, w := range words {
				if w.utter(s) && (by == o || !dead.Load()) {
					written[i] = append(written[i], w)
				}
			}
		})
	}
	put := s.die(d, s.rng.IntN(6), &dead)
	talk.Wait()
	s.stop(d)
	put()
	d.host.Up()
	s.sayings = append(append(s.sayings, written[0]...), written[1]...)
}

// die takes a program off the network after so many commits, in the middle of one; put makes its database what it was at that instant.
func (s *simulation) die(d *desk, after int, dead *atomic.Bool) (put func()) {
	nothing := func(*store.Tx) error { return nil }
	for range after {
		if err := d.config.DB.Write(s.t.Context(), nothing); err != nil {
			s.t.Error(err)
		}
	}
	err := d.config.DB.Write(s.t.Context(), func(*store.Tx) error {
		d.host.Down()
		dead.Store(true)
		put = d.copyProfile(s.t)
		return errKilled
	})
	if !errors.Is(err, errKilled) {
		s.t.Error(err)
	}
	return put
}

// save copies the database of a desk, which is stopped for that.
func (s *simulation) save(d, _ *desk) {
	was := d.up
	s.stop(d)
	put, keeps := d.copyProfile(s.t), d.keeps
	d.copy = func() {
		put()
		d.past, d.keeps = d.horizon(), keeps
	}
	if was {
		s.start(d)
	}
}

// putBack puts back the copy. What was written since and reached nobody is lost with the disk that held it; nobody can be blamed.
func (s *simulation) putBack(d, _ *desk) {
	if d.copy == nil {
		return
	}
	was := d.up
	s.stop(d)
	had := d.bodies(s.t)
	d.copy()
	d.taint[d.person()] = true
	all := s.everything(s.desks)
	for _, w := range s.sayings {
		w.lost = w.lost || strings.Contains(had, w.tag) && !strings.Contains(all, w.tag)
	}
	if was {
		s.start(d)
	}
}

// everything is the content of all events on these desks' disks.
func (s *simulation) everything(desks []*desk) string {
	var all strings.Builder
	for _, d := range desks {
		all.WriteString(d.bodies(s.t))
	}
	return all.String()
}

// clone runs a copy of somebody's profile on another machine beside them.
func (s *simulation) clone(d, _ *desk) {
	if len(s.desks) > len(people) {
		return
	}
	was := d.up
	s.stop(d)
	second := &desk{agent: s.site.agent(s.t, d.name+" again"), keeps: d.keeps, past: d.past, forgot: d.forgot, taint: d.taint, marks: map[event.ConversationID][]frame.SignedState{}, shuns: maps.Clone(d.shuns)}
	second.id = d.id
	d.copyProfileTo(s.t, second.agent)
	d.taint[d.person()] = true
	s.desks = append(s.desks, second)
	if was {
		s.start(d)
	}
	s.start(second)
}

// night closes the office for some days.
func (s *simulation) night(_, _ *desk) {
	if s.nights == 2 {
		return
	}
	s.nights++
	up := s.closeOffice(time.Duration([]int{15, 15, 30, 50, 200, 800}[s.rng.IntN(6)]) * time.Hour)
	for _, d := range up {
		s.start(d)
	}
	time.Sleep(time.Duration(s.rng.IntN(2)) * (keepingFirst + time.Second))
}

// closeOffice stops everybody for a time, and returns who ran.
func (s *simulation) closeOffice(pause time.Duration) (ran []*desk) {
	for _, d := range s.desks {
		if d.up {
			ran = append(ran, d)
		}
		s.stop(d)
	}
	time.Sleep(pause)
	return ran
}

// again gives b frames that a may have sent long ago, or has yet to send, in pieces that need not be those that were sent.
func (s *simulation) again(a, b *desk) {
	if !a.up || !b.up || a.id == b.id {
		return
	}
	to, from := linkOf(a.agent, b.agent), linkOf(b.agent, a.agent)
	talk := s.room
	if s.rng.IntN(2) == 0 {
		talk = event.DirectID(a.person(), b.person())
	}
	if to == nil || from == nil || a.known(talk) == nil || b.known(talk) == nil {
		return
	}
	v := a.known(talk)
	for _, w := range v.allViews() {
		if w.log.Peer != a.id.PeerID() || w.kept.Number <= w.fork {
			continue
		}
		events := a.eventsOf(s.t, w, w.fork+1+s.rng.Uint64N(w.kept.Number-w.fork))
		events = events[:1+s.rng.IntN(len(events))]
		var read readers
		err := a.config.DB.Read(s.t.Context(), func(tx *store.Tx) (err error) {
			read, err = a.readersOf(tx, v, events)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		x := &session{chat: a.Chat, link: to, v: v}
		r := a.signedRun(w.branch, x.release(events, read))
		if len(r.Events) > 0 {
			s.hand(r.Encode, func(body []byte) { b.takeEvents(from, body) })
		}
	}
	s.stateAgain(a, b, v)
}

// stateAgain gives b what a once signed that it had, and remembers what it signs now.
func (s *simulation) stateAgain(a, b *desk, v *conversation) {
	from := linkOf(b.agent, a.agent)
	old := a.marks[v.id]
	if len(old) > 0 && from != nil && (v.room == nil || v.room.members().Has(b.person())) {
		f := frame.States{States: []frame.SignedState{old[s.rng.IntN(len(old))]}}
		s.hand(func() ([]byte, error) { return wire.Marshal(f) }, func(body []byte) { b.takeStates(from, body) })
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.pen.state.Body) > 0 {
		a.marks[v.id] = append(a.marks[v.id], v.pen.state)
	}
}

// hand encodes a frame and hands it over.
func (s *simulation) hand(encode func() ([]byte, error), take func([]byte)) {
	body, err := encode()
	if err != nil {
		s.t.Error(err)
		return
	}
	take(body)
}

// eventsOf reads a branch from one number on.
func (a *agent) eventsOf(t *testing.T, w view, from uint64) (events []*event.Event) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		events, err = eventsFrom(tx, w.branch, from, w.kept.Number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// bodies is the content of all events on a desk's disk, whether it runs or not.
func (d *desk) bodies(t *testing.T) string {
	var all strings.Builder
	d.each(t, `SELECT body FROM chat_event`, nil, func(scan func(...any) error) error {
		var body []byte
		err := scan(&body)
		all.Write(body)
		return err
	})
	return all.String()
}

// count asks a desk's database for a number.
func (d *desk) count(t *testing.T, query string, args ...any) (n int) {
	d.each(t, query, args, func(scan func(...any) error) error { return scan(&n) })
	return n
}

// each asks a desk's database, whether it runs or not.
func (d *desk) each(t *testing.T, query string, args []any, row func(scan func(...any) error) error) {
	t.Helper()
	ask := func(query func(string, ...any) (*sql.Rows, error), text string) error {
		rows, err := query(text, args...)
		if err != nil {
			return err
		}
		for err == nil && rows.Next() {
			err = row(rows.Scan)
		}
		return errors.Join(err, rows.Err(), rows.Close())
	}
	var err error
	if d.up {
		err = d.config.DB.Read(t.Context(), func(tx *store.Tx) error { return ask(tx.Query, query) })
	} else {
		var db *sql.DB
		file := url.URL{Scheme: "file", Path: filepath.Join(d.dir, "lanyard.db"), RawQuery: "mode=rw"}
		if db, err = sql.Open("sqlite", file.String()); err == nil {
			err = errors.Join(ask(db.Query, query), db.Close())
		}
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func linkOf(a, b *agent) *peer.Link {
	l, ok := a.roster.Link(b.id.PeerID())
	if !ok {
		return nil
	}
	return l
}

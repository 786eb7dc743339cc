// Package share keeps folders equal among people. An [Engine] runs all shares of one agent; each [Share] is one folder.
//
// # Use
//
//	engine := share.New(share.Config{Identity: id, DB: db, Roster: roster, Blobs: blobs, ...}) // before roster.Run
//	go engine.Run(ctx)
//	status, err := engine.Add(ctx, "/home/anna/Plans", "Plans", []identity.PersonID{ben})
//	cancel := engine.Subscribe(func(c share.Change) { ... })      // who changed what, invitations, progress
//
// On Ben's machine Invitations shows the offer; Accept makes the folder, and from then on both are equal, whoever changes what, online or not.
//
// # How it works
//
// What should stand at each path is decided by package sync/index from records; this package gets records and bytes from place to place:
//
//	disk ──watch, scan──▶ findings ──publish──▶ records ──session──▶ other members
//	disk ◀──apply── plan ◀──────────── merge ◀── records ◀── other members
//	                  └── fetch ── content, by hash, from any member that has it
//
// One goroutine per share, the worker, owns the disk: it alone decides what a scan means and alone changes the folder (by package
// internal/tree). Merging is done on the link's goroutine, in one transaction per frame; sending by one session per link.
//
// Many small files take a quick way through the same steps. What was found is hashed while what was found before is published (scanning); its bytes stay in
// memory for those who will ask (fresh). Transactions read what is known of many paths by few queries and write many rows at once (memo). Contents of new
// files are asked for before anything is planned (askAhead), several files are placed at a time, and a group of them is flushed and stored while the next
// is placed (flight).
//
// What is larger than 1 MiB is cut into chunks in the pass that hashes it, and the list kept (list). Who needs such a content asks for the list first
// (gather), takes over the chunks that lie in the version that is replaced, or in another file or trash of about the same size (base), and fetches the
// others from all who have them (swarm, haul, feed); what it has verified it gives on at once (partial). The content is put together from the front on, so
// that what there is of it is always its beginning, and goes on there after a break.
//
// # Promises
//
// Nothing is told before it is durable: records are sent after their commit, A (what is on disk) rises after the flush. Nothing is deleted
// without proof: a path counts as deleted when its folder was listed without an error, the root is the marked one, and the path stayed away for a
// while; and what is deleted or replaced goes to the trash. What lies in a folder at first contact is adopted when its bytes are equal, else it is kept
// beside as a conflict copy. After a crash every path shows a whole file, and what was being placed is compared before anybody takes it for an edit, also when it was deleted or
// superseded meanwhile. What a program writes into a file after that was replaced or deleted is looked for in the trash (after 1 and 10 minutes, 1 and
// 24 hours, and before purging) and comes back to light. A conflict is told once on every member's machine, with both authors.
//
// Who may only read gets everything and writes no record: what they change lies on their machine alone (keep.go), and when the role is taken from them,
// what they wrote and nobody else has does, too (abide.go).
//
// Methods may be called from any goroutine. New does no input or output; Run blocks until all that it started has ended.
//
// Changes that delete or rewrite very much are held before they are published, and before they are applied, until a person has said that they are
// wanted, or has them undone (package sync/brake, brakes).
//
// Of each file the versions are kept that others have replaced or deleted here (trash.go, version.go, restore.go). Left out: versions that somebody overwrote
// themself: a program writes over them before anybody sees it, and the members who had them keep them.
package share

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/vector"
	"lanyard/sync/index"
	"lanyard/sync/portable"
)

// Share is one folder at work. The engine makes one when a share is added, accepted or resumed, and ends it when it is paused or left.
type Share struct {
	id      ID
	engine  *Engine
	root    string
	log     *slog.Logger
	tree    *tree.Tree
	db      *store.DB
	wake    chan struct{} // capacity 1: something is in the inbox
	arrive  chan arrival  // what fetches bring
	fresh   fresh
	editors *editors
	misfits misfits
	holds   portable.Root  // what our own root holds
	tasks   sync.WaitGroup // all goroutines but the worker's

	mu         sync.Mutex
	ctx        context.Context // while the share works
	inbox      inbox
	problems   map[index.Path]Problem
	sessions   map[uint64]*session               // by link ID
	applied    map[identity.PeerID]index.Applied // what machines last told first-hand
	gatherings map[index.Hash]*gathering         // large contents that are just coming
	trouble    *Problem                          // of the whole share
	rulesWrong *Problem                          // what lies there as rules cannot be
	total      tally                             // of the rows
	progress   progress
	busy       bool // the worker has something to do, or waits for something to settle
}

// inbox is what other goroutines have for the worker.
type inbox struct {
	hints    []event
	all      bool // events were lost: look at everything
	wanted   []index.Path
	fresh    map[index.Path]*head  // the only heads of those of which nothing was known before, if they are files
	contents map[index.Hash][]byte // came with their records
	bytes    int                   // in contents
	ended    bool                  // a whole snapshot is here
	told     bool                  // somebody told what they know
	news     bool                  // somebody told what they have, or came: try again to fetch
	orders   []func(context.Context, *worker)
}

// maxInbox bounds the bytes of contents that wait; more are fetched later instead. maxHints is where single paths end and a scan of all is due.
const (
	maxInbox = 4 << 20
	maxHints = 16 << 10
)

// add takes over what a frame has changed.
func (in *inbox) add(r mergeResult) {
	in.wanted = append(in.wanted, r.wanted...)
	if in.fresh == nil {
		in.fresh = map[index.Path]*head{}
	}
	for _, p := range r.wanted {
		delete(in.fresh, p)
	}
	maps.Copy(in.fresh, r.fresh)
	in.ended = in.ended || r.ended
}

// tell puts something into the inbox and wakes the worker.
func (s *Share) tell(put func(*inbox)) {
	s.mu.Lock()
	put(&s.inbox)
	s.mu.Unlock()
	nudge(s.wake)
}

// take empties the inbox.
func (s *Share) take() inbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.inbox
	s.inbox = inbox{}
	return in
}

// hint takes a word from the watcher. It never blocks.
func (s *Share) hint(e event) {
	s.tell(func(in *inbox) {
		if len(in.hints) >= maxHints {
			in.all, in.hints = true, nil
		}
		in.hints = append(in.hints, e)
	})
}

// order has fn run by the worker and waits for it. One that is given up before it began is not run any more; one that has begun is waited for all the same,
// so that what they are told is what was done.
func (s *Share) order(ctx context.Context, fn func(context.Context, *worker) error) error {
	done := make(chan error, 1)
	var taken atomic.Bool // by the worker, or by who gave it up
	s.tell(func(in *inbox) {
		in.orders = append(in.orders, func(ctx context.Context, w *worker) {
			if taken.CompareAndSwap(false, true) {
				done <- fn(ctx, w)
			}
		})
	})
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	if taken.CompareAndSwap(false, true) {
		return ctx.Err()
	}
	return <-done
}

// ordered is order for what has an answer besides an error.
func ordered[T any](ctx context.Context, s *Share, fn func(context.Context, *worker) (T, error)) (answer T, err error) {
	answers := make(chan T, 1)
	err = s.order(ctx, func(ctx context.Context, w *worker) error {
		answer, err := fn(ctx, w)
		answers <- answer
		return err
	})
	select {
	case answer = <-answers:
	default:
	}
	return answer, err
}

// run serves the share until ctx ends; opened is called once exchanges may begin.
func (s *Share) run(ctx context.Context, opened func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dbCtx, stopDB := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDB()
	dbDone := make(chan error, 1)
	go func() {
		err := s.db.Run(dbCtx)
		if err != nil {
			cancel() // it may close by itself, when it is found to be damaged: whoever waits for work is not told
		}
		dbDone <- err
	}()
	w := newWorker(s)
	err := s.load(ctx)
	if err == nil {
		err = w.abide(ctx) // before anybody is told what is here
	}
	if err == nil {
		s.mu.Lock()
		s.ctx = ctx
		s.mu.Unlock()
		opened()
		s.tasks.Go(func() { s.tellEditing(ctx) })
		err = w.run(ctx)
		cancel()
		s.closeSessions()
		s.tasks.Wait()
		err = errors.Join(err, w.farewell(dbCtx, err))
	}
	stopDB()
	return errors.Join(err, <-dbDone, s.db.Close(), s.tree.Close())
}

// load reads what machines last told.
func (s *Share) load(ctx context.Context) error {
	var applied map[identity.PeerID]index.Applied
	var roots map[machine]portable.Root
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		if applied, err = toldApplied(tx); err != nil {
			return err
		}
		roots, err = toldRoots(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what members have: %w", err)
	}
	for at, r := range roots {
		s.misfits.learn(at, r)
	}
	s.mu.Lock()
	s.applied = applied
	s.mu.Unlock()
	return nil
}

// toldApplied reads what machines last told first-hand that they have on disk.
func toldApplied(tx *store.Tx) (map[identity.PeerID]index.Applied, error) {
	rows, err := tx.Query(`SELECT peer, a, except_a, without FROM machine`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	applied := map[identity.PeerID]index.Applied{}
	for rows.Next() {
		var peer, a, except []byte
		var without string
		if err := rows.Scan(&peer, &a, &except, &without); err != nil {
			return nil, err
		}
		told, err := decodeApplied(a, except, without)
		if err != nil {
			return nil, err
		}
		applied[identity.PeerID(peer)] = told
	}
	return applied, rows.Err()
}

func (s *Share) members() membership { return s.engine.membersOf(s.id) }

// writes reports whether this person may change the share; relays whether others take records from here.
func (s *Share) writes() bool { return s.members().writes(s.engine.cfg.Identity.Person()) }

func (s *Share) relays() bool { return s.members().relays(s.engine.cfg.Identity.Person()) }

// attach begins the exchange over a link.
func (s *Share) attach(l *peer.Link) {
	x := newSession(s, l)
	s.mu.Lock()
	ctx := s.ctx
	if ctx == nil || s.sessions[l.ID()] != nil {
		s.mu.Unlock()
		return
	}
	s.sessions[l.ID()] = x
	s.tasks.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.tasks.Done()
		x.run(ctx)
		s.mu.Lock()
		delete(s.sessions, l.ID())
		s.mu.Unlock()
		s.advanced() // what that machine still had to bring may be with others, who bring it once they hear that it is lacking
		if s.linked(x.peer) == nil {
			s.heardEdits(x.peer, nil) // what they have open is not known any more
		}
		s.tell(func(in *inbox) { in.news = true })
	}()
	s.tell(func(in *inbox) { in.news = true })
}

// closeSessions lets no session begin any more; those that run end with their context.
func (s *Share) closeSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ctx = nil
}

// takers counts the machines that are here and will ask for what is new.
func (s *Share) takers() int {
	if !s.writes() {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// here reports whether there is an exchange with a machine.
func (s *Share) here(p identity.PeerID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.sessions {
		if x.peer == p {
			return true
		}
	}
	return false
}

func (s *Share) session(l *peer.Link) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[l.ID()]
}

// linked returns a session with a machine, nil if there is none.
func (s *Share) linked(with machine) (found *session) {
	s.eachSession(func(x *session) {
		if x.peer == with {
			found = x
		}
	})
	return found
}

func (s *Share) eachSession(do func(*session)) {
	s.mu.Lock()
	all := make([]*session, 0, len(s.sessions))
	for _, x := range s.sessions {
		all = append(all, x)
	}
	s.mu.Unlock()
	for _, x := range all {
		do(x)
	}
}

// published has all sessions push our newest records; advanced has them tell what is on our disk now.
func (s *Share) published() {
	s.eachSession(func(x *session) { x.note(func() { x.pushed = true }) })
}

func (s *Share) advanced() {
	s.eachSession(func(x *session) { x.note(func() { x.tell = true }) })
}

// setTrouble sets or clears what is wrong with the whole share, and tells it once.
func (s *Share) setTrouble(p *Problem) {
	s.mu.Lock()
	same := (p == nil) == (s.trouble == nil) && (p == nil || p.Text == s.trouble.Text)
	if !same {
		s.trouble = p
	}
	s.mu.Unlock()
	if same {
		return
	}
	if p != nil {
		s.log.Warn("share has a problem", "share", s.id, "problem", p.Text)
	}
	s.engine.changed(s.id)
}

// selfLog names a log of this machine that nobody has seen yet.
func (s *Share) selfLog() vector.Log {
	return vector.Log{Peer: s.engine.cfg.Identity.PeerID(), ID: vector.NewLogID()}
}

// working reports whether the worker is in the middle of something: what it has found or fetched is not told yet.
func (s *Share) working() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

func (s *Share) setWorking(busy bool) {
	s.mu.Lock()
	changed := s.busy != busy
	s.busy = busy
	s.mu.Unlock()
	if changed {
		s.engine.changed(s.id)
	}
}

// overdue reports, at most once a second, that others should hear how far this machine is, though it is still busy.
func (s *Share) overdue() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.progress.told) < tellPause {
		return false
	}
	s.progress.told = time.Now()
	return true
}

const tellPause = time.Second

// unshared notes what cannot be shared or read; the next look at everything begins a new list.
func (w *worker) unshared(p index.Path, text, remedy string) {
	w.s.mu.Lock()
	_, told := w.s.problems[p]
	room := !told && len(w.s.problems) < maxProblems
	if room {
		w.s.problems[p] = Problem{Path: string(p), Text: name.Quote(string(p)) + " is not shared: " + text + ".", Remedy: remedy, Since: time.Now(), Act: ActYou}
	}
	w.s.mu.Unlock()
	if room {
		w.s.engine.changed(w.s.id)
	}
}

// shareable takes what was said of a path, and of what lies below it, off the list.
func (w *worker) shareable(p index.Path) {
	w.s.mu.Lock()
	before := len(w.s.problems)
	if before > 0 {
		maps.DeleteFunc(w.s.problems, func(q index.Path, _ Problem) bool { return q == p || strings.HasPrefix(string(q), string(p)+"/") })
	}
	fewer := len(w.s.problems) < before
	w.s.mu.Unlock()
	if fewer {
		w.s.engine.changed(w.s.id)
	}
}

// maxProblems bounds the list of problems of one share.
const maxProblems = 100

func (s *Share) clearProblems() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.problems)
}

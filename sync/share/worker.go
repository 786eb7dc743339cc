package share

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// worker owns a share's disk. All its fields belong to the goroutine of run.
type worker struct {
	s *Share

	settle    *settle
	queue     map[index.Path]bool // to be planned
	removals  map[index.Path]bool // to be planned when the queue is empty
	blocked   map[index.Path]wait // could not be done; tried again
	wants     *wants
	due       *applying                  // batches that wait to be stored
	flight    *flight                    // a batch that is being stored
	held      map[index.Path]refusal     // why fetches failed; told with the next batch
	fresh     map[index.Path]*head       // the only heads of paths that wait for their first content, as their frame brought them
	order     []index.Path               // of the queue, as it was when it was last sorted
	placed    map[index.Path]tree.Stat   // what this machine itself put there since it last rested, to know the watcher's word of it
	hashing   map[index.Path]bool        // large files being hashed beside
	found     bool                       // first contact: what lies there loses against the share
	bare      bool                       // nothing lay there when the folder became this share's
	unread    []index.Path               // folders in it that could not be looked into yet
	looked    bool                       // what the last end left was looked at
	joined    bool                       // the first snapshot is here, so that scans may publish
	check     time.Time                  // when to look at everything again
	untold    bool                       // something was applied of which the others have not heard
	fill      fill                       // what was there when this machine came
	aside     map[index.Path]broughtBack // and not published yet
	late      time.Time                  // when to look at the trash; zero when nothing in it is waited for
	leftovers bool                       // there may be contents that nobody wants any more
	purged    time.Time                  // when the trash was last looked through
	clock     clock
	brakes    *brakes
	told      bool          // members have told what they know since tombstones were last forgotten, or some count for the brakes no more
	stable    index.Context // up to where they were looked at then
	ignore    ruling        // what the share leaves out
	without   []index.Path  // folders that are not taken on this machine
}

// wait says when to try a path again.
type wait struct {
	at    time.Time
	pause time.Duration
}

// How long the worker waits for what.
const (
	verifyHealthy  = time.Hour        // between looks at the whole folder
	verifyDoubtful = 10 * time.Minute // the same where events were lost
	pollEvery      = 30 * time.Second // the same where the system cannot watch it
	rootRetry      = 2 * time.Second  // while the root is missing
	rootEvery      = time.Minute      // between looks whether the root is there: a disk that is unmounted while it is in use tells nobody
	blockedMin     = 2 * time.Second
	blockedMax     = time.Minute
	batchPaths     = 512  // planned at once
	maxPlaced      = 8192 // remembered of what was put in place; what is forgotten costs a look into the database
)

func newWorker(s *Share) *worker {
	return &worker{
		s: s, settle: newSettle(s.engine.cfg.Patience), queue: map[index.Path]bool{}, removals: map[index.Path]bool{}, blocked: map[index.Path]wait{},
		wants: newWants(), held: map[index.Path]refusal{}, placed: map[index.Path]tree.Stat{}, fresh: map[index.Path]*head{}, hashing: map[index.Path]bool{},
		aside: map[index.Path]broughtBack{}, leftovers: true, brakes: newBrakes(),
	}
}

// run works until ctx ends. An error that it returns ended the share.
func (w *worker) run(ctx context.Context) (err error) {
	if err := w.begin(ctx); err != nil {
		return w.ended(ctx, err)
	}
	w.looked = true
	defer func() { err = errors.Join(err, w.ended(ctx, w.land(context.WithoutCancel(ctx)))) }()
	for ctx.Err() == nil {
		if err := w.turn(ctx); err != nil {
			return w.ended(ctx, err)
		}
		if !w.idle() {
			continue
		}
		if w.aloft() {
			if err := w.approach(ctx); err != nil {
				return w.ended(ctx, err)
			}
			continue
		}
		w.rest()
		if err := errors.Join(w.sweep(ctx), w.forgetTombstones(ctx)); err != nil {
			return w.ended(ctx, err)
		}
		w.s.setWorking(!w.joined || w.settle.unsettled(time.Now()) || len(w.hashing) > 0 || w.wants.awaited() > 0)
		timer := time.NewTimer(time.Until(w.next()))
		select {
		case <-ctx.Done():
		case <-w.s.wake:
		case a := <-w.s.arrive:
			w.arrived(a)
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

func (w *worker) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil || err == nil {
		return nil
	}
	return fmt.Errorf("work on share %s: %w", w.s.id, err)
}

// turn does one round of everything that is due.
func (w *worker) turn(ctx context.Context) error {
	w.drain()
	in := w.s.take()
	gone := w.s.tree.Check()
	if gone == nil {
		if err := w.takeUp(ctx, &in); err != nil {
			return err
		}
	}
	if err := w.obey(ctx, in.orders); err != nil {
		return err
	}
	if gone != nil {
		return w.rootless(ctx, gone, in)
	}
	if in.all {
		w.check = time.Time{}
	}
	if waits, err := w.awaitRules(ctx); err != nil || waits {
		return err
	}
	if err := errors.Join(w.takeRules(ctx), w.keepAll(ctx)); err != nil {
		return err
	}
	if now := time.Now(); !now.Before(w.check) || w.clock.broke(now) {
		if err := w.scanAll(ctx); err != nil {
			return err
		}
	}
	if err := w.lookAtHints(ctx); err != nil {
		return err
	}
	w.retryBlocked()
	if err := w.storeBrakes(ctx); err != nil {
		return err
	}
	if err := w.apply(ctx); err != nil {
		return err
	}
	w.lonely(time.Now())
	if err := w.lookAtTrash(ctx); err != nil {
		return err
	}
	if err := w.tellHeld(ctx); err != nil {
		return err
	}
	w.fetch(ctx)
	if w.untold && (len(w.wants.busy) == 0 && w.idle() || w.s.overdue()) {
		w.tellApplied() // what is still wanted may be long in coming
	}
	return nil
}

// takeUp takes over what came while the root is there.
func (w *worker) takeUp(ctx context.Context, in *inbox) error {
	if w.s.rootTrouble() {
		w.s.setTrouble(nil)
		in.all = true
	}
	if in.ended && !w.joined { // from now on a look at the disk can tell what is ours alone
		if err := w.filled(ctx); err != nil {
			return err
		}
		w.joined, in.all = true, true
	}
	w.accept(*in)
	return w.askAhead(ctx, in.fresh)
}

// obey carries out orders. They come after what was taken up: an order may publish under a name of which only now somebody else's file was heard.
func (w *worker) obey(ctx context.Context, orders []func(context.Context, *worker)) error {
	if len(orders) == 0 {
		return nil
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	for _, order := range orders {
		order(ctx, w)
	}
	return nil
}

// filled takes up what the share held when this machine came.
func (w *worker) filled(ctx context.Context) error {
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		w.fill, err = loadFill(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what the share held at first: %w", err)
	}
	return nil
}

// rootless waits for a root that is not there: nothing is concluded from its absence.
func (w *worker) rootless(ctx context.Context, err error, in inbox) error {
	if !w.s.rootTrouble() {
		w.s.log.Warn("a share's folder is not there", "share", w.s.id, "error", err)
	}
	w.s.setTrouble(rootGone(w.s.root, err))
	for _, p := range in.wanted {
		w.replan(p)
		w.overtake(p)
	}
	if in.ended && !w.joined {
		if err := w.filled(ctx); err != nil {
			return err
		}
		w.joined = true
	}
	w.check = time.Now().Add(rootRetry)
	return nil
}

// rootTrouble reports whether the last turn found no root.
func (s *Share) rootTrouble() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble != nil
}

// accept takes over what came.
func (w *worker) accept(in inbox) {
	now, fresh := time.Now(), len(in.wanted) > 0
	for _, e := range in.hints {
		fresh = fresh || !w.settle.endless(e.path, now)
		w.settle.event(e)
	}
	if fresh {
		w.s.setWorking(true)
	}
	for _, p := range in.wanted {
		w.replan(p)
		w.overtake(p)
	}
	for h, b := range in.contents {
		w.wants.content[h] = b
	}
	w.told = w.told || in.told
	if in.news {
		for _, p := range w.wants.forgive() {
			w.queue[p] = true
		}
	}
}

// replan has a path planned whose heads have changed. A frame of the same commit as what we published may wait in the inbox: it had not seen that.
func (w *worker) replan(p index.Path) {
	w.queue[p] = true
	delete(w.fresh, p)
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	delete(w.s.inbox.fresh, p)
}

// drain takes what fetches have brought so far.
func (w *worker) drain() {
	for range cap(w.s.arrive) {
		select {
		case a := <-w.s.arrive:
			w.arrived(a)
		default:
			return
		}
	}
}

// idle reports whether there is nothing to be done before something happens or time passes.
func (w *worker) idle() bool {
	if w.s.rootTrouble() {
		return true
	}
	if !w.joined { // nothing is planned before the first snapshot is whole
		return len(w.s.arrive) == 0
	}
	if w.ignore.first {
		return !w.queue[ignore.File] && len(w.s.arrive) == 0
	}
	return len(w.queue)+len(w.removals) == 0 && len(w.s.arrive) == 0
}

// rest drops contents that came along and were not needed.
func (w *worker) rest() {
	if w.wants.awaited() == 0 {
		clear(w.wants.content)
		clear(w.wants.lists)
	}
	if len(w.settle.hints) == 0 {
		w.placed = map[index.Path]tree.Stat{}
	}
	if len(w.fresh) == 0 { // an emptied map keeps its room
		w.fresh = map[index.Path]*head{}
	}
	w.s.fresh.expire(time.Now())
	counted := len(w.brakes.all)
	w.brakes.age(time.Now())
	if len(w.brakes.all) < counted {
		w.recall()
	}
	w.s.resetProgress()
}

// next is when the worker must look again by itself.
func (w *worker) next() time.Time {
	if w.s.rootTrouble() { // all else waits for the root
		return w.check
	}
	next, looks := time.Now().Add(w.s.engine.cfg.Rounds), w.joined && !w.ignore.first
	if looks && w.check.Before(next) { // else what is due on disk waits for somebody else
		next = w.check
	}
	if t, ok := w.settle.next(); ok && t.Before(next) && looks {
		next = t
	}
	if soon := time.Now().Add(tellPause); w.untold && soon.Before(next) {
		next = soon
	}
	if t, ok := w.wants.lonelyAt(); ok && t.Before(next) {
		next = t
	}
	if t := w.s.fresh.until(); !t.IsZero() && t.Before(next) {
		next = t
	}
	if !w.late.IsZero() && w.late.Before(next) && looks {
		next = w.late
	}
	for _, b := range w.blocked {
		if b.at.Before(next) && looks {
			next = b.at
		}
	}
	for m, at := range w.wants.later {
		if at.Before(next) && len(w.wants.items) > 0 && !w.wants.busy[m] {
			next = at
		}
	}
	return next
}

// block notes that a path could not be done and when to try again.
func (w *worker) block(p index.Path) {
	pause := min(max(w.blocked[p].pause*2, blockedMin), blockedMax)
	w.blocked[p] = wait{at: time.Now().Add(pause), pause: pause}
}

func (w *worker) retryBlocked() {
	now := time.Now()
	for p, b := range w.blocked {
		if !now.Before(b.at) {
			w.queue[p] = true
			w.wants.forgive()
			w.blocked[p] = wait{at: now.Add(blockedMax), pause: b.pause}
		}
	}
}

// author returns who wrote the content of a version, with the name they had then.
func (w *worker) author(v index.Version) Person {
	return w.person(v.Writer())
}

// person returns whose machine a writer is. Of one whose machine is not known only the name is.
func (w *worker) person(by index.Writer) Person { return w.s.personOf(by) }

func (s *Share) personOf(by index.Writer) Person {
	p := Person{Name: by.Name}
	if by.Peer != (identity.PeerID{}) {
		p.ID = s.engine.personOf(s.id, by.Peer)
	}
	return p
}

// writer returns this person as who wrote something on this machine.
func (w *worker) writer() index.Writer {
	return index.Writer{Peer: w.s.engine.cfg.Identity.PeerID(), Name: w.self().Name}
}

func (w *worker) self() Person { return w.s.engine.self() }

// stillThere reports whether a file on disk is what was expected there, to be sure before something is concluded.
func stillThere(t *tree.Tree, p index.Path, s tree.Stat) bool {
	now, err := t.Lstat(string(p))
	return err == nil && now.Same(s)
}

// machine names whose content is asked for.
type machine = identity.PeerID

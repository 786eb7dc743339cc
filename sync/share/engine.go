package share

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// Config is what an Engine needs. All but what is said to be optional must be set.
type Config struct {
	Identity *identity.Identity
	DB       *store.DB // the profile's database, opened with Part
	Roster   *peer.Roster
	Blobs    *blob.Exchange
	Dir      string                             // folder for the shares' databases, inside the profile; made if missing
	Folder   string                             // where accepted shares lie: ~/Lanyard
	Reserved []string                           // folders that no share may equal, contain or lie in: the profile, Received
	Home     string                             // the person's home folder, which itself may not be shared; optional
	Boot     string                             // names this run of the operating system; optional. After a change, unfinished files are distrusted
	Accept   func(from identity.PersonID) bool  // accept an invitation without asking; optional
	Keep     func() Retention                   // how long all shares keep what was replaced or deleted; optional, UsualRetention otherwise
	Patience time.Duration                      // how long a file may be written to without a rest before people are told; optional, a minute otherwise
	Rounds   time.Duration                      // how often a share that nothing happens in makes sure that its folder is still there; optional, a minute otherwise
	Disk     func(path string) (tree.FS, error) // optional, tree.OpenDisk otherwise
	Log      *slog.Logger

	hooks hooks
}

// Engine runs all shares of one agent.
type Engine struct {
	cfg     Config
	owner   *peer.Owner
	watcher *watcher
	news    *news
	large   chan struct{} // capacity 1: one large file is hashed at a time
	tasks   sync.WaitGroup
	ready   chan struct{} // closed when the catalog is read

	mu      sync.Mutex
	ctx     context.Context // of Run
	folders map[ID]folder
	running map[ID]*running
	busy    map[ID]bool             // a command is changing it
	freed   chan struct{}           // closed when one has ended, and made anew
	resting map[ID]map[machine]bool // whose exchange of a share is paused, as they said
}

// running is a share at work.
type running struct {
	share  *Share // nil while it cannot be opened
	why    *Problem
	cancel context.CancelFunc
	tried  sync.Once
	known  chan struct{} // closed by tried once it is known whether it can be opened
	retry  chan struct{} // capacity 1
	done   chan struct{}
}

// New makes an engine and registers its frames with the roster and its contents with blob. It does nothing before Run.
func New(cfg Config) *Engine {
	if cfg.Disk == nil {
		cfg.Disk = tree.OpenDisk
	}
	if cfg.Patience <= 0 {
		cfg.Patience = busyTold
	}
	if cfg.Rounds <= 0 {
		cfg.Rounds = rootEvery
	}
	e := &Engine{
		cfg: cfg, watcher: newWatcher(cfg.Log, cfg.hooks), news: newNews(), large: make(chan struct{}, 1), ready: make(chan struct{}),
		folders: map[ID]folder{}, running: map[ID]*running{}, busy: map[ID]bool{}, freed: make(chan struct{}), resting: map[ID]map[machine]bool{},
	}
	e.owner = cfg.Roster.Owner("share", peer.ClassShare)
	e.owner.OnLink(e.up, e.down, e.lost)
	handle(e, wire.KindInvite, e.invited)
	handle(e, wire.KindMembers, e.membersCame)
	handle(e, wire.KindAnswer, e.answerCame)
	handle(e, wire.KindKnowledge, e.knowledgeCame)
	handle(e, wire.KindRecords, e.recordsCame)
	e.owner.Offer(capabilityEditing)
	handle(e, wire.KindEditing, e.editingCame)
	cfg.Blobs.Serve(blob.ShareContent, source{e})
	return e
}

// handle registers a frame kind; a body that does not decode, or that its handler refuses, is dropped and logged.
func handle[T any](e *Engine, k wire.Kind, fn func(context.Context, *peer.Link, T) error) {
	e.owner.Handle(k, func(l *peer.Link, body []byte) {
		var f T
		err := wire.Unmarshal(body, &f)
		if err == nil {
			err = fn(l.Context(), l, f)
		}
		if err != nil && l.Context().Err() == nil {
			e.cfg.Log.Warn("a frame was refused", "kind", k, "peer", l.Peer().Short(), "error", err)
		}
	})
}

// Run serves all shares until ctx ends, and returns when everything it started has ended.
func (e *Engine) Run(ctx context.Context) error {
	if err := os.MkdirAll(e.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for the shares' databases: %w", err)
	}
	folders, err := loadFolders(ctx, e.cfg.DB)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer e.tasks.Wait()
	defer cancel()
	e.mu.Lock()
	e.ctx, e.folders = ctx, folders
	e.mu.Unlock()
	e.tasks.Go(func() { e.watcher.run(ctx) })
	e.tasks.Go(func() { e.news.run(ctx, e.Get) })
	for id, f := range folders {
		e.cfg.Blobs.Limit(blob.ShareScope(id), f.limits)
		if f.state == joined {
			e.start(id)
		}
	}
	close(e.ready)
	for _, p := range e.cfg.Roster.Peers() { // links that came up before we were ready
		if l, ok := e.cfg.Roster.Link(p.ID); ok {
			e.up(l)
		}
	}
	<-ctx.Done()
	return nil
}

// await waits until the catalog is read.
func (e *Engine) await(ctx context.Context) error {
	select {
	case <-e.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *Engine) started() bool {
	select {
	case <-e.ready:
		return true
	default:
		return false
	}
}

// folder returns what the catalog knows of a share.
func (e *Engine) folder(id ID) (folder, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f, ok := e.folders[id]
	return f, ok
}

func (e *Engine) membersOf(id ID) membership {
	f, _ := e.folder(id)
	return f.members
}

// all returns every folder, sorted by ID.
func (e *Engine) all() []folder {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]folder, 0, len(e.folders))
	for _, f := range e.folders {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b folder) int { return strings.Compare(a.id().String(), b.id().String()) })
	return out
}

// put stores a folder, durably, then in memory.
func (e *Engine) put(ctx context.Context, f folder) error {
	if err := saveFolder(ctx, e.cfg.DB, f); err != nil {
		return err
	}
	e.mu.Lock()
	e.folders[f.id()] = f
	e.mu.Unlock()
	return nil
}

// shareOf returns a share at work.
func (e *Engine) shareOf(id ID) *Share {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.running[id]; r != nil {
		return r.share
	}
	return nil
}

// start has a share work until it is stopped. One that cannot be opened is tried again.
func (e *Engine) start(id ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running[id] != nil || e.ctx == nil || e.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(e.ctx)
	r := &running{cancel: cancel, known: make(chan struct{}), retry: make(chan struct{}, 1), done: make(chan struct{})}
	e.running[id] = r
	e.tasks.Go(func() {
		defer close(r.done)
		e.serve(ctx, id, r)
	})
}

// stop ends a share's work and waits for it.
func (e *Engine) stop(ctx context.Context, id ID) error {
	e.mu.Lock()
	r := e.running[id]
	e.mu.Unlock()
	if r == nil {
		return nil
	}
	r.cancel()
	select {
	case <-r.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	e.mu.Lock()
	delete(e.running, id)
	e.mu.Unlock()
	return nil
}

// serve opens a share and lets it work, again and again until ctx ends.
func (e *Engine) serve(ctx context.Context, id ID, r *running) {
	for ctx.Err() == nil {
		s, err := e.open(id)
		if err == nil {
			err = e.work(ctx, s, r)
		}
		if ctx.Err() != nil {
			return
		}
		f, _ := e.folder(id)
		e.setRunning(r, nil, troubleOf(f, e.database(id), err))
		e.cfg.Log.Warn("share does not work; trying again", "share", id, "error", err)
		e.changed(id)
		timer := time.NewTimer(rootRetry)
		select {
		case <-ctx.Done():
		case <-r.retry:
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (e *Engine) setRunning(r *running, s *Share, why *Problem) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r.share, r.why = s, why
	if s != nil || why != nil {
		r.tried.Do(func() { close(r.known) })
	}
}

// opened waits until it is known whether a share that is to work can be opened: at the start, and after a resumption, that takes a moment.
func (e *Engine) opened(ctx context.Context, id ID) error {
	if err := e.await(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	r := e.running[id]
	e.mu.Unlock()
	if r == nil {
		return nil
	}
	select {
	case <-r.known:
		return nil
	case <-r.done: // stopped before it was known
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// open opens the folder and the database of a share.
func (e *Engine) open(id ID) (*Share, error) {
	f, ok := e.folder(id)
	if !ok {
		return nil, errUnknown
	}
	disk, err := e.cfg.Disk(f.path)
	if err != nil {
		return nil, err
	}
	exact, err := tree.Exact(disk)
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	t, err := tree.Open(exact, f.marker)
	if err == nil {
		err = t.Tidy()
	}
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	db, err := store.Open(e.database(id), e.cfg.Log, folderPart())
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return &Share{
		id: id, engine: e, root: f.path, log: e.cfg.Log, tree: t, db: db, wake: make(chan struct{}, 1), arrive: make(chan arrival, 256),
		editors: newEditors(), holds: holdsOf(t.Traits(), f.path), sessions: map[uint64]*session{}, problems: map[index.Path]Problem{}, gatherings: map[index.Hash]*gathering{},
		busy: true, // until the worker has looked
	}, nil
}

func (e *Engine) database(id ID) string { return filepath.Join(e.cfg.Dir, id.String()+".db") }

// work lets a share work until ctx ends or it fails.
func (e *Engine) work(ctx context.Context, s *Share, r *running) error {
	e.watcher.add(s)
	defer e.watcher.remove(s)
	defer e.setRunning(r, nil, nil)
	return s.run(ctx, func() {
		e.setRunning(r, s, nil)
		e.greetAll(s.id)
		e.changed(s.id)
	})
}

// changed has the share's status told.
func (e *Engine) changed(id ID) { e.news.soil(id) }

func (e *Engine) tellNotices(id ID, list []Notice) {
	for _, n := range list {
		n.Share = id
		e.news.add(Change{Notice: &n})
	}
}

// self returns this person.
func (e *Engine) self() Person {
	return Person{ID: e.cfg.Identity.Person(), Name: e.cfg.Roster.Self().Name}
}

// personOf returns whose machine a peer is: as the share's list says, else as the roster does.
func (e *Engine) personOf(id ID, p identity.PeerID) identity.PersonID {
	if person, ok := e.membersOf(id).personOf(p); ok {
		return person
	}
	return e.cfg.Roster.PersonOf(p)
}

// nameOf returns what a person is called now, or was when the list was written.
func (e *Engine) nameOf(m membership, p identity.PersonID) string {
	if p == e.cfg.Identity.Person() {
		return e.self().Name
	}
	for _, machine := range e.cfg.Roster.Machines(p) {
		if row, ok := e.cfg.Roster.Get(machine); ok && row.Name != "" {
			return row.Name
		}
	}
	return m.nameOf(p)
}

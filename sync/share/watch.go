package share

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/watch"
	"lanyard/sync/index"
)

// watcher hears from the system where something happens below the shares' folders. There is one for all of them, since the system bounds how many a
// person may have. It watches folder by folder, tells the shares which path is worth a look, and decides nothing. Where one watch covers a whole tree
// ([watch.Watcher.Deep]) it is set on the root, and the folders that a look has gone into are noted all the same: what happens below one that nobody has
// looked into, since it is new or not shared, counts as a word about that folder.
//
// Events can be lost (the system's queue is bounded) and watches can be refused (their number is, too): the first has all shares look at everything,
// the second has a share look at everything every half minute, and its problem says how to raise the limit. So does a network drive, of which the system
// tells what this machine does only.
type watcher struct {
	log   *slog.Logger
	hooks hooks

	mu     sync.Mutex
	fs     *watch.Watcher
	shares map[string]*Share // by root
	dirs   watched
	refuse map[*Share]blindness
	missed time.Time // when events were last lost
}

// blindness says why a share's folders are not all watched.
type blindness struct {
	why    string
	remedy string
	since  time.Time
	tried  bool // a look at everything has not met it again yet
}

func newWatcher(log *slog.Logger, hooks hooks) *watcher {
	return &watcher{log: log, hooks: hooks, shares: map[string]*Share{}, dirs: newWatched(), refuse: map[*Share]blindness{}}
}

// run hears events until ctx ends.
func (w *watcher) run(ctx context.Context) {
	fs := w.open()
	if fs == nil {
		<-ctx.Done()
		return
	}
	if err := fs.Run(ctx, w.event, w.lost); err != nil {
		w.log.Warn("the system tells no more about changes", "error", err)
	}
}

// open starts to listen; without it the shares look by themselves.
func (w *watcher) open() *watch.Watcher {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fs != nil || w.hooks.deaf {
		return w.fs
	}
	fs, err := watch.New()
	if err != nil {
		w.log.Warn("the system does not tell about changes; folders are looked at every half minute", "error", err)
		return nil
	}
	w.fs = fs
	return fs
}

// add begins to watch for a share; the folders themselves are added by watch, as the share's first scan goes through them.
func (w *watcher) add(s *Share) {
	w.open()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shares[s.root] = s
	delete(w.refuse, s)
	if w.fs == nil && !w.hooks.deaf {
		w.refuseLocked(s, "the system has no more watchers to give", moreWatches())
	}
}

// remove ends watching for a share.
func (w *watcher) remove(s *Share) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.shares, s.root)
	delete(w.refuse, s)
	w.unwatchLocked(s.root)
}

// hope begins a look at everything, which tries to add all watches again.
func (w *watcher) hope(s *Share) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b, blind := w.refuse[s]; blind && w.fs != nil {
		b.tried = true
		w.refuse[s] = b
	}
}

// looked ends a look at everything: a refusal that it has not met again is over.
func (w *watcher) looked(s *Share) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse[s].tried {
		delete(w.refuse, s)
	}
}

// refuseLocked notes why a share is not wholly watched.
func (w *watcher) refuseLocked(s *Share, why, remedy string) {
	b, blind := w.refuse[s]
	if !blind {
		b.since = time.Now()
	}
	b.why, b.remedy, b.tried = why, remedy, false
	w.refuse[s] = b
}

// watch adds a folder of a share. Adding one again does nothing.
func (w *watcher) watch(s *Share, dir index.Path) {
	abs := s.absolute(dir)
	distant := dir == "" && w.distant(s)
	w.mu.Lock()
	defer w.mu.Unlock()
	if distant {
		w.refuseLocked(s, "it lies on a network drive, and what other computers change there nobody tells", "Share a folder of this computer's own disk instead.")
	}
	if w.fs == nil || w.dirs.of[abs] == s || w.shares[s.root] != s {
		return
	}
	if w.fs.Deep() && dir != "" {
		if w.dirs.of[s.root] == s {
			w.dirs.add(abs, s)
		}
		return
	}
	switch err := w.fs.Add(abs); {
	case err == nil:
		w.dirs.add(abs, s)
	case errors.Is(err, watch.ErrLimit):
		w.refuseLocked(s, watch.ErrLimit.Error(), moreWatches())
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		// It is gone, or cannot be listed either, which is told as such; the next look that enters it tries again.
	default:
		w.refuseLocked(s, err.Error(), "")
	}
}

// knows reports whether a folder is watched.
func (w *watcher) knows(s *Share, dir index.Path) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dirs.of[s.absolute(dir)] == s
}

// blind reports whether some of a share's folders are not watched.
func (w *watcher) blind(s *Share) bool { return w.problem(s) != nil }

// problem says why, nil if all are watched.
func (w *watcher) problem(s *Share) *Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, blind := w.refuse[s]
	if !blind {
		return nil
	}
	return &Problem{Text: "Changes in this folder are noticed only every half minute, since " + b.why + ".", Remedy: b.remedy, Since: b.since, Act: ActYou}
}

// moreWatches is what helps where the system refuses to watch more folders.
func moreWatches() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	return "Raise the limit: sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024"
}

// distant reports whether a share lies on a network drive.
func (w *watcher) distant(s *Share) bool {
	remote, err := watch.Remote(s.root)
	if err != nil {
		w.log.Debug("a share's disk does not tell what it is", "folder", s.root, "error", err)
	}
	return remote
}

func (s *Share) absolute(p index.Path) string {
	return filepath.Join(s.root, filepath.FromSlash(s.tree.OnDisk(string(p))))
}

// event tells a share where something happened.
func (w *watcher) event(e watch.Event) {
	w.mu.Lock()
	e = w.knownLocked(e)
	s := w.dirs.of[filepath.Dir(e.Path)]
	own := w.dirs.of[e.Path]
	if own != nil && e.Gone {
		// A watch follows its folder under the new name and would tell the old one: end all below it first, then the new name is added.
		w.unwatchLocked(e.Path)
	}
	if s == nil {
		s = w.shares[e.Path]
	}
	w.mu.Unlock()
	if s == nil || own != nil && e.Wrote && !e.Made { // that the content of a folder changed, what lies in it tells
		return
	}
	s.heard(e)
}

// knownLocked is what an event says of the uppermost path that nobody has looked into.
func (w *watcher) knownLocked(e watch.Event) watch.Event {
	if w.fs == nil || !w.fs.Deep() {
		return e
	}
	p := uppermost(e.Path, func(dir string) bool { return w.dirs.of[dir] != nil })
	if p == "" || p == e.Path {
		return e
	}
	return watch.Event{Path: p, Made: true}
}

// uppermost returns the path, or that of the folders above it, which lies directly in a folder that was looked into; "" if there is none.
func uppermost(path string, seen func(dir string) bool) string {
	for dir := filepath.Dir(path); dir != path; path, dir = dir, filepath.Dir(dir) {
		if seen(dir) {
			return path
		}
	}
	return ""
}

// heard takes a word about a path of this share.
func (s *Share) heard(e watch.Event) {
	rel, err := filepath.Rel(s.root, e.Path)
	if err != nil {
		return
	}
	p := filepath.ToSlash(rel)
	first, _, _ := strings.Cut(p, "/")
	if hidden := name.Fold(first) == name.Hidden; hidden || p == "." {
		// The root or its marker went away, perhaps to come back at once: then its watches are gone.
		if (p == "." || p == first) && e.Gone {
			s.tell(func(in *inbox) { in.all = true })
		}
		return
	}
	s.hint(event{path: index.Path(s.tree.Named(p)), made: e.Made, wrote: e.Wrote, at: time.Now()})
}

// unwatchLocked ends all watches at and below a folder.
func (w *watcher) unwatchLocked(abs string) {
	w.dirs.end(abs, func(d string) {
		if w.fs != nil && (!w.fs.Deep() || w.shares[d] != nil || d == abs) {
			w.forget(d)
		}
	})
}

// forget removes one watch.
func (w *watcher) forget(d string) {
	if err := w.fs.Remove(d); err != nil {
		w.log.Debug("end a watch", "folder", d, "error", err)
	}
}

// doubtful reports whether events were lost not long ago: what happened once on a machine happens there again.
func (w *watcher) doubtful(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.missed.IsZero() && now.Sub(w.missed) < verifyHealthy
}

// lost has all shares look at everything.
func (w *watcher) lost(err error) {
	if w.hooks.mutant == overlooked {
		return
	}
	w.log.Info("changes on disk were missed: looking at everything", "error", fmt.Sprint(err))
	w.mu.Lock()
	w.missed = time.Now()
	all := make([]*Share, 0, len(w.shares))
	for _, s := range w.shares {
		all = append(all, s)
	}
	w.mu.Unlock()
	for _, s := range all {
		s.tell(func(in *inbox) { in.all = true })
	}
}

package watch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// told is how many bytes of events the system keeps for a folder while they are being told. More than 64 KiB are refused on network drives
// (ReadDirectoryChangesW, Windows API reference).
const told = 64 << 10

// What is asked for: names, sizes and times. Times of access are not: to read a file is no change.
const (
	everything = windows.FILE_NOTIFY_CHANGE_FILE_NAME | windows.FILE_NOTIFY_CHANGE_DIR_NAME | windows.FILE_NOTIFY_CHANGE_SIZE |
		windows.FILE_NOTIFY_CHANGE_LAST_WRITE | windows.FILE_NOTIFY_CHANGE_CREATION
	folders = windows.FILE_NOTIFY_CHANGE_DIR_NAME
)

// Keys of completions: 0 ends Run, others are handles' own.
const ended = 0

// Watcher hears what happens below the folders that were added to it. For each it holds one handle on the folder, which tells of the whole tree, and one
// on the folder above, which alone tells that the folder itself was moved. Both let everybody else rename and delete.
type Watcher struct {
	port windows.Handle // where all handles say that something happened

	mu      sync.Mutex
	closed  bool
	last    uintptr
	handles map[uintptr]*handle // those that the system may still write to
	dirs    map[string]watched
}

// watched is what holds the watch of one folder.
type watched struct {
	tree, above *handle
}

// handle is a folder that the system tells about. The system writes to the first two fields while a request is under way, which is why they live until its
// completion has come.
type handle struct {
	request windows.Overlapped
	buffer  [told / 4]uint32 // aligned as the system asks

	key    uintptr
	handle windows.Handle
	dir    string
	only   string // in the folder above: the one name that counts
	ended  bool
}

// New returns a watcher of nothing.
func New() (*Watcher, error) {
	port, err := windows.CreateIoCompletionPort(windows.InvalidHandle, 0, 0, 1)
	if err != nil {
		return nil, fmt.Errorf("ask the system to tell of changes: %w", err)
	}
	return &Watcher{port: port, handles: map[uintptr]*handle{}, dirs: map[string]watched{}}, nil
}

// Deep reports whether a watch covers what lies deeper than directly in the folder.
func (w *Watcher) Deep() bool { return true }

// Add watches a folder with all that lies below. Errors: those of the file system.
func (w *Watcher) Add(dir string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.dirs[dir]; known || w.closed {
		return nil
	}
	tree, err := w.open(dir, "")
	if err != nil {
		return fmt.Errorf("watch %s: %w", dir, err)
	}
	it := watched{tree: tree}
	if above := filepath.Dir(dir); above != dir {
		if it.above, err = w.open(above, filepath.Base(dir)); err != nil {
			w.end(tree)
			return fmt.Errorf("watch the folder above %s: %w", dir, err)
		}
	}
	w.dirs[dir] = it
	return nil
}

// Remove ends the watch of a folder. That there is none is no error: the system ends it with the folder.
func (w *Watcher) Remove(dir string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	it := w.dirs[dir]
	delete(w.dirs, dir)
	w.end(it.tree)
	w.end(it.above)
	return nil
}

// open asks the system to tell about a folder.
func (w *Watcher) open(dir, only string) (*handle, error) {
	path, err := windows.UTF16PtrFromString(long(dir))
	if err != nil {
		return nil, err
	}
	file, err := windows.CreateFile(path, windows.FILE_LIST_DIRECTORY, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil,
		windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OVERLAPPED, 0)
	if err != nil {
		return nil, err
	}
	w.last++
	h := &handle{key: w.last, handle: file, dir: dir, only: only}
	if _, err = windows.CreateIoCompletionPort(file, w.port, h.key, 0); err == nil {
		err = h.ask()
	}
	if err != nil {
		return nil, errors.Join(err, windows.CloseHandle(file))
	}
	w.handles[h.key] = h
	return h, nil
}

// long is a path as the system takes it when it has more than 260 characters.
func long(dir string) string {
	if len(dir) < windows.MAX_PATH-12 || strings.HasPrefix(dir, `\\`) {
		return dir
	}
	return `\\?\` + dir
}

// ask has the system tell what happens next. What happens before it is asked again, it keeps.
func (h *handle) ask() error {
	h.request = windows.Overlapped{}
	mask := uint32(everything)
	if h.only != "" {
		mask = folders
	}
	return windows.ReadDirectoryChanges(h.handle, (*byte)(unsafe.Pointer(&h.buffer)), told, h.only == "", mask, nil, &h.request, 0)
}

// end closes a handle. It is let go of when its last completion has come.
func (w *Watcher) end(h *handle) {
	if h == nil || h.ended {
		return
	}
	h.ended = true
	// Neither can fail in a way that matters: the handle is ours and open, and a request that is complete already need not be cancelled.
	windows.CancelIoEx(h.handle, &h.request)
	windows.CloseHandle(h.handle)
}

// Run tells what happens until ctx ends: heard of an event, lost of an error, [ErrLost] among them. Both are called by one goroutine, in order.
func (w *Watcher) Run(ctx context.Context, heard func(Event), lost func(error)) error {
	stop := context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.closed {
			windows.PostQueuedCompletionStatus(w.port, 0, ended, nil)
		}
	})
	defer stop()
	for {
		var n uint32
		var key uintptr
		var request *windows.Overlapped
		err := windows.GetQueuedCompletionStatus(w.port, &n, &key, &request, windows.INFINITE)
		switch {
		case request == nil && err != nil:
			return errors.Join(fmt.Errorf("wait for changes: %w", err), w.close())
		case key == ended && ctx.Err() != nil && w.closing():
			return w.close()
		case key != ended:
			w.complete(key, n, err, heard, lost)
			if ctx.Err() != nil && w.closing() {
				return w.close()
			}
		}
	}
}

// closing ends all handles and reports whether the system writes to none of them any more.
func (w *Watcher) closing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.handles {
		w.end(h)
	}
	w.closed = true
	return len(w.handles) == 0
}

func (w *Watcher) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	return windows.CloseHandle(w.port)
}

// complete takes what the system told of a handle, and asks for more.
func (w *Watcher) complete(key uintptr, n uint32, err error, heard func(Event), lost func(error)) {
	w.mu.Lock()
	h := w.handles[key]
	if h == nil || h.ended {
		delete(w.handles, key)
		w.mu.Unlock()
		return
	}
	var events []Event
	overflow := err == nil && n == 0 || errors.Is(err, windows.ERROR_NOTIFY_ENUM_DIR)
	if err == nil {
		events = h.read(n)
	}
	if err == nil || overflow {
		err = h.ask()
	}
	if err != nil {
		delete(w.handles, key)
		w.end(h)
		w.unwatch(h)
	}
	w.mu.Unlock()
	for _, e := range events {
		heard(e)
	}
	if overflow {
		lost(ErrLost)
	}
	if err != nil {
		heard(Event{Path: h.folder(), Gone: true}) // that is how the system tells of a folder that was deleted; whoever hears it looks
	}
}

// unwatch forgets the watch that a handle belonged to: without it, it is none.
func (w *Watcher) unwatch(h *handle) {
	it := w.dirs[h.folder()]
	if it.tree != h && it.above != h {
		return
	}
	delete(w.dirs, h.folder())
	w.end(it.tree)
	w.end(it.above)
}

// folder is the folder that was given to Add.
func (h *handle) folder() string {
	if h.only != "" {
		return filepath.Join(h.dir, h.only)
	}
	return h.dir
}

// read returns what the first n bytes of the buffer tell (FILE_NOTIFY_INFORMATION, Windows API reference). It copies what it takes.
func (h *handle) read(n uint32) []Event {
	var events []Event
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&h.buffer)), n)
	const head = unsafe.Offsetof(windows.FileNotifyInformation{}.FileName)
	for uintptr(len(bytes)) >= head {
		info := (*windows.FileNotifyInformation)(unsafe.Pointer(unsafe.SliceData(bytes)))
		if uintptr(info.FileNameLength) > uintptr(len(bytes))-head {
			break
		}
		name := windows.UTF16ToString(unsafe.Slice(&info.FileName, info.FileNameLength/2))
		events = append(events, h.events(name, info.Action)...)
		if info.NextEntryOffset == 0 || uintptr(info.NextEntryOffset) > uintptr(len(bytes)) {
			break
		}
		bytes = bytes[info.NextEntryOffset:]
	}
	return events
}

// events is what an entry says.
func (h *handle) events(name string, action uint32) []Event {
	e := Event{
		Path:  filepath.Join(h.dir, name),
		Made:  action == windows.FILE_ACTION_ADDED || action == windows.FILE_ACTION_RENAMED_NEW_NAME,
		Wrote: action == windows.FILE_ACTION_MODIFIED,
		Gone:  action == windows.FILE_ACTION_REMOVED || action == windows.FILE_ACTION_RENAMED_OLD_NAME,
	}
	switch {
	case h.only != "" && (e.Wrote || !strings.EqualFold(name, h.only)):
		return nil
	case h.only != "" || !shortened(name):
		return []Event{e}
	}
	if long, ok := unshortened(e.Path); ok {
		e.Path = long
		return []Event{e}
	}
	return []Event{e, {Path: filepath.Dir(e.Path), Made: true}} // which of the names in the folder it was, nobody can tell any more
}

// shortened reports whether a path may hold a short name of old (PROGRA~1), by which the system tells of a file when a program uses it.
func shortened(name string) bool {
	for element := range strings.SplitSeq(name, `\`) {
		_, number, found := strings.Cut(element, "~")
		if found && len(element) <= len("ABCDEF~1.XYZ") && number != "" && number[0] >= '0' && number[0] <= '9' {
			return true
		}
	}
	return false
}

// unshortened is a path with the names that people see. It fails for what is gone.
func unshortened(path string) (string, bool) {
	short, err := windows.UTF16PtrFromString(long(path))
	if err != nil {
		return "", false
	}
	buffer := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetLongPathName(short, &buffer[0], uint32(len(buffer)))
	if err != nil || int(n) >= len(buffer) {
		return "", false
	}
	return strings.TrimPrefix(windows.UTF16ToString(buffer[:n]), `\\?\`), true
}

package agent

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"sync"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

const (
	maxUploads     = 16      // under way at once
	maxUploadFiles = 100_000 // in one folder
	maxUploadBytes = 1 << 50 // no disk is larger; keeps sums from overflowing
	spareBytes     = 256 << 20

	spoolFolder = "uploads" // in the profile: what is being uploaded; emptied at start
	sentFolder  = "sent"    // in the profile: uploads that were offered to somebody and not yet fetched
)

// uploads takes what is dropped on the window: a page has content but no path. It lies in the profile until it is complete; then it is
// offered to a person from there, or becomes a new shared folder under ~/Lanyard.
type uploads struct {
	profile string
	free    func(dir string) (int64, error) // bytes free on the disk of dir
	lend    func(path string) (free func()) // keeps what lies there meanwhile
	offer   func(ctx context.Context, to string, paths []string) ([]api.File, error)
	share   func(ctx context.Context, what api.ShareRequest) (api.Share, error)
	folder  func() string // where shared folders lie

	mu   sync.Mutex
	open map[string]*upload
}

// upload is one drop. Its counts belong to uploads.mu; root is safe for concurrent use.
type upload struct {
	what    api.UploadRequest
	dir     string // holds one entry: what.Name
	root    *os.Root
	bytes   int64
	files   int
	writing int                      // Puts under way
	puts    map[string]chan struct{} // closed when they end, by place
	closed  bool                     // being finished or dropped
}

// clean removes what an earlier run left unfinished.
func (u *uploads) clean() error {
	if err := os.RemoveAll(filepath.Join(u.profile, spoolFolder)); err != nil {
		return fmt.Errorf("remove unfinished uploads: %w", err)
	}
	return nil
}

// Begin makes room for an upload. What is stored is a copy, so that names as Macs store them can be as they should.
func (u *uploads) Begin(_ context.Context, what api.UploadRequest) (api.Upload, error) {
	what.Name = name.Composed(what.Name)
	if err := checkUpload(what); err != nil {
		return api.Upload{}, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.open) >= maxUploads {
		return api.Upload{}, told(api.CodeConflict, "%d uploads are under way already; wait until one has ended", maxUploads)
	}
	if err := u.roomLocked(what.Bytes); err != nil {
		return api.Upload{}, err
	}
	id := rand.Text()
	dir := filepath.Join(u.profile, spoolFolder, id)
	if err := os.MkdirAll(filepath.Join(dir, nameIf(what.Folder, what.Name)), 0o700); err != nil {
		return api.Upload{}, diskError("make room for the upload", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return api.Upload{}, diskError("make room for the upload", err)
	}
	if u.open == nil {
		u.open = map[string]*upload{}
	}
	u.open[id] = &upload{what: what, dir: dir, root: root, puts: map[string]chan struct{}{}}
	return api.Upload{ID: id}, nil
}

func checkUpload(what api.UploadRequest) error {
	switch {
	case name.CheckOffered(what.Name) != nil || !storable(what.Name):
		return told(api.CodeUsage, "%s cannot be the name of a file here; rename it", name.Quote(what.Name))
	case what.Bytes < 0 || what.Bytes > maxUploadBytes:
		return told(api.CodeUsage, "bytes must be the size of all files together")
	case what.Files < 0 || what.Files > maxUploadFiles:
		return told(api.CodeTooLong, "a folder of more than %d files is too much for one drop; share it with \"Share an existing folder...\" instead", maxUploadFiles)
	case !what.Folder && what.Files > 1:
		return told(api.CodeUsage, "an upload that is no folder is one file")
	}
	return nil
}

// storable reports whether this system can hold a path. What others cannot hold is told there.
func storable(path string) bool { return runtime.GOOS != "windows" || name.CheckPortable(path) == nil }

// roomLocked refuses what would fill the disk, with all that is promised to other uploads.
func (u *uploads) roomLocked(bytes int64) error {
	free, err := u.free(u.profile)
	if err != nil {
		return diskError("look for room on the disk", err)
	}
	for _, other := range u.open {
		free -= other.what.Bytes - other.bytes
	}
	if bytes > free-spareBytes {
		return told(api.CodeDiskFull, "the disk has no room for another %d MB; free some space and try again", bytes>>20)
	}
	return nil
}

// Put stores one file of an upload. One that could not be stored does not count.
func (u *uploads) Put(ctx context.Context, id, below string, content io.Reader) (err error) {
	up, at, err := u.enter(id, below, 1)
	if err != nil {
		return err
	}
	count := &counted{uploads: u, upload: up}
	defer func() { u.leave(up, at, count.n, err == nil) }()
	if dir := path.Dir(at); dir != "." {
		if err := up.root.MkdirAll(dir, 0o700); err != nil {
			return diskError("store the upload", err)
		}
	}
	f, err := up.root.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return told(api.CodeConflict, "%q is there already", below)
	}
	if err != nil {
		return diskError("store the upload", err)
	}
	count.out = f
	_, err = io.Copy(count, &untilDone{ctx, content})
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(diskError("store the upload", err), up.root.Remove(at))
	}
	return err
}

// PutFolder stores an empty folder of an upload.
func (u *uploads) PutFolder(_ context.Context, id, below string) error {
	up, at, err := u.enter(id, below, 0)
	if err != nil {
		return err
	}
	defer u.leave(up, "", 0, true)
	if err := up.root.MkdirAll(at, 0o700); err != nil {
		return diskError("store the upload", err)
	}
	return nil
}

// enter finds an upload, checks the path and counts the file. The caller leaves again.
func (u *uploads) enter(id, below string, files int) (*upload, string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.open[id]
	if up == nil || up.closed {
		return nil, "", noUpload()
	}
	at := up.what.Name
	below = name.Composed(below)
	switch {
	case up.what.Folder && name.CheckPath(below) != nil:
		return nil, "", told(api.CodeUsage, "%s cannot be sent: %s: rename it first", name.Quote(below), name.Why(name.CheckPath(below)))
	case up.what.Folder && !storable(below):
		return nil, "", told(api.CodeUsage, "%s cannot be stored here; rename it", name.Quote(below))
	case up.what.Folder:
		at = path.Join(at, below)
	case below != "" && below != up.what.Name || files == 0:
		return nil, "", told(api.CodeUsage, "this upload is the one file %q", up.what.Name)
	}
	switch {
	case up.files+files > max(up.what.Files, 1):
		return nil, "", told(api.CodeUsage, "the upload has more files than it said")
	case files > 0 && up.puts[at] != nil:
		return nil, "", told(api.CodeConflict, "%q is there already", below)
	}
	if files > 0 {
		up.puts[at] = make(chan struct{})
	}
	up.files += files
	up.writing++
	return up, at, nil
}

// leave ends what enter began, of a file with how much of it came and whether it is stored.
func (u *uploads) leave(up *upload, at string, came int64, stored bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if done := up.puts[at]; done != nil {
		close(done)
		delete(up.puts, at)
	}
	if !stored {
		up.bytes -= came
		up.files--
	}
	if up.writing--; up.writing == 0 && up.closed {
		_ = up.root.Close() // a directory handle: nothing is lost with it
	}
}

// counted writes a file and refuses more bytes than the upload said.
type counted struct {
	uploads *uploads
	upload  *upload
	out     io.Writer
	n       int64
}

func (c *counted) Write(p []byte) (int, error) {
	c.uploads.mu.Lock()
	c.upload.bytes += int64(len(p))
	c.n += int64(len(p))
	over, closed := c.upload.bytes > c.upload.what.Bytes, c.upload.closed
	c.uploads.mu.Unlock()
	switch {
	case closed:
		return 0, noUpload()
	case over:
		return 0, told(api.CodeUsage, "the upload has more bytes than it said")
	}
	return c.out.Write(p)
}

// untilDone is a reader that ends with ctx.
type untilDone struct {
	ctx context.Context
	in  io.Reader
}

func (r *untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

// Send offers a complete upload to a person. It lies in the profile until they have it, a small one as long as the message does.
func (u *uploads) Send(ctx context.Context, id, to string) (api.File, error) {
	up, err := u.close(id, true)
	if err != nil {
		return api.File{}, err
	}
	dir := filepath.Join(u.profile, sentFolder, id)
	path := filepath.Join(dir, up.what.Name)
	defer u.lend(path)() // until it is offered nobody waits for it
	if err := errors.Join(os.MkdirAll(filepath.Dir(dir), 0o700), os.Rename(up.dir, dir)); err != nil {
		return api.File{}, errors.Join(diskError("keep the upload", err), os.RemoveAll(up.dir))
	}
	files, err := u.offer(ctx, to, []string{path})
	if errors.Is(err, context.Canceled) {
		return api.File{}, err // it may have been offered all the same; if it was not, the next start removes it
	}
	if err != nil {
		return api.File{}, errors.Join(err, os.RemoveAll(dir))
	}
	return files[0], nil
}

// Share makes a shared folder of a complete upload: a copy of its own under ~/Lanyard.
func (u *uploads) Share(ctx context.Context, id, called string, with []string) (api.Share, error) {
	u.mu.Lock()
	up := u.open[id]
	u.mu.Unlock()
	if up != nil && !up.what.Folder {
		return api.Share{}, told(api.CodeUsage, "only a folder can be shared; send the file instead")
	}
	up, err := u.close(id, true)
	if err != nil {
		return api.Share{}, err
	}
	defer os.RemoveAll(up.dir) // nothing is left in it unless something failed
	if called = name.Composed(called); called == "" {
		called = up.what.Name
	}
	if name.CheckElement(called) != nil || !storable(called) {
		return api.Share{}, told(api.CodeUsage, "%s cannot be the name of a folder here; choose another", name.Quote(called))
	}
	at, err := moveTo(filepath.Join(up.dir, up.what.Name), u.folder(), called)
	if err != nil {
		return api.Share{}, err
	}
	s, err := u.share(ctx, api.ShareRequest{Path: at, Name: called, With: with})
	if err != nil {
		return api.Share{}, errors.Join(err, os.RemoveAll(at)) // a copy: the original lies where it was
	}
	return s, nil
}

// moveTo moves a folder into dir under the name, or "NAME (2)" and so on if that is taken.
func moveTo(from, dir, called string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", diskError("make the folder", err)
	}
	for n := 1; n < 1000; n++ {
		at := filepath.Join(dir, called)
		if n > 1 {
			at = filepath.Join(dir, name.Numbered(called, n))
		}
		if err := os.Mkdir(at, 0o700); errors.Is(err, fs.ErrExist) {
			continue
		} else if err != nil {
			return "", diskError("make the folder", err)
		}
		err := replaceFolder(from, at)
		if err != nil {
			return "", errors.Join(diskError("make the folder", err), os.RemoveAll(at))
		}
		return at, nil
	}
	return "", told(api.CodeConflict, "too many folders are called %q; choose another name", called)
}

// replaceFolder puts a folder in the place of an empty one, by copying where the two lie on different disks.
func replaceFolder(from, at string) error {
	if err := os.Remove(at); err != nil {
		return err
	}
	if os.Rename(from, at) == nil {
		return nil
	}
	return os.CopyFS(at, os.DirFS(from))
}

// Drop throws an upload away.
func (u *uploads) Drop(_ context.Context, id string) error {
	up, err := u.close(id, false)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(up.dir); err != nil {
		return diskError("remove the upload", err)
	}
	return nil
}

// close takes an upload off the list; whole: only if it is complete.
func (u *uploads) close(id string, whole bool) (*upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.open[id]
	switch {
	case up == nil:
		return nil, noUpload()
	case whole && (up.writing > 0 || up.bytes != up.what.Bytes || up.files != max(up.what.Files, fileCount(up.what))):
		return nil, told(api.CodeConflict, "the upload is not complete: %d of %d bytes came", up.bytes, up.what.Bytes)
	}
	delete(u.open, id)
	up.closed = true
	if up.writing == 0 {
		_ = up.root.Close() // a directory handle: nothing is lost with it
	}
	return up, nil
}

// fileCount is how many files an upload has at least.
func fileCount(what api.UploadRequest) int {
	if what.Folder {
		return 0
	}
	return 1
}

func nameIf(use bool, s string) string {
	if use {
		return s
	}
	return ""
}

func noUpload() error { return told(api.CodeNotFound, "there is no such upload; begin again") }

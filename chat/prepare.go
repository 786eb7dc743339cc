package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/zeebo/blake3"
	"golang.org/x/text/unicode/norm"

	"lanyard/chat/event"
	"lanyard/chat/manifest"
	"lanyard/internal/media"
	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// readSize is how much of a file is read at once.
const readSize = 1 << 20

// preparation reads what is to be offered: hashes of all content, and the list of a folder's files.
type preparation struct {
	ctx    context.Context
	path   string // absolute
	disk   func(path string) (tree.FS, error)
	barred func(path string) error // optional: why a place is not to be sent from
	read   func(n int64)
	maker  *media.Maker // of small pictures
	buffer []byte

	body     event.File
	mtime    int64 // ns, of a file
	manifest []byte
	leftOut  []string          // the first of what was left out
	stored   map[string]string // under which names the disk has those paths that it stores otherwise

	unportable Unportable
}

// survey looks at what is to be offered without reading it: its name and kind, and for a file its size.
func (p *preparation) survey() error {
	p.body.Name = norm.NFC.String(filepath.Base(p.path))
	if err := name.CheckOffered(p.body.Name); err != nil {
		return fmt.Errorf("%s cannot be sent: %s: rename it first; nothing was sent", name.Quote(p.path), name.Why(err))
	}
	info, err := os.Stat(p.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no %s: check the path", name.Quote(p.path))
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", name.Quote(p.path), err)
	case info.IsDir():
		p.body.Folder = 1
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is neither a file nor a folder: choose another", name.Quote(p.path))
	default:
		p.body.Size, p.body.Files = uint64(info.Size()), 1
	}
	if p.barred != nil {
		return p.barred(tree.Resolved(p.path))
	}
	return nil
}

// run reads everything.
func (p *preparation) run() error {
	p.buffer = make([]byte, readSize)
	if p.body.Folder == 1 {
		return p.folder()
	}
	where, err := filepath.EvalSymlinks(p.path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", name.Quote(p.path), err)
	}
	disk, err := p.disk(filepath.Dir(where))
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", name.Quote(p.path), err)
	}
	hash, s, err := p.hash(disk, filepath.Base(where))
	if err == nil {
		p.body.Hash, p.body.Size, p.mtime = hash, uint64(s.Size), s.Mtime
		err = p.picture(disk, filepath.Base(where))
	}
	return errors.Join(err, disk.Close())
}

// unreadable says what of it could not be opened, with a remedy where one is known.
func (p *preparation) unreadable(path string, err error) error {
	where := p.path
	if p.body.Folder == 1 {
		where = filepath.Join(p.path, filepath.FromSlash(path))
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, tree.ErrDenied) {
		return fmt.Errorf("you may not read %s: change its permissions, or take it out; nothing was sent", name.Quote(where))
	}
	return fmt.Errorf("%s cannot be read, nothing was sent: %w", name.Quote(where), err)
}

// hash reads one file; it must not change meanwhile.
func (p *preparation) hash(disk tree.FS, path string) (sum []byte, s tree.Stat, err error) {
	f, err := disk.Open(path)
	if err != nil {
		return nil, s, p.unreadable(path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	before, err := f.Stat()
	if err != nil {
		return nil, s, fmt.Errorf("%s cannot be read: %w", name.Quote(path), err)
	}
	h := blake3.New()
	for at := int64(0); ; {
		if err := p.ctx.Err(); err != nil {
			return nil, s, context.Cause(p.ctx)
		}
		n, err := f.ReadAt(p.buffer, at)
		h.Write(p.buffer[:n])
		at += int64(n)
		p.read(int64(n))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, s, fmt.Errorf("%s cannot be read: %w", name.Quote(path), err)
		}
	}
	after, err := f.Stat()
	if err == nil && !after.Same(before) {
		err = fmt.Errorf("%s was changed while it was read: send it again once it is saved", name.Quote(path))
	}
	return h.Sum(nil), after, err
}

// leftOutNamed is how many of what is left out are named, and of what Windows cannot store.
const leftOutNamed = 3

// folder reads everything in a folder. Links, special files, other disks and what Lanyard keeps for itself are left out and counted. Debris goes: a copy is of the
// folder as it is, unlike a shared folder; but where it cannot be sent it is left out, too. What may be somebody's work is never.
func (p *preparation) folder() (err error) {
	disk, err := p.disk(p.path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", name.Quote(p.path), err)
	}
	defer func() { err = errors.Join(err, disk.Close()) }()
	p.stored = map[string]string{}
	listed, err := p.list(disk, manifest.Entry{}, nil)
	if err != nil {
		return err
	}
	all := make(manifest.List, 0, len(listed))
	for _, e := range listed {
		if e.IsFolder() {
			all = append(all, e)
			continue
		}
		hash, s, err := p.hash(disk, p.onDisk(e.Path))
		if err != nil && name.IgnoredPath(e.Path, false) && p.ctx.Err() == nil {
			p.leaveOut(e.Path)
			continue
		}
		if err != nil {
			return err
		}
		e.Hash, e.Size, e.Time = hash, uint64(s.Size), time.Unix(0, s.Mtime).UnixMilli()
		p.body.Size += e.Size
		p.body.Files++
		all = append(all, e)
	}
	all.Sort()
	if p.manifest, err = all.Encode(); err != nil {
		return err
	}
	if len(p.manifest) > event.MaxManifest {
		return fmt.Errorf("%s holds too many files to be sent at once: send its folders one by one", name.Quote(p.path))
	}
	sum := blake3.Sum256(p.manifest)
	p.body.Hash, p.body.Manifest = sum[:], uint64(len(p.manifest))
	return all.Check(p.body)
}

// leaveOut notes what is not sent.
func (p *preparation) leaveOut(path string) {
	p.body.LeftOut++
	if len(p.leftOut) < leftOutNamed {
		p.leftOut = append(p.leftOut, path)
	}
}

// noteUnportable notes what Windows cannot store. It is sent all the same: others can.
func (p *preparation) noteUnportable(path, element string) {
	if name.CheckPortable(element) == nil {
		return
	}
	p.unportable.Count++
	if len(p.unportable.First) < leftOutNamed {
		p.unportable.First = append(p.unportable.First, path)
	}
}

// onDisk returns under which name the disk has a path of the list: there, a letter and its accent can be two characters.
func (p *preparation) onDisk(path string) string {
	if stored, other := p.stored[path]; other {
		return stored
	}
	return path
}

// noteStored notes where the disk has a path of the list.
func (p *preparation) noteStored(as, dir, element string) {
	if stored := path.Join(p.onDisk(dir), element); as != stored {
		p.stored[as] = stored
	}
}

// list adds a directory, which has no name if it is all of it, and what is in it and below it.
func (p *preparation) list(disk tree.FS, in manifest.Entry, all manifest.List) (manifest.List, error) {
	dir := in.Name()
	entries, err := disk.List(p.onDisk(dir))
	if err != nil && name.IgnoredPath(dir, true) && p.ctx.Err() == nil {
		p.leaveOut(dir)
		return all, nil
	}
	if err != nil {
		return nil, p.unreadable(dir, err)
	}
	if dir != "" {
		all = append(all, in)
	}
	known := make(map[string]bool, len(entries))
	for _, e := range entries {
		path := path.Join(dir, name.Composed(e.Name))
		if e.Kind != tree.KindFile && e.Kind != tree.KindDir || name.Fold(e.Name) == name.Hidden {
			p.leaveOut(path)
			continue
		}
		if err := p.checkName(path, known[path]); err != nil {
			if !name.IgnoredPath(path, e.Kind == tree.KindDir) {
				return nil, err
			}
			p.leaveOut(path)
			continue
		}
		known[path] = true
		p.noteStored(path, dir, e.Name)
		p.noteUnportable(path, e.Name)
		if len(all) >= event.MaxOfferFiles {
			return nil, fmt.Errorf("%s holds more than %d files: send its folders one by one", name.Quote(p.path), event.MaxOfferFiles)
		}
		if e.Kind == tree.KindFile {
			all = append(all, manifest.Entry{Path: path, Exec: e.Exec})
			continue
		}
		if all, err = p.list(disk, manifest.Entry{Path: path + "/", Time: time.Unix(0, e.Mtime).UnixMilli()}, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// checkName says why something cannot go under its name, which another one may have.
func (p *preparation) checkName(path string, taken bool) error {
	if err := name.CheckPath(path); err != nil {
		return fmt.Errorf("%s cannot be sent: %s: rename it first; nothing was sent", name.Quote(filepath.Join(p.path, path)), name.Why(err))
	}
	if taken {
		return fmt.Errorf("two names in %s look the same, %s: rename one of them first; nothing was sent", name.Quote(p.path), name.Quote(path))
	}
	return nil
}

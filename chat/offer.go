package chat

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
)

// Offer offers files and folders of this machine in a conversation. They stay where they are and are read from there when the other side takes them. It
// returns when all of them have been read once and the offers are durable; meanwhile they are told and listed as FilePreparing, under provisional IDs
// with which Cancel ends it. If one cannot be offered none is, and the error says which and why.
func (c *Chat) Offer(ctx context.Context, to event.ConversationID, paths []string) ([]File, error) {
	v, err := c.reachable(ctx, to)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("there is nothing to send: name a file or folder")
	}
	var all []*preparation
	for _, path := range paths {
		where, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", path, err)
		}
		p := &preparation{path: where, disk: c.config.Disk, barred: c.config.Barred, maker: &c.files.maker}
		if err := p.survey(); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	var writings []writing
	for _, p := range all {
		if err := c.files.prepare(ctx, v, p); err != nil {
			return nil, err
		}
		w, err := c.files.writing(p)
		if err != nil {
			return nil, err
		}
		writings = append(writings, w)
	}
	sent, err := c.write(ctx, v, writings)
	if err != nil {
		return nil, err
	}
	offered := make([]File, len(sent))
	for i, m := range sent {
		t, err := c.files.find(m.ID)
		if err != nil {
			return nil, err
		}
		offered[i] = c.files.file(t)
		offered[i].LeftOut, offered[i].Unportable = all[i].leftOut, all[i].unportable
	}
	return offered, nil
}

// errGivenUp is why a preparation ends that was cancelled by its provisional ID.
var errGivenUp = errors.New("sending was cancelled")

// prepare reads one file or folder, listed meanwhile under a provisional ID.
func (f *files) prepare(ctx context.Context, v *conversation, p *preparation) error {
	var id event.ID
	rand.Read(id[:])
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	file := &File{
		ID: id, Conversation: v.id, From: f.chat.config.Identity.Person(), To: v.with, Mine: true, Offer: p.body.Offer(), State: FilePreparing,
		Path: p.path, Time: time.Now(),
	}
	m := meter{total: int64(p.body.Size)}
	show := func() {
		f.mu.Lock()
		file.Progress = m.now()
		told := *file
		f.mu.Unlock()
		f.chat.news.change(Change{File: &told})
	}
	f.mu.Lock()
	f.preparing[id] = &preparing{File: file, cancel: func() { cancel(errGivenUp) }}
	f.mu.Unlock()
	show()
	p.ctx = ctx
	p.read = func(n int64) {
		if p.body.Folder == 1 { // its size is not known before
			m.total += n
		}
		if m.add(n, time.Now()) {
			show()
		}
	}
	err := p.run()
	f.mu.Lock()
	delete(f.preparing, id)
	f.mu.Unlock()
	f.chat.news.change(Change{FileGone: id})
	return err
}

// preparing is a file that is being read before it is offered.
type preparing struct {
	*File
	cancel func()
}

// cancelPreparing ends a preparation by its provisional ID.
func (f *files) cancelPreparing(id event.ID) (File, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.preparing[id]
	if p == nil {
		return File{}, false
	}
	p.cancel()
	file := *p.File
	file.State = FileWithdrawn
	return file, true
}

// writing makes the event that offers what was read, stored together with where it lies.
func (f *files) writing(p *preparation) (writing, error) {
	if err := p.body.Check(); err != nil {
		return writing{}, fmt.Errorf("%s cannot be sent: %w", p.path, err)
	}
	body, err := wire.Marshal(p.body)
	if err != nil {
		return writing{}, err
	}
	return writing{kind: event.KindFile, body: body, path: p.path, with: func(tx *store.Tx, _ *event.Event, place int64) error {
		return insertFile(tx, place, p.path, p.mtime, p.manifest)
	}}, nil
}

// openOffered opens content of an offer of ours by its hash.
func (f *files) openOffered(t *transfer, hash blob.Hash) (blob.Content, error) {
	f.mu.Lock()
	path := t.path
	f.mu.Unlock()
	served := func(at int64, n int) error {
		f.served(t, at, n)
		return f.mayRead(t)
	}
	twin := func(_ int64, n int) error {
		f.served(t, anywhere, n)
		return f.mayRead(t)
	}
	if path == "" {
		return nil, blob.ErrChanged // offered before this profile was put back from a copy
	}
	if t.offer.Folder == 0 {
		if hash != blob.Hash(t.offer.Hash) {
			return nil, blob.ErrGone
		}
		mtime, err := f.mtime(t)
		if err != nil {
			return nil, err
		}
		unchanged := func(s tree.Stat) bool { return s.Mtime == mtime || mtime == 0 && !t.mine }
		return f.openFile(path, int64(t.offer.Size), unchanged, served)
	}
	folder, err := f.folderOf(t)
	if err != nil {
		return nil, err
	}
	index := folder.index
	if hash == blob.Hash(t.offer.Hash) {
		return listContent(index.Encoded()), nil
	}
	all := index.Find(hash)
	if len(all) == 0 {
		return nil, blob.ErrGone
	}
	within := twin
	if before, once := index.Before(hash); once { // they take the files in the order of the list
		within = func(at int64, n int) error { return served(before+at, n) }
	}
	return f.openWithin(folder, path, all, within)
}

// stored returns where a file of an offered folder lies, whose name the disk may store with letters and accents apart.
func (f *files) stored(names *tree.Names, folder, below string) (string, error) {
	where := filepath.Join(folder, filepath.FromSlash(below))
	if _, err := os.Lstat(where); !errors.Is(err, fs.ErrNotExist) {
		return where, nil
	}
	disk, err := f.chat.config.Disk(folder)
	if err != nil {
		return "", fmt.Errorf("%w (%w)", blob.ErrChanged, err)
	}
	at, _, err := names.Stored(disk, below)
	if err = errors.Join(err, disk.Close()); err != nil {
		return "", fmt.Errorf("%w (%w)", blob.ErrChanged, err)
	}
	return filepath.Join(folder, filepath.FromSlash(at)), nil
}

// openFile opens a file that must be as it was when it was offered, or received. read hears what is read of it, from which byte on, and can end that.
func (f *files) openFile(path string, size int64, unchanged func(tree.Stat) bool, read func(at int64, n int) error) (blob.Content, error) {
	where, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", blob.ErrChanged, err)
	}
	disk, err := f.chat.config.Disk(filepath.Dir(where))
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", blob.ErrUnreadable, err)
	}
	file, err := disk.Open(filepath.Base(where))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w (%w)", blob.ErrUnreadable, err), disk.Close())
	}
	c := &offeredContent{File: file, disk: disk, size: size, read: read}
	s, err := file.Stat()
	if err == nil && (s.Size != size || !unchanged(s)) {
		err = blob.ErrChanged
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// offeredContent is an open file that is offered.
type offeredContent struct {
	tree.File
	disk tree.FS
	size int64
	read func(at int64, n int) error
}

func (c *offeredContent) Size() int64 { return c.size }

func (c *offeredContent) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.File.ReadAt(p, at)
	if stop := c.read(at, n); stop != nil {
		return 0, stop
	}
	return n, err
}

func (c *offeredContent) Close() error { return errors.Join(c.File.Close(), c.disk.Close()) }

// listContent is the manifest of an offered folder.
type listContent []byte

func (l listContent) Size() int64  { return int64(len(l)) }
func (l listContent) Close() error { return nil }
func (l listContent) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(l)) {
		return 0, io.EOF
	}
	n := copy(p, l[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// anywhere stands for the place of a content that a folder holds several times.
const anywhere = -1

// served counts what the other side was sent of an offer of ours, n bytes from a place in the whole of it. In a room many take it, each at their own pace: nothing is shown of that.
func (f *files) served(t *transfer, at int64, n int) {
	if !t.mine || t.in.room != nil {
		return
	}
	f.mu.Lock()
	if at != anywhere && t.progress.done != at {
		t.progress.restart(at) // they go on where they were, perhaps before we began anew
	}
	due := t.progress.add(int64(n), time.Now())
	note := due && time.Since(t.notedAt) > noteEvery
	if note {
		t.notedAt = time.Now()
	}
	f.mu.Unlock()
	if due {
		f.tell(t)
	}
	if note {
		f.chat.begin(func() { f.noteReached(f.chat.life, func(one *transfer) bool { return one == t }) })
	}
}

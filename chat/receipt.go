package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/chat/manifest"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// receipt is one attempt to receive an offer: contents are fetched into the inbox's hidden folder, resuming what is there, and are given their names
// only when all of them are verified.
type receipt struct {
	files *files
	t     *transfer
	from  identity.PeerID // has it
	asked *askings
	root  *tree.Tree
}

// part is one content of an offer.
type part struct {
	name string // of the Incoming
	path string // within the offered folder, "" for a file
	hash blob.Hash
	size int64
	exec bool
	time int64 // ms, 0 = now
}

// file receives a file and returns its name.
func (r *receipt) file(ctx context.Context) (string, error) {
	p := part{name: r.t.part(0), hash: blob.Hash(r.t.offer.Hash), size: int64(r.t.offer.Size)}
	if target := r.target(); target != "" && r.isThere(target, &p) {
		return target, nil // placed just before the last run ended
	}
	if _, err := r.fetchFrom(ctx, []part{p}); err != nil {
		return "", err
	}
	target, err := put(ctx, r.root, r.t.offer.Name, func(target string) error { return r.files.setTarget(ctx, r.t, target) },
		func(target string) error { return r.place(p, target) })
	return target, blocked(err)
}

func (r *receipt) target() string {
	r.files.mu.Lock()
	defer r.files.mu.Unlock()
	return r.t.target
}

// place gives a verified content its name.
func (r *receipt) place(p part, target string) error {
	in, err := r.root.Incoming(p.name)
	if err != nil {
		return err
	}
	if in.Size() != p.size {
		return errors.Join(fmt.Errorf("%s was changed in the hidden folder while it arrived: try again", name.Quote(target)), in.Close())
	}
	_, err = r.root.Place(in, target)
	return err
}

// folder receives a folder and returns its name.
func (r *receipt) folder(ctx context.Context) (string, error) {
	m, err := r.list(ctx)
	if err != nil {
		return "", err
	}
	out, err := r.files.leftOutHere(ctx, r.t)
	if err != nil {
		return "", err
	}
	kept, parts := r.t.without(m, out)
	staging := ".arriving-" + r.t.id.String()[:16]
	if target := r.target(); target != "" && r.allThere(target, kept, parts) {
		return target, nil
	}
	spared, err := r.fetch(ctx, r.notStaged(staging, parts))
	if err != nil {
		return "", err
	}
	if len(spared) > 0 {
		if out, err = r.leaveOut(ctx, m, out, spared); err != nil {
			return "", blocked(err)
		}
		kept, parts = r.t.without(m, out)
	}
	s, err := r.stage(ctx, staging, kept, parts)
	if err != nil {
		return "", blocked(err)
	}
	target, err := put(ctx, r.root, r.t.offer.Name, func(target string) error { return r.files.setTarget(ctx, r.t, target) },
		func(target string) error {
			_, err := r.root.Move(staging, target, s)
			return err
		})
	return target, blocked(err)
}

// list returns the offered folder's manifest, fetched when it is not here yet.
func (r *receipt) list(ctx context.Context) (manifest.List, error) {
	encoded, err := r.files.listOf(ctx, r.t)
	if err != nil {
		return nil, err
	}
	fresh := len(encoded) == 0
	if fresh {
		sink := &memorySink{}
		item := blob.Item{Hash: blob.Hash(r.t.offer.Hash), Size: int64(r.t.offer.Manifest)}
		if err := r.get(ctx, []blob.Item{item}, sink); err != nil {
			return nil, err
		}
		if sink.err != nil {
			return nil, sink.err
		}
		encoded = sink.Bytes()
	}
	m, err := manifest.Read(encoded, r.t.offer)
	if err != nil {
		return nil, blocked(fmt.Errorf("its list of files is refused: %w", err))
	}
	if fresh {
		err = r.files.setList(ctx, r.t, encoded)
	}
	return m, err
}

// stage puts all contents of a folder in their places below a hidden name, those that an earlier run put there excepted.
func (r *receipt) stage(ctx context.Context, staging string, m manifest.List, parts []part) (tree.Stat, error) {
	if _, err := r.root.MakeDir(staging); err != nil {
		return tree.Stat{}, err
	}
	for i := range m {
		if m[i].IsFolder() {
			if _, err := r.root.MakeDir(staging + "/" + m[i].Name()); err != nil {
				return tree.Stat{}, err
			}
		}
	}
	for _, p := range r.notStaged(staging, parts) {
		if err := r.place(p, staging+"/"+p.path); err != nil {
			return tree.Stat{}, err
		}
	}
	if err := r.root.Flush(ctx); err != nil {
		return tree.Stat{}, err
	}
	return r.root.Lstat(staging)
}

// notStaged returns the parts that are not in their places below the hidden name.
func (r *receipt) notStaged(staging string, parts []part) []part {
	if _, err := r.root.Lstat(staging); errors.Is(err, fs.ErrNotExist) {
		return parts
	}
	var missing []part
	for _, p := range parts {
		if !r.isThere(staging+"/"+p.path, &p) {
			missing = append(missing, p)
		}
	}
	return missing
}

// allThere reports whether the whole folder lies at target, put there just before the last run ended.
func (r *receipt) allThere(target string, m manifest.List, parts []part) bool {
	for i := range m {
		s, err := r.root.Lstat(target + "/" + m[i].Name())
		if err != nil || (s.Kind == tree.KindDir) != m[i].IsFolder() {
			return false
		}
	}
	for _, p := range parts {
		if !r.isThere(target+"/"+p.path, &p) {
			return false
		}
	}
	s, err := r.root.Lstat(target)
	return err == nil && s.Kind == tree.KindDir
}

// isThere reports whether a part's content lies at target. What cannot be read is not there.
func (r *receipt) isThere(target string, p *part) bool {
	f, err := r.root.Read(target)
	if err != nil {
		return false
	}
	hash, size, err := hashOf(f)
	return errors.Join(err, f.Close()) == nil && size == p.size && hash == p.hash
}

// hashOf reads a content from its beginning to its end.
func hashOf(content io.ReaderAt) (blob.Hash, int64, error) {
	h := blake3.New()
	n, err := io.CopyBuffer(h, io.NewSectionReader(content, 0, 1<<62), make([]byte, readSize))
	return blob.Hash(h.Sum(nil)), n, err
}

// fetch brings the parts of a folder into its hidden folder, and returns debris that nobody who is here gives.
func (r *receipt) fetch(ctx context.Context, parts []part) (spared []part, err error) {
	if spared, err = r.fetchFrom(ctx, parts); err != nil {
		return nil, err
	}
	return r.askOthers(ctx, spared)
}

// fetchFrom brings the parts into the hidden folder, and returns debris that who is asked does not give. What is there already is used if it is right.
func (r *receipt) fetchFrom(ctx context.Context, parts []part) (spared []part, err error) {
	s, err := r.lacking(parts)
	if err != nil {
		return nil, err
	}
	need := int64(0)
	for _, item := range s.items {
		need += item.Size - item.Offset
	}
	r.files.mu.Lock()
	r.t.progress.restart(r.t.progress.total - need)
	r.files.mu.Unlock()
	r.files.tell(r.t)
	if len(s.items) == 0 {
		return nil, nil
	}
	if err := r.room(need); err != nil {
		return nil, err
	}
	err = r.get(ctx, s.items, s)
	return s.spared, err
}

// lacking returns a sink for what is not there of the parts.
func (r *receipt) lacking(parts []part) (*partSink, error) {
	s := &partSink{receipt: r}
	there, err := partsOf(r.root, r.t)
	if err != nil {
		return nil, blocked(err)
	}
	for _, p := range parts {
		have, err := r.have(p, there[p.name])
		if err != nil {
			return nil, blocked(err)
		}
		if have < p.size || !there[p.name] {
			s.parts = append(s.parts, p)
			s.items = append(s.items, blob.Item{Hash: p.hash, Size: p.size, Offset: have})
		}
	}
	return s, nil
}

// have returns how much of a part is there to be resumed. A whole one is verified; a damaged one begins anew.
func (r *receipt) have(p part, there bool) (int64, error) {
	if !there {
		return 0, nil
	}
	in, err := r.root.Incoming(p.name)
	if err != nil {
		return 0, err
	}
	have := in.Size()
	if have >= p.size {
		hash, size, reading := hashOf(in)
		if err = reading; err == nil && (hash != p.hash || size != p.size) {
			have = 0
			err = in.Truncate(0)
		}
		if have == 0 && p.size == 0 && hash != p.hash {
			err = errors.New("an empty file that is not empty: ask for it again")
		}
	}
	return have, errors.Join(err, in.Close())
}

// room refuses what the disk cannot hold before it is fetched.
func (r *receipt) room(need int64) error {
	space, err := r.root.Space()
	if err != nil {
		return blocked(err)
	}
	if uint64(need) > space.Free {
		return blocked(fmt.Errorf("%w: it needs %d bytes and %d are free", tree.ErrFull, need, space.Free))
	}
	return nil
}

// partSink writes what is fetched into the hidden folder.
type partSink struct {
	*receipt
	parts  []part
	items  []blob.Item
	in     *tree.Incoming
	spared []part // debris that did not come as it was offered
}

func (s *partSink) Begin(i int) error {
	in, err := s.root.Incoming(s.parts[i].name)
	if err != nil {
		return blocked(err)
	}
	s.in = in
	if in.Size() != s.items[i].Offset {
		return blocked(in.Truncate(s.items[i].Offset))
	}
	return nil
}

func (s *partSink) Write(_ int, p []byte) error {
	if _, err := s.in.Write(p); err != nil {
		return blocked(err)
	}
	s.files.goesOn(s.t)
	s.files.relieve(s.t)
	s.files.mu.Lock()
	due := s.t.progress.add(int64(len(p)), time.Now())
	s.files.mu.Unlock()
	if !due {
		return nil
	}
	s.files.tell(s.t)
	return missing(s.root, nil)
}

// End closes the part. One that came wrong is emptied; if its beginning was from an earlier run, the next attempt may do better.
func (s *partSink) End(i int, err error) error {
	p := s.parts[i]
	in := s.in
	s.in = nil
	if in == nil {
		return err
	}
	if err == nil {
		if p.time != 0 {
			err = blocked(in.SetMeta(p.time*int64(time.Millisecond), p.exec))
		}
		return errors.Join(err, blocked(in.Close()))
	}
	if errors.Is(err, blob.ErrMismatch) {
		err = errors.Join(err, blocked(in.Truncate(0)))
		if s.items[i].Offset > 0 {
			err = errDamaged
		}
	}
	if spares(p.path, err) {
		s.spared = append(s.spared, p)
		return blocked(in.Discard())
	}
	if p.path != "" {
		err = fmt.Errorf("%s: %w", name.Quote(p.path), err)
	}
	return errors.Join(err, blocked(in.Close()))
}

// errDamaged says that the beginning of a content, kept from an earlier run, was damaged. It is thrown away by then.
var errDamaged = errors.New("what had arrived before was damaged")

// Prefix reads what is there of a part.
func (s *partSink) Prefix(i int) (io.ReadCloser, error) {
	in, err := s.root.Incoming(s.parts[i].name)
	if err != nil {
		return nil, blocked(err)
	}
	return &prefix{io.NewSectionReader(in, 0, s.items[i].Offset), in}, nil
}

type prefix struct {
	io.Reader
	io.Closer
}

// memorySink keeps a small content in memory.
type memorySink struct {
	bytes.Buffer
	err error
}

func (s *memorySink) Begin(int) error { return nil }

func (s *memorySink) Write(_ int, p []byte) error {
	_, err := s.Buffer.Write(p)
	return err
}

func (s *memorySink) End(_ int, err error) error {
	s.err = err
	return nil
}

package tree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// person is a person or program at the machine: what a tree must live with. Local and home implement it.
type person interface {
	WriteFile(p string, content []byte) error
	Save(p string, content []byte) error
	ReadFile(p string) ([]byte, error)
	Rename(from, to string) error
	Remove(p string) error
	MkdirAll(p string) error
	Put(p string, kind Kind) error
	Open(p string) (File, error)
}

// home is a person before a real directory.
type home struct{ dir string }

func (h home) at(p string) string { return filepath.Join(h.dir, filepath.FromSlash(p)) }

func (h home) WriteFile(p string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(h.at(p)), 0o755); err != nil {
		return err
	}
	return os.WriteFile(h.at(p), content, 0o644)
}

// overwrite writes what a file holds, which must be there.
func (h home) overwrite(p, content string) error {
	f, err := os.OpenFile(h.at(p), os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}

func (h home) Save(p string, content []byte) error {
	if err := h.WriteFile(p+".scratch", content); err != nil {
		return err
	}
	return os.Rename(h.at(p+".scratch"), h.at(p))
}

func (h home) ReadFile(p string) ([]byte, error) { return os.ReadFile(h.at(p)) }
func (h home) Rename(from, to string) error      { return os.Rename(h.at(from), h.at(to)) }
func (h home) Remove(p string) error             { return os.Remove(h.at(p)) }
func (h home) MkdirAll(p string) error           { return os.MkdirAll(h.at(p), 0o755) }

func (h home) Put(p string, kind Kind) error {
	switch kind {
	case KindLink:
		return os.Symlink("..", h.at(p))
	case KindOther:
		return makeFIFO(h.at(p))
	}
	return fmt.Errorf("no way to make a %v", kind)
}

func (h home) Open(p string) (File, error) {
	f, err := os.OpenFile(h.at(p), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return late{f}, nil
}

// late is a program's handle; only writing and closing are used.
type late struct{ *os.File }

func (l late) Stat() (Stat, error)                         { return Stat{}, nil }
func (l late) Busy() error                                 { return nil }
func (l late) SetMeta(mtime int64, mode os.FileMode) error { return l.Chmod(mode) }

// disk is one way to have a root.
type disk struct {
	name string
	open func(t testing.TB) (FS, person)
}

func onMemory(options MemoryOptions) func(testing.TB) (FS, person) {
	return func(testing.TB) (FS, person) {
		m := NewMemory(options)
		return m, m.Local()
	}
}

func onDisk(open func(dir string) (FS, error)) func(testing.TB) (FS, person) {
	return func(t testing.TB) (FS, person) {
		dir := t.TempDir()
		f, err := open(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := f.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return f, home{dir}
	}
}

// disks are all ways to have a root that this machine offers: every test of behaviour runs on each.
func disks() []disk {
	return []disk{
		{"this system", onDisk(OpenDisk)},
		{"os.Root", onDisk(func(dir string) (FS, error) { return openRoot(dir) })},
		{"memory", onMemory(MemoryOptions{Volume: "v"})},
		{"memory, case-blind, as macOS", onMemory(MemoryOptions{CaseBlind: true, NoSyncAll: true})},
		{"memory, no swap, as Windows", onMemory(MemoryOptions{CaseBlind: true, NoExchange: true, NoSyncAll: true})},
		{"memory, no links, as FAT", onMemory(MemoryOptions{CaseBlind: true, NoExchange: true, NoLinks: true, NoSyncAll: true})},
	}
}

// onEach runs test on a new marked root of each disk.
func onEach(t *testing.T, test func(t *testing.T, tr *Tree, who person)) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix system for its local programs: run it on Linux or macOS")
	}
	for _, d := range disks() {
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			tr, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			test(t, tr, who)
		})
	}
}

// incoming opens an Incoming that holds b.
func incoming(t testing.TB, tr *Tree, name string, b string) *Incoming {
	t.Helper()
	in, err := tr.Incoming(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte(b)); err != nil {
		t.Fatal(err)
	}
	return in
}

// put places b at p.
func put(t testing.TB, tr *Tree, p, b string) Stat {
	t.Helper()
	s, err := tr.Place(incoming(t, tr, "put", b), p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// want fails unless p holds b.
func want(t testing.TB, who person, p, b string) {
	t.Helper()
	got, err := who.ReadFile(p)
	if err != nil || !bytes.Equal(got, []byte(b)) {
		t.Errorf("%s holds %q (%v), want %q", p, got, err, b)
	}
}

// wantTrash fails unless the trash holds b under id.
func wantTrash(t testing.TB, tr *Tree, id TrashID, b string) {
	t.Helper()
	f, err := tr.TrashRead(id)
	if err != nil {
		t.Errorf("trash: %v", err)
		return
	}
	defer f.Close()
	got := make([]byte, len(b)+1)
	if n, _ := f.ReadAt(got, 0); string(got[:n]) != b {
		t.Errorf("trash holds %q under %s, want %q", got[:n], id, b)
	}
}

func flush(t testing.TB, tr *Tree) {
	t.Helper()
	if err := tr.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

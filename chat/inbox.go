package chat

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// inbox is the folder for received files. Everything in it is written by package tree, so that nothing that a peer names leaves it.
type inbox struct {
	dir  string
	disk func(path string) (tree.FS, error)

	mu   sync.Mutex
	root *tree.Tree // nil until the first file comes
}

// inboxShare is what the folder's marker says in the place of a share's ID.
const inboxShare = "received"

// open opens the folder, making it if need be.
func (i *inbox) open() (*tree.Tree, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.root != nil {
		if err := i.root.Check(); err == nil {
			return i.root, nil
		}
		if err := i.root.Close(); err != nil {
			return nil, err
		}
		i.root = nil
	}
	if i.dir == "" {
		return nil, errors.New("no folder for received files is set")
	}
	if err := os.MkdirAll(i.dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for received files: %w", err)
	}
	disk, err := i.disk(i.dir)
	if err != nil {
		return nil, err
	}
	root, err := mark(disk)
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	i.root = root
	return root, nil
}

// missing returns err, or that the folder itself is not in its place any more: what is opened follows it when it is moved, and would be written for nobody.
func missing(root *tree.Tree, err error) error {
	if errors.Is(root.Check(), tree.ErrNotThisRoot) {
		return blocked(errInboxGone)
	}
	return err
}

// errInboxGone ends a sentence for people.
var errInboxGone = errors.New("the folder for received files was moved or removed while it came: try again")

func mark(disk tree.FS) (*tree.Tree, error) {
	m, err := tree.ReadMarker(disk)
	if err == nil && m.Share == inboxShare && m.Volume == disk.Volume() {
		return tree.Open(disk, m)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return tree.Create(disk, tree.Marker{Share: inboxShare})
}

func (i *inbox) close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.root == nil {
		return nil
	}
	root := i.root
	i.root = nil
	return root.Close()
}

// path returns where something in the folder lies on this machine.
func (i *inbox) path(target string) string { return filepath.Join(i.dir, filepath.FromSlash(target)) }

// maxNumbered is how many names are tried for one that is taken.
const maxNumbered = 1000

// free returns the first name like base that nothing has. Where base cannot be stored, or would be no name of a file everywhere (earlier versions sent such), it is made storable.
func free(root *tree.Tree, base string) (string, error) {
	for n := 1; n <= maxNumbered; n++ {
		target := name.Numbered(base, n)
		if name.CheckPath(target) != nil || runtime.GOOS == "windows" && name.CheckPortable(target) != nil {
			continue // the numbered ones are always storable
		}
		if _, err := root.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			return target, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("there are %d things named like %s: clear the folder for received files", maxNumbered, name.Quote(base))
}

// put tries names until one is free, telling each before it is used, so that a crash in between leaves a trace. place must not overwrite.
func put(ctx context.Context, root *tree.Tree, base string, tell func(target string) error, place func(target string) error) (string, error) {
	for range maxNumbered {
		target, err := free(root, base)
		if err != nil {
			return "", err
		}
		if err := tell(target); err != nil {
			return "", err
		}
		err = place(target)
		if errors.Is(err, tree.ErrExists) && ctx.Err() == nil {
			continue // somebody took it in this instant
		}
		if err != nil {
			return "", err
		}
		return target, root.Flush(context.WithoutCancel(ctx))
	}
	return "", fmt.Errorf("every name like %s was taken by somebody else in the last moment: try again", name.Quote(base))
}

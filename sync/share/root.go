package share

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// Folders of the system that nobody shares; what lies below some of them may be shared all the same.
var (
	systemRoots = []string{"/", "/home", "/root", "/Users", "/Volumes", "/mnt", "/media", "/srv", "/opt", "/var", "/tmp", "/private", `C:\`, `C:\Users`}
	systemTrees = []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr", "/System", "/Library", "/Applications",
		`C:\Windows`, `C:\Program Files`, `C:\Program Files (x86)`, `C:\ProgramData`}
)

// otherProducts mark folders that another program keeps equal already; two of them on one folder fight.
var otherProducts = []string{".stfolder", ".sync", ".dropbox", ".dropbox.cache", ".nextcloudsync.log", ".owncloudsync.log"}

// checkRoot refuses folders that must not be shared, in a sentence for people. dir is made absolute, with links resolved.
func (e *Engine) checkRoot(dir string, except ID) (string, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no folder %s: look how it is written", name.Quote(dir))
	}
	if err != nil {
		return "", cannotUse(dir, err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", cannotUse(dir, err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s is not a folder: only folders can be shared", name.Quote(dir))
	}
	if err := e.checkPlace(abs, except); err != nil {
		return "", err
	}
	for _, mark := range otherProducts {
		if _, err := os.Lstat(filepath.Join(abs, mark)); err == nil {
			return "", fmt.Errorf("%s is kept equal by another program already (it holds %s): choose another folder", name.Quote(abs), mark)
		}
	}
	return abs, nil
}

// cannotUse says for people why the system does not let a folder be shared.
func cannotUse(dir string, err error) error {
	var why syscall.Errno
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, tree.ErrDenied):
		return fmt.Errorf("the system does not let you use the folder %s: choose another one, or ask whoever owns it", name.Quote(dir))
	case errors.Is(err, tree.ErrFull):
		return fmt.Errorf("the disk of %s is full: make room, or choose a folder on another one", name.Quote(dir))
	case errors.As(err, &why):
		return fmt.Errorf("the folder %s cannot be used (%w): choose another one", name.Quote(dir), why)
	}
	return fmt.Errorf("the folder %s cannot be used (%w): choose another one", name.Quote(dir), err)
}

// checkPlace compares a folder with those it must not touch.
func (e *Engine) checkPlace(abs string, except ID) error {
	if e.cfg.hooks.mutant == overlapping {
		return nil
	}
	for _, f := range e.all() {
		if f.path != "" && f.id() != except && (f.state == joined || f.state == paused) {
			if err := e.checkApart(abs, f, except == ID{}); err != nil {
				return err
			}
		}
	}
	for _, r := range e.cfg.Reserved {
		if r != "" && tree.Touch(tree.Resolved(r), abs) {
			return fmt.Errorf("%s holds or lies in %s, which Lanyard itself uses: choose another folder", name.Quote(abs), name.Quote(r))
		}
	}
	if e.cfg.Home != "" && tree.Within(tree.Resolved(e.cfg.Home), abs) {
		return fmt.Errorf("%s is your whole home folder or more: choose a folder inside it", name.Quote(abs))
	}
	if e.cfg.Folder != "" && tree.Within(tree.Resolved(e.cfg.Folder), abs) {
		return fmt.Errorf("%s is where Lanyard keeps shared folders: choose a folder inside it", name.Quote(abs))
	}
	for _, r := range systemRoots {
		if tree.SamePlace(abs, r) {
			return fmt.Errorf("%s belongs to the system: choose another folder", name.Quote(abs))
		}
	}
	for _, r := range systemTrees {
		if tree.Within(abs, r) {
			return fmt.Errorf("%s belongs to the system: choose another folder", name.Quote(abs))
		}
	}
	return nil
}

// checkApart compares a folder with a shared one: neither may lie in the other. anew says that the folder is to be a share of its own.
func (e *Engine) checkApart(abs string, f folder, anew bool) error {
	shared := tree.Resolved(f.path)
	switch {
	case tree.SamePlace(abs, shared) && !anew:
		return fmt.Errorf("%s is shared already: choose another folder", name.Quote(abs))
	case tree.SamePlace(abs, shared) && f.members.list.Owner != e.cfg.Identity.Person():
		return fmt.Errorf("%s is shared already: ask %s, who owns the share, to invite more people to it", name.Quote(abs), e.nameOf(f.members, f.members.list.Owner))
	case tree.SamePlace(abs, shared):
		return fmt.Errorf("%s is shared already: invite more people to it instead", name.Quote(abs))
	case tree.Within(abs, shared):
		return fmt.Errorf("%s lies in the shared folder %s: choose one outside of it", name.Quote(abs), name.Quote(f.path))
	case tree.Within(shared, abs):
		return fmt.Errorf("%s holds the shared folder %s: choose one that does not", name.Quote(abs), name.Quote(f.path))
	}
	return nil
}

// freeFolder makes a folder for an accepted share in Folder: NAME, or "NAME (2)" and so on when that is taken.
func (e *Engine) freeFolder(share string) (string, error) {
	base := share
	if name.CheckElement(base) != nil || name.CheckPortable(base) != nil || name.Ignored(base, true) {
		base = "Shared folder"
	}
	if err := os.MkdirAll(e.cfg.Folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder for shares: %w", err)
	}
	for n := 1; n < 1000; n++ {
		dir := filepath.Join(e.cfg.Folder, name.Numbered(base, n))
		err := os.Mkdir(dir, 0o755)
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("make a folder for the share: %w", err)
		}
	}
	return "", fmt.Errorf("there are too many folders called %s in %s: use --at to name another", name.Quote(base), name.Quote(e.cfg.Folder))
}

// makeFolder makes what a person named as the shared folder, and says what is in the way as people call it.
func makeFolder(at string) error {
	err := os.MkdirAll(at, 0o755)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s is not a folder, or lies below a file: choose another place", name.Quote(at))
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("the folder %s may not be made there: choose another place, or make that one writable for you", name.Quote(at))
	}
	return cannotUse(at, err)
}

package tree

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Resolved is the absolute path of p with links followed as far as it exists.
func Resolved(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	dir, base := filepath.Split(abs)
	if dir = filepath.Clean(dir); dir == abs {
		return abs
	}
	return filepath.Join(Resolved(dir), base)
}

// SamePlace reports whether two resolved paths are one place: by what lies there, which a Mac and Windows find under names in other case, and a second mount under another
// path; by their names where nothing does.
func SamePlace(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	one, err := os.Stat(a)
	other, missing := os.Stat(b)
	if err == nil && missing == nil {
		return os.SameFile(one, other)
	}
	return folded(a) == folded(b)
}

// Within reports whether the resolved path p is dir or lies in it: whether dir is among the folders above p, as SamePlace compares.
func Within(p, dir string) bool {
	if below(p, dir) {
		return true
	}
	of, err := os.Stat(dir)
	if err != nil {
		return below(folded(p), folded(dir))
	}
	for at := filepath.Clean(p); ; at = filepath.Dir(at) {
		if is, err := os.Stat(at); err == nil && os.SameFile(is, of) {
			return true
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}

// below compares names only.
func below(p, dir string) bool {
	rel, err := filepath.Rel(dir, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) && !filepath.IsAbs(rel)
}

// folded is a path as this system compares names of what is not there.
func folded(p string) string {
	if runtime.GOOS == "linux" {
		return filepath.Clean(p)
	}
	return strings.ToLower(filepath.Clean(p))
}

// Touch reports whether one of two resolved paths lies in the other, or is it.
func Touch(a, b string) bool { return Within(a, b) || Within(b, a) }

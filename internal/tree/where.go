package tree

import (
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

// SamePlace reports whether two resolved paths are one, as this system compares names. It reads no disk: two mounts of one folder are two places.
func SamePlace(a, b string) bool {
	if runtime.GOOS == "linux" {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	return strings.EqualFold(filepath.Clean(a), filepath.Clean(b))
}

// Within reports whether the resolved path p is dir or lies in it.
func Within(p, dir string) bool {
	if SamePlace(p, dir) {
		return true
	}
	rel, err := filepath.Rel(dir, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) && !filepath.IsAbs(rel)
}

// Touch reports whether one of two resolved paths lies in the other, or is it.
func Touch(a, b string) bool { return Within(a, b) || Within(b, a) }

package index

import (
	"strings"

	"lanyard/internal/name"
)

// Path is a place in a share: relative, elements separated by "/", in NFC, e.g. "plans/2026/Budget.xlsx". A Path made by this package
// has passed name.CheckPath.
type Path string

// ParsePath checks s by the rules of name.CheckPath.
func ParsePath(s string) (Path, error) {
	if err := name.CheckPath(s); err != nil {
		return "", err
	}
	return Path(s), nil
}

// Parent returns the path of the directory that holds p; ok is false at the root.
func (p Path) Parent() (parent Path, ok bool) {
	i := strings.LastIndexByte(string(p), '/')
	if i < 0 {
		return "", false
	}
	return p[:i], true
}

// Under reports whether p lies below dir, at any depth.
func (p Path) Under(dir Path) bool {
	return len(p) > len(dir) && p[len(dir)] == '/' && p[:len(dir)] == dir
}

// Within reports whether p is dir or lies below it.
func (p Path) Within(dir Path) bool { return p == dir || p.Under(dir) }

// Depth is the number of elements.
func (p Path) Depth() int { return strings.Count(string(p), "/") + 1 }

// Fold returns the key under which case and Unicode twins meet.
func (p Path) Fold() string { return name.Fold(string(p)) }

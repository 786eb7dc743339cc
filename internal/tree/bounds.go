package tree

import (
	"fmt"
	"path"

	"lanyard/internal/name"
)

// largestOnFAT is the size of the largest file that FAT can count.
const largestOnFAT = 1<<32 - 1

// hold returns ErrName for a name that the bounds refuse.
func (b Bounds) hold(p string) error {
	if b.Windows {
		if err := name.CheckPortable(path.Base(p)); err != nil {
			return fmt.Errorf("%w: %w", ErrName, err)
		}
	}
	if b.Element > 0 && len(path.Base(p)) > b.Element {
		return fmt.Errorf("%w: it has more than %d bytes", ErrName, b.Element)
	}
	return nil
}

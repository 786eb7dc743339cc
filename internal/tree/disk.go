package tree

import (
	"fmt"
	"os"
	"path/filepath"
)

// OpenDisk opens the directory dir of this machine as a root. Links in dir itself are resolved once, now; what they point to later does not matter.
func OpenDisk(dir string) (FS, error) {
	where, err := filepath.Abs(dir)
	if err == nil {
		where, err = filepath.EvalSymlinks(where)
	}
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", dir, classify(err))
	}
	info, err := os.Stat(where)
	if err == nil && !info.IsDir() {
		err = ErrNotDir
	}
	var disk FS
	if err == nil {
		disk, err = openSystem(where)
	}
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", dir, classify(err))
	}
	return disk, nil
}

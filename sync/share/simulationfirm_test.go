package share_test

import (
	"errors"
	"io/fs"
	"slices"
	"sync"

	"lanyard/internal/tree"
)

// firmNames are those that nobody removes or renames.
var firmNames = []string{"minutes.txt", "list.ods"}

// firm are those of them that lie on a disk: from then on they do at any moment.
type firm struct {
	mu    sync.Mutex
	disk  *tree.Memory
	names []string
}

// stand notes that a name is there.
func (f *firm) stand(disk *tree.Memory, p string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk != disk {
		f.disk, f.names = disk, nil
	}
	if !slices.Contains(f.names, p) {
		f.names = append(f.names, p)
	}
}

// move notes that a disk is another one from now on, with the same on it.
func (f *firm) move(disk *tree.Memory) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.disk = disk
}

// on returns the names that must be on a disk.
func (f *firm) on(disk *tree.Memory) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk != disk {
		return nil
	}
	return slices.Clone(f.names)
}

// forget lets go of a disk.
func (f *firm) forget() { f.move(nil) }

// checkFirmNow is P5 between any two calls of the engine.
func (d *seat) checkFirmNow(disk *tree.Memory, doing, p string) {
	for _, name := range d.firm.on(disk) {
		if _, err := disk.Local().Stat(name); errors.Is(err, fs.ErrNotExist) {
			d.t.Errorf("P5: %s shows nothing at %s before its engine comes to %s %s", d.name, name, doing, p)
		}
	}
}

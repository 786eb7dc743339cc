package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// budget bounds the open files that watches take where the system watches by them (kqueue): one for each folder and for each file directly in it. Without it one large folder
// would leave none for links and databases. A nil budget bounds nothing: so it is where a watch takes no open file. It may be used from any goroutine.
type budget struct {
	mu    sync.Mutex
	most  int
	sum   int
	taken map[string]int // by folder
}

func newBudget(most int) *budget { return &budget{most: most, taken: map[string]int{}} }

// take takes what the watch of a folder needs; [ErrLimit] if that is more than is left. A folder that has its part keeps it.
func (b *budget) take(dir string) error {
	if b == nil {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	names, err := d.Readdirnames(-1)
	if closing := d.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	needs := 1 + len(names)
	if _, has := b.taken[dir]; has {
		return nil
	}
	if b.sum+needs > b.most {
		return fmt.Errorf("%w (%d of at most %d open files are taken, and it needs %d)", ErrLimit, b.sum, b.most, needs)
	}
	b.taken[dir] = needs
	b.sum += needs
	return nil
}

// give gives back what the watch of a folder took.
func (b *budget) give(dir string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sum -= b.taken[dir]
	delete(b.taken, dir)
}

// count follows what is made and what vanishes in watched folders: a new file is watched by the system itself, so that it takes one in any case.
func (b *budget) count(e Event) {
	if b == nil || e.Made == e.Gone {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	dir := filepath.Dir(e.Path)
	if _, has := b.taken[dir]; !has {
		return
	}
	by := 1
	if e.Gone {
		by = max(-1, 1-b.taken[dir]) // the folder's own stays
	}
	b.taken[dir] += by
	b.sum += by
}

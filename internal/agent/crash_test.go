package agent_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the databases are looked at from outside

	"lanyard/internal/lantest"
	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// cabinet is the disk of one desk while its power lasts: each folder of the person's is a disk in memory, everything else is real.
type cabinet struct {
	below  string        // the folders in memory lie there
	saving chan struct{} // capacity 1: something is being made durable

	mu    sync.Mutex
	disks map[string]*tree.Memory
	off   bool
}

var errOff = errors.New("the machine is off")

func newCabinet(below string) *cabinet {
	return &cabinet{below: below, saving: make(chan struct{}, 1), disks: map[string]*tree.Memory{}}
}

// atSave waits until something is being made durable, or for a moment if nothing is.
func (c *cabinet) atSave() {
	select {
	case <-c.saving: // an earlier one
	default:
	}
	select {
	case <-c.saving:
	case <-time.After(200 * time.Millisecond):
	}
}

// open is what the agent opens folders with.
func (c *cabinet) open(dir string) (tree.FS, error) {
	if !strings.HasPrefix(dir, c.below+string(filepath.Separator)) {
		return tree.OpenDisk(dir)
	}
	if _, err := os.Stat(dir); err != nil { // a folder in memory begins with a real one, which stays empty
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off {
		return nil, errOff
	}
	if c.disks[dir] == nil {
		c.disks[dir] = c.slow(tree.NewMemory(tree.MemoryOptions{Volume: dir}))
	}
	return c.disks[dir], nil
}

// disk is a folder's disk, nil if nobody opened it yet.
func (c *cabinet) disk(dir string) *tree.Memory {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.disks[dir]
}

// cut switches all disks off at once and returns the cabinet that is found when the power is back: of what was not synced it has whatever chance gives.
func (c *cabinet) cut(seed uint64) *cabinet {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off = true
	after := newCabinet(c.below)
	for dir, disk := range c.disks {
		after.disks[dir] = after.slow(disk.PowerCut(seed))
	}
	return after
}

// slow makes a disk take its time to make things durable, as disks do, so that power cuts fall into it.
func (c *cabinet) slow(disk *tree.Memory) *tree.Memory {
	disk.Hook(func(_ int, doing, _ string) {
		if doing == "save" {
			select {
			case c.saving <- struct{}{}:
			default:
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	return disk
}

// files reads what lies below dir of a folder's disk: path and content, folders end in a slash. What Lanyard keeps for itself is left out.
func files(t *testing.T, disk *tree.Memory, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	if disk == nil {
		return out
	}
	entries, err := disk.List(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return out
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		p := strings.TrimPrefix(dir+"/"+e.Name, "/")
		switch {
		case e.Name == name.Hidden || strings.HasPrefix(e.Name, ".#"):
		case e.Kind == tree.KindDir:
			out[p+"/"] = ""
			for below, content := range files(t, disk, p) {
				out[below] = content
			}
		default:
			if b, err := disk.Local().ReadFile(p); err == nil { // else it went away meanwhile
				out[p] = string(b)
			}
		}
	}
	return out
}

// save writes a file as editors do and makes it durable, so that it counts as written by a person: the file, and the folders that name it.
func save(disk *tree.Memory, p, content string) error {
	if err := disk.Local().Save(p, []byte(content)); err != nil {
		return err
	}
	err := disk.Sync(p)
	for p != "" && err == nil {
		if p = path.Dir(p); p == "." {
			p = ""
		}
		err = disk.Sync(p)
	}
	return err
}

// powerCut ends a person's agent as a power cut does, and makes it ready to start again. Nothing leaves the machine any more; its databases are as
// the commits left them that had returned by then, with the log that SQLite reads after a crash; its folders have of what was not synced
// whatever chance gives. The agent itself, which cannot be killed in this process, works on for a moment where nobody sees it.
func powerCut(p *person, host *lantest.Host, c *cabinet, seed uint64, died func()) *cabinet {
	p.T.Helper()
	host.Down()
	release := holdCommits(p.T, p.Options.Profile)
	died()
	after := c.cut(seed)
	found := databases(p.T, p.Options.Profile)
	release()
	p.Crash() // the host is down: nobody hears a farewell
	for _, file := range databaseFiles(p.T, p.Options.Profile) {
		must(p.T, os.Remove(file))
	}
	for file, content := range found {
		must(p.T, os.WriteFile(file, content, 0o600))
	}
	host.Up()
	return after
}

// holdCommits waits until no commit is under way in any database of a profile, and lets none begin before release.
func holdCommits(t *testing.T, profile string) (release func()) {
	t.Helper()
	var held []func() error
	for _, file := range databaseFiles(t, profile) {
		if !strings.HasSuffix(file, ".db") {
			continue
		}
		uri := url.URL{Scheme: "file", Path: file, RawQuery: fmt.Sprintf("mode=rw&_pragma=busy_timeout(%d)", hang.Milliseconds())}
		db, err := sql.Open("sqlite", uri.String())
		must(t, err)
		conn, err := db.Conn(context.Background())
		must(t, err)
		_, err = conn.ExecContext(context.Background(), "BEGIN IMMEDIATE")
		must(t, err)
		held = append(held, func() error {
			_, err := conn.ExecContext(context.Background(), "ROLLBACK")
			return errors.Join(err, conn.Close(), db.Close())
		})
	}
	return func() {
		t.Helper()
		for _, let := range held {
			must(t, let())
		}
	}
}

// databases reads each database and its log, in this order: what is moved from the log into the file meanwhile is in the log all the same, because
// only a commit starts a log anew.
func databases(t *testing.T, profile string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for _, file := range databaseFiles(t, profile) {
		if strings.HasSuffix(file, "-shm") {
			continue // memory, gone with the power
		}
		content, err := os.ReadFile(file)
		must(t, err)
		found[file] = content
	}
	return found
}

// databaseFiles lists the files of a profile's databases, each database before its log.
func databaseFiles(t *testing.T, profile string) []string {
	t.Helper()
	own, err := filepath.Glob(filepath.Join(profile, "*.db*"))
	must(t, err)
	shares, err := filepath.Glob(filepath.Join(profile, "shares", "*.db*"))
	must(t, err)
	return append(own, shares...)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

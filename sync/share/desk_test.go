package share_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// office is a LAN with desks on which real engines work in real folders.
type office struct {
	t     testing.TB
	lan   *lantest.LAN // nil: real loopback TCP
	desks []*desk
}

// desk is one machine: what survives a restart, and the parts that run.
type desk struct {
	t        testing.TB
	name     string
	host     *lantest.Host
	address  string
	id       *identity.Identity
	dir      string // the profile
	folder   string // ~/Lanyard
	office   *office
	accepts  bool
	disk     *tree.Memory // instead of a real disk
	marker   []byte       // of the folder on it
	boot     int
	opening  func()        // called once when the next folder is opened
	rounds   time.Duration // between looks for a folder; 0 = as people have it
	patience time.Duration // with files that are always written; 0 = as people have it
	setting  func(*share.Config)
	db       *store.DB
	roster   *peer.Roster
	engine   *share.Engine
	stop     context.CancelFunc
	ended    sync.WaitGroup
	traffic  atomic.Int64 // bytes that came and went, where the LAN is one in memory
	notices  notices
	failures []error
}

// metered counts what goes through a host's connections.
type metered struct {
	*lantest.Host
	bytes *atomic.Int64
}

func (m metered) Dial(ctx context.Context, address string) (net.Conn, error) {
	c, err := m.Host.Dial(ctx, address)
	if err != nil {
		return nil, err
	}
	return meteredConn{c, m.bytes}, nil
}

func (m metered) Listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := m.Host.Listen(ctx, address)
	if err != nil {
		return nil, err
	}
	return meteredListener{l, m.bytes}, nil
}

type meteredListener struct {
	net.Listener
	bytes *atomic.Int64
}

func (l meteredListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return meteredConn{c, l.bytes}, nil
}

type meteredConn struct {
	net.Conn
	bytes *atomic.Int64
}

func (c meteredConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}

func (c meteredConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.bytes.Add(int64(n))
	return n, err
}

// notices collects what an engine tells.
type notices struct {
	mu   sync.Mutex
	list []share.Notice
}

func (n *notices) add(c share.Change) {
	if c.Notice != nil {
		n.mu.Lock()
		n.list = append(n.list, *c.Notice)
		n.mu.Unlock()
	}
}

func (n *notices) has(ok func(share.Notice) bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.list, ok)
}

func newOffice(t testing.TB, names ...string) *office {
	return openOffice(t, lantest.New(uint64(len(names))), names...)
}

func openOffice(t testing.TB, lan *lantest.LAN, names ...string) *office {
	o := darkOffice(t, lan, names...)
	o.open()
	return o
}

// darkOffice is an office in which nobody is at work yet.
func darkOffice(t testing.TB, lan *lantest.LAN, names ...string) *office {
	o := &office{t: t, lan: lan}
	for i, name := range names {
		id, err := identity.Generate()
		check(t, err)
		d := &desk{t: t, name: name, id: id, dir: t.TempDir(), folder: t.TempDir(), office: o}
		if lan != nil {
			d.address = fmt.Sprintf("10.0.0.%d", i+1)
			d.host = lan.Host(strings.ToLower(name), d.address)
		}
		o.desks = append(o.desks, d)
	}
	return o
}

// open starts all desks, and they meet.
func (o *office) open() {
	for _, d := range o.desks {
		d.start()
	}
	o.meet()
}

// meet has all desks that run know of each other's addresses.
func (o *office) meet() {
	for _, d := range o.desks {
		for _, e := range o.desks {
			if d != e && d.engine != nil && e.engine != nil {
				d.roster.Hint(peer.Hint{Addresses: []netip.AddrPort{e.where()}, Source: peer.SourceTyped})
			}
		}
	}
}

// where returns the address at which a desk listens.
func (d *desk) where() netip.AddrPort {
	if d.host != nil {
		return netip.MustParseAddrPort(d.address + ":26426")
	}
	eventually(d.t, d.name+" listens", func() bool { return d.roster.Port() != 0 }, func() string { return "" })
	return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(d.roster.Port()))
}

func (d *desk) start() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	d.stop = cancel
	level := slog.LevelWarn
	if os.Getenv("SHARE_LOG") != "" {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(logTo{d.t, d.name}, &slog.HandlerOptions{Level: level}))
	db, err := store.Open(filepath.Join(d.dir, "lanyard.db"), log, peer.Part(), share.Part())
	check(d.t, err)
	d.db = db
	config := peer.Config{Identity: d.id, DB: db, Name: d.name, Machine: d.name + "-pc", Log: log}
	if d.host != nil {
		config.Network, config.Port = metered{d.host, &d.traffic}, 26426
	}
	d.roster = peer.New(config)
	blobs := blob.New(blob.Config{Roster: d.roster, Log: log})
	setting := share.Config{
		Identity: d.id, DB: db, Roster: d.roster, Blobs: blobs, Dir: filepath.Join(d.dir, "shares"), Folder: d.folder, Reserved: []string{d.dir},
		Boot: fmt.Sprint("boot ", d.boot), Patience: d.patience, Rounds: d.rounds, Disk: d.open, Accept: func(identity.PersonID) bool { return d.accepts }, Log: log,
	}
	if d.setting != nil {
		d.setting(&setting)
	}
	if m := mutantNow(); m != nil {
		share.Mutate(&setting, m.mutant)
	}
	d.engine = share.New(setting)
	d.engine.Subscribe(d.notices.add)
	dbCtx, stopDB := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	run := func(what string, fn func(context.Context) error) {
		parts.Go(func() {
			if err := fn(ctx); err != nil && !errors.Is(err, context.Canceled) {
				d.failures = append(d.failures, fmt.Errorf("%s: %w", what, err))
			}
		})
	}
	d.ended.Go(func() {
		if err := db.Run(dbCtx); err != nil {
			d.failures = append(d.failures, err)
		}
	})
	check(d.t, d.roster.Load(ctx))
	run("engine", d.engine.Run)
	run("roster", d.roster.Run)
	run("blobs", blobs.Run)
	d.ended.Go(func() { parts.Wait(); stopDB() })
	d.t.Cleanup(d.shut)
}

// open opens a share's folder on the desk's disk.
func (d *desk) open(path string) (tree.FS, error) {
	if opening := d.opening; opening != nil {
		d.opening = nil
		opening()
	}
	if d.disk != nil {
		if m := mutantNow(); m != nil && m.careless != careful {
			return carelessDisk{d.disk, m, &d.marker}, nil
		}
		return d.disk, nil
	}
	return tree.OpenDisk(path)
}

// shut ends the desk's program; start begins it anew.
func (d *desk) shut() {
	if d.engine == nil {
		return
	}
	d.stop()
	d.ended.Wait()
	check(d.t, d.db.Close())
	d.engine = nil
	for _, err := range d.failures {
		d.t.Errorf("%s: %v", d.name, err)
	}
	d.failures = nil
}

func (d *desk) restart() {
	d.shut()
	d.start()
	d.office.meet()
}

type logTo struct {
	t    testing.TB
	name string
}

func (l logTo) Write(b []byte) (int, error) {
	if os.Getenv("SHARE_LOG") != "" {
		fmt.Fprintf(os.Stderr, "%s %s: %s", time.Now().Format("05.000"), l.name, b)
	}
	return len(b), nil
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hang only guards against waiting for ever; on a busy machine much takes long.
const hang = 3 * time.Minute

// eventually waits for something to become true; what it says on giving up comes from state.
func eventually(t testing.TB, what string, ok func() bool, state func() string) {
	t.Helper()
	deadline, pause := time.Now().Add(hang), time.Millisecond
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s\n%s", what, state())
		}
		time.Sleep(pause)
		pause = min(pause*2, 200*time.Millisecond)
	}
}

func person(d *desk) identity.PersonID { return d.id.Person() }

// meetAll waits until a desk knows all others.
func (d *desk) meetAll() {
	d.t.Helper()
	for _, o := range d.office.desks {
		if o == d || o.engine == nil {
			continue
		}
		eventually(d.t, d.name+" meets "+o.name, func() bool { _, ok := d.roster.Link(o.id.PeerID()); return ok }, func() string { return "" })
	}
}

// share has a desk share a new folder with others, who accept; it returns the share's ID and everybody's folder.
func (d *desk) share(files map[string]string, with ...*desk) (share.ID, []string) {
	t := d.t
	t.Helper()
	d.meetAll()
	root := filepath.Join(t.TempDir(), "Plans")
	check(t, os.Mkdir(root, 0o755))
	for p, c := range files {
		write(t, root, p, c)
	}
	var people []identity.PersonID
	for _, o := range with {
		people = append(people, person(o))
	}
	st, err := d.engine.Add(t.Context(), root, "", people)
	check(t, err)
	roots := []string{root}
	for _, o := range with {
		roots = append(roots, o.accept(st.ID))
	}
	return st.ID, roots
}

func (d *desk) accept(id share.ID) string {
	d.t.Helper()
	eventually(d.t, d.name+" is invited", func() bool { return len(d.engine.Invitations()) > 0 }, func() string { return "" })
	st, err := d.engine.Accept(d.t.Context(), id, "")
	check(d.t, err)
	return st.Path
}

func write(t testing.TB, root, p, c string) {
	t.Helper()
	full := filepath.Join(root, filepath.FromSlash(p))
	check(t, os.MkdirAll(filepath.Dir(full), 0o755))
	check(t, os.WriteFile(full, []byte(c), 0o644))
}

// save writes as editors do: beside, then over the name.
func save(t testing.TB, root, p, c string) {
	t.Helper()
	full := filepath.Join(root, filepath.FromSlash(p))
	temp := filepath.Join(filepath.Dir(full), ".goutputstream-x")
	check(t, os.WriteFile(temp, []byte(c), 0o644))
	check(t, os.Rename(temp, full))
}

// contents reads a folder as path and content; folders end in a slash.
func contents(t testing.TB, root string) map[string]string {
	out := map[string]string{}
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		rel, _ := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		switch {
		case rel == ".":
			return nil
		case rel == ".lanyard":
			return fs.SkipDir
		case e.IsDir():
			out[rel+"/"] = ""
			return nil
		}
		b, err := os.ReadFile(p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		out[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func listing(m map[string]string) string {
	var b strings.Builder
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		c := m[k]
		if len(c) > 40 {
			c = fmt.Sprintf("%.20s... (%d bytes)", c, len(c))
		}
		fmt.Fprintf(&b, "  %s = %q\n", k, c)
	}
	return b.String()
}

// become waits until all folders hold exactly this.
func become(t testing.TB, want map[string]string, roots ...string) {
	t.Helper()
	for _, root := range roots {
		eventually(t, "folder "+root+" becomes\n"+listing(want), func() bool { return listing(contents(t, root)) == listing(want) },
			func() string { return "it is\n" + listing(contents(t, root)) })
	}
}

// agree waits until all folders are equal and all engines say that they are in sync.
func (o *office) agree(id share.ID, roots ...string) map[string]string {
	o.t.Helper()
	states := func() string {
		out := ""
		for _, d := range o.desks {
			if d.engine != nil {
				st, err := d.engine.Get(id)
				out += fmt.Sprintf("%s: %s %+v %+v %v\n", d.name, st.State, st.Members, st.Problems, err)
			}
		}
		for _, r := range roots {
			out += r + "\n" + listing(contents(o.t, r))
		}
		return out
	}
	eventually(o.t, "all folders agree", func() bool {
		for _, d := range o.desks {
			if d.engine == nil {
				continue
			}
			st, err := d.engine.Get(id)
			if err != nil || st.State != share.InSync {
				return false
			}
			for _, m := range st.Members {
				if m.Online && !m.InSync && (m.State == share.IsOwner || m.State == share.IsMember) {
					return false
				}
			}
		}
		first := listing(contents(o.t, roots[0]))
		for _, r := range roots[1:] {
			if listing(contents(o.t, r)) != first {
				return false
			}
		}
		return true
	}, states)
	for _, d := range o.desks {
		if d.engine == nil {
			continue
		}
		if wrong, err := share.Miscounted(o.t.Context(), d.engine, id); err != nil || wrong != "" {
			o.t.Errorf("%s: %s %v", d.name, wrong, err)
		}
	}
	return contents(o.t, roots[0])
}

// filesBelow reads the files below a folder of a disk in memory, but for what Lanyard keeps there; folders end in a slash.
func filesBelow(d *desk, dir string) map[string]string {
	out := map[string]string{}
	entries, err := d.disk.List(dir)
	if err != nil {
		return out
	}
	for _, e := range entries {
		p := strings.TrimPrefix(dir+"/"+e.Name, "/")
		switch {
		case e.Name == name.Hidden || strings.HasPrefix(e.Name, ".#"):
		case e.Kind == tree.KindDir:
			out[p+"/"] = ""
			maps.Copy(out, filesBelow(d, p))
		default:
			if b, err := d.disk.Local().ReadFile(p); err == nil {
				out[p] = string(b)
			}
		}
	}
	return out
}

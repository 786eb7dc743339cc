package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"lanyard/chat"
	"lanyard/internal/api"
	"lanyard/internal/blob"
	"lanyard/internal/card"
	"lanyard/internal/control"
	"lanyard/internal/desktop"
	"lanyard/internal/hook"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/settings"
	"lanyard/internal/store"
	"lanyard/internal/typing"
	"lanyard/internal/verify"
	"lanyard/sync/share"
)

const (
	databaseFile  = "lanyard.db"
	sharesFolder  = "shares"  // in the profile: each share's database
	browserFolder = "browser" // in the profile: what the window's browser keeps
	hooksFolder   = "hooks"   // in the profile: where commands of hooks run
	logFileName   = "lanyard.log"

	goodbye  = 2 * time.Second // for requests under way when the agent stops
	farewell = 2 * time.Second // for what waits for absent colleagues to be left with others then
)

// Agent is one Lanyard. Make it with New; Run runs it.
type Agent struct {
	options Options
}

// New makes an agent. It does no I/O and starts nothing.
func New(o Options) *Agent { return &Agent{options: o.withDefaults()} }

// Run runs the agent until ctx ends or somebody stops it over the local API; then it returns nil. ErrHeld: another agent has the profile.
// Other errors are one sentence that says what is wrong with the profile.
func (a *Agent) Run(ctx context.Context) (err error) {
	lock, err := lockProfile(a.options.Profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	log := a.options.Log
	if log == nil {
		file, err := openLog(filepath.Join(a.options.Profile, logFileName))
		if err != nil {
			return unwritable(a.options.Profile, err)
		}
		defer file.Close()
		log = slog.New(slog.NewTextHandler(file, nil))
	}
	l := &life{options: a.options, log: log}
	if err := l.open(ctx); errors.Is(err, errStopped) {
		return nil
	} else if err != nil {
		return err
	}
	return l.run(ctx)
}

// errStopped says that somebody stopped the agent before it ran.
var errStopped = errors.New("Lanyard was stopped")

// life is one run of an agent: every part, built and wired.
type life struct {
	options     Options
	log         *slog.Logger
	preferences *preferences
	id          *identity.Identity
	db          *store.DB
	peers       *peer.Roster
	blobs       *blob.Exchange
	chats       *chat.Chat
	engine      *share.Engine
	discoverer  Discoverer

	control   *control.Control
	overview  *overview
	people    *people
	roster    *roster
	talks     *conversations
	files     *files
	shares    *shares
	uploads   *uploads
	copies    *copySweep
	writing   *writing
	words     *words
	cards     *cards
	hooks     *hooks
	switches  *switches
	tray      *trays
	painter   *trayPainter
	desk      *desk
	door      *door
	ringer    *ringer
	sightings *sightings
	problems  *problems
	held      heldTold

	ended   context.Context // ends when somebody stops the agent
	end     context.CancelFunc
	windows sync.WaitGroup // the window's server
}

// open reads the profile and builds every part. Nothing runs yet.
func (l *life) open(ctx context.Context) (err error) {
	o := l.options
	if l.preferences, err = loadPreferences(o.Profile); err != nil {
		return err
	}
	if o.Name != "" && o.Name != l.preferences.get().Name {
		if err := l.preferences.change(func(s *settings.Settings) { s.Name = o.Name }); err != nil {
			return err
		}
	}
	if l.id, err = identity.Open(o.Profile); err != nil {
		return err
	}
	called := l.preferences.get().Name
	if called == "" {
		called = accountName(ctx)
	}
	if err := l.openDatabase(ctx); err != nil {
		return err
	}
	l.buildParts(called)
	l.buildAdapters()
	l.wire()
	if err := l.uploads.clean(); err != nil {
		return errors.Join(err, l.db.Close())
	}
	return nil
}

// openDatabase opens the database; errStopped if somebody stops the agent meanwhile.
func (l *life) openDatabase(ctx context.Context) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	through := &lookThrough{profile: l.options.Profile, log: l.log, tell: l.options.Tell, stop: stop}
	l.db, err = store.OpenWatched(ctx, filepath.Join(l.options.Profile, databaseFile), l.log, through.looks, peer.Part(), chat.Part(), share.Part(), card.Part(), hook.Part())
	through.close()
	switch stopped := ctx.Err(); {
	case stopped == nil, err != nil && !errors.Is(err, stopped):
		return err
	case err == nil:
		if err := l.db.Close(); err != nil {
			return err
		}
	}
	return errStopped
}

func (l *life) buildParts(called string) {
	o := l.options
	home := l.preferences.home
	folder := l.folder()
	received := filepath.Join(folder, "Received")
	l.peers = peer.New(peer.Config{Identity: l.id, DB: l.db, Network: o.Network, Port: l.preferences.port(o.Port), Name: called, Machine: o.Machine, Clock: o.Clock, Log: l.log})
	l.blobs = blob.New(blob.Config{Roster: l.peers, Log: l.log})
	l.chats = chat.New(chat.Config{Identity: l.id, Roster: l.peers, DB: l.db, Blob: l.blobs, Received: received, Disk: o.Disk, Log: l.log,
		Barred:  func(path string) error { return barred(o.Profile, folder, path) },
		Unasked: func(name string) int64 { return unasked(name, l.preferences.get().AcceptFiles) }})
	l.cards = &cards{cards: card.New(card.Config{Roster: l.peers, DB: l.db, Told: l.rowsChanged, Log: l.log})}
	l.words = &words{}
	l.words.compared = verify.New(verify.Config{Roster: l.peers, Told: l.wordsHappened})
	l.writing = &writing{}
	l.writing.typing = typing.New(typing.Config{Roster: l.peers, With: l.writing.with, Told: l.typingChanged})
	l.engine = share.New(share.Config{Identity: l.id, DB: l.db, Roster: l.peers, Blobs: l.blobs, Dir: filepath.Join(o.Profile, sharesFolder), Folder: folder,
		Reserved: []string{o.Profile, received}, Home: home, Boot: o.Boot, Disk: o.Disk, Log: l.log,
		Keep:   l.preferences.keeps,
		Accept: func(identity.PersonID) bool { return o.AcceptShares || l.preferences.get().AcceptShares }})
}

func (l *life) folder() string { return l.preferences.folder(l.options.Folder, l.options.Profile) }

func (l *life) buildAdapters() {
	o := l.options
	l.people = &people{l.peers}
	l.talks = &conversations{chats: l.chats, people: l.people, alike: &lookalikes{chats: l.chats, roster: l.peers}}
	l.writing.talks, l.cards.people, l.words.people = l.talks, l.people, l.people
	l.switches = &switches{preferences: l.preferences, apply: l.obey}
	l.peers.SetDiscretion(discreet(l.preferences.get()))
	l.limitShares(l.preferences.get())
	l.files = &files{l.chats, l.people, l.talks, l.switches, func(path string) bool { return l.uploads.holds(path) }}
	l.shares = &shares{engine: l.engine, people: l.people, preferences: l.preferences, home: l.preferences.home, folder: l.folder}
	l.uploads = &uploads{profile: o.Profile, free: freeSpace, offer: l.offerUpload, share: l.shares.Add, folder: l.folder}
	l.copies = newCopySweep(l.uploads, l.chats.Files, l.log)
	l.uploads.lend = l.copies.lend
	l.tray = &trays{}
	l.roster = &roster{peers: l.peers, people: l.people, absent: map[string]api.Peer{}, folder: l.folder, ownAddr: l.ownAddresses, live: l.writing.typing.Live, heed: l.writing.typing.Heed, card: l.cards.cards.Mark, refresh: l.refresh,
		keep: func(name string) error { return l.preferences.change(func(s *settings.Settings) { s.Name = name }) }}
	l.desk = &desk{tray: l.tray, browser: filepath.Join(o.Profile, browserFolder), log: l.log, looks: l.looksAt, idles: l.peers.SetIdle}
	l.desk.notifier = desktop.NewNotifier(l.clicked)
	l.problems = &problems{tell: o.Tell}
	l.sightings = &sightings{roster: l.peers, problems: l.problems, linked: l.anybodyHere}
	l.overview = &overview{version: o.Version, profile: o.Profile, port: l.preferences.port(o.Port), silent: o.Silent, roster: l.roster, conversations: l.talks, files: l.files, switches: l.switches,
		shares: l.shares, sightings: l.sightings, problems: l.problems, words: l.words}
	l.hooks = &hooks{talks: l.talks}
	l.hooks.hooks = hook.New(hook.Config{DB: l.db, Post: l.hooks.post, Follow: l.hooks.follow, Told: l.hooksTold, Profile: o.Profile, Folder: filepath.Join(o.Profile, hooksFolder), Log: l.log})
	l.control = control.New(control.Config{Agent: l.overview, Roster: l.roster, Conversations: l.talks, Messages: &messages{l.talks, l.copies.lend, l.uploads.holds}, Rooms: rooms{l.talks}, Office: office{l.talks}, Records: records{l.talks}, Files: l.files, Uploads: l.uploads, Shares: l.shares,
		Members: members{l.shares}, Trash: trash{l.shares}, Held: held{l.shares}, ShareRules: shareRules{l.shares}, Desk: l.desk, Tray: l.tray,
		Writing: l.writing, Marks: marks{l.roster, l.writing.typing.Switched}, Settings: l.switches, Cards: l.cards, Hooks: l.hooks, Words: l.words})
	l.door = &door{profile: o.Profile, api: l.control.Handler(), hooks: l.hooks.hooks, moved: l.portMoved, log: l.log, serving: &l.windows,
		port:     func() int { return l.preferences.get().WindowPort },
		remember: l.rememberPort}
}

// wire connects what could not be known when the adapters were made.
func (l *life) wire() {
	hub := l.control.Hub()
	l.painter = &trayPainter{tray: l.tray, dirty: make(chan struct{}, 1), facts: l.trayFacts,
		failed: func(err error) { l.log.Warn("tray not painted", "reason", err) }}
	l.tray.changed = func() {
		l.painter.touch()
		l.desk.judgeIdle()
	}
	l.roster.hub, l.desk.hub, l.desk.door, l.sightings.hub = hub, hub, l.door, hub
	l.talks.unhook, l.talks.unhooked = l.hooks.hooks.Drop, l.hooksTold
	l.talks.alike.told = func() { hub.Publish(api.EventRooms, struct{}{}) }
	l.writing.hub, l.switches.hub, l.words.hub, l.hooks.door = hub, hub, hub, l.door
	l.sightings.moved = func() { hub.Publish(api.EventMe, l.roster.Me()) }
	l.problems.publish = func(c api.ProblemChange) {
		hub.Publish(api.EventProblem, c)
		l.painter.touch()
	}
	l.ringer = newRinger(l.desk.open, l.desk.notify, func() string { return l.peers.Self().Presence.Choice.String() }, l.preferences.get, l.talks.unread)
	l.problems.set("database", databaseProblems(l.db.Problem()))
	l.discoverer = l.options.Discover(l.sightings.config(l.log))
}

// run runs the parts in layers, each on the one before, and stops them in the reverse order.
func (l *life) run(ctx context.Context) error {
	l.ended, l.end = context.WithCancel(ctx)
	defer l.end()
	l.overview.end = l.end
	l.door.life = l.ended

	storage := newLayer(ctx, l.log, l.problems)
	storage.run("storage", l.db.Run)
	defer func() {
		storage.stop()
		if err := l.db.Close(); err != nil {
			l.log.Error("close the database", "reason", err)
		}
	}()
	if err := l.peers.Load(ctx); err != nil {
		return err
	}
	if err := l.chats.Load(ctx); err != nil {
		return err
	}
	if err := l.cards.cards.Load(ctx); err != nil {
		return err
	}
	if err := l.hooks.hooks.Load(ctx); err != nil {
		return err
	}
	l.hooksTold()
	l.copies.ask() // what an earlier run sent and could not remove
	l.roster.recall()
	defer l.listenToParts()()

	links := newLayer(ctx, l.log, l.problems)
	links.run("links", l.peers.Run)
	defer links.stop()

	parts := newLayer(ctx, l.log, l.problems)
	parts.run("content", l.blobs.Run)
	parts.run("conversations", l.chats.Run)
	parts.run("typing", l.writing.typing.Run)
	parts.run("words", l.words.compared.Run)
	parts.run("shares", l.engine.Run)
	parts.run("hooks", l.hooks.hooks.Run)
	parts.run("copies", func(context.Context) error { return l.copies.run(l.ended) })
	defer parts.stop()
	l.awaitPort()
	return l.serve(ctx)
}

// awaitPort waits until links are accepted, or cannot be: whoever reads our addresses at once is to see them.
func (l *life) awaitPort() {
	select {
	case <-l.peers.Opened():
	case <-l.ended.Done():
	}
}

// serve opens the doors to this machine's person and waits for the end.
func (l *life) serve(ctx context.Context) error {
	s, err := openSocket(l.options.Profile, l.log)
	if err != nil {
		return err
	}
	server := newServer(l.control.Handler(), l.log)
	served := make(chan error, 1)
	go func() { served <- server.Serve(s) }()

	doors := newLayer(ctx, l.log, l.problems)
	doors.run("notifications", l.ringer.run)
	doors.run("tray", l.painter.run)
	if !l.options.Silent {
		doors.run("discovery", l.discoverer.Run)
	}
	if !l.options.Headless {
		doors.run("notifier", l.desk.notifier.Run)
		doors.run("idle time", l.desk.watchIdle)
		doors.run("lanyard-tray", l.trayProgram(s.path).run)
	}
	if err := l.door.reopen(); err != nil {
		l.log.Warn("the window's port stays closed", "reason", err)
	}
	l.options.Ready(l.roster.Me())
	if !l.options.Headless && !l.options.NoOpen {
		l.openWindow()
	}
	select {
	case <-l.ended.Done():
		err = nil
	case err = <-served:
		err = fmt.Errorf("serve the control socket: %w", err)
	}
	l.end()
	parting, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	l.chats.Farewell(parting) // while those who wait for "carried" can still be told
	l.control.Hub().Close()
	l.tray.close()
	shutDown(server, l.log)
	l.chats.Farewell(parting) // for what was written meanwhile
	doors.stop()
	l.windows.Wait()
	return err
}

// newServer serves the control socket.
func newServer(answers http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: answers, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}

// shutDown closes the socket and lets requests under way finish for a moment.
func shutDown(server *http.Server, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Info("requests were cut off", "reason", errors.Join(err, server.Close()))
	}
}

// openWindow shows the window at the start, or says where it is.
func (l *life) openWindow() {
	w, err := l.desk.Window(l.ended, false)
	switch {
	case err != nil:
		l.options.Tell("The window cannot be opened: " + err.Error())
	case !w.Opened:
		l.options.Tell("No window can be opened from here. Within 30 seconds, open in a browser: " + w.URL)
	}
}

func (l *life) trayProgram(socket string) *trayProgram {
	program, err := os.Executable()
	if err != nil {
		l.log.Warn("find this program's own file", "reason", err)
	}
	return &trayProgram{socket: socket, browser: l.desk.browser, lanyard: program, log: l.log, told: func(p []api.Problem) { l.problems.set("tray", p) }}
}

func (l *life) rememberPort(port int) {
	if err := l.preferences.change(func(s *settings.Settings) { s.WindowPort = port }); err != nil {
		l.log.Warn("remember the window's port", "reason", err) // the window works; its place on screen is forgotten next time
	}
}

// ownAddresses are those at which colleagues reach us.
func (l *life) ownAddresses() []netip.Addr {
	all, err := ownAddresses(l.sightings.addresses())
	if err != nil {
		l.log.Warn("no own address is known", "reason", err)
	}
	return all
}

// bootID names this run of the operating system, empty where it has no name.
func bootID() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

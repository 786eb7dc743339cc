package chat

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

var verbose = flag.Bool("chat.log", false, "print the agents' logs")

// hang is how long anything may take on loopback before a test gives up; nothing is expected to take so long.
const hang = 5 * time.Minute

// site is where the agents of one test live: a LAN in memory with a bubble's clock, or this machine's loopback.
type site struct {
	lan   *lantest.LAN // nil on loopback
	dir   string       // for profiles; "" is a folder of the test's own for each
	hosts int
}

// onBoth runs a scenario on the LAN in memory and on loopback.
func onBoth(t *testing.T, scenario func(t *testing.T, s *site)) {
	t.Run("memory", func(t *testing.T) { inMemory(t, scenario) })
	t.Run("loopback", func(t *testing.T) { scenario(t, &site{}) })
}

// inMemory runs a scenario in a bubble, which fails when a goroutine is left at its end. Bubbles run side by side, after the tests that use this machine's network
// and clock: a bubble has its own. A test has one scenario; several are subtests.
func inMemory(t *testing.T, scenario func(t *testing.T, s *site)) {
	t.Parallel()
	dir := inMemoryDir(t) // on loopback it is a disk
	synctest.Test(t, func(t *testing.T) { scenario(t, &site{lan: lantest.New(7), dir: dir}) })
}

type lanHost = lantest.Host

// agent is a chat with its roster and database, running or stopped.
type agent struct {
	*Chat
	roster  *peer.Roster
	id      *identity.Identity
	serve   func(blob.Source) blob.Source // in the place of what it would serve; may be nil
	lists   []identity.SignedPersonList   // of the person's machines, if there are several
	host    *lantest.Host
	dir     string
	name    string
	site    *site
	port    int
	clock   func() time.Time // what its roster takes for this computer's clock; nil: the bubble's
	flow    int64            // how much of one person is taken in a room within a day
	unasked int64            // files up to this size are taken by themselves
	before  func()           // is called before it is told that a link is down; may be nil
	stop    func()
	ear     *ear
}

func (s *site) start(t testing.TB, name string) *agent {
	t.Helper()
	a := s.agent(t, name)
	a.run(t)
	return a
}

// agent makes one that does not run yet.
func (s *site) agent(t testing.TB, name string) *agent {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{id: id, name: name, site: s, ear: newEar()}
	if a.dir = t.TempDir(); s.dir != "" {
		a.dir, err = os.MkdirTemp(s.dir, name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if s.lan != nil {
		s.hosts++
		a.host = s.lan.Host(name, fmt.Sprintf("10.0.0.%d", s.hosts))
	}
	return a
}

// run starts the agent, anew after stop, on the same port.
func (a *agent) run(t testing.TB) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})).With("agent", a.name)
	}
	db, err := store.Open(filepath.Join(a.dir, "lanyard.db"), log, peer.Part(), Part())
	if err != nil {
		t.Fatal(err)
	}
	config := peer.Config{Identity: a.id, Lists: a.lists, DB: db, Name: a.name, Machine: a.name + "-pc", Port: a.port, Clock: a.clock, Log: log}
	if a.host != nil {
		config.Network = a.host
		config.Port = peer.DefaultPort
	}
	a.roster = peer.New(config)
	exchange := blob.New(blob.Config{Roster: a.roster, Log: log})
	a.Chat = New(Config{Identity: a.id, Roster: a.roster, DB: db, Blob: exchange, Received: filepath.Join(a.dir, "Received"), Unasked: func(string) int64 { return a.unasked }, Flow: a.flow, Log: log})
	if a.serve != nil {
		exchange.Serve(blob.FileContent, a.serve(a.files))
	}
	if a.before != nil {
		a.owner.OnLink(a.linkUp, func(l *peer.Link) { a.before(); a.linkDown(l) }, a.framesLost)
	}
	a.Subscribe(a.ear.hear)
	storing := background(db.Run)
	if err := a.roster.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	linking, chatting, moving := background(a.roster.Run), background(a.Chat.Run), background(exchange.Run)
	a.stop = sync.OnceFunc(func() {
		for what, end := range []func() error{linking, chatting, moving, storing, db.Close} {
			if err := end(); err != nil {
				t.Errorf("%s: end of part %d: %v", a.name, what, err)
			}
		}
	})
	t.Cleanup(a.stop)
	a.await(t, "it listens", func() bool { return a.roster.Port() != 0 })
	a.port = a.roster.Port()
}

// background runs something until the function it returns is called.
func background(run func(context.Context) error) func() error {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// await waits for a condition; it is looked at again whenever something was told, and now and then. What follows here from what is stored is done and told then, too.
func (a *agent) await(t testing.TB, what string, done func() bool) {
	t.Helper()
	limit, pause, longest := hang, 2*time.Millisecond, 20*time.Millisecond
	if a.site.lan != nil {
		limit, longest = 10*time.Minute, 500*time.Millisecond // of the bubble's clock
	}
	deadline := time.Now().Add(limit)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not in time: %s; dropped %v; problems %v; peers %+v", a.name, what, a.Dropped(), a.Problems(), a.roster.Peers())
		}
		select {
		case <-a.ear.rang:
		case <-time.After(pause):
			pause = min(2*pause, longest) // to look costs more than to wait
		}
	}
	a.settle(t)
}

func (a *agent) person() identity.PersonID { return a.id.Person() }

// meet links two agents and waits until both know.
func (a *agent) meet(t testing.TB, b *agent) {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", b.port)
	if b.host != nil {
		address = fmt.Sprintf("%s:%d", b.host.Addresses()[0], b.port)
	}
	if _, err := a.roster.Add(t.Context(), address); err != nil {
		t.Fatalf("%s adds %s: %v", a.name, b.name, err)
	}
	a.awaitLink(t, b)
	b.awaitLink(t, a)
}

func (a *agent) awaitLink(t testing.TB, b *agent) {
	t.Helper()
	a.await(t, "a link to "+b.name, func() bool { _, ok := a.roster.Link(b.id.PeerID()); return ok })
}

func (a *agent) send(t testing.TB, to *agent, texts ...string) []Message {
	t.Helper()
	sent, err := a.Send(t.Context(), a.Direct(to.person()), texts...)
	if err != nil {
		t.Fatalf("%s writes to %s: %v", a.name, to.name, err)
	}
	return sent
}

// texts returns the whole conversation with b as a shows it.
func (a *agent) texts(t testing.TB, b *agent) []string {
	t.Helper()
	var texts []string
	for _, m := range a.history(t, b, Query{}).Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

func (a *agent) history(t testing.TB, b *agent, q Query) Page {
	t.Helper()
	page, err := a.History(t.Context(), a.Direct(b.person()), q)
	if err != nil {
		t.Fatalf("%s reads the conversation with %s: %v", a.name, b.name, err)
	}
	return page
}

// awaitTexts waits until a shows exactly these texts in its conversation with b.
func (a *agent) awaitTexts(t testing.TB, b *agent, want ...string) {
	t.Helper()
	a.await(t, fmt.Sprintf("the texts %q, not %q", want, a.texts(t, b)), func() bool { return slices.Equal(a.texts(t, b), want) })
}

// settle waits until what follows from what is stored is done and told, too: rows of conversations, and how much is to be indexed, are brought up to date behind the commit.
func (a *agent) settle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), hang, errors.New("it stores or tells nothing any more"))
	defer cancel()
	err := a.ledger.settled(ctx)
	if errors.Is(err, errEnded) {
		return
	}
	if a.news.heard(ctx); err != nil || ctx.Err() != nil {
		t.Fatalf("%s: %v", a.name, context.Cause(ctx))
	}
}

// awaitTold waits until as many texts were told, and returns all that were. What is shown was not told yet: that is another goroutine's.
func (a *agent) awaitTold(t testing.TB, n int) []string {
	t.Helper()
	a.await(t, fmt.Sprintf("%d texts are told", n), func() bool { return len(a.ear.told()) >= n })
	return a.ear.told()
}

// awaitState waits until a shows a message of its own as that far, or further.
func (a *agent) awaitState(t testing.TB, id event.ID, want Delivery) {
	t.Helper()
	a.await(t, "the message is "+want.String(), func() bool {
		m, err := a.Message(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return m.States[0].Delivery >= want
	})
}

// ear collects what one agent tells, over restarts.
type ear struct {
	rang chan struct{} // capacity 1

	mu       sync.Mutex
	messages []Message
	states   map[event.ID]Delivery
	files    map[event.ID]File
	rows     map[event.ConversationID]Conversation
	gone     []event.ID
	amended  []Message
	shifts   []RoomChange
	reaches  []Reach
	reminded []Message
	unsent   []Later
	problems []Problem // the last told
}

func newEar() *ear {
	return &ear{rang: make(chan struct{}, 1), states: map[event.ID]Delivery{}, files: map[event.ID]File{}, rows: map[event.ConversationID]Conversation{}}
}

func (e *ear) hear(c Change) {
	e.mu.Lock()
	switch {
	case c.Message != nil:
		e.messages = append(e.messages, *c.Message)
	case c.States != nil:
		for _, id := range c.States.Messages {
			e.states[id] = max(e.states[id], c.States.Delivery)
		}
	case c.File != nil:
		e.files[c.File.ID] = *c.File
	case c.Conversation != nil:
		e.rows[c.Conversation.ID] = *c.Conversation
	case c.Reminder != nil:
		e.reminded = append(e.reminded, *c.Reminder)
	case c.Unsent != nil:
		e.unsent = append(e.unsent, *c.Unsent)
	case c.Reach != nil:
		e.reaches = append(e.reaches, *c.Reach)
	case c.Room != nil:
		e.shifts = append(e.shifts, *c.Room)
	case c.Amended != nil:
		e.amended = append(e.amended, *c.Amended)
	case c.ProblemsChanged:
		e.problems = c.Problems
	case c.FileGone != event.ID{}:
		e.gone = append(e.gone, c.FileGone)
	}
	e.mu.Unlock()
	select {
	case e.rang <- struct{}{}:
	default:
	}
}

// told returns the texts told, in the order of telling.
func (e *ear) told() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var texts []string
	for _, m := range e.messages {
		texts = append(texts, m.Text)
	}
	return texts
}

// problem returns the sentence of the one problem that is told now, empty where there is none or are several.
func (e *ear) problem() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.problems) != 1 {
		return ""
	}
	return e.problems[0].Sentence
}

func (e *ear) state(id event.ID) Delivery {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.states[id]
}

// copyProfile copies the database of a stopped agent.
func (a *agent) copyProfile(t testing.TB) (put func()) {
	t.Helper()
	kept := map[string][]byte{}
	for _, name := range []string{"lanyard.db", "lanyard.db-wal", "lanyard.db-shm"} {
		if b, err := os.ReadFile(filepath.Join(a.dir, name)); err == nil {
			kept[name] = b
		}
	}
	return func() {
		for _, name := range []string{"lanyard.db", "lanyard.db-wal", "lanyard.db-shm"} {
			path := filepath.Join(a.dir, name)
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if b, ok := kept[name]; ok {
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// copyProfileTo copies the database of a stopped agent to another one.
func (a *agent) copyProfileTo(t testing.TB, to *agent) {
	t.Helper()
	for _, name := range []string{"lanyard.db", "lanyard.db-wal"} {
		b, err := os.ReadFile(filepath.Join(a.dir, name))
		if os.IsNotExist(err) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to.dir, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

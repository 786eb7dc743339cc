// Package chat keeps conversations: who said what, in which order, and how far it got.
//
// # Use
//
//	chats := chat.New(chat.Config{Identity: id, Roster: roster, DB: db, Log: log})   // before roster.Run
//	cancel := chats.Subscribe(func(c chat.Change) { ... })
//	err := chats.Run(ctx)                                        // until ctx ends
//
//	talk := chats.Direct(ben)                                    // a conversation is named by its ID
//	sent, err := chats.Send(ctx, talk, "Lunch?")                 // durable when it returns
//	page, err := chats.History(ctx, talk, chat.Query{Limit: 100})
//	_, err = chats.MarkRead(ctx, talk, page.Messages[0].ID)
//
// # How it works
//
// A conversation is a set of events that grows on every machine of its members until all have the same. Each machine writes its events into a
// log of its own, numbered, chained by hashes and signed; docs/protocol.md section 6 is the format, package event what it is in Go. What a machine has is a vector (package
// vector). When a link comes up both sides send theirs, and each sends what the other lacks; after that an author pushes what it writes. There is
// no outbox: "waiting" means not covered by what the other person's machines signed as delivered, so nothing can disagree with it.
//
// Three parts do the work. The ledger is one loop that takes everything waiting to be stored (own drafts, received events, states, read marks),
// writes it in one transaction and only then pushes, acknowledges and answers. A session is what we know of one link: what the other side has,
// and one goroutine that sends it what it lacks. A conversation holds in memory where each log ends and what others have; it is rebuilt at start.
//
// # Promises
//
// Durability: what Send returned is on disk and is sent until it is acknowledged, over restarts of either side. A state goes out only after the
// commit that stored what it covers.
//
// Order: messages of one conversation have one order, the same on every machine: by Lamport time, then peer ID, log ID and number. One author's
// messages keep the author's order. A message that arrives late takes its place in the order and stays unread.
//
// Once: a message is told to subscribers once while the program runs, as soon as its signature has verified, perhaps an instant before it is
// durable here; the offer of a file when it is durable, because whoever hears of it may answer at once. A profile that was put back from a copy, or
// runs twice, re-issues what would be lost; the two are shown as one.
//
// Amendments: who wrote a message may edit and delete it, both may react and pin. Each is an event that names the message; what they come to is a
// pure function of their set (amend.Fold), so it does not matter in which order they come. It is stored beside the message whenever one comes, and told by
// Change.Amended. What was deleted is dropped: header and chain stay. An amendment makes nothing unread and is no message of History.
//
// Blocking: Send, MarkRead and the file calls wait for the disk; History and the like read it. Subscribers are called one after the other from one
// goroutine and must not block. Everything may be called from any goroutine.
//
// Records: Search finds texts and names of files in all conversations by their words, in an index that follows behind the messages and tells how far
// it is; what is dropped leaves it. Messages are kept for ever unless a number of days is set; then salt and body go, but never of what the other has
// not got or ours has not read. Verify tells where a conversation is not what its authors signed; dropped bodies are no alteration.
//
// Rooms: a room is a conversation of many. Who is a member follows from the set of changes alone (package membership, by the nine rules of docs/protocol.md), so that
// everybody comes to the same; Change.Room tells what counts here, and History shows it as lines between the messages (MemberChange). The author pushes to whoever is here, any member passes on to any other who lacks something. Who was
// removed gets nothing written by anybody who knew of it, and nothing counts that they wrote behind the removal's cut. What came without its words, from who had dropped
// them or was not to have them, is asked of the other members (gap.go), and is not told as delivered (lack.go).
//
// Office: announcements are a conversation that has everybody in it. Whoever has them passes them on for 30 days, none is signed for by its readers: who has
// got or read them tells their author, who counts ([Message.Reach]). What a stranger can make us keep is bounded (officedoor.go), and what was kept on
// behalf of others goes when it is old (porter.go).
//
// Groups: a room's members name groups of themselves by changes of the room, and texts mention them by name; Mentioned tells whether our person is meant. Follow gives
// what came behind a bookmark, from the disk, to who has to miss nothing over restarts.
//
// Carriers (package mail): what waits for somebody absent is sealed to their machine and left with up to three colleagues who are here; what others leave here is kept and
// handed over, and nobody here can open it. A message is Carried once a carrier has it on its disk; Delivered still comes from its recipient alone.
// Farewell, before Run is ended, leaves at once what was written last.
//
// Distrust: a frame is decoded strictly (packages frame, event and mail; what an offered folder lists, package manifest), belongs to the conversation of the link's two
// persons or to a room of both, is signed by its author and continues a log that we have; anything else is dropped and counted. Texts are valid UTF-8 without NUL of at
// most [event.MaxText] bytes, from the network too.
//
// # Left out
//
// Several machines of one person as a feature (formats and what follows from them are there: rooms, mail and states know all machines of a person; what nobody can do yet is join a machine to one).
package chat

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
)

var (
	//go:embed schema.sql
	schema string
	//go:embed records.sql
	records string
)

//go:embed amend.sql
var amendSchema string

//go:embed file.sql
var fileSchema string

//go:embed mine.sql
var mineSchema string

//go:embed room.sql
var roomSchema string

//go:embed group.sql
var groupSchema string

//go:embed change.sql
var changeSchema string

//go:embed came.sql
var cameSchema string

//go:embed flow.sql
var flowSchema string

//go:embed leftout.sql
var leftOutSchema string

//go:embed list.sql
var listSchema string

//go:embed reached.sql
var reachedSchema string

//go:embed refold.sql
var refoldSchema string

//go:embed pins.sql
var pinsSchema string

//go:embed author.sql
var authorSchema string

//go:embed bygonesigned.sql
var bygonesSignedSchema string

//go:embed gap.sql
var gapSchema string

//go:embed bygone.sql
var bygoneSchema string

//go:embed forget.sql
var forgetSchema string

//go:embed shun.sql
var shunSchema string

//go:embed unopened.sql
var unopenedSchema string

//go:embed heard.sql
var heardSchema string

//go:embed lack.sql
var lackSchema string

//go:embed arrived.sql
var arrivedSchema string

//go:embed had.sql
var hadSchema string

//go:embed unmeant.sql
var unmeantSchema string

//go:embed mail.sql
var mailSchema string

//go:embed later.sql
var laterSchema string

//go:embed office.sql
var officeSchema string

//go:embed emoji.sql
var emojiSchema string

//go:embed clock.sql
var clockSchema string

//go:embed mention.sql
var mentionSchema string

// Part returns the tables of conversations.
func Part() store.Part {
	return store.Part{Name: "chat", Migrations: []string{schema, records, amendSchema, mineSchema, roomSchema, mailSchema, fileSchema, laterSchema, officeSchema, groupSchema, changeSchema, cameSchema, reachedSchema, bygoneSchema, forgetSchema, flowSchema, bygonesSignedSchema, refoldSchema, pinsSchema, authorSchema, gapSchema, shunSchema, heardSchema, unopenedSchema, lackSchema, arrivedSchema, emojiSchema, unmeantSchema, clockSchema, leftOutSchema, mentionSchema, hadSchema, listSchema}}
}

// Config is what a Chat is made of.
type Config struct {
	Identity *identity.Identity
	Roster   *peer.Roster
	DB       *store.DB                          // holds Part; must run for as long as the chat does
	Blob     *blob.Exchange                     // moves the content of files
	Received string                             // folder for received files; made when the first one comes
	Disk     func(path string) (tree.FS, error) // optional, tree.OpenDisk otherwise: opens that folder, and those of what is offered
	Barred   func(path string) error            // optional: why a file or folder of this machine must not be offered, for people; the path has its links resolved. Must not block
	Flow     int64                              // optional: how many bytes of one person are taken in a room within a day before our person is asked; 0 = 64 MiB
	Unasked  func(name string) int64            // optional: up to how many bytes a file of that name from somebody known is taken unasked; 0 = none. Must not block
	Log      *slog.Logger
}

// Chat is all conversations of this machine.
type Chat struct {
	config   Config
	owner    *peer.Owner
	ledger   *ledger
	news     *news
	alarm    *alarm
	files    *files
	problems problems
	index    *indexer
	keeping  *keeping
	mail     *mailing
	porter   *porter
	ready    chan struct{}  // closed once the conversations are in memory
	started  chan struct{}  // closed once Run runs
	tasks    sync.WaitGroup // sessions and whatever else Run has to wait for
	load     sync.Mutex     // held while conversations are read from the database

	mu            sync.Mutex
	conversations map[event.ConversationID]*conversation
	sessions      sessions
	links         map[uint64]*peer.Link       // that are in use
	offers        map[uint64][]frame.OpenRoom // rooms open to the office, as the other side of a link told
	keys          keys
	drops         map[string]uint64 // frames dropped, by reason
	life          context.Context   // of what Run waits for; nil before Run
	closed        bool              // Run is ending: nothing more begins
}

// keys are the highest keys given out in the database.
type keys struct {
	conversation int64
	branch       int64
}

// New makes a chat and registers with the roster, whose Run must come later. It does no I/O.
func New(config Config) *Chat {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Disk == nil {
		config.Disk = tree.OpenDisk
	}
	c := &Chat{
		config: config, ready: make(chan struct{}), started: make(chan struct{}), conversations: map[event.ConversationID]*conversation{}, sessions: sessions{}, links: map[uint64]*peer.Link{},
		offers: map[uint64][]frame.OpenRoom{}, drops: map[string]uint64{},
	}
	c.ledger, c.news, c.alarm = newLedger(c), newNews(c), newAlarm(c)
	c.files = newFiles(c)
	c.index, c.keeping, c.mail = newIndexer(c), newKeeping(c), newMailing(c)
	c.porter = newPorter(c)
	config.Blob.Serve(blob.FileContent, c.files)
	c.owner = config.Roster.Owner("chat", peer.ClassChat)
	c.owner.Handle(wire.KindVectors, c.takeVectors)
	c.owner.Handle(wire.KindEvents, c.takeEvents)
	c.owner.Handle(wire.KindStates, c.takeStates)
	c.owner.Handle(wire.KindRooms, c.takeRooms)
	c.owner.Handle(wire.KindOffice, c.takeOffice)
	c.owner.Offer(capabilityOffice)
	c.owner.Offer(capabilityProofs)
	c.owner.Offer(capabilityKin)
	c.owner.Handle(wire.KindTips, c.takeTips)
	c.owner.Offer(capabilityTips)
	c.owner.Handle(wire.KindBygones, c.takeBygones)
	c.owner.Offer(capabilityBygones)
	c.owner.Handle(wire.KindGaps, c.takeGaps)
	c.owner.Handle(wire.KindWords, c.takeWords)
	c.owner.Offer(capabilityWords)
	c.owner.Offer(capabilityLacks)
	c.mail.handle(c.owner)
	c.owner.Handle(wire.KindPause, c.takePause)
	c.owner.OnLink(c.linkUp, c.linkDown, c.framesLost)
	return c
}

// Load reads the conversations into memory. Run does it too; who calls it before may ask for conversations before Run. The people must have been
// loaded into the roster.
func (c *Chat) Load(ctx context.Context) error {
	c.load.Lock()
	defer c.load.Unlock()
	if c.isLoaded() {
		return nil
	}
	lost, err := c.dropLost(ctx)
	if err != nil {
		return err
	}
	if err := c.loadAll(ctx); err != nil {
		return damaged(err)
	}
	c.tellLost(lost)
	close(c.ready)
	return nil
}

func (c *Chat) loadAll(ctx context.Context) error {
	if err := c.config.DB.Read(ctx, c.read); err != nil {
		return err
	}
	if err := errors.Join(c.amendOld(ctx), c.refuseOld(ctx), c.mentionOld(ctx)); err != nil {
		return err
	}
	if err := c.beginOffice(ctx); err != nil {
		return err
	}
	if err := c.config.DB.Read(ctx, c.readSummaries); err != nil {
		return err
	}
	if err := c.config.DB.Read(ctx, func(tx *store.Tx) error { return loadMine(tx, c) }); err != nil {
		return fmt.Errorf("load what is our person's alone: %w", err)
	}
	for _, v := range c.all() {
		if err := c.loadStates(ctx, v); err != nil {
			return fmt.Errorf("load the states of conversation %s: %w", v.id, err)
		}
	}
	if err := c.config.DB.Read(ctx, c.loadHad); err != nil {
		return err
	}
	if err := c.config.DB.Read(ctx, c.loadFiles); err != nil {
		return err
	}
	if err := c.config.DB.Read(ctx, c.mail.load); err != nil {
		return fmt.Errorf("load the mail for those who are absent: %w", err)
	}
	return c.config.DB.Read(ctx, c.index.load)
}

// Run keeps conversations until ctx ends; then what waits is stored, and it returns when everything it started has ended. It fails only when the
// conversations cannot be loaded. Call it once; the database must run a little longer.
func (c *Chat) Run(ctx context.Context) error {
	life, end := context.WithCancel(ctx)
	defer end()
	if err := c.Load(ctx); err != nil {
		return err
	}
	c.tellAllHeld()
	c.files.recount() // before any link, which may begin to receive
	c.live(life)
	var last, loop sync.WaitGroup
	newsCtx, quiet := context.WithCancel(context.WithoutCancel(ctx))
	last.Go(func() { c.news.run(newsCtx) })
	loop.Go(func() { c.ledger.run(ctx) })
	for _, v := range c.all() {
		c.begin(func() { c.recover(life, v) })
	}
	c.begin(func() { c.reviewLacking(life) })
	for _, t := range c.files.all() {
		c.files.resume(t)
	}
	c.begin(func() { c.alarm.run(life) })
	c.begin(func() { c.index.run(life) })
	c.begin(func() { c.keeping.run(life) })
	c.begin(func() { c.mail.run(life) })
	c.begin(func() { c.porter.run(life) })
	<-ctx.Done()
	c.end()
	loop.Wait() // before the tasks, which it may still begin
	c.tasks.Wait()
	c.files.noteReached(context.WithoutCancel(ctx), func(*transfer) bool { return true })
	quiet()
	last.Wait()
	return c.files.inbox.close()
}

// live notes that Run runs, and until when.
func (c *Chat) live(life context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.life = life
	close(c.started)
}

// begin starts something that Run waits for; false when Run does not run.
func (c *Chat) begin(task func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life == nil || c.closed {
		return false
	}
	c.tasks.Go(task)
	return true
}

// running reports whether begin would start something.
func (c *Chat) running() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.life != nil && !c.closed
}

// end has all sessions send no more and lets nothing more begin.
func (c *Chat) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

func (c *Chat) self() identity.PeerID { return c.config.Identity.PeerID() }

// secretive reports whether our person does not want told what they have read.
func (c *Chat) secretive() bool {
	return c.config.Roster.Self().Presence.Choice == peer.Invisible || c.config.Roster.Discretion().Read
}

func (c *Chat) isLoaded() bool {
	select {
	case <-c.ready:
		return true
	default:
		return false
	}
}

// loaded waits until the conversations are in memory.
func (c *Chat) loaded(ctx context.Context) error {
	select {
	case <-c.ready:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// awaitStarted waits until Run runs, before what comes over a link is handled; false when the link ended first.
func (c *Chat) awaitStarted(l *peer.Link) bool {
	select {
	case <-c.started:
		return true
	case <-l.Context().Done():
		return false
	}
}

// Subscribe calls fn for every change, in order, from one goroutine; fn must not block. After cancel no further call begins. Changes are told while
// Run runs.
func (c *Chat) Subscribe(fn func(Change)) (cancel func()) { return c.news.subscribe(fn) }

// Dropped returns how many frames or parts of frames were dropped, by reason: for tests and reports of problems.
func (c *Chat) Dropped() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.drops)
}

func (c *Chat) dropped(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops[reason]++
}

package chat

import (
	"context"
	"slices"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/media"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// files is what is offered and received in conversations.
type files struct {
	chat  *Chat
	inbox inbox
	maker media.Maker   // of small pictures
	turns chan struct{} // one place for each file that is received at a time

	mu        sync.Mutex
	transfers map[event.ID]*transfer
	aliases   map[event.ID]event.ID   // of two events that are one offer, the one that is no transfer to the other
	preparing map[event.ID]*preparing // by provisional ID
	folders   []*offeredFolder        // that were asked for last, the newest first
	tellers   map[uint64]*pauseTeller // by link, until it ends
}

// atOnce is how many files are received at a time.
const atOnce = 4

// transfer is one offer, ours or theirs, and what became of it.
type transfer struct {
	id    event.ID
	place int64
	in    *conversation
	peer  identity.PeerID // the machine that offers it and has it
	mine  bool
	time  time.Time
	at    event.Position // of the offer
	offer event.File     // without the small picture, which stays on the disk
	shown event.Offer

	// guarded by files.mu
	fate     fate
	path     string // absolute
	target   string
	leftOut  leftOut // of a folder of theirs
	problem  string
	short    bool // the problem is that there is no room, and the worker waits for some
	progress meter
	noted    int64     // of ours: what the database says of progress
	notedAt  time.Time // and since when, at the earliest
	worker   *worker
	paused   bool       // by our person
	notices  []notice   // of the other end, by link, the oldest first
	ables    []ableness // of ours: which machines told last that they can receive it, or cannot, the newest last
	why      Why        // of theirs: why we cannot, as the other side is told; 0 after a restart
}

// parties returns who offers, by their machine, and to whom; what our person offers in a room is for nobody in particular.
func (c *Chat) parties(v *conversation, offers identity.PeerID) (sender, recipient identity.PersonID) {
	self := c.config.Identity.Person()
	if sender = c.config.Roster.PersonOf(offers); sender == self {
		return self, v.with
	}
	return sender, self
}

// stateLocked derives what people see.
func (t *transfer) stateLocked(here bool) FileState {
	switch {
	case t.fate.refused && t.mine:
		return FileRefused
	case t.fate.received:
		return FileReceived
	case t.fate.declined:
		return FileDeclined
	case t.fate.withdrawn:
		return FileWithdrawn
	case t.problem != "", t.in.room == nil && len(t.unableLocked()) > 0:
		return FileProblem
	case !t.fate.accepted:
		return FileOffered
	case t.pausedLocked() != NotPaused:
		return FilePaused
	case t.mine:
		return FileAccepted
	case here:
		return FileReceiving
	}
	return FileWaiting
}

func newFiles(c *Chat) *files {
	f := &files{
		chat: c, turns: make(chan struct{}, atOnce), transfers: map[event.ID]*transfer{}, aliases: map[event.ID]event.ID{}, preparing: map[event.ID]*preparing{},
		tellers: map[uint64]*pauseTeller{},
	}
	f.inbox.dir, f.inbox.disk = c.config.Received, c.config.Disk
	return f
}

// fileLocked is the transfer as people see it.
func (f *files) fileLocked(t *transfer) File {
	here := len(f.sourcesLocked(t)) > 0
	sender, recipient := f.chat.parties(t.in, t.peer)
	file := File{
		ID: t.id, Conversation: t.in.id, From: sender, To: recipient, Mine: t.mine, Time: t.time,
		Offer: t.shown, State: t.stateLocked(here), Path: t.path, Progress: t.progress.now(),
	}
	if t.fate.open() && f.heldByAllLocked(t) {
		file.State = FileReceived
	}
	if out := t.leftOut; out.files > 0 {
		less := t.offer.Without(uint64(out.files), uint64(out.files), uint64(out.bytes))
		file.Offer, file.LeftOut = less.Offer(), out.first
	}
	if file.State == FilePaused {
		file.Paused = t.pausedLocked()
	}
	having := f.havingLocked(t)
	file.Has, file.Taking, file.Asked, file.Later = having.has, having.taking, having.asked, having.later
	if t.fate.open() {
		file.NoRoom, file.Unable = t.noRoomLocked(), t.unableLocked()
	}
	if file.State == FileProblem {
		file.Problem = t.problem
	}
	if !f.movesLocked(t, file.State, here) {
		file.Progress.Rate, file.Progress.Left = 0, 0
	}
	if file.State == FileReceived {
		file.Progress.Done = file.Progress.Total
	}
	return file
}

// movesLocked reports whether a transfer in a state may be going on now: what is held, hindered or waits for somebody has no rate.
func (f *files) movesLocked(t *transfer, state FileState, here bool) bool {
	switch state {
	case FileReceiving:
		return here
	case FileAccepted:
		_, recipient := f.chat.parties(t.in, t.peer)
		return slices.ContainsFunc(f.chat.inUse(), func(l *peer.Link) bool { return l.Person() == recipient })
	}
	return false
}

// tell tells subscribers what a transfer looks like when its turn comes.
func (f *files) tell(t *transfer) {
	f.chat.news.add(func() (Change, bool) {
		f.mu.Lock()
		defer f.mu.Unlock()
		file := f.fileLocked(t)
		return Change{File: &file}, true
	})
}

// add makes the transfer of an offer that is stored, nil for one that this version cannot read.
func (f *files) add(v *conversation, b *branch, e *event.Event, path string) *transfer {
	offer, err := event.ReadFile(e.Body)
	if err != nil || f.chat.gone(v) {
		return nil
	}
	shown := offer.Offer()
	offer.Small = nil
	t := &transfer{
		id: e.ID, place: place(b, e.Number), in: v, peer: e.Peer, mine: f.chat.config.Roster.PersonOf(e.Peer) == f.chat.config.Identity.Person(),
		time: time.UnixMilli(e.Time), at: e.Position(), offer: offer, shown: shown, path: path, progress: meter{total: int64(offer.Size)},
	}
	f.mu.Lock()
	if known := f.transfers[t.id]; known != nil {
		t = known
		t.path = path
	} else {
		f.transfers[t.id] = t
	}
	f.mu.Unlock()
	return t
}

// find looks a transfer up, by the ID of its offer or of a re-issue of it.
func (f *files) find(id event.ID) (*transfer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.transfers[id]
	if t == nil {
		t = f.transfers[f.aliases[id]]
	}
	if t == nil {
		return nil, event.ErrUnknown
	}
	return t, nil
}

// alias notes that an event re-issues another one's offer.
func (f *files) alias(e *event.Event) {
	if len(e.Again) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.aliases[e.ID], f.aliases[event.ID(e.Again)] = event.ID(e.Again), e.ID
}

// answered takes an answer that is stored.
func (f *files) answered(a event.FileAnswer, by identity.PersonID) {
	t, err := f.find(a.Offer)
	if err != nil {
		return // its offer is not here yet; when it comes, it finds the answer in the database
	}
	f.mu.Lock()
	sender, recipient := f.chat.parties(t.in, t.peer)
	t.fate.note(a.Answer, by, sender, recipient)
	ended, w := t.fate.declined || t.fate.withdrawn, t.worker
	idle := ended && w == nil && !t.mine && t.fate.accepted
	f.mu.Unlock()
	if ended && w != nil {
		w.cancel()
	}
	if idle {
		f.chat.begin(func() { f.discard(t) }) // it was held: nobody else throws away what has come
	}
	f.tell(t)
	f.resume(t)
}

// takenBack forgets an offer that its sender deleted, or whose room was forgotten. What was received stays where it is.
func (f *files) takenBack(id event.ID) {
	t, err := f.find(id)
	if err != nil {
		return // forgotten already
	}
	f.mu.Lock()
	t.fate.withdrawn = t.fate.open()
	delete(f.transfers, t.id)
	w := t.worker
	idle := w == nil && !t.mine && t.fate.accepted && t.fate.withdrawn
	f.mu.Unlock()
	if w != nil {
		w.cancel()
	}
	if idle {
		f.chat.begin(func() { f.discard(t) })
	}
	f.chat.news.change(Change{FileGone: id})
}

// posted takes what a page of the ledger stored.
func (f *files) posted(p *page) {
	each := func(b *branch, e *event.Event) {
		switch {
		case e.Kind == event.KindFile && (p.made.hidden[e] || p.made.swapped[e]):
			f.alias(e)
		case e.Kind == event.KindFile:
			if t := f.add(p.v, b, e, p.made.paths[e]); t != nil {
				f.alias(e)
				f.reload(t, p.made.fates[e])
				f.consider(t)
			}
		case e.Kind == event.KindAnswer:
			if a, err := event.ReadAnswer(e.Body); err == nil {
				f.answered(a, f.chat.config.Roster.PersonOf(e.Peer))
			}
		}
	}
	for _, a := range p.arrivals {
		for _, e := range a.events {
			each(a.branch, e)
		}
	}
	for _, f := range p.made.filled {
		each(f.branch, f.event)
	}
	for _, e := range p.wrote {
		each(p.own, e)
	}
}

// reload gives a new transfer the answers that were stored before its offer.
func (f *files) reload(t *transfer, known fate) {
	f.mu.Lock()
	t.fate.join(known)
	f.mu.Unlock()
	f.tell(t)
	f.resume(t)
}

// Files lists what is being prepared, offered and received, newest first.
func (c *Chat) Files(ctx context.Context) ([]File, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	f := c.files
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]File, 0, len(f.transfers)+len(f.preparing))
	for _, t := range f.transfers {
		if !c.shuns(t.in) && !t.goneLocked() {
			all = append(all, f.fileLocked(t))
		}
	}
	for _, p := range f.preparing {
		all = append(all, *p.File)
	}
	slices.SortFunc(all, func(a, b File) int {
		if n := b.Time.Compare(a.Time); n != 0 {
			return n
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	return all, nil
}

// File returns one file; event.ErrUnknown if no message with this ID offers one.
func (c *Chat) File(ctx context.Context, id event.ID) (File, error) {
	if err := c.loaded(ctx); err != nil {
		return File{}, err
	}
	c.files.mu.Lock()
	p := c.files.preparing[id]
	if p != nil {
		defer c.files.mu.Unlock()
		return *p.File, nil
	}
	c.files.mu.Unlock()
	t, err := c.files.find(id)
	if err == nil && c.files.isGone(t) {
		err = event.ErrUnknown
	}
	if err != nil {
		return File{}, err
	}
	return c.files.file(t), nil
}

func (f *files) file(t *transfer) File {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fileLocked(t)
}

// Accept takes what somebody offers: it is fetched as soon as both are here. One that could not be received is tried again.
func (c *Chat) Accept(ctx context.Context, id event.ID) (File, error) {
	t, err := c.theirs(ctx, id)
	if err == nil {
		err = c.opened(ctx, t.in)
	}
	if err == nil {
		err = c.files.accept(ctx, t)
	}
	if err != nil {
		return File{}, err
	}
	return c.files.file(t), nil
}

// Decline refuses what somebody offers, or ends receiving it.
func (c *Chat) Decline(ctx context.Context, id event.ID) (File, error) {
	t, err := c.theirs(ctx, id)
	if err != nil {
		return File{}, err
	}
	return c.files.end(ctx, t, event.Declined)
}

// Cancel withdraws our own offer, also one that is still being prepared, or ends receiving somebody else's.
func (c *Chat) Cancel(ctx context.Context, id event.ID) (File, error) {
	if file, ok := c.files.cancelPreparing(id); ok {
		return file, nil
	}
	t, err := c.files.find(id)
	if err != nil {
		return File{}, err
	}
	if t.mine {
		return c.files.end(ctx, t, event.Withdrawn)
	}
	return c.files.end(ctx, t, event.Declined)
}

func (c *Chat) theirs(ctx context.Context, id event.ID) (*transfer, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	t, err := c.files.find(id)
	if err == nil && t.mine {
		err = ErrNotYours
	}
	return t, err
}

// end answers for good, as our person wants it.
func (f *files) end(ctx context.Context, t *transfer, a event.Answer) (File, error) {
	f.mu.Lock()
	open := t.fate.open()
	f.mu.Unlock()
	if !open {
		return File{}, ErrAnswered
	}
	if err := f.chat.opened(ctx, t.in); err != nil {
		return File{}, err
	}
	if err := f.answer(ctx, t, a, nil); err != nil {
		return File{}, err
	}
	return f.file(t), nil
}

// answer writes an answer into the conversation, together with what with stores. By itself it opens no room: the program answers, too.
func (f *files) answer(ctx context.Context, t *transfer, a event.Answer, with func(*store.Tx) error) error {
	body, err := event.AnswerBody{Offer: t.id[:], Answer: a}.Encode()
	if err != nil {
		return err
	}
	w := writing{kind: event.KindAnswer, body: body}
	if with != nil {
		w.with = func(tx *store.Tx, _ *event.Event, _ int64) error { return with(tx) }
	}
	_, err = f.chat.enter(ctx, t.in, []writing{w})
	return err
}

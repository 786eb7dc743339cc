package share

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/sync/index"
)

// State is a share's state in one word.
type State string

const (
	InSync  State = "in-sync" // everything known is on this disk, and everybody who can be reached has it
	Syncing State = "syncing"
	Paused  State = "paused"
	Held    State = "held"    // changes that delete or rewrite much wait for a person's word: see HeldSet
	Trouble State = "problem" // all is done but what Problems lists
)

// Status is a share as a person sees it. It is a copy.
type Status struct {
	ID        ID
	Name      string
	Path      string // of the folder on this machine
	Owner     Person
	Mine      bool        // this person is the owner
	Role      Role        // what this person may do
	Limits    blob.Limits // of what this machine sends and takes
	Offered   *Person     // to whom the owner offers the share
	OwnerGone bool        // the owner has left
	OnlyHere  LocalFiles  // of who may not change the share: what they changed in the folder nevertheless
	Members   []Member
	Files     int
	Bytes     int64
	State     State
	Progress  Progress
	Problems  []Problem
	Editing   []Editing // what other members have open, as their machines say
	Held      []HeldSet
	NotHere   []string // folders that are not taken on this machine
}

// Person names somebody: the ID counts, the name is what they were last called.
type Person struct {
	ID   identity.PersonID
	Name string
}

// Member is one person of a share and how far their folder is behind this one.
type Member struct {
	Person
	Role         Role
	State        MemberState
	Self         bool
	Paused       bool // they have said so on each of their machines that is here
	Online       bool // a link is up to one of their machines
	InSync       bool // all that is known here is on a disk of theirs
	PendingFiles int  // files that are to come to them; none is also said when only folders or deletions are, or when it is not known
	PendingBytes int64
}

// MemberState says how far somebody's membership has come.
type MemberState string

const (
	IsOwner   MemberState = "owner"
	IsMember  MemberState = "member"
	IsInvited MemberState = "invited"
	IsGone    MemberState = "left"
	IsRefused MemberState = "declined"
)

// Progress is what is under way on this machine. Rate is bytes per second over the last seconds, 0 while it is unknown.
type Progress struct {
	FilesDone, FilesTotal int
	BytesDone, BytesTotal int64
	Rate                  int64
}

// Problem is one path that could not be handled, or the first of many for one reason, or with an empty path the whole share, in one sentence with what to
// do about it.
type Problem struct {
	Path   string
	Text   string
	Remedy string
	Since  time.Time
	Act    Act
	Who    Person // who else can act, if one person can
	Files  int    // how many it stands for; 0 for one, or for the whole share
	Note   bool   // nothing is missing anywhere because of it
}

// Act says who can do something about a problem.
type Act string

const (
	ActYou    Act = "you"
	ActMember Act = "member" // Problem.Who
	ActNobody Act = "nobody" // it ends by itself
)

// Invitation is a share that somebody offers.
type Invitation struct {
	ID    ID
	Name  string
	From  Person
	Files int
	Bytes int64
	Time  time.Time // when it first came
	Again bool      // in a Change: it is known already, and Files and Bytes are new
}

// Trashed is a file that was replaced or deleted here and can be restored.
type Trashed struct {
	ID     string
	Path   string
	Size   int64
	Reason What // Changed or Deleted
	By     Person
	Time   time.Time
}

// List returns all shares that this person takes part in, by name.
func (e *Engine) List() []Status {
	out := []Status{}
	for _, f := range e.all() {
		if f.state == joined || f.state == paused {
			out = append(out, e.status(f))
		}
	}
	slices.SortStableFunc(out, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Get returns one share.
func (e *Engine) Get(id ID) (Status, error) {
	f, ok := e.folder(id)
	if !ok || f.state != joined && f.state != paused {
		return Status{}, errUnknown
	}
	return e.status(f), nil
}

// Invitations returns what was offered and neither accepted nor declined, oldest first.
func (e *Engine) Invitations() []Invitation {
	out := []Invitation{}
	for _, f := range e.all() {
		if f.state == offered {
			out = append(out, e.invitation(f))
		}
	}
	slices.SortStableFunc(out, func(a, b Invitation) int { return a.Time.Compare(b.Time) })
	return out
}

func (e *Engine) invitation(f folder) Invitation {
	from := Person{ID: f.sender, Name: e.nameOf(f.members, f.sender)}
	return Invitation{ID: f.id(), Name: f.members.list.Name, From: from, Files: f.files, Bytes: f.bytes, Time: time.UnixMilli(f.at)}
}

// status puts together what is known of a share.
func (e *Engine) status(f folder) Status {
	self := e.cfg.Identity.Person()
	owner := f.members.list.Owner
	st := Status{
		ID: f.id(), Name: f.members.list.Name, Path: f.path, Mine: owner == self, State: Paused, Problems: []Problem{},
		Owner: Person{ID: owner, Name: e.nameOf(f.members, owner)},
	}
	st.Limits = f.limits
	st.OwnerGone = f.members.state(owner) == IsGone
	if f.members.list.Offer != nil {
		to := f.members.offer.To
		st.Offered = &Person{ID: to, Name: e.nameOf(f.members, to)}
	}
	st.Role = f.members.role(self)
	for _, entry := range f.members.list.Members {
		if state := f.members.state(entry.Person); state != "" {
			st.Members = append(st.Members, e.member(f, entry, state))
		}
	}
	e.mu.Lock()
	r := e.running[f.id()]
	var s *Share
	var why *Problem
	if r != nil {
		s, why = r.share, r.why
	}
	e.mu.Unlock()
	switch {
	case s != nil:
		s.fill(&st)
		st.Editing = s.editedBy(f.members)
	case why != nil:
		st.State, st.Problems = Trouble, append(st.Problems, *why)
	case f.state == joined:
		st.State = Syncing // it is being opened
	}
	return st
}

func (e *Engine) member(f folder, en entry, state MemberState) Member {
	m := Member{Person: Person{ID: en.Person, Name: e.nameOf(f.members, en.Person)}, Role: en.Role, State: state, Self: en.Person == e.cfg.Identity.Person()}
	m.Online, m.Paused = m.Self, !m.Self && e.pausedAt(f.id(), en.Person)
	for _, machine := range e.cfg.Roster.Machines(en.Person) {
		if row, ok := e.cfg.Roster.Get(machine); ok && row.Linked {
			m.Online = true
		}
	}
	return m
}

// counts are what the database says about a share.
type counts struct {
	files          int
	changes        int // paths that are not yet as they shall be
	pending        int // and the files to come among them
	moving, held   int // paths that are on their way, and paths that wait for a reason
	bytes, missing int64
	kept           LocalFiles
	problems       []Problem
	misfits        []misfitGroup
	more           bool // and there is more to look at
	sets           []HeldSet
	without        []index.Path
	machines       map[identity.PeerID]lag
}

// lists reports whether a file that a member lacks since nobody has it is lacking here too, and told already.
func (c counts) lists(why stuck) bool {
	return why.reason == index.Missing && slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Path == string(why.first) })
}

// lag is how far a machine is behind: changes are files to come, and folders and deletions.
type lag struct {
	changes int
	files   int
	bytes   int64
	stuck   []stuck // of changes
}

// count reads what is known. Of machines that were never heard of it tells only when there are strangers: that takes a look at everything.
func (s *Share) count(ctx context.Context, strangers bool) (counts, error) {
	s.mu.Lock()
	c := counts{files: s.total.files, bytes: s.total.bytes, machines: map[identity.PeerID]lag{}}
	applied := make(map[identity.PeerID]index.Applied, len(s.applied))
	for p, a := range s.applied {
		applied[p] = a
	}
	s.mu.Unlock()
	roots := s.misfits.of()
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(`SELECT count(*), ifnull(sum(file), 0), ifnull(sum(size), 0), ifnull(sum(reason < 2), 0), ifnull(sum(reason > 1), 0)
			FROM (SELECT p.reason, max(r.kind = 1) AS file, sum(r.size) AS size FROM pending p CROSS JOIN record r ON r.path = p.path GROUP BY p.path)`).
			Scan(&c.changes, &c.pending, &c.missing, &c.moving, &c.held)
		if err != nil {
			return err
		}
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		for p, a := range applied {
			l, err := behind(tx, all, p, a)
			if err != nil {
				return err
			}
			if l.stuck, err = stuckAt(tx, all, a, roots[p]); err != nil {
				return err
			}
			c.machines[p] = l
		}
		if strangers {
			if c.machines[machine{}], err = behind(tx, all, machine{}, index.Applied{}); err != nil {
				return err
			}
		}
		if c.kept, err = keptHere(tx); err != nil {
			return err
		}
		if c.sets, err = s.heldSets(tx, c.files); err != nil {
			return err
		}
		if c.without, err = deselected(tx); err != nil {
			return err
		}
		if c.misfits, c.more, err = s.misfits.count(tx, all); err != nil {
			return err
		}
		c.problems, err = s.pendingProblems(tx, namesOf(all))
		return err
	})
	return c, err
}

// fill adds what a share at work knows.
func (s *Share) fill(st *Status) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, err := s.count(ctx, s.strangers(st.Members))
	if err != nil {
		st.State = Trouble
		st.Problems = append(st.Problems, Problem{Text: "The share's database cannot be read: " + err.Error() + ".", Remedy: "Start Lanyard again.", Since: time.Now(), Act: ActYou})
		return
	}
	st.Files, st.Bytes, st.OnlyHere, st.Held = c.files, c.bytes, c.kept, c.sets
	for _, dir := range c.without {
		st.NotHere = append(st.NotHere, string(dir))
	}
	s.mu.Lock()
	trouble := s.trouble
	st.Progress = s.progress.seen(c.pending, c.missing, time.Now())
	if s.rulesWrong != nil {
		st.Problems = append(st.Problems, *s.rulesWrong)
	}
	for _, path := range slices.Sorted(maps.Keys(s.problems)) {
		st.Problems = append(st.Problems, s.problems[path])
	}
	s.mu.Unlock()
	st.Problems = append(st.Problems, c.problems...)
	misfits := s.misfitProblems(c.misfits, st.Members)
	if c.more {
		s.engine.changed(s.id)
	}
	st.Problems = append(st.Problems, misfits...)
	if watch := s.engine.watcher.problem(s); watch != nil {
		st.Problems = append(st.Problems, *watch)
	}
	behind, stuck := false, slices.ContainsFunc(misfits, func(p Problem) bool { return !p.Note })
	for i := range st.Members {
		m := &st.Members[i]
		best := s.fillMember(m, c)
		if !m.Online || m.Self { // what who is away cannot have is known when they are back
			best.stuck = nil
		}
		for _, why := range best.stuck {
			if why.foreseen {
				continue // who can do something about it is told by what their root holds
			}
			stuck = true
			if !c.lists(why) {
				st.Problems = append(st.Problems, why.problem(m.Person))
			}
		}
		behind = behind || m.Online && !m.Self && m.takesPart() && !m.InSync && best.changes > stuckChanges(best.stuck)
	}
	switch {
	case trouble != nil:
		st.State, st.Problems = Trouble, append(st.Problems, *trouble)
	case len(st.Held) > 0:
		st.State = Held
	case c.moving > 0 || behind || s.working():
		st.State = Syncing
	case c.held > 0 || stuck:
		st.State = Trouble
	default:
		st.State = InSync
	}
}

// strangers reports whether some member's machines have never told what they have.
func (s *Share) strangers(members []Member) bool {
	s.mu.Lock()
	applied := maps.Clone(s.applied)
	s.mu.Unlock()
	heard := func(machine identity.PeerID) bool { _, ok := applied[machine]; return ok }
	return slices.ContainsFunc(members, func(m Member) bool {
		return !m.Self && m.takesPart() && !slices.ContainsFunc(s.engine.cfg.Roster.Machines(m.ID), heard)
	})
}

func (m Member) takesPart() bool { return m.State == IsOwner || m.State == IsMember }

// fillMember says how far a member's best machine is behind. Who does not take part has nothing to be behind with.
func (s *Share) fillMember(m *Member, c counts) lag {
	if m.Self {
		m.PendingFiles, m.PendingBytes = c.pending, c.missing
		m.InSync = c.changes == 0
		return lag{}
	}
	if !m.takesPart() {
		return lag{}
	}
	best := c.machines[identity.PeerID{}]
	heard := false
	for _, machine := range s.engine.cfg.Roster.Machines(m.ID) {
		if l, ok := c.machines[machine]; ok && (!heard || l.changes < best.changes) {
			best, heard = l, true
		}
	}
	m.PendingFiles, m.PendingBytes = best.files, best.bytes
	m.InSync = heard && best.changes == 0
	return best
}

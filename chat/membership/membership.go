// Package membership is who is a member of a room, as a pure function of the set of its changes: invitations, joinings, leavings, removals, and what else members change.
// Everybody who has the same changes has the same members, whatever came first. docs/protocol.md, section 6, rooms, gives the nine rules and their reasons.
//
// # Use
//
//	room, err := membership.ReadCreation(signed)             // how it began, as somebody sent it; or membership.Found
//	c, err := membership.Read(e.Kind, author, e.Body)        // what the body of a change says; who keeps it fills in the rest
//	logs.Begin(e.VectorLog(), membership.StartOf(e))         // of each log its first event
//	now := membership.Replay(room, all, logs)                // another one whenever a change comes
//
//	now.Has(who)                                             // a member?
//	now.MemberBy(who, e.Heads())                             // were they one by what the author of an event had seen?
//	header.Membership = now.HeadsFor(self).Name()            // what the next event names as seen
//
// # Promises
//
// Order: [Replay] does not mind in which order changes come, nor how often. It judges them in another order than that of events, which somebody could fake by an early
// time: first the creator's, then removals by when their authors were entrusted, then the rest in event order (rules 2, 5, 6). What a change has seen, and not when it
// was written, decides what its author was allowed (rule 8): causality as by Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978, told by
// the changes that each event names.
//
// Bounds: a room has at most [MaxMembers] members, and of each sort of changes so many take part (rule 1; see quota.go), however many somebody writes. A State
// holds a bit for each pair of these.
//
// Distrust: [Read] and [ReadCreation] decode strictly and check sizes, names, lists and signature. A change that breaks a rule is kept and passed on by others like
// any event; it is none here, or counts nothing.
//
// A [State] and a [Creation] never change: any goroutine may read them, and nobody may write into the slices and changes that they give. [Logs] and [Heads] belong to
// one goroutine. Nothing blocks, and there is no clock, disk, network or lock; only [Found] reads randomness.
//
// # Left out
//
// Whose machine wrote an event and with which key, what is stored, sent, shown and told to whom, and the words for people: that is package chat's. That changes are
// events, and how they name each other, is package event's.
package membership

import (
	"iter"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// MaxMembers is how many members a room has at most (rule 9). How many changes take part: see quota.go.
const MaxMembers = 200

// State is who is a member of a room by a set of changes; [Replay] makes it. It never changes: when a change comes, another is made. The Name of its Creation is the
// room's first one: see [State.Title].
type State struct {
	*Creation
	quotas  *quotas
	name    string // of the room now
	nodes   []node // the changes that take part, in event order
	places  map[event.ID]int
	begun   Logs
	adds    map[identity.PersonID][]int
	ends    map[identity.PersonID]seen // removals and leavings that count
	leaves  map[identity.PersonID][]int
	Cutting map[identity.PersonID][]int // the same as ends, in the order in which they were judged
	members map[identity.PersonID]Member
	sorted  []identity.PersonID // the members, by ID
	groups  []group             // in the order in which their names came up
	bygones []int               // changes behind where their logs count
}

// node is a change that takes part.
type node struct {
	Change
	seen   seen
	counts bool
	bygone bool // it lies behind where its log counts
}

// unnamed reports whether nobody who knows of it names a change any more.
func (n *node) unnamed() bool { return n.bygone && n.Kind != event.KindLeave }

// Member is what is said of a present member.
type Member struct {
	Since     event.Position // of the change by which they are one; zero for the creator
	Entrusted bool           // they may remove others (rule 5); the creator always
}

// Replay works out who is a member of a room by a set of changes. Neither the order of all nor a change that is there twice makes a difference. begun has the first
// event of each log, also of logs that begin with no change; it is kept and must not be changed any more.
func Replay(c *Creation, all []Change, begun Logs) *State {
	for void := map[event.ID]bool{}; ; {
		m := judge(c, all, begun, void)
		before := len(void)
		for _, at := range m.bygones {
			if m.nodes[at].counts && m.nodes[at].Kind == event.KindRemove {
				void[m.nodes[at].ID] = true // judged before it was known that its log counts nothing
			}
		}
		if len(void) == before {
			m.count()
			return m
		}
	}
}

// judge lets changes count, but for those that are void.
func judge(c *Creation, all []Change, begun Logs, void map[event.ID]bool) *State {
	m := &State{
		Creation: c, quotas: newQuotas(c.Creator), name: c.Name, places: map[event.ID]int{}, begun: begun, adds: map[identity.PersonID][]int{}, ends: map[identity.PersonID]seen{},
		leaves: map[identity.PersonID][]int{}, Cutting: map[identity.PersonID][]int{}, members: map[identity.PersonID]Member{},
	}
	m.admit(all)
	m.judgeCreator()
	m.judgeRemovals(void)
	m.judgeOthers()
	m.setAside()
	return m
}

// Here reports whether changes take part (rule 1), and so all that they have seen.
func (m *State) Here(all ...event.ID) bool {
	for _, id := range all {
		if _, here := m.places[id]; !here {
			return false
		}
	}
	return true
}

// SeenBy is what an event has seen that names these changes; only those that are here.
func (m *State) SeenBy(heads []event.ID) seen {
	s := newSeen(max(len(m.nodes), m.width()))
	for _, id := range heads {
		if at, here := m.places[id]; here {
			s.add(at)
			s.take(m.nodes[at].seen)
		}
	}
	return s
}

// width is for how many changes the sets have room.
func (m *State) width() int {
	if len(m.nodes) == 0 {
		return 0
	}
	return 64 * len(m.nodes[0].seen)
}

// Ever reports whether somebody is or was a member: they are the creator, or something counts by which they were added.
func (m *State) Ever(who identity.PersonID) bool {
	return who == m.Creator || len(m.adds[who]) > 0
}

// Has reports whether somebody is a member now.
func (m *State) Has(who identity.PersonID) bool {
	_, is := m.members[who]
	return is
}

// Members are the present members, sorted by ID. The slice is not to be changed.
func (m *State) Members() []identity.PersonID { return m.sorted }

// Title is what the room is called now: by the last renaming that counts (rule 3), else by its creation.
func (m *State) Title() string { return m.name }

// Changes gives the changes that take part, in event order, and whether each counts. They are not to be changed.
func (m *State) Changes() iter.Seq2[*Change, bool] {
	return func(yield func(*Change, bool) bool) {
		for i := range m.nodes {
			if !yield(&m.nodes[i].Change, m.nodes[i].counts) {
				return
			}
		}
	}
}

// Counts reports whether a change takes part and counts.
func (m *State) Counts(id event.ID) bool {
	at, here := m.places[id]
	return here && m.nodes[at].counts
}

// Free returns how many more changes of that kind by somebody take part (rule 1). A first leaving in a log always does.
func (m *State) Free(kind event.Kind, by identity.PersonID) int { return m.quotas.free(kind, by) }

// MemberBy reports whether somebody is a member by what an event has seen that names these changes (rule 8); what is not here counts as not seen.
func (m *State) MemberBy(who identity.PersonID, heads []event.ID) bool {
	return m.IsMember(who, m.SeenBy(heads))
}

// MayJoin reports whether somebody who is no member may become one by themselves: who made the room always, others only while it is open to the office and they are not barred.
func (m *State) MayJoin(who identity.PersonID) bool {
	return who == m.Creator || m.Open == 1 && !m.Barred(who)
}

// Barred reports whether somebody was removed and not invited since: they cannot join, though the room is open.
func (m *State) Barred(who identity.PersonID) bool { return m.barred(who, m.SeenBy(m.Newest())) }

// End is the last removal or leaving of somebody's that counts; nil for a member, and for who never was one.
func (m *State) End(who identity.PersonID) *Change {
	if m.Has(who) || len(m.Cutting[who]) == 0 {
		return nil
	}
	return &m.nodes[slices.Max(m.Cutting[who])].Change
}

// Inviter is who brought somebody in, of many who did so last in event order; zero for who made the room or came by themselves.
func (m *State) Inviter(who identity.PersonID) identity.PersonID {
	if len(m.adds[who]) == 0 {
		return identity.PersonID{}
	}
	if by := m.nodes[slices.Max(m.adds[who])].By; by != who {
		return by
	}
	return identity.PersonID{}
}

// Member returns what is said of a present member, false for who is none. A nil State has no members.
func (m *State) Member(who identity.PersonID) (Member, bool) {
	if m == nil {
		return Member{}, false
	}
	one, is := m.members[who]
	return one, is
}

package chat

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lanyard/chat/event"
)

// sparse is an office in which each agent reaches three others and nobody else: a ring, and each one some other across it.
type sparse struct {
	*site
	all  []*agent
	near map[*agent][]*agent
}

func newSparse(t *testing.T, s *site, n int, random *rand.Rand) *sparse {
	o := &sparse{site: s, near: map[*agent][]*agent{}}
	var groups [][]*lanHost
	for i := range n {
		a := s.start(t, fmt.Sprint("Agent ", i))
		o.all, groups = append(o.all, a), append(groups, []*lanHost{a.host})
	}
	s.lan.Partition(groups...)
	for i, a := range o.all {
		o.join(t, a, o.all[(i+1)%n])
	}
	for across := random.Perm(n); len(across) > 1; across = across[2:] {
		o.join(t, o.all[across[0]], o.all[across[1]])
	}
	return o
}

func (o *sparse) join(t *testing.T, a, b *agent) {
	if slices.Contains(o.near[a], b) {
		return
	}
	o.near[a], o.near[b] = append(o.near[a], b), append(o.near[b], a)
	o.mend(a, b)
	a.meet(t, b)
}

func (o *sparse) mend(a, b *agent) {
	o.lan.Mend(a.host, b.host)
	o.lan.Mend(b.host, a.host)
}

// invite makes a room of all, though its creator knows three of them: each invites those whom they know.
func (o *sparse) invite(t *testing.T) event.ConversationID {
	room := roomOfAll(t, NewRoom{}, o.all[0])
	members := []*agent{o.all[0]}
	for i := 0; i < len(members); i++ {
		a := members[i]
		a.await(t, "the room", func() bool { return a.known(room) != nil && a.known(room).room.members().Has(a.person()) })
		for _, b := range o.near[a] {
			if slices.Contains(members, b) {
				continue
			}
			if _, err := a.Invite(t.Context(), room, b.person()); err != nil {
				t.Fatal(err)
			}
			members = append(members, b)
		}
	}
	for _, a := range o.all {
		a.awaitMembers(t, room, o.all...)
	}
	return room
}

// TestRoomThroughWhoeverIsOnline: in a room of 50 (fewer with the race detector), of whom each has links with three others only, a message reaches everybody although its author is
// gone as soon as one other has it; and the author, back again, is told by everybody that they have it.
func TestRoomThroughWhoeverIsOnline(t *testing.T) {
	random := rand.New(rand.NewPCG(seedOf(t), 0))
	inMemory(t, func(t *testing.T, s *site) {
		o := newSparse(t, s, passersOn, random)
		room := o.invite(t)
		var want []string
		var sent []event.ID
		authors := random.Perm(len(o.all))[:3]
		for _, i := range authors {
			author := o.all[i]
			first, others := o.near[author][0], o.near[author][1:]
			for _, b := range others {
				o.lan.Partition([]*lanHost{author.host}, []*lanHost{b.host})
			}
			want = append(want, author.name+" writes and goes home")
			sent = append(sent, author.say(t, room, want[len(want)-1])[0].ID)
			first.awaitSaid(t, room, want...)
			author.stop()
			for _, a := range o.all {
				if a != author {
					a.awaitSaid(t, room, want...)
				}
			}
			for _, b := range others {
				o.mend(author, b)
			}
			author.run(t)
			for _, b := range o.near[author] {
				author.meet(t, b)
			}
		}
		delivered := slices.Repeat([]Delivery{Delivered}, len(o.all)-1)
		for n, i := range authors {
			o.all[i].awaitSaid(t, room, want...)
			o.all[i].awaitStates(t, sent[n], delivered...)
		}
	})
}

// TestFirstWordsOfTheCrowd: when more people were invited at the same time than one event names changes, what each of them writes first counts, though
// it has to gather the changes before.
func TestFirstWordsOfTheCrowd(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var names []string
		for n := range 2 * (event.MaxHeads + 2) {
			names = append(names, fmt.Sprint("Agent ", n))
		}
		all := s.office(t, names...)
		hosts, guests := all[:event.MaxHeads+2], all[event.MaxHeads+2:]
		room := roomOfAll(t, NewRoom{}, hosts...)
		var alone [][]*lanHost
		for _, a := range all {
			alone = append(alone, []*lanHost{a.host})
		}
		s.lan.Partition(alone...)
		for i, a := range hosts {
			if _, err := a.Invite(t.Context(), room, guests[i].person()); err != nil {
				t.Fatal(err)
			}
		}
		s.lan.Heal()
		for _, a := range all {
			a.awaitMembers(t, room, all...)
		}
		s.lan.Partition(alone...)
		var want []string
		for _, a := range guests {
			want = append(want, "the first words of "+a.name)
			a.say(t, room, want[len(want)-1])
		}
		s.lan.Heal()
		slices.Sort(want)
		for _, a := range all {
			a.await(t, "the first words of all", func() bool { return slices.Equal(slices.Sorted(slices.Values(a.said(t, room))), want) })
		}
	})
}

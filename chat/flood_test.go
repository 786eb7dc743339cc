package chat

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"lanyard/chat/amend"
	"lanyard/chat/event"
)

// TestReactionsOneByOne: thousands of reactions to one message that come one by one, each stored before the next comes, cost as much each in the end as in the
// beginning.
func TestReactionsOneByOne(t *testing.T) {
	s := &site{dir: inMemoryDir(t)}
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	ben.stop()
	mine := anna.send(t, ben, "mine")[0]
	w := newScribe(rand.New(rand.NewPCG(1, 2)), ben.id, event.DirectID(anna.person(), ben.person()))
	w.logs = w.logs[:1]
	v := anna.conversation(ben.person())
	for i := range flood {
		a := amend.Amendment{Kind: event.KindReaction, Named: mine.ID, Emoji: fmt.Sprint("e", i), On: true}
		body, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := anna.Chat.accept(t.Context(), v, w.sign(w.write(t, a.Kind, body, nil))); err != nil {
			t.Fatal(err)
		}
		anna.settled(t, v)
	}
	if m := anna.message(t, mine.ID); len(m.Reactions) != amend.MaxReactions || m.Reacted != flood-amend.MaxReactions {
		t.Errorf("%d are listed, %d more", len(m.Reactions), m.Reacted)
	}
}

// TestMemberWhoFloods: in a room of five one member's machine writes as fast as it can, for as long as two others talk: what they say arrives meanwhile, in the room
// and between the two, and what the flood left is the same everywhere.
func TestMemberWhoFloods(t *testing.T) {
	s := &site{dir: inMemoryDir(t)}
	all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Emil")
	anna, ben, carla := all[0], all[1], all[2]
	room := roomOfAll(t, NewRoom{}, all...)
	before := len(ben.said(t, room))
	ctx, enough := context.WithCancel(t.Context())
	var floods sync.WaitGroup
	written := make([]int, 4)
	for i := range written {
		floods.Go(func() {
			for ctx.Err() == nil {
				if _, err := ben.Send(t.Context(), room, fmt.Sprintf("%d %d %s", i, written[i], strings.Repeat("x", 500))); err != nil {
					t.Error(err)
					return
				}
				written[i]++
			}
		})
	}
	ben.await(t, "the flood has begun", func() bool { return len(ben.ear.told()) > before+100 })
	var want []string
	for i := range 5 {
		want = append(want, fmt.Sprint("in the room ", i))
		anna.awaitStates(t, anna.say(t, room, want[i])[0].ID, Delivered, Delivered, Delivered, Delivered)
		anna.awaitState(t, anna.send(t, carla, fmt.Sprint("to Carla ", i))[0].ID, Delivered)
	}
	enough()
	floods.Wait()
	sum := 0
	for _, n := range written {
		sum += n
	}
	if sum < 100 {
		t.Errorf("the flood was %d texts", sum)
	}
	for _, a := range all {
		a.await(t, "all that was written", func() bool { return len(a.said(t, room)) == sum+len(want) })
		if got := slices.DeleteFunc(a.said(t, room), func(text string) bool { return !strings.HasPrefix(text, "in the room") }); !slices.Equal(got, want) {
			t.Errorf("%s shows %q", a.name, got)
		}
	}
	t.Logf("%d texts while ten were delivered", sum)
}

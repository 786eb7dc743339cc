package chat

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestReactionsOneByOne: thousands of reactions to one message that come one by one, each stored before the next comes, cost as much each in the end as in the
// beginning.
func TestReactionsOneByOne(t *testing.T) {
	s := &site{dir: inMemoryDir(t)}
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	ben.stop()
	mine := anna.send(t, ben, "mine")[0]
	w := newScribe(rand.New(rand.NewPCG(1, 2)), ben.id, Direct(anna.person(), ben.person()))
	w.logs = w.logs[:1]
	v := anna.conversation(ben.person())
	for i := range flood {
		a := amendment{kind: KindReaction, named: mine.ID, emoji: fmt.Sprint("e", i), on: true}
		body, err := a.encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := anna.Chat.accept(t.Context(), v, w.sign(w.write(t, a.kind, body, nil))); err != nil {
			t.Fatal(err)
		}
		anna.settled(t, v)
	}
	if m := anna.message(t, mine.ID); len(m.Reactions) != maxReactions || m.Reacted != flood-maxReactions {
		t.Errorf("%d are listed, %d more", len(m.Reactions), m.Reacted)
	}
}

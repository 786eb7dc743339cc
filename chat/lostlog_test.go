package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// TestLostLog: a log of which the database has lost every event ends nothing but itself. It is told, verify-log says what is missing, everything else is there,
// and it comes again from who has it.
func TestLostLog(t *testing.T) {
	for _, c := range []struct{ whose, left, told string }{
		{"theirs", "Anna's", "Nothing is left on this computer of what Ben wrote in the conversation with Ben."},
		{"ours", "Ben's", "Nothing is left on this computer of what Anna wrote in the conversation with Ben."},
	} {
		t.Run(c.whose, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
				anna.meet(t, ben)
				anna.meet(t, carla)
				anna.send(t, carla, "Carla's")
				carla.awaitTexts(t, anna, "Carla's")
				first := anna.send(t, ben, "Anna's")[0]
				ben.awaitTexts(t, anna, "Anna's")
				last := ben.send(t, anna, "Ben's")[0]
				anna.awaitTexts(t, ben, "Anna's", "Ben's")
				anna.awaitState(t, first.ID, Delivered)
				ben.awaitState(t, last.ID, Delivered)
				anna.search(t, Search{Text: "Ben's"}) // all is indexed
				ben.stop()
				anna.stop()
				peer := ben.id.PeerID()
				if c.whose == "ours" {
					peer = anna.id.PeerID()
				}
				anna.lose(t, anna.Direct(ben.person()), peer[:])
				anna.run(t)
				if texts := anna.texts(t, ben); !slices.Equal(texts, []string{c.left}) {
					t.Errorf("left are %q", texts)
				}
				if texts := anna.texts(t, carla); !slices.Equal(texts, []string{"Carla's"}) {
					t.Errorf("with Carla is %q", texts)
				}
				anna.await(t, "it is told", func() bool { return anna.ear.problem() == c.told })
				found, err := anna.Verify(t.Context(), anna.Direct(ben.person()))
				if err != nil || len(found.Alterations) == 0 || !strings.Contains(found.Alterations[0].What, "missing at the end") {
					t.Errorf("verify-log: %+v %v", found, err)
				}
				ben.run(t)
				anna.awaitLink(t, ben)
				anna.await(t, "both texts", func() bool {
					texts := anna.texts(t, ben)
					slices.Sort(texts)
					return slices.Equal(texts, []string{"Anna's", "Ben's"})
				})
				again := anna.send(t, ben, "again")[0]
				anna.awaitState(t, again.ID, Delivered)
				same(t, anna, ben)
				for _, text := range []string{"Anna's", "Ben's"} {
					if hits := anna.search(t, Search{Text: text}); !slices.Equal(hits, []string{text}) {
						t.Errorf("%q finds %q", text, hits)
					}
				}
			})
		})
	}
}

// lose takes all events of a machine out of a conversation, while the agent is stopped.
func (a *agent) lose(t *testing.T, id event.ConversationID, machine []byte) {
	t.Helper()
	a.tamper(t, fmt.Sprintf(`DELETE FROM chat_event WHERE place >> 40 IN (SELECT b.key FROM chat_branch b JOIN chat_conversation c ON c.key = b.conversation WHERE c.id = x'%x' AND b.peer = x'%x')`, id[:], machine))
}

// TestLostLogOfARoom: the same in a room, also of who made it.
func TestLostLogOfARoom(t *testing.T) {
	for _, whose := range []string{"the maker's", "another's", "ours"} {
		t.Run(whose, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
				anna.meet(t, ben)
				anna.meet(t, carla)
				ben.meet(t, carla)
				room := roomOfAll(t, NewRoom{}, anna, ben, carla)
				var all []string
				for _, a := range []*agent{anna, ben, carla} {
					a.say(t, room, a.name+"'s")
					all = append(all, a.name+"'s")
					for _, b := range []*agent{anna, ben, carla} {
						b.await(t, "what was said", func() bool { return sorted(b.said(t, room), all) })
					}
				}
				ben.stop()
				lost := map[string]*agent{"the maker's": anna, "another's": carla, "ours": ben}[whose].id.PeerID()
				ben.lose(t, room, lost[:])
				ben.run(t)
				ben.await(t, "it is told", func() bool { return strings.HasPrefix(ben.ear.problem(), "Nothing is left on this computer of what ") })
				ben.awaitLink(t, anna)
				ben.await(t, "all that was said", func() bool { return sorted(ben.said(t, room), all) })
				ben.awaitMembers(t, room, anna, ben, carla)
				ben.say(t, room, "again")
				for _, b := range []*agent{anna, ben, carla} {
					b.await(t, "what is said now", func() bool { return sorted(b.said(t, room), append([]string{"again"}, all...)) })
				}
			})
		})
	}
}

func sorted(got, want []string) bool {
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	return slices.Equal(got, want)
}

// TestDamageHasARemedy: what cannot be read at the start is told with what to do.
func TestDamageHasARemedy(t *testing.T) {
	err := damaged(errors.Join(context.Canceled, store.ErrCorrupt))
	if !strings.Contains(err.Error(), "put back a copy of lanyard.db") || !errors.Is(err, store.ErrCorrupt) {
		t.Error(err)
	}
	if err := fmt.Errorf("lanyard.db is %w: put back a copy of it", store.ErrCorrupt); damaged(err) != err {
		t.Errorf("the store's own sentence has its remedy twice: %v", damaged(err))
	}
	if err := damaged(context.Canceled); err != context.Canceled {
		t.Error(err)
	}
}

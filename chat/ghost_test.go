package chat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// TestToldIsAnswered: what was told and waits for company before it is stored can be answered by its ID at once.
func TestToldIsAnswered(t *testing.T) {
	acts := []struct {
		name string
		do   func(ctx context.Context, ben *agent, in event.ConversationID, id event.ID) error
		want error
	}{
		{"message", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Message(ctx, id)
			return err
		}, nil},
		{"shown", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Shown(ctx, id)
			return err
		}, nil},
		{"versions", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			all, err := ben.Versions(ctx, id)
			if err == nil && len(all) != 1 {
				err = fmt.Errorf("%d versions", len(all))
			}
			return err
		}, nil},
		{"who deleted it", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, _, _, err := ben.Deleted(ctx, id)
			return err
		}, nil},
		{"beginning", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			ids, err := ben.Beginning(ctx, id.String()[:MinBeginning])
			if err == nil && len(ids) != 1 {
				err = fmt.Errorf("%d messages begin so", len(ids))
			}
			return err
		}, nil},
		{"reply", func(ctx context.Context, ben *agent, in event.ConversationID, id event.ID) error {
			m, err := ben.Post(ctx, in, Post{Text: "why?", ReplyTo: id})
			if err == nil && (m.Reply == nil || m.Reply.Text != "two") {
				err = fmt.Errorf("it quotes %+v", m.Reply)
			}
			return err
		}, nil},
		{"reply later", func(ctx context.Context, ben *agent, in event.ConversationID, id event.ID) error {
			_, err := ben.SendLater(ctx, in, Post{Text: "why?", ReplyTo: id}, time.Now().Add(time.Hour))
			return err
		}, nil},
		{"react", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.React(ctx, id, "👍", true)
			return err
		}, nil},
		{"star", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Star(ctx, id, true)
			return err
		}, nil},
		{"pin", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Pin(ctx, id, true)
			return err
		}, nil},
		{"remind", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Remind(ctx, id, time.Now().Add(time.Hour))
			return err
		}, nil},
		{"forward", func(ctx context.Context, ben *agent, in event.ConversationID, id event.ID) error {
			_, err := ben.Forward(ctx, id, in, func(identity.PersonID) string { return "Anna" })
			return err
		}, nil},
		{"edit", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Edit(ctx, id, "2", nil)
			return err
		}, ErrNotMine},
		{"delete", func(ctx context.Context, ben *agent, _ event.ConversationID, id event.ID) error {
			_, err := ben.Delete(ctx, id)
			return err
		}, ErrNotMine},
	}
	for _, one := range acts {
		t.Run(one.name, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, two := s.waiting(t)
				began := time.Now()
				if err := one.do(t.Context(), ben, ben.Direct(anna.person()), two.ID); !errors.Is(err, one.want) {
					t.Errorf("%v, not %v", err, one.want)
				}
				if waited := time.Since(began); waited > 0 {
					t.Errorf("it took %s", waited)
				}
			})
		})
	}
}

// TestBotAnswers: a program that reacts to each message that it is told of, and quotes it, finds every one.
func TestBotAnswers(t *testing.T) {
	const texts = 40
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var answers sync.WaitGroup
		defer ben.Subscribe(func(change Change) {
			m := change.Message
			if m == nil || m.Mine {
				return
			}
			answers.Go(func() {
				if _, err := ben.React(t.Context(), m.ID, "👍", true); err != nil {
					t.Errorf("react to %q: %v", m.Text, err)
				}
				if _, err := ben.Post(t.Context(), m.Conversation, Post{Text: "seen", ReplyTo: m.ID}); err != nil {
					t.Errorf("reply to %q: %v", m.Text, err)
				}
			})
		})()
		for i := range texts {
			anna.send(t, ben, fmt.Sprint(i))
			time.Sleep(companyPatience / 3)
		}
		anna.await(t, "the reactions", func() bool {
			reacted := 0
			for _, m := range anna.history(t, ben, Query{Limit: 2 * texts}).Messages {
				if m.Mine && len(m.Reactions) == 1 {
					reacted++
				}
			}
			return reacted == texts
		})
		answers.Wait()
	})
}

// TestAnswerWaitsNoLongerThanAsked: while the disk stands still, who answers what was told waits for as long as they want to, and an ID that nobody told of is unknown at once.
func TestAnswerWaitsNoLongerThanAsked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		synctest.Wait()
		free, written := make(chan struct{}), make(chan error, 1)
		go func() {
			written <- ben.config.DB.Write(t.Context(), func(*store.Tx) error {
				<-free
				return nil
			})
		}()
		synctest.Wait()
		two := anna.send(t, ben, "two")[0]
		ben.expect(t, anna, two, 2, 1, false)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := ben.Message(ctx, two.ID); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		began := time.Now()
		if _, err := ben.Message(t.Context(), event.ID{1}); !errors.Is(err, event.ErrUnknown) || time.Since(began) > 0 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if ids, err := ben.Beginning(t.Context(), "0100000000"); len(ids) > 0 || err != nil || time.Since(began) > 0 {
			t.Errorf("%v %v after %s", ids, err, time.Since(began))
		}
		close(free)
		if m, err := ben.Message(t.Context(), two.ID); err != nil || m.Text != "two" {
			t.Errorf("%+v %v", m, err)
		}
		if err := <-written; err != nil {
			t.Error(err)
		}
	})
}

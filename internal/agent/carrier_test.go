package agent_test

import (
	"context"
	"slices"
	"testing"

	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// TestMailSurvivesItsCarriers: two colleagues keep what Anna wrote to Ben, also over a restart of their own; he gets it once though Anna is gone, and
// she learns of it though he is gone again.
func TestMailSurvivesItsCarriers(t *testing.T) {
	lan := lantest.New(3)
	anna, _ := onLAN(t, lan, "Anna", "10.0.0.1")
	ben, _ := onLAN(t, lan, "Ben", "10.0.0.2")
	carl, _ := onLAN(t, lan, "Carl", "10.0.0.3")
	dora, _ := onLAN(t, lan, "Dora", "10.0.0.4")
	everybody := []*person{anna, ben, carl, dora}
	for _, p := range everybody {
		for _, q := range everybody {
			if p != q {
				sees(t, p, q.Options.Name, linked)
			}
		}
	}
	ben.End()
	sees(t, anna, "Ben", func(r api.Peer) bool { return !r.Link })
	sent, err := anna.Send(t.Context(), "Ben", "kept by two")
	if err != nil {
		t.Fatal(err)
	}
	state := func(good func(api.State) bool) {
		await(t, "how far Anna's message got", func(ctx context.Context) (api.Message, error) { return anna.Message(ctx, sent.ID) },
			func(m api.Message) bool { return good(m.States[0]) })
	}
	state(func(s api.State) bool {
		var names []string
		for _, one := range s.Through {
			names = append(names, one.Name)
		}
		slices.Sort(names)
		return s.State == "carried" && slices.Equal(names, []string{"Carl", "Dora"})
	})
	anna.End()
	carl.End()
	dora.End()

	carl.Start()
	dora.Start()
	ben.Start()
	read := func() api.Page {
		return await(t, "Ben has the message", func(ctx context.Context) (api.Page, error) { return ben.Messages(ctx, "Anna", api.Query{}) },
			func(p api.Page) bool { return len(p.Messages) > 0 })
	}
	read()
	sees(t, ben, "Carl", linked)
	sees(t, ben, "Dora", linked)
	if answer, err := ben.Send(t.Context(), "Anna", "and back"); err != nil {
		t.Fatal(err)
	} else {
		await(t, "Ben's answer is carried", func(ctx context.Context) (api.Message, error) { return ben.Message(ctx, answer.ID) },
			func(m api.Message) bool { return m.States[0].State == "carried" })
	}
	if p := read(); len(p.Messages) != 2 || p.Messages[0].ID != sent.ID {
		t.Errorf("Ben has %+v", p.Messages)
	}
	ben.End()

	anna.Start()
	state(func(s api.State) bool { return s.State == "delivered" && len(s.Through) == 0 })
	await(t, "Anna has the answer", func(ctx context.Context) (api.Page, error) { return anna.Messages(ctx, "Ben", api.Query{}) },
		func(p api.Page) bool { return len(p.Messages) == 2 && p.Messages[1].Text == "and back" })
}

// TestCarriedAtTheEnd: what is sent and followed by the agent's end in the same moment is with a colleague when that has ended; who waits for that is told so.
func TestCarriedAtTheEnd(t *testing.T) {
	lan := lantest.New(4)
	anna, _ := onLAN(t, lan, "Anna", "10.0.0.1")
	ben, _ := onLAN(t, lan, "Ben", "10.0.0.2")
	carl, _ := onLAN(t, lan, "Carl", "10.0.0.3")
	everybody := []*person{anna, ben, carl}
	for _, p := range everybody {
		for _, q := range everybody {
			if p != q {
				sees(t, p, q.Options.Name, linked)
			}
		}
	}
	ben.End()
	sees(t, anna, "Ben", func(r api.Peer) bool { return !r.Link })
	sender, err := anna.SendLines(t.Context(), "Ben", "carried")
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	told := make(chan []api.Sent, 1)
	stored := make(chan struct{})
	go func() {
		var all []api.Sent
		for {
			sent, err := sender.Next()
			if err != nil {
				told <- all
				return
			}
			if all = append(all, sent); len(all) == 1 {
				close(stored)
			}
		}
	}()
	if err := sender.Send("a last word"); err != nil {
		t.Fatal(err)
	}
	if err := sender.CloseSend(); err != nil {
		t.Fatal(err)
	}
	<-stored
	anna.End()
	if all := <-told; len(all) != 2 || all[1].State != "carried" || len(all[1].Through) != 1 || all[1].Through[0].Name != "Carl" {
		t.Errorf("who waits was told %+v", all)
	}
	ben.Start()
	await(t, "Ben has it", func(ctx context.Context) (api.Page, error) { return ben.Messages(ctx, "Anna", api.Query{}) },
		func(p api.Page) bool { return len(p.Messages) == 1 && p.Messages[0].Text == "a last word" })
}

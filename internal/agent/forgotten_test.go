package agent_test

import (
	"strings"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestForgottenStaysBlocked: who was blocked and taken off the list is listed as blocked, cannot come back, and can be unblocked by name.
func TestForgottenStaysBlocked(t *testing.T) {
	anna, eva := join(t, "Anna", agent.Options{}), join(t, "Eva Kern", agent.Options{})
	meet(t, anna, eva)
	for _, do := range []func() error{
		func() error { return anna.Block(t.Context(), "Eva Kern") },
		func() error { return anna.Forget(t.Context(), "Eva Kern") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	sees(t, eva, "Anna", func(p api.Peer) bool { return !p.Link }) // while the link stands for her, she is told of that
	if _, err := eva.Add(t.Context(), loopback(anna)); api.CodeOf(err) != api.CodeOffline {
		t.Errorf("she comes in all the same: %v", err)
	}
	if rows, err := anna.Peers(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("on the list: %+v, %v", rows, err)
	}
	rows, err := anna.Blocked(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Name != "Eva Kern" || rows[0].Trust != "blocked" || !rows[0].Forgotten {
		t.Errorf("blocked: %+v, %v", rows, err)
	}
	if err := anna.Unblock(t.Context(), "eva kern"); err != nil {
		t.Fatal(err)
	}
	if rows, err := anna.Blocked(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("still blocked: %+v, %v", rows, err)
	}
	meet(t, anna, eva)
	if rows, err := anna.Peers(t.Context()); err != nil || len(rows) != 1 || rows[0].Trust != "seen" || rows[0].Forgotten {
		t.Errorf("back: %+v, %v", rows, err)
	}
}

// TestForgottenCanBeRead: what somebody said who was taken off the list while it was unread is listed, and is read by what they are listed as, by their ID and by the conversation's.
func TestForgottenCanBeRead(t *testing.T) {
	anna, eva, fred := join(t, "Anna", agent.Options{}), join(t, "Eva Kern", agent.Options{}), join(t, "Fred", agent.Options{})
	ids := map[string]string{}
	for _, p := range []*person{eva, fred} {
		meet(t, anna, p)
		ids[p.Options.Name] = sees(t, anna, p.Options.Name, linked).ID
		if _, err := p.Send(t.Context(), "Anna", "hello"); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "what they said", anna.Conversations, func(all []api.Conversation) bool {
		return len(all) == 2 && all[0].Unread == 1 && all[1].Unread == 1
	})
	if err := anna.Block(t.Context(), "Fred"); err != nil { // so his name is remembered
		t.Fatal(err)
	}
	eva.End()
	fred.End()
	for name := range ids {
		if err := anna.Forget(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	all, err := anna.Conversations(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, one := range all {
		if one.Unread != 1 || one.Person != ids["Fred"] && one.Person != ids["Eva Kern"] || one.Person == ids["Fred"] && one.Name != "Fred" {
			t.Errorf("listed is %+v", one)
		}
		for _, called := range []string{one.Name, one.Person, strings.ToLower(one.Person[:9]), one.ID[:8]} {
			if page, err := anna.Messages(t.Context(), called, api.Query{}); err != nil || len(page.Messages) != 1 {
				t.Errorf("%q: %+v, %v", called, page.Messages, err)
			}
			if _, err := anna.Send(t.Context(), called, "yes"); err == nil {
				t.Errorf("something is sent to %q", called)
			}
		}
		if row, err := anna.Read(t.Context(), one.Name, ""); err != nil || row.Unread != 0 {
			t.Errorf("%q is read: %+v, %v", one.Name, row, err)
		}
	}
	if _, err := anna.Messages(t.Context(), "Eva Kern", api.Query{}); api.CodeOf(err) != api.CodeUnknown {
		t.Errorf("whose name is not remembered: %v", err)
	}
}

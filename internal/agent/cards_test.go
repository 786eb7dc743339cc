package agent_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestCardsOutliveRestarts: a card is at colleagues' after its person's agent was started anew, and on the list of one who was started anew while its
// person is away.
func TestCardsOutliveRestarts(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	role, picture := "Lawyer", file.Bytes()
	if _, err := ben.SetCard(t.Context(), api.CardRequest{Role: &role, Picture: &picture}); err != nil {
		t.Fatal(err)
	}
	carded := func(p api.Peer) bool { return p.Card != "" }
	whole := func(when string) {
		t.Helper()
		if c, err := anna.Card(t.Context(), "Ben"); err != nil || c.Role != role || len(c.Picture) == 0 {
			t.Errorf("%s: %+v %v", when, c, err)
		}
	}
	sees(t, anna, "Ben", carded)
	whole("at first")

	ben.End()
	ben.Start()
	sees(t, anna, "Ben", linked)
	sees(t, ben, "Anna", linked)
	events, err := anna.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	if _, err := ben.Send(t.Context(), "Anna", "back again"); err != nil { // on the same link, after what it begins with
		t.Fatal(err)
	}
	for {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == api.EventMessage {
			break
		}
	}
	whole("after Ben's restart")
	sees(t, anna, "Ben", carded)

	ben.End()
	anna.End()
	anna.Start()
	peers, err := anna.Peers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		if p.Name == "Ben" && !carded(p) {
			t.Errorf("after Anna's restart the list has no card of Ben's: %+v", p)
		}
	}
	whole("after Anna's restart")
}

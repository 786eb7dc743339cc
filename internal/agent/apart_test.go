package agent_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestNamesakesAreToldApart: wherever somebody is named among others, two people of one name are told apart, as long as both have it.
func TestNamesakesAreToldApart(t *testing.T) {
	anna, ben, dora := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{}), join(t, "Dora", agent.Options{})
	meet(t, anna, ben)
	meet(t, anna, dora)
	meet(t, ben, dora)
	if _, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans", With: []string{"Ben", "Dora"}}); err != nil {
		t.Fatal(err)
	}
	for _, member := range []*person{ben, dora} {
		await(t, "all are members", func(ctx context.Context) (api.Room, error) { return member.Room(ctx, "Plans") }, func(r api.Room) bool { return r.Member && len(r.Members) == 3 })
	}
	if _, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Lunch", With: []string{"Dora"}}); err != nil { // where nothing rang before
		t.Fatal(err)
	}
	await(t, "Dora is a member", func(ctx context.Context) (api.Room, error) { return dora.Room(ctx, "Lunch") }, func(r api.Room) bool { return r.Member && len(r.Members) == 2 })
	said := map[*person]api.Message{}
	for _, who := range []*person{ben, dora, anna} {
		m, err := who.Send(t.Context(), "Plans", "penguins of "+who.Options.Name)
		if err != nil {
			t.Fatal(err)
		}
		said[who] = m
	}
	for _, who := range []*person{ben, dora} {
		await(t, "Anna's text is there", func(ctx context.Context) (api.Message, error) {
			return who.React(ctx, said[anna].ID, "👍", true)
		}, func(api.Message) bool { return true })
	}
	plain := func(shown []string) bool {
		return !slices.ContainsFunc(shown, func(s string) bool { return strings.ContainsRune(s, '(') })
	}
	if all := await(t, "everything is there", anna.named, func(all []string) bool { return len(all) >= 11 }); !plain(all) {
		t.Errorf("different names: %q", all)
	}

	if _, err := dora.SetName(t.Context(), "BEN"); err != nil {
		t.Fatal(err)
	}
	want := []string{"Ben (Ben-pc)", "BEN (Dora-pc)"}
	await(t, "both are told apart, everywhere", anna.named, func(all []string) bool {
		return !slices.ContainsFunc(all, func(s string) bool { return s != "Anna" && !slices.Contains(want, s) }) && slices.Contains(all, want[0]) && slices.Contains(all, want[1])
	})
	for _, format := range []string{"html", "csv", "json"} {
		body, err := anna.Export(t.Context(), format, "Plans")
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(body)
		if err := errors.Join(err, body.Close()); err != nil {
			t.Fatal(err)
		}
		for _, mark := range []string{"Ben-pc", "Dora-pc"} {
			if !strings.Contains(string(out), mark) {
				t.Errorf("the %s has no %s", format, mark)
			}
		}
	}
	await(t, "a namesake of ours is told from us", dora.named, func(all []string) bool {
		return slices.Contains(all, "BEN (Dora-pc)") && slices.Contains(all, "Ben (Ben-pc)")
	})

	events := anna.listen(t)
	notes, _ := anna.seat(t)
	for _, say := range []struct {
		title string
		do    func() error
	}{
		{"[in Lunch] BEN (Dora-pc)", func() error { _, err := dora.Send(t.Context(), "Lunch", "hello"); return err }},
		{"[to everybody in the office] BEN (Dora-pc)", func() error { _, err := dora.Announce(t.Context(), "hello"); return err }},
		{"BEN (Dora-pc)", func() error { _, err := dora.Send(t.Context(), anna.Me.Person, "hello"); return err }},
	} {
		if err := say.do(); err != nil {
			t.Fatal(err)
		}
		expect(t, events, api.EventMessage, func(m api.Message) bool { return m.Author.Distinct() == "BEN (Dora-pc)" })
		hears(t, notes, say.title, "hello")
	}

	if _, err := dora.SetName(t.Context(), "Dora"); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventPresence, func(p api.Peer) bool { return p.Person == ben.Me.Person && p.Apart == "" })
	await(t, "different names again", anna.named, plain)
}

// named returns how everybody is named who wrote or did something in the room, and of the hits of a search.
func (p *person) named(ctx context.Context) ([]string, error) {
	var all []string
	page, err := p.Messages(ctx, "Plans", api.Query{})
	if err != nil {
		return nil, err
	}
	for _, m := range page.Messages {
		all = append(all, m.Author.Distinct())
		if m.Change != nil {
			all = append(all, m.Change.Who.Distinct())
		}
		for _, s := range m.States {
			all = append(all, s.Distinct())
		}
		for _, r := range m.Reactions {
			for _, by := range r.By {
				all = append(all, by.Distinct())
			}
		}
	}
	room, err := p.Room(ctx, "Plans")
	if err != nil {
		return nil, err
	}
	for _, m := range room.Members {
		all = append(all, m.Distinct())
	}
	hits, err := p.Search(ctx, api.SearchQuery{Text: "penguins"})
	for _, h := range hits.Hits {
		all = append(all, h.Author.Distinct())
	}
	return all, err
}

// TestNamesakesOfferAndCompare: who offers a folder, is of one, or compares words is told from who is called alike, too.
func TestNamesakesOfferAndCompare(t *testing.T) {
	anna, ben, dora := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{}), join(t, "Dora", agent.Options{})
	meet(t, anna, ben)
	meet(t, anna, dora)
	benID := sees(t, anna, "Ben", linked).Person
	if _, err := dora.SetName(t.Context(), "Ben"); err != nil {
		t.Fatal(err)
	}
	await(t, "both are told apart", anna.Peers, func(all []api.Peer) bool {
		return slices.ContainsFunc(all, func(p api.Peer) bool { return p.Person == benID && p.Apart == "Ben-pc" })
	})
	offered, err := ben.AddShare(t.Context(), t.TempDir(), "Plans", []string{"Anna"})
	if err != nil {
		t.Fatal(err)
	}
	invites := await(t, "Ben's offer", anna.Invites, func(all []api.Invite) bool { return len(all) == 1 })
	if from := invites[0].From.Distinct(); from != "Ben (Ben-pc)" {
		t.Errorf("%s offers the folder", from)
	}
	share, err := anna.AcceptShare(t.Context(), offered.ID, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if owner := share.Owner.Distinct(); owner != "Ben (Ben-pc)" {
		t.Errorf("%s owns the folder", owner)
	}
	for _, m := range share.Members {
		if m.ID == benID && m.Distinct() != "Ben (Ben-pc)" {
			t.Errorf("%s is of the folder", m.Distinct())
		}
	}
	words, err := anna.CompareWords(t.Context(), benID)
	if err != nil || words.Distinct() != "Ben (Ben-pc)" {
		t.Errorf("words to compare with %s, %v", words.Distinct(), err)
	}
	if _, err := anna.AnswerWords(t.Context(), benID, false); err != nil {
		t.Fatal(err)
	}
	lines, err := anna.SendLines(t.Context(), benID, "")
	if err != nil {
		t.Fatal(err)
	}
	defer lines.Close()
	if err := errors.Join(lines.Send("hello"), lines.CloseSend()); err != nil {
		t.Fatal(err)
	}
	if sent, err := lines.Next(); err != nil || sent.Differs != "Ben (Ben-pc)" {
		t.Errorf("sent to whose words differ: %+v, %v", sent, err)
	}
}

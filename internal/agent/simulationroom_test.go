package agent_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"lanyard/internal/api"
)

// makeRoom has Anna make a room of all three, and waits until they have it.
func (s *simulation) makeRoom() {
	s.t.Helper()
	made, err := s.office[0].CreateRoom(s.t.Context(), api.NewRoomRequest{Name: "Everybody", With: []string{"Ben", "Carla"}})
	must(s.t, err)
	s.room = made.ID
	for _, d := range s.office {
		await(s.t, d.Options.Name+" has the room", d.Rooms, func(all []api.Room) bool { return len(all) == 1 && all[0].Size == 3 })
	}
}

// settleRoom waits until all show the same in the room, delivered to everybody, and looks whether all that was acknowledged is there once.
func (s *simulation) settleRoom() {
	all := func(ctx context.Context) (pages [][]api.Message, err error) {
		for _, d := range s.office {
			page, asked := d.Messages(ctx, s.room, api.Query{Limit: 1000})
			pages, err = append(pages, page.Messages), errors.Join(err, asked)
		}
		return pages, err
	}
	shown := await(s.t, "all show the same in the room, delivered to everybody", all, func(pages [][]api.Message) bool {
		for _, page := range pages {
			same := slices.EqualFunc(page, pages[0], func(a, b api.Message) bool { return a.ID == b.ID })
			if !same || slices.ContainsFunc(page, func(m api.Message) bool { return !everywhere(m) }) {
				return false
			}
		}
		return true
	})
	for _, d := range s.office {
		s.checkRoom(s.t, d, shown[0])
	}
}

// everywhere tells whether a message is somebody else's or has arrived with both others; lines of members go nowhere, and are only the same for all.
func everywhere(m api.Message) bool {
	return !m.Mine || m.Change != nil || len(m.States) == 2 && !slices.ContainsFunc(m.States, func(s api.State) bool { return s.State == "waiting" })
}

// checkRoom looks for what d said in the room in what all show.
func (s *simulation) checkRoom(t *testing.T, d *desk, shown []api.Message) {
	t.Helper()
	var texts []string
	for _, m := range shown {
		if m.Author.ID != d.Me.Person || m.Change != nil {
			continue
		}
		texts = append(texts, m.Text)
		if !d.tried[m.Text] {
			t.Errorf("the room shows %q, which %s never wrote", m.Text, d.Options.Name)
		}
	}
	said := d.said[s.room]
	acknowledged := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return !slices.Contains(said, text) })
	if !slices.Equal(acknowledged, said) {
		t.Errorf("%s said in the room %q; shown of it is %q", d.Options.Name, said, acknowledged)
	}
	if once := slices.Compact(slices.Sorted(slices.Values(texts))); len(once) != len(texts) {
		t.Errorf("the room shows twice what %s wrote: %q", d.Options.Name, texts)
	}
}

package office

import (
	"testing"

	"lanyard/internal/api"
)

// TestNewcomerHearsOfIt: Anna announces and goes home. Carla, who comes for the first time and never met her, has it from Ben, with Anna's name; and Anna
// learns that it got there when she is back.
func TestNewcomerHearsOfIt(t *testing.T) {
	const cake = "There is cake in the kitchen"
	o := open(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	o.start(anna, ben)
	from := ben.mark()
	sent := anna.do("announce", cake)
	told(ben, from, api.EventMessage, func(m api.Message) bool { return m.ID == sent && m.Author.Name == "Anna" && m.Text == cake })
	anna.until("Ben has it", func() bool {
		r := anna.history("office")[0].Reach
		return r != nil && *r == api.Reach{Of: 1, Delivered: 1}
	})
	complains(t, ben.try("send", "office", "me too"), 1, "write it with lanyard announce")
	anna.stop()

	carla.start()
	carla.meets(ben)
	carla.until("the announcement", func() bool {
		all := carla.history("office")
		return len(all) == 1 && all[0].ID == sent && all[0].Text == cake && all[0].Author.Name == "Anna"
	})
	carla.do("read", "office")
	if _, listed := carla.peer("Anna"); listed {
		t.Error("Carla lists Anna, whom she never met")
	}

	anna.start()
	anna.meets(carla)
	anna.until("Carla has read it", func() bool {
		r := anna.history("office")[0].Reach
		return *r == api.Reach{Of: 2, Delivered: 2, Read: 1}
	})
	if onDisk(t, carla.home, "no such cake") || !onDisk(t, carla.home, cake) {
		t.Error("Carla's disk is not looked at in the right way")
	}
}

package chat

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestMailOfSomebodyBlocked: who blocked the depositor takes their mail, drops it, and says so to the carrier alone. The depositor goes on seeing it as carried, a simulation does not take that
// for untrue, and once nobody is blocked it comes over a link.
func TestMailOfSomebodyBlocked(t *testing.T) {
	dir := inMemoryDir(t)
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(t, 1, dir)
		ben, carla, dora := s.desks[1], s.desks[2], s.desks[3]
		for _, d := range []*desk{s.desks[0], s.desks[4]} {
			s.stop(d)
			ben.awaitAlone(t, d.agent)
		}
		ben.awaitCarriers(t, carla.agent, dora.agent)
		s.stop(dora)
		ben.awaitAlone(t, dora.agent)
		s.part(ben, dora)
		s.write(ben, dora)
		sent := s.sayings[0].id
		ben.awaitThrough(t, sent, carla.agent)
		carla.host.Down() // so that Dora has blocked Ben before any mail of his can come
		s.start(dora)
		s.block(dora, ben)
		carla.host.Up()
		dora.awaitLink(t, carla.agent)
		carla.await(t, "Dora took the mail", func() bool { return carla.carriesFrom(t, ben.agent) == 0 })
		if _, err := dora.Message(t.Context(), sent); err == nil {
			t.Error("Dora took what somebody blocked wrote")
		}
		ben.awaitLink(t, carla.agent)
		ben.awaitThrough(t, sent, carla.agent)
		s.look(ben, dora)
		time.Sleep(time.Second)
		s.unblock(dora, nil)
		s.look(ben, dora)
		s.site.lan.Heal()
		s.gather()
		ben.awaitState(t, sent, Delivered)
		s.check()
	})
}

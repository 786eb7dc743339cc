package share_test

import (
	"math/rand/v2"

	"lanyard/internal/identity"
)

// whole reports whether a machine works as it should, so that its person can command it.
func (d *seat) whole() bool { return d.up.Load() && !d.dead() && !d.pulled && d.other == nil }

// leave has somebody but the owner leave the share.
func (s *simulation) leave(d, _ *seat, _ *rand.Rand) {
	if d.n == 0 || d.away || !d.whole() {
		return
	}
	if err := d.engine.Leave(s.t.Context(), s.id); err != nil {
		s.note("refused: %v", err)
		return
	}
	d.out()
}

// out notes that a machine has no part in the share any more.
func (d *seat) out() { d.away, d.knows, d.since, d.image = true, false, d.s.serial, nil }

// expel has the owner remove somebody.
func (s *simulation) expel(d, _ *seat, _ *rand.Rand) {
	if d.n == 0 || d.away || !s.seats[0].whole() {
		return
	}
	if err := s.seats[0].engine.Remove(s.t.Context(), s.id, person(d.desk)); err != nil {
		s.note("refused: %v", err)
		return
	}
	d.out()
	d.had = map[string]bool{}
	d.firm.forget()
}

// invite has the owner invite somebody again who is away.
func (s *simulation) invite(d, _ *seat, _ *rand.Rand) {
	if !d.away || !s.seats[0].whole() || !d.whole() {
		return
	}
	if err := s.seats[0].engine.Invite(s.t.Context(), s.id, []identity.PersonID{person(d.desk)}); err != nil {
		s.note("refused: %v", err)
		return
	}
	s.rejoin(d)
}

// rejoin has somebody who was invited again accept, once they hear of it: what lies in their folder is there still.
func (s *simulation) rejoin(d *seat) {
	s.seats[0].disarm()
	d.disarm()
	s.o.lan.Heal()
	s.o.meet()
	d.swapped, d.lay = true, true
	for c := range d.everything(true) {
		delete(s.buried, c)
	}
	eventually(s.t, d.name+" is invited again", func() bool {
		_, err := d.engine.Accept(s.t.Context(), s.id, "")
		return err == nil
	}, func() string { return "" })
	d.away, d.knows = false, false
	d.had = d.everything(true)
	s.cutGraph()
}

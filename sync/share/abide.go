package share

import (
	"context"
	"fmt"

	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
	"lanyard/sync/role"
)

// A list that takes a role away says where the logs of its holder end, and comes to everybody at another time. Until then what they write is taken in good
// faith. Once the list is here, no head may be left that does not count:
//
//   - Who may write writes such a head once more, as their own: it has reached somebody whose word counts.
//   - Who may not cannot tell what was there before. They forget all records and get them anew; what lies on their disk stays and is compared. So does who
//     lost the role themselves. What stood in those heads is theirs alone from then on (keep.go).
//
// Whoever may write no more, and then again, goes on with a new log.

// standing returns what the list says of a member's records.
func (e *entry) standing() role.Standing {
	return role.Standing{Role: e.Role, Removed: e.State == removed, Cuts: endsOf(e.Cuts), Ends: endsOf(e.Ends)}
}

func endsOf(cuts []cut) []role.End {
	out := make([]role.End, len(cuts))
	for i, c := range cuts {
		out[i] = role.End{Log: vector.Log{Peer: c.Peer, ID: c.ID}, Number: c.Number}
	}
	return out
}

func cutsFrom(ends []role.End) []cut {
	out := make([]cut, len(ends))
	for i, e := range ends {
		out[i] = cut{Peer: e.Log.Peer, ID: e.Log.ID, Number: e.Number}
	}
	return out
}

// abide does what follows from the list for what is here. It comes before anything else is done with the share.
func (w *worker) abide(ctx context.Context) error {
	reissued := 0
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		members := w.s.members()
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		if err := w.s.endOwn(tx, members, all); err != nil {
			return err
		}
		over, err := overstepped(tx, members, all)
		switch {
		case err != nil || len(over) == 0:
			return err
		case w.s.writes():
			reissued = len(over)
			return w.writeAnew(tx, over)
		}
		return forget(tx, over)
	})
	if err != nil {
		return fmt.Errorf("do what the member list says of share %s: %w", w.s.id, err)
	}
	if reissued > 0 {
		w.s.log.Info("what was taken from somebody who might not write any more was written anew", "share", w.s.id, "count", reissued)
		w.s.published()
	}
	return nil
}

// endOwn ends writing on a log of ours that has ended by the list, or to which we may not write any more.
func (s *Share) endOwn(tx *store.Tx, members membership, all []branch) error {
	me := members.list.entry(s.engine.cfg.Identity.Person())
	if me == nil {
		return nil
	}
	for _, b := range all {
		if !b.own || b.number == 0 || !me.standing().Ended(b.log) && me.Role == role.ReadWrite {
			continue
		}
		if _, err := tx.Exec(`UPDATE log SET own = 0 WHERE id = ?`, b.id); err != nil {
			return fmt.Errorf("end log %s: %w", b.log.ID, err)
		}
	}
	return nil
}

// overstepped returns the heads that do not count.
func overstepped(tx *store.Tx, members membership, all []branch) ([]head, error) {
	var out []head
	names := namesOf(all)
	for _, b := range all {
		first, free := firstUncounted(members, b)
		if free {
			continue
		}
		rows, err := tx.Query(`SELECT id, chain, body FROM record WHERE id >= ? AND id <= ? AND path IS NOT NULL ORDER BY id`, b.record(first), b.record(b.stored))
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			h := head{}
			var chain, body []byte
			if err := rows.Scan(&h.row, &chain, &body); err != nil {
				return nil, err
			}
			if h.Version, err = names.decode(h.row, chain, body); err != nil {
				return nil, err
			}
			out = append(out, h)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// firstUncounted returns the first number of a branch that does not count; free says that there is none.
func firstUncounted(members membership, b branch) (first uint64, free bool) {
	if b.stored == b.since || members.counts(index.Dot{Log: b.log, Number: b.stored}) {
		return 0, true // what counts is always the beginning of a log
	}
	first = b.since + 1
	person, _ := members.personOf(b.log.Peer)
	en := members.list.entry(person)
	for _, e := range append(endsOf(en.Ends), endsOf(en.Cuts)...) {
		if e.Log == b.log && members.counts(index.Dot{Log: b.log, Number: e.Number}) {
			first = max(first, e.Number+1)
		}
	}
	return first, false
}

// writeAnew writes heads once more, as ours.
func (w *worker) writeAnew(tx *store.Tx, over []head) error {
	p, err := newPublishing(tx, w, nil)
	if err != nil {
		return err
	}
	for _, h := range over {
		v, by := h.Version, h.Writer()
		v.By, v.Context, p.at = &by, h.Seen(), h.Time
		if _, err := p.write(v, v.Lamport == 0); err != nil {
			return err
		}
		p.known.want(v.Path)
	}
	return p.close()
}

// forget has all records come anew. What stands in the heads that do not count is on this machine only.
func forget(tx *store.Tx, over []head) error {
	for _, h := range over {
		r, err := rowAt(tx, h.Path)
		if err != nil {
			return err
		}
		if r == nil || r.Kind != h.Kind || !r.Kind.Live() || r.Content != h.Content {
			continue
		}
		r.Local = true
		if err := saveRows(tx, []row{*r}); err != nil {
			return err
		}
	}
	for _, table := range []string{"record", "log", "pending", "abandoned", "passed", "braked"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return fmt.Errorf("forget the records: %w", err)
		}
	}
	return setFact(tx, "joined", 0)
}

// mustAbide reports whether a new list changes what this machine does with a share at work, or leaves heads that do not count: then it begins anew.
func (s *Share) mustAbide(ctx context.Context, was, now membership) (must bool, err error) {
	self := s.engine.cfg.Identity.Person()
	if was.writes(self) != now.writes(self) || was.relays(self) != now.relays(self) {
		return true, nil
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		over, err := overstepped(tx, now, all)
		must = len(over) > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look what a new member list means for share %s: %w", s.id, err)
	}
	return must, nil
}

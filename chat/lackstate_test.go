package chat

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// TestLackedBehindACut: what a state says to be lacked does not count as held, also where its mark lies behind a cut that its machine does not know.
func TestLackedBehindACut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, _ := halfKnown(t, s)
		v := carla.known(room)
		views := v.allViews()
		at := slices.IndexFunc(views, func(w view) bool { return w.log.Peer == anna.id.PeerID() })
		b, two := views[at].branch, views[at].kept.Number
		one := two - 2
		before, err := carla.idAt(t.Context(), v, b, one-1)
		if err != nil {
			t.Fatal(err)
		}
		say := func(number uint64, hash vector.Hash) bool {
			st := frame.State{Conversation: room[:], Peer: ben.id.PeerID(), Counter: 1000, Delivered: vector.Vector{}, Read: vector.Vector{}}
			st.Delivered.Advance(b.log, vector.Mark{}, vector.Mark{Number: one - 1, Hash: vector.Hash(before)})
			st.Lacks = []frame.Lacking{{Peer: b.log.Peer, Log: b.log.ID, Number: number, Hash: hash, Missing: []uint64{one, one}}}
			signed, err := st.Sign(ben.id)
			if err != nil {
				t.Fatal(err)
			}
			v.mu.Lock()
			v.machines[ben.id.PeerID()] = &machine{counter: 1000, signed: signed}
			v.mu.Unlock()
			all, err := carla.holders(t.Context(), v)
			if err != nil {
				t.Fatal(err)
			}
			return all.have(ben.person(), b, one)
		}
		if say(two, views[at].kept.Mark().Hash) {
			t.Error("within: counts as held")
		}
		if say(two+5, vector.Hash{9}) {
			t.Error("beyond, no cut: counts as held")
		}
		v.mu.Lock()
		kept := b.kept
		b.cut = &kept
		v.mu.Unlock()
		if say(two+5, vector.Hash{9}) {
			t.Error("behind a cut: counts as held")
		}
	})
}

// TestTooOldWasNotDelivered: words that are too old to be kept, and never came, are shown as waiting.
func TestTooOldWasNotDelivered(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, _, said := halfKnown(t, s)
		ben.run(t)
		ben.awaitSaid(t, room, "two")
		s.apart(anna, ben)
		anna.run(t)
		anna.awaitFor(t, said[0].ID, ben, Waiting)
		time.Sleep(49 * time.Hour)
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		if err := ben.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		three := anna.say(t, room, "three")[0]
		ben.awaitSaid(t, room, "three")
		anna.awaitFor(t, three.ID, ben, Delivered)
		m, err := anna.Message(t.Context(), said[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range m.States {
			if st.Person == ben.person() && st.Delivery != Waiting {
				t.Errorf("words that never reached Ben are shown as %s", st.Delivery)
			}
		}
	})
}

// TestStateOfBeforeIsReviewed: a state that was signed before what is lacked was told is made anew at the next start.
func TestStateOfBeforeIsReviewed(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, _ := halfKnown(t, s)
		ben.run(t)
		ben.awaitSaid(t, room, "two")
		v := ben.known(room)
		v.mu.Lock()
		st := v.pen.told
		v.mu.Unlock()
		st.Delivered, st.Lacks, st.Counter = st.Here(), nil, st.Counter+1
		signed, err := st.Sign(ben.id)
		if err != nil {
			t.Fatal(err)
		}
		if err := ben.Chat.config.DB.Write(t.Context(), func(tx *store.Tx) error { return putState(tx, v, st.Peer, st.Counter, signed) }); err != nil {
			t.Fatal(err)
		}
		ben.stop()
		ben.run(t)
		ben.awaitLink(t, carla)
		time.Sleep(time.Hour)
		synctest.Wait()
		cv := carla.known(room)
		views := cv.allViews()
		at := slices.IndexFunc(views, func(w view) bool { return w.log.Peer == anna.id.PeerID() })
		b, two := views[at].branch, views[at].kept.Number
		all, err := carla.holders(t.Context(), cv)
		if err != nil {
			t.Fatal(err)
		}
		if all.have(ben.person(), b, two-2) {
			t.Error("an hour after the upgrade Ben still counts as having what he lacks")
		}
	})
}

// TestOwedIsFoundByIndex: whether a log has a deletion behind an edit without words is looked up, not searched for: it is asked for each of them whenever something is stored.
func TestOwedIsFoundByIndex(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		var plan []string
		err := anna.config.DB.Read(t.Context(), func(tx *store.Tx) error {
			rows, err := tx.Query(`EXPLAIN QUERY PLAN `+notedQuery, 1, 0, behindCut, int64(event.MaxNumber), gapStep)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id, parent, unused int
				var step string
				if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
					return err
				}
				plan = append(plan, step)
			}
			return rows.Err()
		})
		if all := strings.Join(plan, "; "); err != nil || !strings.Contains(all, "INDEX chat_event_delete") || strings.Contains(all, "SCAN") {
			t.Errorf("%s %v", all, err)
		}
	})
}

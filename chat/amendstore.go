package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// member is an event of one origin: the original or one of its re-issues.
type member struct{ eventRow }

// folder works out upshots within one transaction.
type folder struct {
	chat     *Chat
	v        *conversation
	branches map[int64]*branch
	mentions bool    // others are mentioned than before
	unnoted  []int64 // where that lies which was found deleted, and had been noted as being without words
	regains  bool    // others are asked for words that a deletion took which does not count
}

// storeAmendment notes what an amendment names, and returns it as one that names the origin of that. One that means nothing names nothing then.
func (f *folder) storeAmendment(tx *store.Tx, at int64, e *event.Event) (amend.Amendment, error) {
	a, err := amend.Read(e.Kind, e.Body)
	if err != nil || f.v.closed() && misnames(&e.Header, &a) {
		return amend.Amendment{}, nil // kept and passed on
	}
	origin, err := f.originOf(tx, a.Named)
	if err != nil {
		return amend.Amendment{}, err
	}
	a.Named, a.Place = origin, at
	_, err = tx.Exec(`INSERT INTO chat_amendment (place, conversation, target, waiting) VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING`, at, f.v.key, origin[:])
	if err != nil {
		return amend.Amendment{}, fmt.Errorf("store what an event says about another: %w", err)
	}
	return a, nil
}

// originOf returns the ID of the event that the named one re-issues, or that ID itself.
func (f *folder) originOf(tx *store.Tx, named event.ID) (event.ID, error) {
	row, found, err := f.byID(tx, named)
	if err != nil || !found {
		return named, err
	}
	return row.origin(), nil
}

// byID finds an event of the conversation.
func (f *folder) byID(tx *store.Tx, id event.ID) (member, bool, error) {
	found, err := f.members(tx, `e.name = ?`, event.Name(id))
	for _, m := range found {
		if m.id == id {
			return m, true, err
		}
	}
	return member{}, false, err
}

// members reads events of the conversation for which a condition holds.
func (f *folder) members(tx *store.Tx, where string, value any) (all []member, err error) {
	rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+` WHERE +e.conversation = ? AND `+where+` ORDER BY e.place`, f.v.key, value)
	if err != nil {
		return nil, err
	}
	err = scanEvents(rows, f.branches, func(r eventRow) bool {
		all = append(all, member{r})
		return true
	})
	return all, err
}

// at reads one event.
func (f *folder) at(tx *store.Tx, at int64) (row eventRow, found bool, err error) {
	rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+` WHERE e.place = ?`, at)
	if err != nil {
		return eventRow{}, false, err
	}
	err = scanEvents(rows, f.branches, func(r eventRow) bool {
		row, found = r, true
		return false
	})
	return row, found, err
}

// group reads all events of an origin.
func (f *folder) group(tx *store.Tx, origin event.ID) ([]member, error) {
	original, found, err := f.byID(tx, origin)
	if err != nil {
		return nil, err
	}
	all, err := f.members(tx, `e.again = ?`, origin[:])
	if found {
		all = append(all, original)
	}
	return all, err
}

// shown returns the event that is shown for an ID: itself, or another of its origin.
func (f *folder) shown(tx *store.Tx, id event.ID) (eventRow, bool, error) {
	origin, err := f.originOf(tx, id)
	if err != nil {
		return eventRow{}, false, err
	}
	all, err := f.group(tx, origin)
	if err != nil {
		return eventRow{}, false, err
	}
	at := shownOf(all)
	if at < 0 || all[at].hidden >= expired && all[at].hidden != refused {
		return eventRow{}, false, nil
	}
	return all[at].eventRow, true, nil
}

// locateShown looks up what is shown for an event, in all conversations; event.ErrUnknown if it is not here, or nothing is shown for it any more.
func (c *Chat) locateShown(tx *store.Tx, id event.ID) (*folder, eventRow, error) {
	f, _, err := c.locate(tx, id)
	if err != nil {
		return nil, eventRow{}, err
	}
	row, found, err := f.shown(tx, id)
	if err == nil && !found {
		err = event.ErrUnknown
	}
	return f, row, err
}

// shownOf picks the event of an origin that is shown. Where none is, it is the one in whose place "deleted" would be: one without words that has nothing else
// in its place, rather the original, which is the last.
func shownOf(all []member) int {
	at := slices.IndexFunc(all, func(m member) bool { return m.hidden == 0 })
	if at < 0 {
		at = slices.IndexFunc(all, func(m member) bool { return m.hidden == refused })
	}
	if last := len(all) - 1; at < 0 && last >= 0 && all[last].hidden != expired {
		at = slices.IndexFunc(all, func(m member) bool { return m.hidden == expired })
	}
	if at < 0 {
		at = len(all) - 1
	}
	return at
}

// retarget notes that amendments which name a re-issue are about what it re-issues.
func retarget(tx *store.Tx, v *conversation, from event.ID, to []byte) error {
	_, err := tx.Exec(`UPDATE chat_amendment SET target = ? WHERE target = ? AND conversation = ?`, to, from[:], v.key)
	return err
}

// isAmended reports whether something amends events of an origin.
func isAmended(tx *store.Tx, v *conversation, origin event.ID) (is bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_amendment WHERE target = ? AND conversation = ?)`, origin[:], v.key).Scan(&is)
	return is, err
}

// amendments reads everything that amends events of an origin. What cannot be decoded, because it was dropped, is left out, as is what lies behind the
// cut of a removal, unless it is ours: about what was refused it counts, as that is shown with the words that we gave it last; about what counts it was refused itself.
func (f *folder) amendments(tx *store.Tx, origin event.ID, refused bool) (all []amend.Amendment, err error) {
	rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_amendment a JOIN chat_event e ON e.place = a.place `+withUpshot+`
		WHERE a.target = ? AND a.conversation = ?`, origin[:], f.v.key)
	if err != nil {
		return nil, err
	}
	err = scanEvents(rows, f.branches, func(r eventRow) bool {
		if r.hidden == behindCut && !f.chat.isOurs(r.branch) {
			return true
		}
		if a, err := amend.Read(r.kind, r.body); err == nil {
			a.Refused = r.hidden == behindCut && !refused
			a.At, a.Origin, a.Time = r.position(), r.origin(), r.time
			a.By, a.Place = f.authorOf(&r), r.place()
			all = append(all, a)
		}
		return true
	})
	return all, err
}

// amendedFrom returns the origins that events of a branch amend, from a number on.
func amendedFrom(tx *store.Tx, b *branch, number uint64) ([]event.ID, error) {
	return namedEvents(tx, `SELECT DISTINCT target FROM chat_amendment WHERE place BETWEEN ? AND ?`, place(b, number), place(b, event.MaxNumber))
}

// upshotOf works out what the amendments of an origin come to for what is shown of it: from the tally, if that is all that is needed, else from all of them,
// which are returned then.
func (f *folder) upshotOf(tx *store.Tx, origin event.ID, shown *member, t *touched) (u amend.Upshot, amendments []amend.Amendment, err error) {
	author := f.authorOf(&shown.eventRow)
	if one := f.v.tallies.get(origin); one != nil && !t.anew && one.Of(author, shown.kind) {
		if !slices.ContainsFunc(t.fresh, func(a amend.Amendment) bool { return !one.Add(&a) }) {
			return one.Upshot(), nil, nil
		}
	}
	if amendments, err = f.amendments(tx, origin, shown.hidden == refused); err != nil {
		return amend.Upshot{}, nil, err
	}
	f.v.tallies.put(origin, amend.NewTally(author, shown.kind, amendments))
	return amend.Fold(author, shown.kind, amendments), amendments, nil
}

// refold works out anew what the amendments of an origin come to, and drops what was taken back. It returns the event that is shown with its upshot,
// false if none of that origin is here.
func (f *folder) refold(tx *store.Tx, origin event.ID, t *touched) (row eventRow, here bool, err error) {
	all, err := f.group(tx, origin)
	if err != nil || len(all) == 0 {
		return eventRow{}, false, err
	}
	shown := all[shownOf(all)]
	row = shown.eventRow
	before := row.upshot
	var amendments []amend.Amendment
	if row.upshot, amendments, err = f.upshotOf(tx, origin, &shown, t); err != nil {
		return eventRow{}, false, err
	}
	// Found by what waits, which is little, and not by the target, of which there may be ten thousand.
	_, err = tx.Exec(`UPDATE chat_amendment SET waiting = 0 WHERE conversation = ? AND waiting = 1 AND +target = ?`, f.v.key, origin[:])
	if err != nil {
		return eventRow{}, false, err
	}
	gone := shown.hidden == expired || shown.hidden == behindCut && len(shown.body) == 0
	if gone && !row.upshot.Deleted {
		row.upshot = amend.Upshot{} // it is not shown, and its edits grow old as it did
	}
	indexed, err := f.unindex(tx, all)
	if err != nil {
		return eventRow{}, false, err
	}
	if row.upshot.Deleted {
		if err := f.dropAll(tx, &shown, all, amendments); err != nil {
			return eventRow{}, false, fmt.Errorf("drop what was taken back: %w", err)
		}
		row.body = nil
	} else if err := f.regain(tx, origin, &shown.eventRow); err != nil {
		return eventRow{}, false, err
	}
	if err := errors.Join(putUpshot(tx, all, &row), f.remention(tx, all, &before, &row.upshot)); err != nil {
		return eventRow{}, false, err
	}
	for _, at := range indexed {
		if err := index(tx, f.v, at); err != nil {
			return eventRow{}, false, err
		}
	}
	return row, !gone || row.upshot.Deleted, nil
}

// unindex takes events whose words may change out of the index, and returns which were in it.
func (f *folder) unindex(tx *store.Tx, all []member) (indexed []int64, err error) {
	for _, m := range all {
		is, err := isIndexed(tx, m.place())
		if err == nil && is {
			indexed = append(indexed, m.place())
			err = unindex(tx, f.v, m.place())
		}
		if err != nil {
			return nil, err
		}
	}
	return indexed, nil
}

func (f *folder) authorOf(r *eventRow) identity.PersonID {
	return f.chat.personIn(f.v, r.branch.log.Peer)
}

// putUpshot stores what a shown event's amendments come to, in the place of what was stored for any of its origin.
func putUpshot(tx *store.Tx, all []member, shown *eventRow) error {
	for _, m := range all {
		if _, err := tx.Exec(`DELETE FROM chat_upshot WHERE place = ?`, m.place()); err != nil {
			return err
		}
	}
	if shown.upshot.Empty() {
		return nil
	}
	body, err := shown.upshot.Encode()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO chat_upshot (place, body) VALUES (?, ?)`, shown.place(), body)
	return err
}

// dropAll drops the events of an origin that the author of the shown one wrote, and their edits.
func (f *folder) dropAll(tx *store.Tx, shown *member, all []member, amendments []amend.Amendment) error {
	author := f.authorOf(&shown.eventRow)
	for _, m := range all {
		if f.authorOf(&m.eventRow) != author {
			continue
		}
		if err := f.dropDeleted(tx, m.place(), m.place() == shown.place()); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM chat_file WHERE place = ?`, m.place()); err != nil {
			return err
		}
	}
	for i := range amendments {
		if a := &amendments[i]; a.Kind == event.KindEdit && a.By == author {
			if err := dropBody(tx, f.v, a.Place); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropDeleted empties salt and body of an event that its author deleted. The chain stays: it is made of the headers. Of those of one origin that came without
// their bodies the shown one is shown now, as why it has none is known, and the others are hidden because of it.
func (f *folder) dropDeleted(tx *store.Tx, at int64, shown bool) error {
	if err := dropBody(tx, f.v, at); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE chat_event SET deleted = 1, hidden = iif(hidden = ?, ?, hidden) WHERE place = ?`, expired, !shown, at)
	if err != nil {
		return err
	}
	was, err := deleteGap(tx, at)
	if was {
		f.unnoted = append(f.unnoted, at)
	}
	return err
}

// waits reports whether amendments wait for what they name.
func waits(tx *store.Tx, v *conversation) (is bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_amendment WHERE conversation = ? AND waiting = 1)`, v.key).Scan(&is)
	return is, err
}

// readOld takes the amendments that came before this version of the tables.
func (c *Chat) readOld(tx *store.Tx) error {
	old, err := oldAmendments(tx)
	if err != nil || len(old) == 0 {
		return err
	}
	origins := map[*conversation]map[event.ID]bool{}
	for _, at := range old {
		v, b := c.branchOf(placeBranch(at))
		if v == nil {
			return fmt.Errorf("event %d: %w", at, store.ErrCorrupt)
		}
		f := &folder{chat: c, v: v, branches: v.branchKeys()}
		e, err := eventAt(tx, b, placeNumber(at))
		if err != nil {
			return err
		}
		a, err := f.storeAmendment(tx, at, e)
		if err != nil {
			return err
		}
		origin := a.Named
		if origins[v] == nil {
			origins[v] = map[event.ID]bool{}
		}
		if origin != (event.ID{}) {
			origins[v][origin] = true
		}
	}
	for v, all := range origins {
		f := &folder{chat: c, v: v, branches: v.branchKeys()}
		for origin := range all {
			if _, _, err := f.refold(tx, origin, &touched{anew: true}); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(`DELETE FROM chat_unread_amendment`)
	return err
}

func oldAmendments(tx *store.Tx) ([]int64, error) {
	return column[int64](tx, `SELECT place FROM chat_unread_amendment ORDER BY place`)
}

// amendOld has amendments count that came before this version of the tables. On a full disk that has to wait.
func (c *Chat) amendOld(ctx context.Context) error {
	var old []int64
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		old, err = oldAmendments(tx)
		return err
	})
	if err != nil || len(old) == 0 {
		return err
	}
	err = c.config.DB.Write(ctx, c.readOld)
	if errors.Is(err, store.ErrFull) {
		c.config.Log.Warn("take in edits and reactions that came before this version; it is tried again at the next start", "error", err)
		return nil
	}
	return err
}

package chat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/store"
)

// Who is removed from a room while nobody reaches them goes on writing. What they wrote lies behind the removal's cut and counts nothing; but it is theirs, and would
// be nowhere if they did not see it. So their own machines show it, as refused, and nobody else's do. The same goes for what they wrote as they took themselves for a member.

// refused is why only our person is shown an event: they wrote it, and it lies behind a cut. It is a value of chat_event.hidden; an amendment stays behindCut.
const refused = 6

// isShown picks the events that our person is shown: those that count, and those of theirs that were refused.
const isShown = `hidden IN (0, 6)`

// mayBeRefused picks the events behind a cut that would be shown if they counted.
const mayBeRefused = `hidden IN (3, 6) AND deleted = 0 AND length(salt) > 0 AND kind NOT BETWEEN 3 AND 31`

// ownBehind is an event of ours behind a cut.
type ownBehind struct {
	place  int64
	hidden int
	origin event.ID
	again  bool // it re-issues that
}

// ownBehindCut reads those of one branch, which counts up to a number.
func ownBehindCut(tx *store.Tx, b *branch, counts uint64) (all []ownBehind, err error) {
	rows, err := tx.Query(`SELECT place, hidden, header, again FROM chat_event WHERE place BETWEEN ? AND ? AND `+mayBeRefused+` ORDER BY place`,
		place(b, max(counts, b.fork)+1), place(b, event.MaxNumber))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o ownBehind
		var raw sql.RawBytes
		var again []byte
		if err := rows.Scan(&o.place, &o.hidden, &raw, &again); err != nil {
			return nil, err
		}
		if o.origin = sha256.Sum256(raw); len(again) == len(o.origin) {
			o.origin, o.again = event.ID(again), true
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// refuse shows our person what of theirs lies behind a cut, once each, unless it was said again and counts. It returns the places of what was not shown so before,
// or is not any more.
func (f *folder) refuse(tx *store.Tx, cuts map[*branch]*event.Point) (changed []int64, err error) {
	var all []ownBehind
	for b, cut := range cuts {
		if cut == nil || !f.chat.isOurs(b) {
			continue
		}
		some, err := ownBehindCut(tx, b, cut.Number)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	slices.SortFunc(all, func(a, b ownBehind) int { // the original before what re-issues it
		if a.again != b.again {
			return map[bool]int{true: 1, false: -1}[a.again]
		}
		return int(a.place - b.place)
	})
	var reissues bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE again IS NOT NULL AND conversation = ?)`, f.v.key).Scan(&reissues); err != nil {
		return nil, err
	}
	taken := map[event.ID]bool{}
	for _, o := range all {
		want := refused
		if reissues {
			counts, err := f.counts(tx, o.origin)
			if err != nil {
				return nil, err
			}
			if counts || taken[o.origin] {
				want = behindCut
			}
			taken[o.origin] = true
		}
		if want == o.hidden {
			continue
		}
		if _, err := tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place = ?`, want, o.place); err != nil {
			return nil, err
		}
		changed = append(changed, o.place)
	}
	return changed, nil
}

// counts reports whether an event of an origin is shown to everybody.
func (f *folder) counts(tx *store.Tx, origin event.ID) (is bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE `+ofOrigin+` AND hidden = 0)`, originOf(f.v, origin)...).Scan(&is)
	return is, err
}

// ownCuts returns where branches of ours are cut.
func (c *Chat) ownCuts(v *conversation) map[*branch]*event.Point {
	cuts := c.cuts(v)
	maps.DeleteFunc(cuts, func(b *branch, _ *event.Point) bool { return !c.isOurs(b) })
	return cuts
}

// cuts returns where the branches of a room are cut.
func (c *Chat) cuts(v *conversation) map[*branch]*event.Point {
	cuts := map[*branch]*event.Point{}
	for _, w := range v.allViews() {
		if w.cut != nil {
			cuts[w.branch] = w.cut
		}
	}
	return cuts
}

// refusalsOf counts what was refused of what is ours.
func (f *folder) refusalsOf(tx *store.Tx, cuts map[*branch]*event.Point) (r refusals, err error) {
	if r.messages, err = f.chat.countRefused(tx, cuts); err == nil {
		r.changes, err = f.refusedChanges(tx, cuts)
	}
	return r, err
}

// countRefused counts what our person is shown as refused.
func (c *Chat) countRefused(tx *store.Tx, cuts map[*branch]*event.Point) (total int, err error) {
	for b, cut := range cuts {
		if cut == nil || !c.isOurs(b) {
			continue
		}
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM chat_event WHERE place BETWEEN ? AND ? AND hidden = ?`,
			place(b, max(cut.Number, b.fork)+1), place(b, event.MaxNumber), refused).Scan(&n); err != nil {
			return 0, fmt.Errorf("count what was refused: %w", err)
		}
		total += n
	}
	return total, nil
}

// recountRefused counts it anew if this page changes what it is.
func (p *page) recountRefused(tx *store.Tx) (err error) {
	cuts := p.made.shift.cuts
	switch {
	case !p.made.shift.hides && !p.made.replaced:
		return nil
	case cuts == nil:
		cuts = p.chat.ownCuts(p.v)
	}
	p.made.refused, err = p.folder().refusalsOf(tx, cuts)
	p.made.replaced = true
	return err
}

// refusedNow returns the places of what is shown as refused, by the cuts of before.
func (p *page) refusedNow(tx *store.Tx, branches []*branch) (map[int64]bool, error) {
	now := map[int64]bool{}
	for _, b := range branches {
		cut := p.cutOf(b)
		if cut == nil || !p.chat.isOurs(b) {
			continue
		}
		all, err := ownBehindCut(tx, b, cut.Number)
		if err != nil {
			return nil, err
		}
		for _, o := range all {
			if o.hidden == refused {
				now[o.place] = true
			}
		}
	}
	return now, nil
}

// refuse shows our person what of theirs counts no more, and notes what is shown otherwise than before.
func (p *page) refuse(tx *store.Tx, before map[int64]bool) error {
	f := p.folder()
	changed, err := f.refuse(tx, p.made.shift.cuts)
	if err != nil {
		return err
	}
	for at := range before { // those that count again
		var hidden int
		if err := tx.QueryRow(`SELECT hidden FROM chat_event WHERE place = ?`, at).Scan(&hidden); err != nil {
			return err
		}
		if hidden != refused && !slices.Contains(changed, at) {
			changed = append(changed, at)
		}
	}
	for _, at := range changed {
		row, found, err := f.at(tx, at)
		if err != nil || !found {
			return err
		}
		is, err := isAmended(tx, p.v, row.origin())
		if err != nil {
			return err
		}
		if is {
			p.touched(row.origin()).anew = true
		}
		if row.hidden == refused && !before[at] {
			p.made.shift.refused++
		}
		p.made.turned = append(p.made.turned, at)
	}
	return nil
}

// addTurned adds what turned out to be refused, or is not any more, to what is told anew.
func (p *page) addTurned(tx *store.Tx) error {
	for _, at := range p.made.turned {
		row, found, err := p.folder().at(tx, at)
		if err != nil {
			return err
		}
		told := slices.ContainsFunc(p.made.amended, func(r eventRow) bool { return r.id == row.id })
		if found && !told && (row.hidden == refused || row.hidden == 0) {
			p.made.amended = append(p.made.amended, row)
		}
	}
	return nil
}

// replaceRefused hides what was shown as refused of an origin that is said again and counts. It reports whether there was any.
func replaceRefused(tx *store.Tx, v *conversation, origin event.ID) (bool, error) {
	r, err := tx.Exec(`UPDATE chat_event SET hidden = 3 WHERE `+ofOrigin+` AND hidden = 6`, originOf(v, origin)...)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// refuseOld shows what an earlier version stored behind a cut and did not show, and what is ours only since its machine is. On a full disk that has to wait.
func (c *Chat) refuseOld(ctx context.Context) error {
	for _, v := range c.all() {
		cuts := c.cuts(v)
		if len(cuts) == 0 {
			continue
		}
		err := c.config.DB.Write(ctx, func(tx *store.Tx) error {
			f := &folder{chat: c, v: v, branches: v.branchKeys()}
			err := f.refuseOld(tx, cuts)
			if f.regains {
				tx.AfterCommit(v.room.lacked.forget)
			}
			return err
		})
		if errors.Is(err, store.ErrFull) {
			c.config.Log.Warn("show what was written after our removal from a room; it is tried again at the next start", "error", err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("show what was written after our removal %s: %w", v.in(), err)
		}
	}
	return nil
}

func (f *folder) refuseOld(tx *store.Tx, cuts map[*branch]*event.Point) error {
	changed, err := f.refuse(tx, cuts)
	if err == nil {
		err = f.refoldAt(tx, changed)
	}
	if err == nil {
		err = f.refoldUntold(tx)
	}
	return err
}

// refoldAt works out anew what the amendments of events come to.
func (f *folder) refoldAt(tx *store.Tx, places []int64) error {
	for _, at := range places {
		row, found, err := f.at(tx, at)
		if err == nil && found {
			found, err = isAmended(tx, f.v, row.origin())
		}
		if err == nil && found {
			_, _, err = f.refold(tx, row.origin(), &touched{anew: true})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// refoldUntold works out anew what is shown of messages that were edited or deleted behind a cut, where an earlier version left it otherwise.
func (f *folder) refoldUntold(tx *store.Tx) error {
	origins, err := f.amendedInVain(tx)
	if err != nil {
		return err
	}
	for _, origin := range origins {
		is, err := f.isUntold(tx, origin)
		if err == nil && is {
			_, _, err = f.refold(tx, origin, &touched{anew: true})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// amendedInVain returns the origins that our person edited or deleted behind a cut, and of those that others deleted there the ones without words: else they change nothing of what is shown here.
func (f *folder) amendedInVain(tx *store.Tx) ([]event.ID, error) {
	lines, err := f.deletedLines(tx)
	if err != nil {
		return nil, err
	}
	all, err := namedEvents(tx, `SELECT DISTINCT a.target FROM chat_event e CROSS JOIN chat_amendment a ON a.place = e.place WHERE e.kind = 5 AND e.hidden = ? AND a.conversation = ?`,
		behindCut, f.v.key) // by the index of deletions
	all = slices.DeleteFunc(all, func(id event.ID) bool { return !lines[event.Name(id)] })
	for b, cut := range f.chat.ownCuts(f.v) {
		if err != nil {
			return nil, err
		}
		var own []event.ID
		own, err = namedEvents(tx, `SELECT DISTINCT a.target FROM chat_amendment a JOIN chat_event e ON e.place = a.place WHERE a.place BETWEEN ? AND ? AND e.hidden = ? AND e.kind IN (?, ?)`,
			place(b, max(cut.Number, b.fork)+1), place(b, event.MaxNumber), behindCut, int64(event.KindEdit), int64(event.KindDelete))
		all = append(all, own...)
	}
	return all, err
}

// deletedLines returns the names of the origins of which only the line is shown that a deletion leaves.
func (f *folder) deletedLines(tx *store.Tx) (names map[int64]bool, err error) {
	rows, err := tx.Query(`SELECT name, again FROM chat_event WHERE deleted = 1 AND hidden = 0 AND +conversation = ?`, f.v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names = map[int64]bool{}
	for rows.Next() {
		var own int64
		var again []byte
		if err := rows.Scan(&own, &again); err != nil {
			return nil, err
		}
		if len(again) == len(event.ID{}) {
			own = event.Name(event.ID(again))
		}
		names[own] = true
	}
	return names, rows.Err()
}

// isUntold reports whether such a message is shown otherwise than its amendments make it, or others are not asked for its words as they should be.
func (f *folder) isUntold(tx *store.Tx, origin event.ID) (bool, error) {
	row, found, err := f.shown(tx, origin)
	if err != nil || !found || row.hidden != 0 || row.upshot.RefusedEdits > 0 || row.upshot.RefusedDeletion || row.upshot.Deleted {
		return false, err
	}
	unasked, err := f.unasked(tx, origin, &row)
	if err != nil || len(unasked) > 0 {
		return true, err
	}
	amendments, err := f.amendments(tx, origin, false)
	if err != nil {
		return false, err
	}
	right := amend.Fold(f.authorOf(&row), row.kind, amendments)
	want, err := right.Encode()
	if err != nil {
		return false, err
	}
	got, err := row.upshot.Encode()
	return !bytes.Equal(got, want), err
}

// dropRefused deletes a message that was refused. Should it count one day, all learn that it is deleted: see takeBackAgain.
func (c *Chat) dropRefused(ctx context.Context, m Message) (Message, error) {
	var row eventRow
	var v *conversation
	err := c.config.DB.Write(ctx, func(tx *store.Tx) error {
		f, shown, err := c.locateShown(tx, m.ID)
		if err == nil && shown.hidden != refused {
			err = ErrRefused // it counts since a moment ago, and is deleted as any other
		}
		if err != nil {
			return err
		}
		v, row = f.v, shown
		row.upshot = amend.Upshot{Deleted: true}
		all, err := f.group(tx, row.origin())
		if err != nil {
			return err
		}
		said, err := f.amendments(tx, row.origin(), true)
		if err == nil {
			err = f.dropAll(tx, &member{row}, all, said)
		}
		if err == nil {
			err = putUpshot(tx, all, &row)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place = ?`, behindCut, row.place())
		return err
	})
	if err != nil {
		return Message{}, fmt.Errorf("delete message %s: %w", m.ID, err)
	}
	row.body = nil
	gone := c.messageOfRow(v, &row)
	if gone.Kind == event.KindFile {
		c.files.takenBack(gone.ID)
	}
	c.news.change(Change{Amended: gone})
	return *gone, c.summarise(ctx, v)
}

// takeBackAgain deletes for everybody what our person deleted here while it was refused, and what counts now.
func (c *Chat) takeBackAgain(ctx context.Context, v *conversation) error {
	if v.room == nil || !v.room.members().Has(c.config.Identity.Person()) {
		return nil
	}
	var again []writing
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		again, err = c.untold(tx, v)
		return err
	})
	if err == nil && len(again) > 0 {
		_, err = c.enter(ctx, v, again)
	}
	return err
}

// untold returns the deletions of messages of ours that count and are deleted here, for which there is no event: a deletion that stands behind a cut does nothing, and is not said again.
func (c *Chat) untold(tx *store.Tx, v *conversation) (again []writing, err error) {
	f := &folder{chat: c, v: v, branches: v.branchKeys()}
	rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_event e `+withUpshot+` WHERE e.deleted = 1 AND e.hidden = 0 AND +e.conversation = ?`, v.key)
	if err != nil {
		return nil, err
	}
	var ours []eventRow
	err = scanEvents(rows, f.branches, func(r eventRow) bool {
		if c.isOurs(r.branch) {
			ours = append(ours, r)
		}
		return true
	})
	for i := 0; i < len(ours) && err == nil; i++ {
		var said []amend.Amendment
		if said, err = f.amendments(tx, ours[i].origin(), true); err != nil || slices.ContainsFunc(said, func(a amend.Amendment) bool { return a.Kind == event.KindDelete }) {
			continue
		}
		named := ours[i].origin()
		var body []byte
		body, err = (&amend.Amendment{Kind: event.KindDelete, Named: named}).Encode()
		again = append(again, writing{kind: event.KindDelete, body: body})
	}
	return again, err
}

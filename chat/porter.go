package chat

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// How often the porter does what nothing else brings up.
const (
	porterRound = 10 * time.Minute // a vector to somebody, chosen by chance
	porterSweep = 6 * time.Hour
)

// porter is the one loop that looks after the office: who is blocked is not shown, what was kept on behalf of others goes when it is old, and now and
// then somebody chosen by chance is told what is here, so that nobody misses anything for long. It also tells of rooms that are shown or not as those who brought our person there are blocked.
type porter struct {
	chat *Chat
	wake chan struct{} // capacity 1: somebody may have been blocked, or not any more

	owed  map[identity.PeerID]bool // authors of whom is not yet stored whether they are shown; the loop's alone,
	shown map[*conversation]bool   // and so is which rooms that came by somebody blocked are shown,

	blocked map[identity.PersonID]bool // and who was blocked when that was looked at last
}

func newPorter(c *Chat) *porter {
	return &porter{chat: c, wake: make(chan struct{}, 1), owed: map[identity.PeerID]bool{}, shown: map[*conversation]bool{}}
}

// run goes on until ctx ends.
func (p *porter) run(ctx context.Context) {
	defer p.chat.config.Roster.Subscribe(func(peer.Change) { ring(p.wake) })()
	v := p.chat.openOffice()
	p.reviewShunned(ctx)
	p.reviewMentions()
	p.try(ctx, "hide what blocked people announced", func() error { return p.judge(ctx, v, true) })
	round, sweep := time.NewTimer(porterRound), time.NewTimer(keepingFirst)
	defer round.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
			p.reviewShunned(ctx)
			p.reviewMentions()
			p.try(ctx, "hide what blocked people announced", func() error { return p.judge(ctx, v, false) })
		case <-sweep.C:
			p.try(ctx, "drop old announcements", func() error { return p.age(ctx, v, time.Now()) })
			sweep.Reset(porterSweep)
		case <-round.C:
			p.greet(v)
			p.try(ctx, "hide what blocked people announced", func() error { return p.judge(ctx, v, false) })
			round.Reset(porterRound/2 + rand.N(porterRound))
		}
	}
}

func (p *porter) try(ctx context.Context, what string, do func() error) {
	if err := do(); err != nil && ctx.Err() == nil {
		p.chat.config.Log.Warn(what+"; it is tried again", "error", err)
	}
}

// greet tells somebody chosen by chance what is here, if anything is.
func (p *porter) greet(v *conversation) {
	all := p.chat.sessionsOf(v)
	if len(all) > 0 && len(v.vector()) > 0 {
		all[rand.IntN(len(all))].requestAgain()
	}
}

// judge has what blocked people announced shown no more, and what is theirs who are not blocked any more shown again. all looks at everybody, as the
// program may have ended between a decision and what follows from it.
func (p *porter) judge(ctx context.Context, v *conversation, all bool) error {
	for author, was := range v.shutAuthors() {
		row, met := p.chat.config.Roster.Get(author)
		is := met && row.Trust == peer.Blocked
		if is == was && !all && !p.owed[author] {
			continue
		}
		if err := p.hide(ctx, v, author, is); err != nil {
			return err
		}
		if !is && !all {
			for _, s := range p.chat.sessionsOf(v) {
				s.requestAgain()
			}
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.office.judged = v.office.judged || all
	return nil
}

// shutAuthors returns all authors, and who is blocked as far as is known here.
func (v *conversation) shutAuthors() map[identity.PeerID]bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := map[identity.PeerID]bool{}
	for author, a := range v.office.authors {
		all[author] = a.shut
	}
	return all
}

// hide hides or shows what an author announced. What is stored from now on is stored as it is to be shown.
func (p *porter) hide(ctx context.Context, v *conversation, author identity.PeerID, is bool) error {
	v.mu.Lock()
	v.office.authors[author].shut, v.office.authors[author].unsure = is, true
	v.mu.Unlock()
	again := p.owed[author]
	p.owed[author] = true
	changed, err := p.rewrite(ctx, v, author, is)
	if err == nil {
		v.mu.Lock()
		v.office.authors[author].unsure = false
		v.mu.Unlock()
	}
	if err == nil && (changed || again) {
		err = p.chat.recount(ctx, v)
	}
	if err == nil {
		delete(p.owed, author)
	}
	return err
}

// rewrite stores whether what an author announced is shown, and reports whether that was otherwise. What lost its words meanwhile stays hidden.
func (p *porter) rewrite(ctx context.Context, v *conversation, author identity.PeerID, is bool) (changed bool, err error) {
	from, to, bare := 0, shut, shut
	if !is {
		from, to, bare = shut, 0, expired
	}
	err = p.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		changed = false
		for _, w := range v.allViews() {
			if w.log.Peer != author {
				continue
			}
			r, err := tx.Exec(`UPDATE chat_event SET hidden = iif(deleted = 0 AND length(salt) = 0, ?, ?) WHERE place BETWEEN ? AND ? AND hidden = ?`,
				bare, to, place(w.branch, 0), place(w.branch, event.MaxNumber), from)
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			changed = changed || n > 0
		}
		return nil
	})
	return changed, err
}

// hearsay reports whether an author is known here by what others pass on only.
func (c *Chat) hearsay(author identity.PeerID) bool {
	_, met := c.config.Roster.Get(author)
	return !met
}

// age drops the words of old announcements of people whom we never met: they were kept on behalf of others.
func (p *porter) age(ctx context.Context, v *conversation, now time.Time) error {
	var all []old
	err := p.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		all = nil
		for _, w := range v.allViews() {
			if !p.chat.hearsay(w.log.Peer) {
				continue
			}
			aged, err := agedOf(tx, v, w.branch, now.Add(-officeAge).UnixMilli())
			if err != nil {
				return err
			}
			all = append(all, aged...)
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return err
	}
	if err := p.chat.keeping.drop(ctx, all); err != nil {
		return err
	}
	return p.chat.recount(ctx, v)
}

// agedOf returns the events of a branch, but for a log's first, that are older and still have words.
func agedOf(tx *store.Tx, v *conversation, b *branch, before int64) (all []old, err error) {
	rows, err := tx.Query(`SELECT place, kind, lamport, header FROM chat_event WHERE place BETWEEN ? AND ? AND time < ? AND length(salt) > 0`,
		place(b, 2), place(b, event.MaxNumber), before)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		o := old{in: v}
		var raw sql.RawBytes
		if err := rows.Scan(&o.place, &o.kind, &o.lamport, &raw); err != nil {
			return nil, err
		}
		o.id = sha256.Sum256(raw)
		all = append(all, o)
	}
	return all, rows.Err()
}

// forgetHearsay takes whole logs away, before they are read into memory for good: those by people never met of which nothing is passed on any more.
func (c *Chat) forgetHearsay(ctx context.Context) error {
	v := c.known(event.OfficeID())
	if v == nil {
		return nil
	}
	now := time.Now()
	for log, branches := range v.branches {
		if !c.hearsay(log.Peer) || log.Peer == c.self() {
			continue
		}
		gone := false
		err := c.config.DB.Write(ctx, func(tx *store.Tx) error {
			gone = true
			for _, b := range branches {
				last, err := eventAt(tx, b, b.kept.Number)
				if err != nil {
					return err
				}
				gone = gone && last.Time < now.Add(-officeAge-officeSlack).UnixMilli()
			}
			if !gone {
				return nil
			}
			return forgetLog(tx, v, branches)
		})
		if err != nil {
			return fmt.Errorf("drop announcements of somebody never met: %w", err)
		}
		if gone {
			delete(v.branches, log)
		}
	}
	return nil
}

// forgetLog takes a log out of all tables.
func forgetLog(tx *store.Tx, v *conversation, branches []*branch) error {
	v.tallies.clear()
	for i := len(branches) - 1; i >= 0; i-- { // what forks goes before its base
		b := branches[i]
		for number := b.fork + 1; number <= b.kept.Number; number++ {
			if err := unindex(tx, v, place(b, number)); err != nil {
				return err
			}
		}
		if err := forgetBranch(tx, b.key); err != nil {
			return err
		}
	}
	return nil
}

// forgetBranch takes a branch out of all tables but those of the index.
func forgetBranch(tx *store.Tx, key int64) error {
	for _, table := range []string{"chat_upshot", "chat_mention", "chat_amendment", "chat_file", "chat_event"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE place BETWEEN ? AND ?`, key<<numberBits, key<<numberBits|int64(event.MaxNumber)); err != nil {
			return err
		}
	}
	for _, query := range []string{`DELETE FROM chat_read WHERE branch = ?`, `DELETE FROM chat_indexed WHERE branch = ?`, `DELETE FROM chat_came WHERE branch = ?`, `DELETE FROM chat_branch WHERE key = ?`} {
		if _, err := tx.Exec(query, key); err != nil {
			return err
		}
	}
	return nil
}

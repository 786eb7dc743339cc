package chat

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/words"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// mostLooked is how many messages a page of a search looks at that have the words, and maybe not the signs, or in one conversation any: some tenths of a second.
const mostLooked = 20_000

// searchPatience is how long a search waits for messages that are not indexed yet; what is missing then is told.
const searchPatience = 40 * time.Millisecond

// Search asks for messages of all conversations by what they say: texts and names of files.
type Search struct {
	Text   string                 // all its words must be there, in any case and with or without accents; the last may be a beginning
	In     []event.ConversationID // only these conversations; nil = all
	From   []identity.PersonID    // only what these people wrote; nil = all
	Since  time.Time              // not earlier
	Until  time.Time              // earlier than this
	Files  bool                   // only offers of files; Text may be empty then
	Before int64                  // only what comes after an earlier page: its Next
	Limit  int                    // 0 = 50
}

// Hit is one message found.
type Hit struct {
	Message
	Key     int64 // where it stands among all, newest first
	Excerpt words.Excerpt
}

// Hits is a page of what was found, newest first by the author's clock, which counts no later than the message came.
type Hits struct {
	Hits    []Hit
	More    bool    // there may be more, also behind a page that is not full: signs are looked for among so many messages at a time
	Next    int64   // for Before of the next page
	Indexed Indexed // what of all messages could be found; the rest is being indexed in the background
}

// Search looks in all conversations. It does not wait until a database of an earlier version is indexed: Indexed says how far that is.
func (c *Chat) Search(ctx context.Context, s Search) (Hits, error) {
	if err := c.loaded(ctx); err != nil {
		return Hits{}, err
	}
	wanted := words.Read(s.Text)
	if strings.TrimSpace(s.Text) == "" && !s.Files {
		return Hits{}, ErrNoSearch
	}
	var hits Hits
	hits.Indexed = c.index.await(ctx, nil, searchPatience)
	branches := c.branchesByKey(c.hides)
	expression, ok := c.expression(wanted, &s, branches)
	if !ok {
		return hits, nil
	}
	if s.Limit <= 0 {
		s.Limit = 50
	}
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		found, err := c.find(tx, expression, wanted, s, branches, mostLooked)
		hits.Hits, hits.More, hits.Next = found.Hits, found.More, found.Next
		return err
	})
	if err != nil {
		return Hits{}, fmt.Errorf("search the conversations: %w", err)
	}
	return hits, nil
}

// expression is what the index is asked; false when nothing can be found.
func (c *Chat) expression(wanted words.Terms, s *Search, branches map[int64]storedBranch) (string, bool) {
	var parts []string
	if len(wanted) > 0 {
		parts = append(parts, "words : ("+wanted.Expression()+")")
	} else if strings.TrimSpace(s.Text) != "" {
		return "", false // signs only, which no word is made of
	}
	if s.Files {
		parts = append(parts, "marks : "+fileMark)
	}
	if s.In != nil {
		parts = append(parts, either(c.marksOfThese(s.In)))
	}
	if s.From != nil {
		parts = append(parts, either(c.marksOfAuthors(s.From, branches)))
	}
	return strings.Join(parts, " AND "), !slices.Contains(parts, "")
}

// either asks for one of the marks; "" without any, which nothing can have.
func either(marks []string) string {
	if len(marks) == 0 {
		return ""
	}
	return "marks : (" + strings.Join(marks, " OR ") + ")"
}

func (c *Chat) marksOfThese(in []event.ConversationID) (marks []string) {
	for _, id := range in {
		if v := c.known(id); v != nil {
			marks = append(marks, conversationMark(v))
		}
	}
	return marks
}

// marksOfAuthors returns the marks of the machines that are these people's, as what they wrote is shown, each once.
func (c *Chat) marksOfAuthors(from []identity.PersonID, branches map[int64]storedBranch) []string {
	marks := map[string]bool{}
	for _, b := range branches {
		if slices.Contains(from, c.personIn(b.in, b.log.Peer)) {
			marks[authorMark(b.log.Peer[:])] = true
		}
	}
	return slices.Sorted(maps.Keys(marks))
}

// known returns a conversation if there is one.
func (c *Chat) known(id event.ConversationID) *conversation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conversations[id]
}

// branchesByKey returns the branches of all conversations but those that are left out.
func (c *Chat) branchesByKey(leftOut func(*conversation) bool) map[int64]storedBranch {
	branches := map[int64]storedBranch{}
	for _, v := range c.all() {
		if leftOut(v) {
			continue
		}
		for key, b := range v.branchKeys() {
			branches[key] = storedBranch{b, v}
		}
	}
	return branches
}

// find reads a page of hits, newest first. Not all of what the index finds for signs is one: then it looks at so many messages at most.
func (c *Chat) find(tx *store.Tx, expression string, wanted words.Terms, s Search, branches map[int64]storedBranch, most int) (page Hits, err error) {
	from, to := keyRange(s.Since, s.Until)
	if s.Before > 0 {
		to = min(to, s.Before-1)
	}
	if !wanted.Signed() {
		most = s.Limit
	}
	rows, err := tx.Query(`SELECT t.key, `+eventColumns+` FROM chat_search s CROSS JOIN chat_time t ON t.key = s.rowid CROSS JOIN chat_event e ON e.place = t.place `+withUpshot+`
		WHERE s.chat_search MATCH ? AND s.rowid BETWEEN ? AND ? AND e.`+isShown+` ORDER BY s.rowid DESC LIMIT ?`, expression, from, to, most+1)
	if err != nil {
		return Hits{}, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for looked := 0; rows.Next(); looked++ {
		if page.More = looked == most; page.More {
			return page, nil
		}
		hit, ok, err := c.scanHit(rows, wanted, branches)
		if err != nil {
			return Hits{}, err
		}
		if page.More = ok && len(page.Hits) == s.Limit; page.More {
			return page, nil
		}
		page.Next = hit.Key
		if ok {
			page.Hits = append(page.Hits, hit)
		}
	}
	return page, rows.Err()
}

// scanHit reads one row; false for one of a branch that began after the branches were looked up, and for one that lacks the signs that are looked for.
func (c *Chat) scanHit(rows *sql.Rows, wanted words.Terms, branches map[int64]storedBranch) (Hit, bool, error) {
	var hit Hit
	var r eventRow
	var at, lamport int64
	var raw, amended sql.RawBytes
	if err := rows.Scan(&hit.Key, &at, &lamport, &r.time, &r.kind, &raw, &r.again, &r.body, &r.deleted, &r.hidden, &amended); err != nil {
		return Hit{}, false, err
	}
	if len(amended) > 0 {
		var err error
		if r.upshot, err = amend.ReadUpshot(amended); err != nil {
			return Hit{}, false, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
	}
	b, ok := branches[placeBranch(at)]
	if !ok {
		return hit, false, nil
	}
	r.id = sha256.Sum256(raw)
	r.branch, r.number, r.lamport = b.branch, placeNumber(at), uint64(lamport)
	if wanted.Signed() && !r.has(wanted) {
		return hit, false, nil
	}
	hit.Message = *c.messageOfRow(b.in, &r)
	hit.Excerpt = wanted.Excerpt(hit.searched())
	return hit, true, nil
}

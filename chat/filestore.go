package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

func insertFile(tx *store.Tx, place int64, path string, mtime int64, list []byte) error {
	_, err := tx.Exec(`INSERT INTO chat_file (place, path, target, problem, mtime) VALUES (?, ?, '', '', ?)`, place, path, mtime)
	if err == nil && list != nil {
		_, err = tx.Exec(`INSERT INTO chat_list (place, manifest) VALUES (?, ?)`, place, list)
	}
	if err != nil {
		return fmt.Errorf("store an offer: %w", err)
	}
	return nil
}

// storeFile stores what an event says about files.
func (p *page) storeFile(tx *store.Tx, b *branch, e *event.Event) error {
	switch e.Kind {
	case event.KindFile:
		if p.made.hidden[e] || p.made.swapped[e] {
			return nil
		}
		if _, err := event.ReadFile(e.Body); err != nil {
			return nil // kept and passed on, but there is nothing to receive
		}
		sender, recipient := p.chat.parties(p.v, e.Peer)
		known, err := fateOf(tx, e.ID, sender, recipient)
		if err != nil {
			return err
		}
		p.made.fates[e] = known
		if p.isOurs(e) {
			return nil // stored by who wrote it
		}
		return insertFile(tx, place(b, e.Number), "", 0, nil)
	case event.KindAnswer:
		a, err := event.ReadAnswer(e.Body)
		if err != nil {
			return nil
		}
		by := p.chat.config.Roster.PersonOf(e.Peer)
		_, err = tx.Exec(`INSERT INTO chat_answer (offer, person, answer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, a.Offer[:], by[:], int64(a.Answer))
		if err != nil {
			return fmt.Errorf("store an answer: %w", err)
		}
	}
	return nil
}

// isOurs reports whether the event was just written here.
func (p *page) isOurs(e *event.Event) bool {
	_, ours := p.made.paths[e]
	return ours
}

// fateOf reads what is known of an offer that sender made to recipient.
func fateOf(tx *store.Tx, offer event.ID, sender, recipient identity.PersonID) (f fate, err error) {
	rows, err := tx.Query(`SELECT person, answer FROM chat_answer WHERE offer = ?`, offer[:])
	if err != nil {
		return fate{}, fmt.Errorf("read the answers to an offer: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var person []byte
		var answer int64
		if err := rows.Scan(&person, &answer); err != nil {
			return fate{}, err
		}
		if len(person) != len(sender) {
			return fate{}, fmt.Errorf("an answer to offer %s: %w", offer, store.ErrCorrupt)
		}
		f.note(event.Answer(answer), identity.PersonID(person), sender, recipient)
	}
	return f, rows.Err()
}

// loadFiles reads all offers and what became of them.
func (c *Chat) loadFiles(tx *store.Tx) error {
	branches := map[int64]storedBranch{}
	for _, v := range c.all() {
		for key, b := range v.branchKeys() {
			branches[key] = storedBranch{b, v}
		}
	}
	if err := c.files.loadTransfers(tx, branches); err != nil {
		return fmt.Errorf("load the offers of files: %w", err)
	}
	if err := c.files.loadAliases(tx); err != nil {
		return fmt.Errorf("load the re-issued offers of files: %w", err)
	}
	if err := c.files.loadRefused(tx); err != nil {
		return err
	}
	for id, t := range c.files.transfers {
		sender, recipient := c.parties(t.in, t.peer)
		known, err := fateOf(tx, id, sender, recipient)
		if err != nil {
			return err
		}
		t.fate.join(known)
	}
	return nil
}

func (f *files) loadTransfers(tx *store.Tx, branches map[int64]storedBranch) (err error) {
	rows, err := tx.Query(`SELECT f.place, f.path, f.target, f.problem, f.paused, f.reached, f.left_out, e.header, e.salt, e.body FROM chat_file f JOIN chat_event e ON e.place = f.place`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var at int64
		var path, target, problem string
		var paused bool
		var reached int64
		var left, raw, salt, body []byte
		if err := rows.Scan(&at, &path, &target, &problem, &paused, &reached, &left, &raw, &salt, &body); err != nil {
			return err
		}
		out, err := readLeftOut(left)
		if err != nil {
			return err
		}
		e, err := event.ReadStored(raw, salt, body)
		if err != nil {
			return err
		}
		if e.Altered {
			continue // nothing can be said of what it offered; verify-log tells it
		}
		b, ok := branches[placeBranch(at)]
		if !ok {
			return fmt.Errorf("offer %s: %w", e.ID, store.ErrCorrupt)
		}
		if t := f.add(b.in, b.branch, e, path); t != nil {
			t.target, t.problem, t.paused = target, problem, paused
			t.noted = reached
			t.setLeftOut(leftOutOf(out))
			t.progress.restart(min(reached, t.progress.total))
		}
	}
	return rows.Err()
}

func (f *files) loadAliases(tx *store.Tx) error {
	return eachStored(tx, func(e *event.Event, err error) error {
		if err == nil && !e.Altered {
			f.alias(e)
		}
		return err
	}, `SELECT header, salt, body FROM chat_event WHERE again IS NOT NULL AND kind = ?`, int64(event.KindFile))
}

// mtime reads when an offered file was last changed before it was offered.
func (f *files) mtime(t *transfer) (mtime int64, err error) {
	err = f.chat.config.DB.Read(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT mtime FROM chat_file WHERE place = ?`, t.place).Scan(&mtime)
	})
	if err != nil {
		return 0, fmt.Errorf("look up an offer: %w", err)
	}
	return mtime, nil
}

// listOf reads the manifest of a folder, nil if it is not here.
func (f *files) listOf(ctx context.Context, t *transfer) (encoded []byte, err error) {
	err = f.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(`SELECT manifest FROM chat_list WHERE place = ?`, t.place).Scan(&encoded)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up the list of a folder: %w", err)
	}
	return encoded, nil
}

// update changes a transfer's row and then the transfer.
func (f *files) update(ctx context.Context, t *transfer, query string, value any, change func()) error {
	err := f.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(query, value, t.place)
		return err
	})
	if err != nil {
		return fmt.Errorf("note what became of a file: %w", err)
	}
	f.mu.Lock()
	change()
	f.mu.Unlock()
	f.tell(t)
	return nil
}

// clearProblem has a file tried again that could not be received.
func (f *files) clearProblem(ctx context.Context, t *transfer) error {
	told := false
	err := f.update(ctx, t, `UPDATE chat_file SET problem = ? WHERE place = ?`, "", func() {
		told = t.problem != ""
		t.problem, t.short, t.why = "", false, 0
	})
	if told {
		f.tellEverybodyPaused(t)
	}
	return err
}

// setProblem notes why a file cannot be sent or received. It is shown even if it cannot be stored.
func (f *files) setProblem(t *transfer, problem string) {
	err := f.update(context.Background(), t, `UPDATE chat_file SET problem = ? WHERE place = ?`, problem, func() { t.problem, t.short = problem, false })
	if err == nil {
		return
	}
	f.chat.config.Log.Warn("store the problem of a file", "error", err)
	f.mu.Lock()
	t.problem, t.short = problem, false
	f.mu.Unlock()
	f.tell(t)
}

func (f *files) setTarget(ctx context.Context, t *transfer, target string) error {
	return f.update(ctx, t, `UPDATE chat_file SET target = ? WHERE place = ?`, target, func() { t.target = target })
}

func (f *files) setList(ctx context.Context, t *transfer, encoded []byte) error {
	return f.update(ctx, t, `INSERT INTO chat_list (manifest, place) SELECT ?, place FROM chat_file WHERE place = ? ON CONFLICT (place) DO UPDATE SET manifest = excluded.manifest`, encoded, func() {})
}

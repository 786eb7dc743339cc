package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite"

	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// searches are what people type, letter by letter where that is dearest: a beginning that a third of all messages have, words that nearly all have, one
// that a single message has, and none.
var searches = []string{"m", "me", "mes", "message about", "the", "the m", "the message number 77", "needle", "nowhere to be found"}

// million: a profile with a million messages from one colleague starts, is indexed in the background, is searched, and starts again after a kill.
func million(ctx context.Context, f *field) error {
	if err := f.pair(ctx); err != nil {
		return err
	}
	if _, err := f.do(ctx, 2, "send", person(1), "hello", "--wait", "delivered"); err != nil {
		return err
	}
	if _, err := f.do(ctx, 1, "send", person(2), "the message about number one", "--wait", "delivered"); err != nil {
		return err
	}
	for host := 1; host <= 2; host++ {
		if _, err := f.do(ctx, host, "stop"); err != nil {
			return err
		}
	}
	count := f.scaled(1_000_000)
	if err := fillProfile(ctx, f, count); err != nil {
		return fmt.Errorf("write %d messages: %w", count, err)
	}
	begun := time.Now()
	if _, err := f.agent(ctx, 1); err != nil {
		return err
	}
	started := time.Since(begun).Seconds()
	a, err := api.Open(f.profile(1))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := indexed(ctx, f, a, count); err != nil {
		return err
	}
	f.table.add("1,000,000 messages: from the start of the program until it answers", "s", "lanyard", started)
	f.table.add("1,000,000 messages of an earlier version indexed in the background", "s", "lanyard", time.Since(begun).Seconds())
	if err := searched(ctx, f, a); err != nil {
		return err
	}
	pid, err := f.pid(1)
	if err != nil {
		return err
	}
	memory, err := resident(pid)
	if err != nil {
		return err
	}
	f.table.add("1,000,000 messages: memory after start, indexing and searches", "MiB", "lanyard", memory)
	return killed(ctx, f)
}

// killed measures the start after a kill, with a message in the log of the database that is not moved into its file yet.
func killed(ctx context.Context, f *field) error {
	if _, err := f.do(ctx, 1, "send", person(2), "the last one before the kill"); err != nil {
		return err
	}
	if err := f.kill(1); err != nil {
		return err
	}
	begun := time.Now()
	if _, err := f.agent(ctx, 1); err != nil {
		return err
	}
	f.table.add("1,000,000 messages: from the start after a kill until it answers", "s", "lanyard", time.Since(begun).Seconds())
	return nil
}

// indexed waits until everything can be found.
func indexed(ctx context.Context, f *field, a *api.Client, count int) error {
	for {
		hits, err := a.Search(ctx, api.SearchQuery{Text: "needle"})
		if err != nil {
			return err
		}
		if hits.Total >= count && hits.Indexed == hits.Total {
			if len(hits.Hits) != 1 {
				return fmt.Errorf("one message has the word, and %d were found", len(hits.Hits))
			}
			return nil
		}
		pause(ctx, time.Second)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// searched measures a page of 50 hits over the local API, each search some times; the slowest counts. The author of nearly all messages and that of none but a
// few, which have to be found among them, make two rows more.
func searched(ctx context.Context, f *field, a *api.Client) error {
	for _, of := range []struct {
		row  string
		from []string
	}{{"search in 1,000,000 messages", nil}, {"search in 1,000,000 messages by who wrote them", []string{person(1), person(2)}}} {
		var took []float64
		for range 20 {
			for _, text := range searches {
				for _, q := range byEach(api.SearchQuery{Text: text, Limit: 50}, of.from) {
					begun := time.Now()
					if _, err := a.Search(ctx, q); err != nil {
						return err
					}
					took = append(took, float64(time.Since(begun).Microseconds())/1000)
				}
			}
		}
		f.table.add(of.row+", first 50 hits, median", "ms", "lanyard", quantile(took, .5))
		f.table.add(of.row+", slowest", "ms", "lanyard", quantile(took, 1))
	}
	return nil
}

// byEach is a search for what each of these wrote; without any for what anybody did.
func byEach(q api.SearchQuery, from []string) []api.SearchQuery {
	if len(from) == 0 {
		return []api.SearchQuery{q}
	}
	var all []api.SearchQuery
	for _, who := range from {
		q.From = []string{who}
		all = append(all, q)
	}
	return all
}

// eventHeader is an event's header; docs/protocol.md section 6.
type eventHeader struct {
	Conversation []byte          `cbor:"1,keyasint"`
	Peer         identity.PeerID `cbor:"2,keyasint"`
	Log          [16]byte        `cbor:"3,keyasint"`
	Number       uint64          `cbor:"4,keyasint"`
	Previous     []byte          `cbor:"5,keyasint,omitempty"`
	Lamport      uint64          `cbor:"6,keyasint"`
	Time         int64           `cbor:"7,keyasint"`
	Kind         uint64          `cbor:"8,keyasint"`
	BodyHash     []byte          `cbor:"10,keyasint"`
}

type eventBody struct {
	Text string `cbor:"1,keyasint"`
}

// fillProfile writes events of host 2 into the database of host 1, as if they had come over the years, chained, the last one signed, and read.
func fillProfile(ctx context.Context, f *field, count int) (err error) {
	author, err := identity.Open(f.profile(2))
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(f.profile(1), "lanyard.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	h := eventHeader{Peer: author.PeerID(), Kind: 1}
	rand.Read(h.Log[:])
	var conversation int64
	if err := tx.QueryRow(`SELECT key, id FROM chat_conversation`).Scan(&conversation, &h.Conversation); err != nil {
		return err
	}
	var key int64
	if err := tx.QueryRow(`SELECT max(key) + 1 FROM chat_branch`).Scan(&key); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO chat_branch (key, conversation, peer, log, base, fork) VALUES (?, ?, ?, ?, NULL, 0)`, key, conversation, h.Peer[:], h.Log[:]); err != nil {
		return err
	}
	insert, err := tx.Prepare(`INSERT INTO chat_event (place, conversation, lamport, time, kind, hidden, name, header, salt, body, signature, again)
		VALUES (?, ?, ?, ?, 1, 0, ?, ?, ?, ?, ?, NULL)`)
	if err != nil {
		return err
	}
	talk := newTalk(count)
	begun := time.Now().Add(-5 * 365 * 24 * time.Hour).UnixMilli()
	salt := make([]byte, 16)
	for n := 1; n <= count; n++ {
		body, err := wire.Marshal(eventBody{talk.next(n)})
		if err != nil {
			return err
		}
		binary.BigEndian.PutUint64(salt, talk.random.Uint64())
		hash := sha256.Sum256(append(append([]byte(nil), salt...), body...))
		h.Number, h.Lamport, h.Time, h.BodyHash = uint64(n), uint64(n)+10, begun+int64(n)*100_000, hash[:]
		raw, err := wire.Marshal(h)
		if err != nil {
			return err
		}
		id := sha256.Sum256(raw)
		h.Previous = id[:]
		var signature []byte
		if n == count {
			signature = author.Sign("events", id[:])
		}
		if _, err := insert.Exec(key<<40|int64(n), conversation, int64(h.Lamport), h.Time, int64(binary.BigEndian.Uint64(id[:8])), raw, salt, body, signature); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`INSERT INTO chat_read (branch, number) VALUES (?, ?)`, key, count); err != nil {
		return err
	}
	return tx.Commit()
}

// talk makes texts of about 60 bytes out of 20,000 words, some of which are much more frequent than others.
type talk struct {
	random *mathrand.Rand
	words  []string
	needle int
}

func newTalk(count int) *talk {
	t := &talk{random: mathrand.New(mathrand.NewPCG(1, 2)), needle: count / 3}
	for range 20_000 {
		word := make([]byte, 3+t.random.IntN(8))
		for i := range word {
			word[i] = byte('a' + t.random.IntN(26))
		}
		t.words = append(t.words, string(word))
	}
	return t
}

func (t *talk) next(n int) string {
	words := []string{"the", "message", "number", fmt.Sprint(n)}
	if n%3 == 0 {
		words = append(words, "about")
	}
	if n == t.needle {
		words = append(words, "needle")
	}
	for range 7 {
		r := t.random.Float64()
		words = append(words, t.words[int(r*r*r*float64(len(t.words)))])
	}
	return strings.Join(words, " ")
}

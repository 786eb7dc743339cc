package peer

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// again is the roster as the next start has it.
func (r *Roster) again(t *testing.T) *Roster {
	t.Helper()
	next := New(r.config)
	if err := next.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return next
}

func (r *Roster) trusts(t *testing.T, m *machine) Peer {
	t.Helper()
	row, known := r.met(m.id)
	if !known {
		t.Fatal("nobody is there")
	}
	return row
}

// TestWordsDiffer: that words differed stays, with its time and as a problem, over a restart, and while somebody is blocked, until words are the same or it is taken back.
func TestWordsDiffer(t *testing.T) {
	r, _ := quietRoster(t)
	m := r.stranger(t, time.Now())
	begun := time.Now().Truncate(time.Millisecond)
	do := func(what string, err error, want Trust, problem bool) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, one := range []*Roster{r, r.again(t)} {
			row := one.trusts(t, m)
			told := slices.ContainsFunc(one.Problems(), func(p Problem) bool {
				return p.ID == ProblemWordsDiffer+m.person.String() && p.Person == m.person && strings.Contains(p.Remedy, "lanyard verify "+m.person.String())
			})
			if row.Trust != want || told != problem || want == Differs && row.Differed.Before(begun) || want < Blocked && !row.Differed.IsZero() {
				t.Errorf("%s: %v since %v, and a problem: %v", what, row.Trust, row.Differed, told)
			}
		}
	}
	of := m.person
	do("verified", r.Verify(t.Context(), of), Verified, false)
	do("differs", r.Differ(t.Context(), of, false), Differs, true)
	do("blocked", r.Block(t.Context(), of), Blocked, false)
	do("taken back while blocked", r.Unblock(t.Context(), of), Differs, true)
	do("verified later", r.Verify(t.Context(), of), Verified, false)
	do("differs again", r.Differ(t.Context(), of, true), Differs, true)
	do("taken back", r.Doubt(t.Context(), of), Seen, false)
	do("differs, and is blocked", r.Differ(t.Context(), of, true), Differs, true)
	do("blocked again", r.Block(t.Context(), of), Blocked, false)
	do("taken back, which unblocks nobody", r.Doubt(t.Context(), of), Blocked, false)
	do("unblocked", r.Unblock(t.Context(), of), Seen, false)
}

// TestManyWhoDiffer: whoever comes with many keys makes a bounded number of problems.
func TestManyWhoDiffer(t *testing.T) {
	r, _ := quietRoster(t)
	for range maxDiffering + 5 {
		if err := r.Differ(t.Context(), r.stranger(t, time.Now()).person, false); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.Problems()); n != maxDiffering {
		t.Errorf("%d problems", n)
	}
}

// TestManyHideNobody: that the words of somebody our person had to do with differed is told however many strangers come after it.
func TestManyHideNobody(t *testing.T) {
	r, _ := quietRoster(t)
	ben := r.stranger(t, time.Now()).person
	if err := r.Verify(t.Context(), ben); err != nil {
		t.Fatal(err)
	}
	if err := r.Differ(t.Context(), ben, false); err != nil {
		t.Fatal(err)
	}
	for range maxDiffering {
		if err := r.Differ(t.Context(), r.stranger(t, time.Now().Add(time.Minute)).person, false); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.ContainsFunc(r.Problems(), func(p Problem) bool { return p.Person == ben }) {
		t.Error("it is told no more")
	}
}

// TestPeopleOfBefore: a database of a version that did not note it is taken over, and nobody differs.
func TestPeopleOfBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lanyard.db")
	log := slog.New(slog.DiscardHandler)
	ben, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	signed, id, person := ben.FirstPersonList(), ben.PeerID(), ben.Person()
	opened(t, path, log, store.Part{Name: "peer", Migrations: []string{schema, marksSchema, listsSchema}}, func(db *store.DB) error {
		return db.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(`INSERT INTO person (id, list, signer, signature, trust, kept) VALUES (?, ?, ?, ?, 1, 1)`, person[:], signed.Body, signed.Signer[:], signed.Signature); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO machine (id, person, key, name, host, met, last_seen) VALUES (?, ?, ?, 'Ben', 'ben-pc', 1, 0)`, id[:], person[:], []byte(ben.Public()))
			return err
		})
	})
	anna, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	opened(t, path, log, Part(), func(db *store.DB) error {
		r := New(Config{Identity: anna, DB: db, Name: "Anna", Log: log})
		if err := r.Load(t.Context()); err != nil {
			return err
		}
		if row, known := r.met(id); !known || row.Trust != Verified || !row.Differed.IsZero() || len(r.Problems()) != 0 {
			t.Errorf("Ben is %+v", row)
		}
		return nil
	})
}

// opened does something with a database that runs.
func opened(t *testing.T, path string, log *slog.Logger, part store.Part, do func(*store.DB) error) {
	t.Helper()
	db, err := store.Open(path, log, part)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx) }()
	if err := do(db); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

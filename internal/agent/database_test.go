package agent_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestOldDatabaseThatStaysLarge: a database of an older program that cannot be laid out anew keeps nobody from starting; that it does not get smaller is a problem until it works.
func TestOldDatabaseThatStaysLarge(t *testing.T) {
	anna := join(t, "Anna", agent.Options{})
	large := func(s api.Status) bool {
		return slices.ContainsFunc(s.Problems, func(p api.Problem) bool {
			return p.ID == "database/large" && p.Severity == "note" && strings.Contains(p.Text, "no such collation sequence") && p.Remedy != ""
		})
	}
	change := func(statements ...string) {
		t.Helper()
		db, err := sql.Open("sqlite", filepath.Join(anna.Options.Profile, "lanyard.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	anna.End()
	change(`PRAGMA auto_vacuum = NONE`, `VACUUM`, `CREATE TABLE odd (word TEXT)`, `PRAGMA writable_schema = ON`,
		`UPDATE sqlite_schema SET sql = 'CREATE TABLE odd (word TEXT COLLATE nowhere)' WHERE name = 'odd'`) // SQLite reads that, and cannot write it anew
	anna.Start()
	await(t, "it is a problem", anna.Status, large)
	anna.End()
	change(`PRAGMA writable_schema = ON`, `UPDATE sqlite_schema SET sql = 'CREATE TABLE odd (word TEXT)' WHERE name = 'odd'`)
	anna.Start()
	await(t, "it is none any more", anna.Status, func(s api.Status) bool { return !large(s) })
}

// TestDamagedDatabaseIsLookedThrough: while all of a large database is looked through, as damage was found in it, every request is answered by that and how far it is, a second start, too; and the agent can be stopped.
func TestDamagedDatabaseIsLookedThrough(t *testing.T) {
	anna := join(t, "Anna", agent.Options{})
	anna.End()
	owes := func(statements ...string) {
		t.Helper()
		db, err := sql.Open("sqlite", filepath.Join(anna.Options.Profile, "lanyard.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, s := range append(statements, `INSERT INTO store_part VALUES ('', 2)`) {
			if _, err := db.Exec(s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	owes(`CREATE TABLE large (number INTEGER PRIMARY KEY, words BLOB)`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO large SELECT i, zeroblob(4000) FROM n`)
	var told []string
	anna.Options.Tell = func(line string) {
		told = append(told, line)
		_, second := agent.Running(t.Context(), anna.Options.Profile)
		client, err := api.Open(anna.Options.Profile)
		if err != nil {
			t.Error(err)
			return
		}
		defer client.Close()
		_, status := client.Status(t.Context())
		_, sent := client.Send(t.Context(), "Ben", "Hello")
		for what, err := range map[string]error{"status": status, "a text": sent, "a second start": second} {
			if api.CodeOf(err) != api.CodeStarting || !strings.Contains(err.Error(), "damage was found") || !strings.Contains(err.Error(), "tables done: 0 of ") {
				t.Errorf("%s is answered by %v", what, err)
			}
		}
	}
	anna.Start()
	if _, err := anna.Status(t.Context()); err != nil || len(told) != 1 || !strings.Contains(told[0], "lanyard status") {
		t.Errorf("once it runs: %v; it told %q", err, told)
	}
	anna.End()
	owes()
	o := anna.Options
	o.Ready = func(api.Me) { t.Error("it runs, though it was stopped before") }
	o.Tell = func(string) {
		client, err := api.Open(o.Profile)
		if err == nil {
			defer client.Close()
			err = client.Stop(t.Context())
		}
		if err != nil {
			t.Error(err)
		}
	}
	if err := agent.New(o).Run(t.Context()); err != nil {
		t.Errorf("stopped meanwhile: %v", err)
	}
	if _, err := api.Open(o.Profile); !errors.Is(err, api.ErrNotRunning) {
		t.Errorf("stopped: %v", err)
	}
	anna.Options.Tell = nil
	anna.Start()
}

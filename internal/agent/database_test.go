package agent_test

import (
	"database/sql"
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

package share_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/sync/share"
)

// TestDamagedDatabase: a share whose database is damaged says so in one sentence, with what helps; done so, the share works again and nothing is lost.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	ben := o.desks[1]
	ben.shut()
	file := filepath.Join(ben.dir, "shares", id.String()+".db")
	content, err := os.ReadFile(file)
	check(t, err)
	copy(content, strings.Repeat("damaged ", 375))
	check(t, os.WriteFile(file, content, 0o600))
	ben.start()
	o.meet()
	eventually(t, "Ben is told what to do", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && st.State == share.Trouble && len(st.Problems) == 1 && strings.HasSuffix(st.Problems[0].Text, " is damaged: "+file+".") &&
			strings.HasPrefix(st.Problems[0].Remedy, "Move this file away") && !strings.Contains(st.Problems[0].Text, "\n")
	}, ben.state(id))
	check(t, os.Rename(file, file+" damaged"))
	if got := o.agree(id, a, b); got["a.txt"] != "one" || got["b.txt"] != "two" || len(got) != 2 {
		t.Fatalf("the folders hold\n%s", listing(got))
	}
}

// TestDamageFoundWhileItWorks: damage of a large database that is found beside the work is told at once, also if nothing is to be done in the share.
func TestDamageFoundWhileItWorks(t *testing.T) {
	t.Parallel()
	o, id, _, _ := pair(t, map[string]string{"a.txt": "one"})
	ben := o.desks[1]
	ben.shut()
	file := filepath.Join(ben.dir, "shares", id.String()+".db")
	enlarge(t, file)
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	check(t, err)
	_, err = f.WriteAt([]byte(strings.Repeat("damaged ", 8)), 5000*4096)
	check(t, err)
	check(t, f.Close())
	ben.start()
	o.meet()
	eventually(t, "Ben is told what to do", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && st.State == share.Trouble && len(st.Problems) == 1 && strings.HasSuffix(st.Problems[0].Text, " is damaged: "+file+".")
	}, ben.state(id))
}

// enlarge brings a database above 32 MiB, and has it say that it was not looked through since an unclean end.
func enlarge(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	check(t, err)
	defer db.Close()
	for _, statement := range []string{`CREATE TABLE filling (number INTEGER PRIMARY KEY, content BLOB)`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO filling SELECT i, zeroblob(4000) FROM n`,
		`INSERT INTO store_part VALUES ('', 1)`} {
		_, err := db.Exec(statement)
		check(t, err)
	}
}

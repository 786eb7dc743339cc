package share_test

import (
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

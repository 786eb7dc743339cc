package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lanyard/sync/share"
)

// opened tells what a desk says that others have open, as "path by name".
func (d *desk) opened(id share.ID) (out []string) {
	d.t.Helper()
	st, err := d.engine.Get(id)
	if err != nil { // it has just started
		return []string{err.Error()}
	}
	for _, e := range st.Editing {
		if e.Since.IsZero() {
			d.t.Errorf("%+v", e)
		}
		out = append(out, e.Path+" by "+e.By.Name)
	}
	return out
}

// TestEditing: who has a document open is told to the others while they have it open, also who comes later, and no longer; owner files stay where they are.
func TestEditing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"Plans/Budget.xlsx": "1", "Proposal.docx": "2"}, ben, carla)
	o.agree(id, roots...)
	says := func(d *desk, want ...string) {
		t.Helper()
		eventually(t, fmt.Sprintf("%s says %q", d.name, want), func() bool { return fmt.Sprint(d.opened(id)) == fmt.Sprint(want) }, func() string { return fmt.Sprint(d.opened(id)) })
	}
	carla.shut()
	write(t, roots[0], "Plans/~$Budget.xlsx", "Anna")
	says(ben, "Plans/Budget.xlsx by Anna")
	write(t, roots[0], "~$oposal.docx", "Anna")
	says(ben, "Plans/Budget.xlsx by Anna", "Proposal.docx by Anna")
	says(anna)
	carla.start()
	o.meet()
	says(carla, "Plans/Budget.xlsx by Anna", "Proposal.docx by Anna")
	write(t, roots[1], "Plans/.~lock.Budget.xlsx#", "Ben")
	says(anna, "Plans/Budget.xlsx by Ben")
	check(t, os.Remove(filepath.Join(roots[0], "Plans", "~$Budget.xlsx")))
	says(ben, "Proposal.docx by Anna")
	check(t, os.RemoveAll(filepath.Join(roots[1], "Plans", ".~lock.Budget.xlsx#")))
	says(anna)
	anna.shut()
	says(ben)
	says(carla)
	for i, root := range roots[1:] {
		if _, err := os.Lstat(filepath.Join(root, "~$oposal.docx")); !os.IsNotExist(err) {
			t.Errorf("an owner file went to desk %d: %v", i+1, err)
		}
	}
}

// TestEditingBeforeStart: what was open before Lanyard was started is told as well.
func TestEditingBeforeStart(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"Budget.xlsx": "1"})
	o.agree(id, a, b)
	anna, ben := o.desks[0], o.desks[1]
	anna.shut()
	write(t, a, "~$Budget.xlsx", "Anna")
	anna.start()
	o.meet()
	eventually(t, "Ben is told", func() bool { return fmt.Sprint(ben.opened(id)) == "[Budget.xlsx by Anna]" }, func() string { return fmt.Sprint(ben.opened(id)) })
}

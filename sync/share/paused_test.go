package share_test

import (
	"os"
	"path/filepath"
	"testing"

	"lanyard/sync/share"
)

// TestPausedIsRead: what happened and what lies in the trash can be read while a share is paused; it goes on as before afterwards.
func TestPausedIsRead(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	anna, ben := o.desks[0], o.desks[1]
	check(t, os.Remove(filepath.Join(a, "a.txt")))
	become(t, map[string]string{"b.txt": "two"}, b)
	o.agree(id, a, b)
	check(t, ben.engine.Pause(t.Context(), id))
	trash, err := ben.engine.Trash(t.Context(), id)
	if err != nil || len(trash) != 1 || trash[0].Path != "a.txt" || trash[0].By.Name != anna.name {
		t.Errorf("the trash of a paused share: %+v, %v", trash, err)
	}
	list, err := ben.engine.Notices(t.Context(), id, 10)
	if err != nil || len(list) == 0 || list[0].Path != "a.txt" || list[0].What != share.Deleted {
		t.Errorf("the notices of a paused share: %+v, %v", list, err)
	}
	if _, err := ben.engine.Restore(t.Context(), id, "a.txt", false); err == nil {
		t.Error("a paused share restores")
	}
	check(t, ben.engine.Resume(t.Context(), id))
	save(t, a, "b.txt", "three")
	become(t, map[string]string{"b.txt": "three"}, b)
	o.agree(id, a, b)
}

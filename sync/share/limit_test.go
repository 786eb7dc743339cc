package share_test

import (
	"strings"
	"testing"
	"time"

	"lanyard/internal/blob"
	"lanyard/sync/share"
)

// TestLimit: with a limit a share takes its time, which ends at once when the limit is lifted; what is out of bounds is refused, and a limit outlives a restart.
func TestLimit(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	anna, ben := o.desks[0], o.desks[1]
	for _, n := range []int64{-1, 1, share.LeastLimit - 1, share.MostLimit + 1} {
		if err := ben.engine.SetLimits(t.Context(), id, blob.Limits{Down: n}); err == nil {
			t.Errorf("a limit of %d is taken", n)
		}
	}
	check(t, ben.engine.SetLimits(t.Context(), id, blob.Limits{Down: share.LeastLimit}))
	ben.restart()
	eventually(t, "the limit stands after a restart", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && st.Limits == (blob.Limits{Down: share.LeastLimit})
	}, ben.state(id))
	o.agree(id, a, b)
	check(t, anna.engine.LimitAll(blob.Limits{Up: 1 << 30}))
	large := strings.Repeat("sixteen bytes...", 4<<20/16) // a minute's worth, at the least
	begin := time.Now()
	write(t, a, "large.bin", large)
	eventually(t, "it is on its way", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && st.State == share.Syncing && st.Progress.FilesTotal > 0
	}, ben.state(id))
	if _, there := contents(t, b)["large.bin"]; there && time.Since(begin) < 10*time.Second {
		t.Errorf("%d bytes came within %v", len(large), time.Since(begin))
	}
	write(t, a, "small.txt", "two") // what is small comes with its record, or after what is on its way
	check(t, ben.engine.SetLimits(t.Context(), id, blob.Limits{}))
	become(t, map[string]string{"a.txt": "one", "large.bin": large, "small.txt": "two"}, b)
	o.agree(id, a, b)
}

// TestPauseIsTold: the others see who has paused a share, and that it goes on.
func TestPauseIsTold(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	anna, ben := o.desks[0], o.desks[1]
	paused := func(want bool) {
		t.Helper()
		eventually(t, "Anna sees whether Ben has paused", func() bool {
			st, err := anna.engine.Get(id)
			for _, m := range st.Members {
				if m.ID == person(ben) {
					return err == nil && m.Paused == want
				}
			}
			return false
		}, anna.state(id))
	}
	check(t, ben.engine.Pause(t.Context(), id))
	paused(true)
	save(t, a, "a.txt", "two")
	check(t, ben.engine.Resume(t.Context(), id))
	paused(false)
	become(t, map[string]string{"a.txt": "two"}, b)
	o.agree(id, a, b)
}

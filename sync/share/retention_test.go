package share

import (
	"testing"

	"lanyard/internal/tree"
	"lanyard/sync/role"
)

// TestRetention: a keeper keeps longer and more than the others, and all keep for a day at least.
func TestRetention(t *testing.T) {
	usual, kept := tree.DefaultPolicy(), retention(role.Keeper)
	if kept.Keep <= usual.Keep || kept.Share <= usual.Share || kept.Least != usual.Least {
		t.Errorf("a keeper's trash keeps %+v, another %+v", kept, usual)
	}
	for _, r := range []Role{role.ReadWrite, role.ReadOnly} {
		if got := retention(r); got.Keep != usual.Keep || got.Share != usual.Share {
			t.Errorf("the trash of %s keeps %+v", r, got)
		}
	}
}

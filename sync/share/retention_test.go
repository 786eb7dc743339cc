package share

import (
	"testing"

	"lanyard/internal/tree"
	"lanyard/sync/role"
)

// TestRetentionOfRoles: a keeper keeps longer and more than the others, and all keep for a day at least.
func TestRetentionOfRoles(t *testing.T) {
	usual, kept := tree.DefaultPolicy(), usualFor(role.Keeper).policy()
	if kept.Keep <= usual.Keep || kept.Share <= usual.Share || kept.Least != usual.Least {
		t.Errorf("a keeper's trash keeps %+v, another %+v", kept, usual)
	}
	for _, r := range []Role{role.ReadWrite, role.ReadOnly} {
		if got := usualFor(r).policy(); got.Keep != usual.Keep || got.Share != usual.Share {
			t.Errorf("the trash of %s keeps %+v", r, got)
		}
	}
}

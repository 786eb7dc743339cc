package share_test

import (
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/sync/index"
	"lanyard/sync/share"
)

// logsOf are n logs of one machine, with the numbers that a record claims to have seen of them.
func logsOf(p identity.PeerID, n int) (seen index.Context) {
	for range n {
		seen = seen.With(index.Dot{Log: vector.Log{Peer: p, ID: vector.NewLogID()}, Number: 1 << 50})
	}
	return seen
}

// claim has a desk publish its present version of a path once more, as one that has seen more than it has.
func (d *desk) claim(id share.ID, p index.Path, more index.Context) {
	d.t.Helper()
	check(d.t, share.Claim(d.t.Context(), d.engine, id, p, more))
}

// TestSeenBeforeItWasWritten: a record that claims to have seen what Anna is to write hinders her in nothing.
func TestSeenBeforeItWasWritten(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	anna, ben := o.desks[0], o.desks[1]
	log, err := share.OwnLog(anna.engine, id)
	check(t, err)
	ben.claim(id, "a.txt", index.Context{{Log: log, Number: 1 << 50}})
	o.agree(id, a, b)
	save(t, a, "a.txt", "three")
	become(t, map[string]string{"a.txt": "three", "b.txt": "two"}, a, b)
	save(t, b, "a.txt", "four")
	save(t, a, "b.txt", "five")
	become(t, map[string]string{"a.txt": "four", "b.txt": "five"}, a, b)
	o.agree(id, a, b)
}

// TestContextThatFitsNoRecord: what has seen so much that it fits just into a record can be changed, deleted and made again by others.
func TestContextThatFitsNoRecord(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	ben := o.desks[1]
	ben.claim(id, "a.txt", logsOf(ben.id.PeerID(), 600))
	o.agree(id, a, b)
	save(t, a, "a.txt", "three")
	become(t, map[string]string{"a.txt": "three", "b.txt": "two"}, a, b)
	removeAll(t, a, "a.txt")
	become(t, map[string]string{"b.txt": "two"}, a, b)
	save(t, b, "a.txt", "four")
	become(t, map[string]string{"a.txt": "four", "b.txt": "two"}, a, b)
	o.agree(id, a, b)
}

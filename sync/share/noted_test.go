package share

import (
	"fmt"
	"testing"

	"lanyard/internal/identity"
)

// TestNotedInOneBatch: of very many files in one batch some are named, and of each kind and person the last named one counts the rest.
func TestNotedInOneBatch(t *testing.T) {
	anna, ben := Person{ID: identity.PersonID{1}}, Person{ID: identity.PersonID{2}}
	var list []Notice
	list = noted(list, Notice{Path: "first.txt", What: Deleted, By: ben})
	for i := range 10 * maxNotices {
		list = noted(list, Notice{Path: fmt.Sprint(i), What: Added, By: anna})
	}
	list = noted(list, Notice{Path: "last.txt", What: Deleted, By: ben})
	list = noted(list, Notice{Path: "other.txt", What: Changed, By: ben}) // the first of its kind is named even so
	sum := map[What]int{}
	for _, n := range list {
		sum[n.What] += 1 + n.More
	}
	if len(list) != maxNotices+1 || sum[Added] != 10*maxNotices || sum[Deleted] != 2 || sum[Changed] != 1 || list[0].More != 1 || list[maxNotices-1].More == 0 {
		t.Errorf("%d notices: %v", len(list), sum)
	}
}

package name

import "testing"

// TestCheckOffered: what is offered has a name of one element, and none that some system takes for a place of its own.
func TestCheckOffered(t *testing.T) {
	for e, want := range map[string]bool{"plan.txt": true, "a b": true, "plan:b": true, "a:b": false, "a/b": false, "a\\b": false, "..": false, "": false, ".lanyard": false} {
		if err := CheckOffered(e); (err == nil) != want {
			t.Errorf("%q: %v", e, err)
		}
	}
}

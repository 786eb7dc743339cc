package index

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// TestLookAtOne: the short way for a single head, which nearly all paths have, shows what the rules show.
func TestLookAtOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := version("a2", "a1", Kind(rapid.IntRange(int(File), int(Tombstone)).Draw(rt, "kind")), 2)
		if v.Kind == File {
			v.Content, v.Size = content('X'), 10
		}
		if rapid.Bool().Draw(rt, "based") {
			v.Base = content(byte(rapid.IntRange('X', 'Y').Draw(rt, "base")))
		}
		v.Ends = rapid.Bool().Draw(rt, "ends")
		if got, want := Look(v.Path, Heads{v}, false), look(v.Path, Heads{v}, false); !reflect.DeepEqual(got, want) {
			rt.Fatalf("the short way shows %+v, the rules %+v", got, want)
		}
	})
}

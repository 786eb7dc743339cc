package main

import "testing"

func TestWorkloadEnds(t *testing.T) {
	var w workload
	const much, little = 10 * calmBytes, calmBytes / 4
	total := uint64(0)
	for i, look := range []struct {
		bytes uint64
		ended bool
	}{{little, false}, {much, false}, {much, false}, {little, true}, {little, false}, {much, false}, {0, true}, {0, false}} {
		total += look.bytes
		if got := w.ended(total); got != look.ended {
			t.Errorf("look %d: work has ended: %v, want %v", i, got, look.ended)
		}
	}
}

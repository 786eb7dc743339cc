package index

import "slices"

// Moves turns a removal and an arrival of the same content in one batch into a move, so that no byte is copied or fetched. Where the arrival
// names its origin, that one is taken first. The bytes of an empty file are not worth a move.
func Moves(acts []Action) []Action {
	sources := make(map[Hash][]int) // indices of removals
	busy := make(map[Path]bool)     // places where a directory comes or goes in the same batch
	for i := range acts {
		a := &acts[i]
		switch a.Verb {
		case Trash:
			if a.Expect.Size > 0 && a.Want.Kind == Tombstone {
				sources[a.Expect.Content] = append(sources[a.Expect.Content], i)
			}
		case MakeDir, RemoveDir:
			busy[a.Path] = true
		}
	}
	if len(sources) == 0 {
		return acts
	}
	taken := make(map[int]bool)
	out := make([]Action, 0, len(acts))
	for _, a := range acts {
		i, ok := source(acts, a, sources[a.Want.Content], taken, busy)
		if !ok {
			out = append(out, a)
			continue
		}
		taken[i] = true
		s := acts[i]
		out = append(out, Action{Verb: Move, Path: a.Path, Want: a.Want, Seen: a.Seen, From: s.Path, Expect: s.Expect},
			Action{Verb: Adopt, Path: s.Path, Want: s.Want, Seen: s.Seen})
	}
	moved := make(map[Path]bool, len(taken))
	for i := range taken {
		moved[acts[i].Path] = true
	}
	return slices.DeleteFunc(out, func(a Action) bool { return a.Verb == Trash && moved[a.Path] })
}

func source(acts []Action, a Action, candidates []int, taken map[int]bool, busy map[Path]bool) (int, bool) {
	if a.Verb != Place || busy[a.Path] {
		return 0, false
	}
	best := -1
	for _, i := range candidates {
		from := acts[i].Path
		if taken[i] || busy[from] || a.Path.Under(from) {
			continue
		}
		if a.Want.From != nil && a.Want.From.Path == from {
			return i, true
		}
		if best < 0 {
			best = i
		}
	}
	return best, best >= 0
}

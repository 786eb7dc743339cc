package agent

import (
	"path/filepath"
	"slices"

	"lanyard/internal/api"
	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// barred says why a file or folder must not be sent: who has the profile's key is that person, and what they said lies beside it. What was dropped on the
// window lies in the profile, too, and may go, as may what commands of hooks wrote, and what was received, should its folder be in the profile. The path has its links resolved.
func barred(profile, folder, path string) error {
	home := tree.Resolved(profile)
	if !tree.Touch(home, path) {
		return nil
	}
	free := []string{spoolFolder, sentFolder, hooksFolder}
	for i, one := range free {
		free[i] = filepath.Join(home, one)
	}
	if folder = tree.Resolved(folder); below(folder, home) && !lanyards(home, folder) {
		free = append(free, folder)
	}
	if slices.ContainsFunc(free, func(dir string) bool { return below(path, dir) }) {
		return nil
	}
	return told(api.CodeUsage, "%s holds or lies in %s, where Lanyard keeps your key and your conversations: whoever has them could write as you. Choose another; nothing was sent", name.Quote(path), name.Quote(home))
}

// lanyards reports whether a folder in the profile is one where Lanyard keeps what is its own.
func lanyards(home, folder string) bool {
	return slices.ContainsFunc([]string{sharesFolder, browserFolder}, func(one string) bool { return tree.Touch(filepath.Join(home, one), folder) })
}

func below(path, dir string) bool { return tree.Within(path, dir) && !tree.SamePlace(path, dir) }

package agent

import (
	"path/filepath"

	"lanyard/internal/api"
	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// barred says why a file or folder must not be sent: who has the profile's key is that person, and what they said lies beside it. What was dropped on the
// window lies in the profile, too, and may go. The path has its links resolved.
func barred(profile, path string) error {
	home := tree.Resolved(profile)
	if !tree.Touch(home, path) || below(path, filepath.Join(home, spoolFolder)) || below(path, filepath.Join(home, sentFolder)) {
		return nil
	}
	return told(api.CodeUsage, "%s holds or lies in %s, where Lanyard keeps your key and your conversations: whoever has them could write as you. Choose another; nothing was sent", name.Quote(path), name.Quote(home))
}

func below(path, dir string) bool { return tree.Within(path, dir) && !tree.SamePlace(path, dir) }

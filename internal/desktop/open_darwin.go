package desktop

import "context"

func opener(target string) []string { return []string{"open", target} }

func reveal(ctx context.Context, path string) error {
	return start(ctx, "show "+path, []string{"open", "-R", path})
}

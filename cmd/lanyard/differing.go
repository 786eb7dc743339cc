package main

import (
	"context"

	"lanyard/internal/api"
)

// warnOfDiffering says if the words that were compared with who was just written to differ. What was sent is sent, whatever comes of asking.
func warnOfDiffering(ctx context.Context, a *api.Client, c *call, to string) {
	if one, err := a.Conversation(ctx, to); err == nil && one.Trust == "differs" {
		warnDiffering(c, one.Distinct())
	}
}

// warnDiffering says on the standard error, in one line, that the words compared with somebody differ.
func warnDiffering(c *call, called string) {
	c.warn("The words that you and %s compared differ: somebody may be between your computers, so write nothing secret there.", called)
}

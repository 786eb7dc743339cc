package main

import (
	"context"
	"fmt"
	"os"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// warnOfDiffering says if the words that were compared with who was just written to differ. What was sent is sent, whatever comes of asking.
func warnOfDiffering(ctx context.Context, a *api.Client, to string) {
	if one, err := a.Conversation(ctx, to); err == nil && one.Trust == "differs" {
		warnDiffering(one.Distinct())
	}
}

// warnDiffering says on the standard error, in one line, that the words compared with somebody differ.
func warnDiffering(called string) {
	fmt.Fprintf(os.Stderr, "The words that you and %s compared differ: somebody may be between your computers, so write nothing secret there.\n", name.Quote(called))
}

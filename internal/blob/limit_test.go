package blob_test

import (
	"context"
	"testing"
	"time"

	"lanyard/internal/blob"
)

// TestLimits: what a limit holds back comes at once when it is lifted, on either side, and what is of another kind is not held back.
func TestLimits(t *testing.T) {
	for _, side := range []string{"fetching", "serving"} {
		t.Run(side, func(t *testing.T) {
			fetcher, server, content := pair(t)
			meet(t, fetcher, server)
			body := noise(7, 6<<20)
			item := content.put(body)
			slow := blob.Limits{Up: 64 << 10, Down: 64 << 10}
			limited := fetcher
			if side == "serving" {
				limited = server
			}
			for _, where := range []blob.Scope{scope, blob.AllShares()} {
				limited.blobs.Limit(where, slow)
			}
			done := make(chan error, 1)
			sink := collect(t)
			go func() { done <- fetcher.fetch(context.Background(), server, sink, item) }()
			select {
			case err := <-done:
				t.Fatalf("6 MiB came in no time at 64 KiB in a second: %v", err)
			case <-time.After(200 * time.Millisecond): // of the 90 s that it takes
			}
			for _, where := range []blob.Scope{scope, blob.AllShares()} {
				limited.blobs.Limit(where, blob.Limits{})
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			sink.check(body)
		})
	}
}

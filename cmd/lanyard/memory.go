package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// An agent lives all day beside other programs and works for seconds. While it works, collecting garbage seldom saves time; when it is calm again, it gives
// back what it took.
const (
	garbagePercent = 200              // of what is alive, before it is collected (runtime/debug.SetGCPercent); the environment's GOGC comes first
	calmPause      = 20 * time.Second // between two looks
	calmBytes      = 8 << 20          // allocated between two looks: with more the agent is at work
)

// frugal keeps the program's memory small until ctx ends.
func frugal(ctx context.Context) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	ticker := time.NewTicker(calmPause)
	defer ticker.Stop()
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	var w workload
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if metrics.Read(allocated); w.ended(allocated[0].Value.Uint64()) {
				debug.FreeOSMemory()
			}
		}
	}
}

// workload tells when the agent was at work and is not any more.
type workload struct {
	allocated uint64 // at the last look
	working   bool
}

// ended takes how many bytes were allocated since the program began, and reports once after each time of work that it is over.
func (w *workload) ended(allocated uint64) bool {
	was := w.working
	w.working = allocated-w.allocated > calmBytes
	w.allocated = allocated
	return was && !w.working
}

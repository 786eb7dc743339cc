package desktop

import (
	"context"
	"fmt"
	"os/exec"
	"time"
)

// idleMeter asks ioreg, which comes with macOS: the library behind it needs cgo.
type idleMeter struct{}

func (*idleMeter) close() {}

func (*idleMeter) read(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, idleAnswer)
	defer cancel()
	text, err := exec.CommandContext(ctx, "/usr/sbin/ioreg", "-c", "IOHIDSystem", "-d", "4").Output()
	if err != nil {
		return 0, fmt.Errorf("ask macOS for idle time: %w", err)
	}
	return idleOfRegistry(string(text))
}

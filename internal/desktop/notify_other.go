//go:build !linux

package desktop

import (
	"context"
	"fmt"

	"github.com/gen2brain/beeep"

	"lanyard/internal/api"
)

// plainNotifier shows toasts through the system's own service, which tells no clicks to a program without an installed identity.
type plainNotifier struct{}

func newNotifyBackend() notifyBackend { return plainNotifier{} }

func (plainNotifier) run(ctx context.Context, _ func(api.Notification)) error {
	<-ctx.Done()
	return ctx.Err()
}

func (plainNotifier) show(_ context.Context, what api.Notification) error {
	if err := beeep.Notify(what.Title, what.Body, ""); err != nil {
		return fmt.Errorf("show a notification: %w", err)
	}
	return nil
}

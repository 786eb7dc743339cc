package desktop

import (
	"context"

	"lanyard/internal/api"
)

// Notifier shows notifications on the desktop. Make it with NewNotifier; Run must run for clicks to be heard. Show may be called from any
// goroutine and returns when the desktop has taken the notification or refused it.
//
// A notification with the tag of an earlier one takes its place. Text of colleagues is shown as text: markup that a desktop would interpret is escaped.
type Notifier struct {
	clicked func(api.Notification)
	backend notifyBackend
}

// notifyBackend is the part that differs by system.
type notifyBackend interface {
	run(ctx context.Context, clicked func(api.Notification)) error
	show(ctx context.Context, n api.Notification) error
}

// NewNotifier makes a notifier; clicked is called, from Run's goroutine, when the person clicks a notification (where the desktop tells). It
// must not block.
func NewNotifier(clicked func(api.Notification)) *Notifier {
	return &Notifier{clicked: clicked, backend: newNotifyBackend()}
}

// Run listens for clicks until ctx ends. Without a desktop session it only waits.
func (n *Notifier) Run(ctx context.Context) error { return n.backend.run(ctx, n.clicked) }

// Show shows one notification. ErrNoSession: there is no desktop to show it on.
func (n *Notifier) Show(ctx context.Context, what api.Notification) error {
	return n.backend.show(ctx, what)
}

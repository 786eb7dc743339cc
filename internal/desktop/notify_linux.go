package desktop

import (
	"context"
	"fmt"
	"html"
	"sync"

	"github.com/godbus/dbus/v5"

	"lanyard/internal/api"
)

// The Desktop Notifications Specification 1.2 (freedesktop.org).
const (
	notifyName  = "org.freedesktop.Notifications"
	notifyPath  = "/org/freedesktop/Notifications"
	maxRemember = 100 // notifications whose click is still understood
)

// busNotifier speaks to the notification daemon over one bus connection, made at first use and again when it broke.
type busNotifier struct {
	ready chan *dbus.Conn // tells run of a new connection

	mu    sync.Mutex
	bus   *dbus.Conn
	shown []shown // oldest first
}

type shown struct {
	id   uint32
	what api.Notification
}

func newNotifyBackend() notifyBackend { return &busNotifier{ready: make(chan *dbus.Conn, 1)} }

func (b *busNotifier) run(ctx context.Context, clicked func(api.Notification)) error {
	defer b.close()
	signals := make(chan *dbus.Signal, 16)
	for {
		select {
		case bus := <-b.ready:
			bus.Signal(signals)
		case signal, ok := <-signals:
			if !ok { // the connection broke: godbus closes its channels; the next Show connects anew
				signals = make(chan *dbus.Signal, 16)
			} else if what, hit := b.hit(signal); hit {
				clicked(what)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *busNotifier) hit(signal *dbus.Signal) (api.Notification, bool) {
	if signal.Name != notifyName+".ActionInvoked" || len(signal.Body) < 2 {
		return api.Notification{}, false
	}
	id, ok := signal.Body[0].(uint32)
	if !ok {
		return api.Notification{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.shown {
		if s.id == id {
			return s.what, true
		}
	}
	return api.Notification{}, false
}

func (b *busNotifier) show(ctx context.Context, what api.Notification) error {
	bus, err := b.connect()
	if err != nil {
		return err
	}
	hints := map[string]dbus.Variant{
		"desktop-entry": dbus.MakeVariant("lanyard"),
		"category":      dbus.MakeVariant("im.received"),
	}
	var id uint32
	call := bus.Object(notifyName, notifyPath).CallWithContext(ctx, notifyName+".Notify", 0, "Lanyard", b.replaces(what.Tag), "lanyard", what.Title,
		html.EscapeString(what.Body), []string{"default", "Open"}, hints, int32(-1))
	if err := call.Store(&id); err != nil {
		return fmt.Errorf("show a notification: %w", err)
	}
	b.remember(shown{id, what})
	return nil
}

func (b *busNotifier) connect() (*dbus.Conn, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bus != nil && b.bus.Connected() {
		return b.bus, nil
	}
	bus, err := sessionBus(context.Background())
	if err != nil {
		return nil, fmt.Errorf("show a notification: %w", err)
	}
	if err := bus.AddMatchSignal(dbus.WithMatchInterface(notifyName), dbus.WithMatchObjectPath(notifyPath)); err != nil {
		return nil, fmt.Errorf("listen for clicks on notifications: %w", closeAfter(bus, err))
	}
	b.bus, b.shown = bus, nil
	select {
	case b.ready <- bus:
	default: // run has not taken the one before, which is dead: replace it
		select {
		case <-b.ready:
		default:
		}
		b.ready <- bus
	}
	return bus, nil
}

func closeAfter(bus *dbus.Conn, err error) error {
	if closing := bus.Close(); closing != nil {
		return fmt.Errorf("%w (and close the bus: %w)", err, closing)
	}
	return err
}

func (b *busNotifier) replaces(tag string) uint32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.shown {
		if tag != "" && s.what.Tag == tag {
			return s.id
		}
	}
	return 0
}

func (b *busNotifier) remember(s shown) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.shown[:0]
	for _, old := range b.shown {
		if old.id != s.id && (s.what.Tag == "" || old.what.Tag != s.what.Tag) {
			kept = append(kept, old)
		}
	}
	b.shown = append(kept, s)
	if len(b.shown) > maxRemember {
		b.shown = b.shown[len(b.shown)-maxRemember:]
	}
}

func (b *busNotifier) close() {
	b.mu.Lock()
	bus := b.bus
	b.bus = nil
	b.mu.Unlock()
	if bus != nil {
		_ = bus.Close() // nothing is left to be told by a connection that we end
	}
}

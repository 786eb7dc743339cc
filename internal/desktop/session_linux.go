package desktop

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/jezek/xgb"
)

const watcherName = "org.kde.StatusNotifierWatcher"

// FindSession connects to the display and the bus to see whether they answer; addresses in the environment may be stale.
func FindSession(ctx context.Context) Session {
	s := Session{Display: displayAnswers(ctx)}
	bus, err := sessionBus(ctx)
	if err != nil {
		return s
	}
	defer bus.Close()
	s.Bus = true
	s.TrayHost = nameHasOwner(ctx, bus, watcherName)
	return s
}

func displayAnswers(ctx context.Context) bool {
	return waylandAnswers(ctx) || xAnswers(ctx)
}

func waylandAnswers(ctx context.Context) bool {
	display := os.Getenv("WAYLAND_DISPLAY")
	if display == "" {
		return false
	}
	if !filepath.IsAbs(display) {
		display = filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), display)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", display)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func xAnswers(ctx context.Context) bool {
	if os.Getenv("DISPLAY") == "" {
		return false
	}
	answer := make(chan bool, 1)
	go func() {
		conn, err := xgb.NewConn()
		if err == nil {
			conn.Close()
		}
		answer <- err == nil
	}()
	timeout := time.NewTimer(3 * time.Second)
	defer timeout.Stop()
	select {
	case ok := <-answer:
		return ok
	case <-timeout.C:
	case <-ctx.Done():
	}
	return false
}

// sessionBus connects to the bus the session named, and to no other: without an address the library would start a bus of its own by
// dbus-launch and leave it running.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if address == "" {
		socket := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")
		if _, err := os.Stat(socket); err != nil || os.Getenv("XDG_RUNTIME_DIR") == "" {
			return nil, ErrNoSession
		}
		address = "unix:path=" + socket
	}
	if strings.HasPrefix(address, "autolaunch:") {
		return nil, ErrNoSession
	}
	return dbus.Connect(address, dbus.WithContext(ctx))
}

func nameHasOwner(ctx context.Context, bus *dbus.Conn, name string) bool {
	var has bool
	err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
	return err == nil && has
}

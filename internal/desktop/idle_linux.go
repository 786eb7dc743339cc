package desktop

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"
)

// idleMeter asks the desktop over connections that it keeps until one breaks. The zero value is ready.
type idleMeter struct {
	bus    *dbus.Conn // of the session
	system *dbus.Conn
	x      *xgb.Conn
}

// read asks in the order of trust: the compositor that owns the input (GNOME, Cinnamon, KDE), then the X server's screensaver extension, then the login manager. On Wayland the X
// server sees only its own windows, so it is not asked there, and a compositor that says "just now" may say so always (Plasma 5.24): then the login manager is heard too.
func (m *idleMeter) read(ctx context.Context) (time.Duration, error) {
	wayland, x := os.Getenv("WAYLAND_DISPLAY") != "", os.Getenv("DISPLAY") != ""
	idle, told := m.compositor(ctx)
	switch {
	case told && (idle > 0 || !wayland):
		return idle, nil
	case wayland:
		if away, is := m.login(ctx); is {
			return away, nil
		}
		if told {
			return 0, nil
		}
		return 0, errIdleUnknown
	case !x:
		return 0, errIdleUnknown
	}
	idle, err := m.server()
	if err != nil {
		m.close()
		if away, is := m.login(ctx); is {
			return away, nil
		}
		return 0, fmt.Errorf("ask the X server for idle time: %w", err)
	}
	return idle, nil
}

func (m *idleMeter) compositor(ctx context.Context) (time.Duration, bool) {
	if m.bus != nil && !m.bus.Connected() {
		m.close()
	}
	if m.bus == nil {
		bus, err := sessionBus(ctx)
		if err != nil {
			return 0, false
		}
		m.bus = bus
	}
	ctx, cancel := context.WithTimeout(ctx, idleAnswer)
	defer cancel()
	var mutter uint64
	if m.ask(ctx, "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "GetIdletime", &mutter) ||
		m.ask(ctx, "org.cinnamon.Muffin.IdleMonitor", "/org/cinnamon/Muffin/IdleMonitor/Core", "GetIdletime", &mutter) {
		return time.Duration(mutter) * time.Millisecond, true
	}
	var kde uint32
	told := m.ask(ctx, "org.freedesktop.ScreenSaver", "/ScreenSaver", "GetSessionIdleTime", &kde)
	return time.Duration(kde) * time.Millisecond, told
}

// ask calls a method of an object whose interface is called as its owner, if there is one.
func (m *idleMeter) ask(ctx context.Context, name string, path dbus.ObjectPath, method string, answer any) bool {
	return nameHasOwner(ctx, m.bus, name) && m.bus.Object(name, path).CallWithContext(ctx, name+"."+method, 0).Store(answer) == nil
}

func (m *idleMeter) server() (time.Duration, error) {
	if m.x == nil {
		conn, err := xgb.NewConn()
		if err != nil {
			return 0, err
		}
		m.x = conn
		if err := screensaver.Init(conn); err != nil {
			return 0, err
		}
	}
	root := xproto.Setup(m.x).DefaultScreen(m.x).Root
	info, err := screensaver.QueryInfo(m.x, xproto.Drawable(root)).Reply()
	if err != nil {
		return 0, err
	}
	return time.Duration(info.MsSinceUserInput) * time.Millisecond, nil
}

func (m *idleMeter) close() {
	if m.bus != nil {
		_ = m.bus.Close() // a broken one says so; there is nothing to lose
	}
	if m.system != nil {
		_ = m.system.Close()
	}
	if m.x != nil {
		m.x.Close()
	}
	*m = idleMeter{}
}

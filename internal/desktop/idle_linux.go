package desktop

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"
)

// idle asks in the order of trust: the compositor that owns the input (GNOME, then KDE), then the X server's screensaver extension. On Wayland the X server sees
// only its own windows, so it is not asked there.
func idle(ctx context.Context) (time.Duration, error) {
	if bus, err := sessionBus(ctx); err == nil {
		defer bus.Close()
		var milliseconds uint64
		mutter := bus.Object("org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core")
		if nameHasOwner(ctx, bus, "org.gnome.Mutter.IdleMonitor") && mutter.CallWithContext(ctx, "org.gnome.Mutter.IdleMonitor.GetIdletime", 0).Store(&milliseconds) == nil {
			return time.Duration(milliseconds) * time.Millisecond, nil
		}
		var kde uint32
		saver := bus.Object("org.freedesktop.ScreenSaver", "/ScreenSaver")
		if nameHasOwner(ctx, bus, "org.freedesktop.ScreenSaver") && saver.CallWithContext(ctx, "org.freedesktop.ScreenSaver.GetSessionIdleTime", 0).Store(&kde) == nil {
			return time.Duration(kde) * time.Millisecond, nil
		}
	}
	if os.Getenv("WAYLAND_DISPLAY") != "" || os.Getenv("DISPLAY") == "" {
		return 0, errIdleUnknown
	}
	return xIdle()
}

func xIdle() (time.Duration, error) {
	conn, err := xgb.NewConn()
	if err != nil {
		return 0, fmt.Errorf("ask the X server for idle time: %w", err)
	}
	defer conn.Close()
	if err := screensaver.Init(conn); err != nil {
		return 0, fmt.Errorf("ask the X server for idle time: %w", err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	info, err := screensaver.QueryInfo(conn, xproto.Drawable(root)).Reply()
	if err != nil {
		return 0, fmt.Errorf("ask the X server for idle time: %w", err)
	}
	return time.Duration(info.MsSinceUserInput) * time.Millisecond, nil
}

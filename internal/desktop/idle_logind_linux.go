package desktop

import (
	"context"
	"os"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

const (
	loginName    = "org.freedesktop.login1"
	loginSession = loginName + ".Session"
)

// login asks systemd's login manager, to which many desktops report that nobody is at the session (org.freedesktop.login1(5), IdleHint). They report it some time after the last
// key, which is all that is known then: the word of a compositor is better. False: nobody is told to be away.
func (m *idleMeter) login(ctx context.Context) (time.Duration, bool) {
	if m.system != nil && !m.system.Connected() {
		m.close()
	}
	if m.system == nil {
		bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
		if err != nil {
			return 0, false
		}
		m.system = bus
	}
	asked, cancel := context.WithTimeout(ctx, idleAnswer)
	defer cancel()
	if !nameHasOwner(asked, m.system, loginName) {
		return 0, false
	}
	session := m.system.Object(loginName, m.loginPath(asked))
	var away bool
	var since uint64 // microseconds of the monotonic clock
	if property(asked, session, "IdleHint", &away) != nil || !away || property(asked, session, "IdleSinceHintMonotonic", &since) != nil {
		return 0, false
	}
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0, false
	}
	return max(0, time.Duration(now.Nano())-time.Duration(since)*time.Microsecond), true
}

// loginPath is the session that this program belongs to, else the one that its user sees.
func (m *idleMeter) loginPath(ctx context.Context) dbus.ObjectPath {
	path := dbus.ObjectPath("/org/freedesktop/login1/session/auto")
	if id := os.Getenv("XDG_SESSION_ID"); id != "" {
		var named dbus.ObjectPath
		if m.system.Object(loginName, "/org/freedesktop/login1").CallWithContext(ctx, loginName+".Manager.GetSession", 0, id).Store(&named) == nil {
			path = named
		}
	}
	return path
}

func property(ctx context.Context, of dbus.BusObject, name string, into any) error {
	var v dbus.Variant
	if err := of.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, loginSession, name).Store(&v); err != nil {
		return err
	}
	return v.Store(into)
}

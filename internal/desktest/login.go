package desktest

import (
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// PlayLogin plays systemd's login manager with one session, on the desk's bus: Use makes that the system bus too. The function it returns changes what the session tells.
func PlayLogin(t testing.TB, d *Desk, id string) (tell func(away bool, sinceMonotonic uint64)) {
	t.Helper()
	const session, iface = dbus.ObjectPath("/org/freedesktop/login1/session/_31"), "org.freedesktop.login1.Session"
	conn := d.connect(t)
	properties, err := prop.Export(conn, session, prop.Map{iface: {"IdleHint": {Value: false}, "IdleSinceHintMonotonic": {Value: uint64(0)}}})
	if err != nil {
		t.Fatal(err)
	}
	find := func(of string) (dbus.ObjectPath, *dbus.Error) {
		if of != id {
			return "", unsupported("session " + of)
		}
		return session, nil
	}
	export(t, conn, "org.freedesktop.login1", map[string]any{"GetSession": find}, "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
	return func(away bool, sinceMonotonic uint64) {
		properties.SetMust(iface, "IdleHint", away)
		properties.SetMust(iface, "IdleSinceHintMonotonic", sinceMonotonic)
	}
}

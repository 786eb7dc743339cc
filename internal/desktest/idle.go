package desktest

import (
	"testing"

	"github.com/godbus/dbus/v5"
)

// PlayIdle plays a compositor that tells idle time: an object on the bus whose interface is called as its owner, with one method that answers milliseconds.
func PlayIdle[N uint32 | uint64](t testing.TB, d *Desk, name string, path dbus.ObjectPath, method string, milliseconds N) {
	t.Helper()
	answer := func() (N, *dbus.Error) { return milliseconds, nil }
	export(t, d.connect(t), name, map[string]any{method: answer}, path, name)
}

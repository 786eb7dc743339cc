package desktest

import (
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Notification is one call of org.freedesktop.Notifications.Notify.
type Notification struct {
	ID       uint32
	Replaces uint32
	Title    string
	Body     string
	Actions  []string
	daemon   *dbus.Conn
}

// Notifications plays the desktop's notification daemon; what it is given is shown.
func (d *Desk) Notifications(t testing.TB) Shown[Notification] {
	t.Helper()
	shown := newShown[Notification]("a notification")
	conn := d.connect(t)
	var last atomic.Uint32
	notify := func(_ string, replaces uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
		id := replaces
		if id == 0 {
			id = last.Add(1)
		}
		shown.come <- Notification{ID: id, Replaces: replaces, Title: title, Body: body, Actions: actions, daemon: conn}
		return id, nil
	}
	export(t, conn, "org.freedesktop.Notifications", map[string]any{"Notify": notify}, "/org/freedesktop/Notifications", "org.freedesktop.Notifications")
	return shown
}

// Click does what a click on the notification does.
func (n Notification) Click(t testing.TB) {
	t.Helper()
	if err := n.daemon.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", n.ID, "default"); err != nil {
		t.Fatal(err)
	}
}

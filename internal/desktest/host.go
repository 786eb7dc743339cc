package desktest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
)

// Item is one icon that registered with the desktop's tray host.
type Item struct {
	desk   *Desk
	sender string
	path   dbus.ObjectPath
}

// Host plays the tray host (StatusNotifierItem, freedesktop.org): icons that register are shown.
func (d *Desk) Host(t testing.TB) Shown[Item] {
	t.Helper()
	items := newShown[Item]("an icon")
	conn := d.connect(t)
	register := func(sender dbus.Sender, service string) *dbus.Error {
		item := Item{desk: d, sender: string(sender), path: dbus.ObjectPath(service)}
		if len(service) > 0 && service[0] != '/' {
			item.sender, item.path = service, "/StatusNotifierItem"
		}
		items.come <- item
		return nil
	}
	get := func(_, property string) (dbus.Variant, *dbus.Error) {
		switch property {
		case "IsStatusNotifierHostRegistered":
			return dbus.MakeVariant(true), nil
		case "ProtocolVersion":
			return dbus.MakeVariant(int32(0)), nil
		case "RegisteredStatusNotifierItems":
			return dbus.MakeVariant([]string{}), nil
		}
		return dbus.Variant{}, unsupported(property)
	}
	properties := map[string]any{"Get": get, "GetAll": func(string) (map[string]dbus.Variant, *dbus.Error) {
		return map[string]dbus.Variant{"IsStatusNotifierHostRegistered": dbus.MakeVariant(true), "ProtocolVersion": dbus.MakeVariant(int32(0)),
			"RegisteredStatusNotifierItems": dbus.MakeVariant([]string{})}, nil
	}}
	if err := conn.ExportMethodTable(properties, watcherPath, "org.freedesktop.DBus.Properties"); err != nil {
		t.Fatal(err)
	}
	export(t, conn, watcherName, map[string]any{"RegisterStatusNotifierItem": register,
		"RegisterStatusNotifierHost": func(string) *dbus.Error { return nil }}, watcherPath, watcherName)
	return items
}

// Panel starts a real xfce4-panel, whose systray plugin is a tray host, and returns when it is ready for icons.
func (d *Desk) Panel(t testing.TB) {
	t.Helper()
	need(t, "xfce4-panel", "xfce4-panel")
	settings := filepath.Join(d.Getenv("XDG_CONFIG_HOME"), "xfce4", "xfconf", "xfce-perchannel-xml")
	if err := os.MkdirAll(settings, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(settings, "xfce4-panel.xml"), []byte(panelSettings), 0o600); err != nil {
		t.Fatal(err)
	}
	begin(t, d.Command("xfce4-panel", "--disable-wm-check"))
	Until(t, "the panel's tray host", func() bool {
		var has bool
		return d.Bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&has) == nil && has
	})
}

// PanelItem waits for an icon on the panel of Panel.
func (d *Desk) PanelItem(t testing.TB) Item {
	t.Helper()
	var found Item
	Until(t, "the icon on the panel", func() bool {
		value, err := d.Bus.Object(watcherName, watcherPath).GetProperty(watcherName + ".RegisteredStatusNotifierItems")
		if err != nil {
			return false
		}
		names, ok := value.Value().([]string)
		if !ok || len(names) == 0 {
			return false
		}
		for i, c := range names[0] {
			if c == '/' {
				found = Item{desk: d, sender: names[0][:i], path: dbus.ObjectPath(names[0][i:])}
				return true
			}
		}
		return false
	})
	return found
}

const panelSettings = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0"><property name="configver" type="int" value="2"/>
<property name="panels" type="array"><value type="int" value="1"/>
 <property name="panel-1" type="empty"><property name="position" type="string" value="p=6;x=0;y=0"/>
  <property name="length" type="uint" value="100"/><property name="size" type="uint" value="32"/>
  <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property></property></property>
<property name="plugins" type="empty"><property name="plugin-1" type="string" value="tasklist"/>
 <property name="plugin-2" type="string" value="systray"/></property></channel>
`

// Entry is one line of an icon's menu.
type Entry struct {
	ID      int32
	Label   string
	Visible bool
	Enabled bool
	Checked bool
	Entries []Entry
}

// layout is what com.canonical.dbusmenu.GetLayout answers: (ia{sv}av).
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// Menu reads the icon's menu over the bus, hidden entries included.
func (i Item) Menu() ([]Entry, error) {
	var revision uint32
	var root layout
	err := i.desk.Bus.Object(i.sender, i.path+"/Menu").Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	if err != nil {
		return nil, err
	}
	entry, err := read(root)
	return entry.Entries, err
}

func read(l layout) (Entry, error) {
	e := Entry{ID: l.ID, Visible: true, Enabled: true}
	if v, ok := l.Properties["label"].Value().(string); ok {
		e.Label = v
	}
	if v, ok := l.Properties["visible"].Value().(bool); ok {
		e.Visible = v
	}
	if v, ok := l.Properties["enabled"].Value().(bool); ok {
		e.Enabled = v
	}
	if v, ok := l.Properties["toggle-state"].Value().(int32); ok {
		e.Checked = v == 1
	}
	for _, child := range l.Children {
		var c layout
		if err := dbus.Store([]any{child.Value()}, &c); err != nil {
			return Entry{}, err
		}
		sub, err := read(c)
		if err != nil {
			return Entry{}, err
		}
		e.Entries = append(e.Entries, sub)
	}
	return e, nil
}

// Find returns the visible entry with that label, in submenus too.
func Find(entries []Entry, label string) (Entry, bool) {
	for _, e := range entries {
		if e.Label == label && e.Visible {
			return e, true
		}
		if sub, ok := Find(e.Entries, label); ok {
			return sub, true
		}
	}
	return Entry{}, false
}

// Click clicks the visible entry with that label, once it is there. An entry that ends its program may be gone before it has answered: what came of the click shows
// elsewhere.
func (i Item) Click(t testing.TB, label string) {
	t.Helper()
	var entry Entry
	Until(t, "the menu entry "+label, func() bool {
		menu, err := i.Menu()
		if err != nil {
			return false
		}
		var ok bool
		entry, ok = Find(menu, label)
		return ok
	})
	call := i.desk.Bus.Object(i.sender, i.path+"/Menu").Call("com.canonical.dbusmenu.Event", 0, entry.ID, "clicked", dbus.MakeVariant(""), uint32(time.Now().Unix()))
	var refused dbus.Error
	if call.Err != nil && !(errors.As(call.Err, &refused) && refused.Name == "org.freedesktop.DBus.Error.NoReply") {
		t.Fatalf("click %q: %v", label, call.Err)
	}
}

func (d *Desk) connect(t testing.TB) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(d.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	if err != nil {
		t.Fatalf("connect to the session bus: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

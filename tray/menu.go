//go:build !notray && (windows || ((linux || darwin) && cgo))

package tray

import (
	"context"
	"strconv"
	"sync"

	"github.com/getlantern/systray"
)

// menu is the fixed pool of entries and what they show now. All of it belongs to Tray's loop.
type menu struct {
	open, problem, share, autostart, quit *entry
	recent                                [MaxRecent]*entry
	presence                              *entry
	choices                               map[string]*entry // by presence

	icons      icons
	shownIcon  string
	tooltip    string
	state      State
	clicks     chan *entry
	forwarders sync.WaitGroup
}

// entry is one menu item with what the library does not remember for us.
type entry struct {
	item    *systray.MenuItem
	title   string
	visible bool
	checked bool
	enabled bool
}

var presences = [...]struct{ value, title string }{{"available", "Available"}, {"away", "Away"}, {"busy", "Busy"}, {"invisible", "Invisible"}}

func newMenu(ctx context.Context) *menu {
	m := &menu{clicks: make(chan *entry), choices: map[string]*entry{}, icons: drawIcons()}
	m.open = m.add(ctx, systray.AddMenuItem("Open Lanyard", ""))
	m.problem = m.add(ctx, systray.AddMenuItem("-", ""))
	systray.AddSeparator()
	for i := range m.recent {
		m.recent[i] = m.add(ctx, systray.AddMenuItem("-", ""))
	}
	systray.AddSeparator()
	m.share = m.add(ctx, systray.AddMenuItem("Share an existing folder…", ""))
	m.presence = m.add(ctx, systray.AddMenuItem("Available", ""))
	for _, p := range presences {
		e := m.add(ctx, m.presence.item.AddSubMenuItemCheckbox(p.title, "", false))
		m.choices[p.value] = e
	}
	m.autostart = m.add(ctx, systray.AddMenuItemCheckbox("Start at login", "", false))
	systray.AddSeparator()
	m.quit = m.add(ctx, systray.AddMenuItem("Quit Lanyard", ""))
	m.draw(State{})
	return m
}

// add takes an item into the pool and forwards its clicks: the library drops a click that nobody is waiting for.
func (m *menu) add(ctx context.Context, item *systray.MenuItem) *entry {
	e := &entry{item: item, visible: true, enabled: true}
	m.forwarders.Go(func() {
		for {
			select {
			case <-item.ClickedCh:
			case <-ctx.Done():
				return
			}
			select {
			case m.clicks <- e:
			case <-ctx.Done():
				return
			}
		}
	})
	return e
}

func (m *menu) draw(s State) {
	m.state = s
	m.drawIcon(s)
	m.problem.show(s.Problem != "")
	m.problem.setTitle(label(s.Problem, 80))
	m.problem.enable(false)
	for i, e := range m.recent {
		e.show(i < len(s.Recent))
		if i < len(s.Recent) {
			e.setTitle(personTitle(s.Recent[i]))
		}
	}
	for _, p := range presences {
		m.choices[p.value].check(p.value == s.Presence)
		if p.value == s.Presence {
			m.presence.setTitle(p.title)
		}
	}
	m.autostart.check(s.Autostart)
}

func (m *menu) drawIcon(s State) {
	which, bytes := "here", m.icons.here
	switch {
	case s.Unread > 0:
		which, bytes = "unread", m.icons.unread
	case s.Problem != "" || s.Presence == "invisible" || s.Presence == "":
		which, bytes = "grey", m.icons.grey
	}
	if m.shownIcon != which {
		systray.SetIcon(bytes)
		m.shownIcon = which
	}
	if tip := tooltip(s); tip != m.tooltip {
		systray.SetTooltip(tip)
		m.tooltip = tip
	}
}

// click says what a click on e means now. The desktop delivers clicks on greyed entries too; they mean nothing.
func (m *menu) click(e *entry) (Click, bool) {
	if !e.visible || !e.enabled {
		return Click{}, false
	}
	switch e {
	case m.open:
		return Click{Action: OpenWindow}, true
	case m.share:
		return Click{Action: ShareFolder}, true
	case m.quit:
		return Click{Action: Quit}, true
	case m.autostart:
		return Click{SetAutostart, onOff(!e.checked)}, true
	}
	for i, r := range m.recent {
		if e == r && i < len(m.state.Recent) {
			return Click{OpenConversation, m.state.Recent[i].ID}, true
		}
	}
	for value, choice := range m.choices {
		if e == choice {
			return Click{SetPresence, value}, true
		}
	}
	return Click{}, false
}

func (e *entry) setTitle(title string) {
	if e.visible && e.title != title {
		e.title = title
		e.item.SetTitle(escape(title))
	}
}

func (e *entry) show(visible bool) {
	if e.visible == visible {
		return
	}
	e.visible = visible
	if visible {
		e.item.Show()
	} else {
		e.item.Hide()
	}
}

func (e *entry) check(on bool) {
	if !e.visible || e.checked == on {
		return
	}
	e.checked = on
	if on {
		e.item.Check()
	} else {
		e.item.Uncheck()
	}
}

func (e *entry) enable(on bool) {
	if !e.visible || e.enabled == on {
		return
	}
	e.enabled = on
	if on {
		e.item.Enable()
	} else {
		e.item.Disable()
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func personTitle(p Person) string {
	title := label(p.Name, 40)
	if p.Unread > 0 {
		title += " (" + strconv.Itoa(p.Unread) + ")"
	}
	if !p.Online {
		title += " – not here"
	}
	return title
}

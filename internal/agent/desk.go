package agent

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/desktop"
)

const (
	focusWindow = time.Minute // how long a window that is being opened may take to ask what to show
	maxWindows  = 64          // whose attention is remembered
)

// desk is the person at this machine: what they look at, whether they are there, and the dialogs and windows they are shown. Where the tray
// program is connected, it does the showing; otherwise the agent does it itself, if there is a desktop session.
type desk struct {
	tray    *trays
	door    *door
	hub     *control.Hub
	browser string // profile folder of the window's browser
	log     *slog.Logger
	looks   func(conversation string) // what is on screen changed
	idles   func(away bool)           // the person left or came back

	notifier *desktop.Notifier // for when there is no tray program

	mu        sync.Mutex
	attention map[string]api.Attention // by window
	focus     api.Focus                // for the window that is being opened
	focusTill time.Time
	idle      idleness
}

// ChooseFolder asks for a folder.
func (d *desk) ChooseFolder(ctx context.Context, title string) (string, error) {
	if title == "" {
		title = "Choose a folder"
	}
	a, asked, err := d.tray.ask(ctx, api.TrayRequest{Kind: "folder", Title: title})
	if err != nil {
		return "", err
	}
	if !asked {
		path, err := desktop.ChooseFolder(ctx, title)
		return path, deskError(err)
	}
	switch {
	case a.Cancelled:
		return "", deskError(desktop.ErrCancelled)
	case a.Problem != "":
		return "", told(api.CodeNoDialog, "%s", a.Problem)
	}
	return a.Path, nil
}

// Window makes a one-time URL and opens it unless print is set.
func (d *desk) Window(ctx context.Context, print bool) (api.WindowAnswer, error) {
	address, err := d.door.url(ctx)
	if err != nil {
		return api.WindowAnswer{}, err
	}
	if print {
		return api.WindowAnswer{URL: address}, nil
	}
	if d.tray.push(api.TrayLine{Open: address}) {
		return api.WindowAnswer{URL: address, Opened: true}, nil
	}
	if err := desktop.OpenWindow(ctx, address, d.browser); err != nil {
		if errors.Is(err, desktop.ErrNoSession) || errors.Is(err, desktop.ErrNoBrowser) {
			return api.WindowAnswer{URL: address}, nil // the caller prints it
		}
		return api.WindowAnswer{}, err
	}
	return api.WindowAnswer{URL: address, Opened: true}, nil
}

// Show opens the window on a conversation or share. A window that is open already is told too: where no new one can be opened, it does.
func (d *desk) Show(ctx context.Context, what api.Focus) error {
	d.mu.Lock()
	d.focus, d.focusTill = what, time.Now().Add(focusWindow)
	d.mu.Unlock()
	answer, err := d.Window(ctx, false)
	if err == nil && !answer.Opened {
		d.TakeFocus()
		d.hub.Publish(api.EventFocus, what)
	}
	return err
}

// TakeFocus returns what the window that has just opened is to show; false: nothing in particular.
func (d *desk) TakeFocus() (api.Focus, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	what, wanted := d.focus, d.focus != (api.Focus{}) && time.Now().Before(d.focusTill)
	d.focus = api.Focus{}
	return what, wanted
}

// Attend notes what a window shows.
func (d *desk) Attend(a api.Attention) {
	d.mu.Lock()
	if d.attention == nil {
		d.attention = map[string]api.Attention{}
	}
	delete(d.attention, a.Window)
	if !a.Closed && len(d.attention) < maxWindows {
		d.attention[a.Window] = a
	}
	open := d.openLocked()
	d.mu.Unlock()
	d.looks(open)
}

// Left forgets what windows showed, as none is connected any more: one that crashed says nothing.
func (d *desk) Left() {
	d.mu.Lock()
	d.attention = nil
	d.mu.Unlock()
	d.looks("")
}

// open is the conversation that the person is looking at; empty: none.
func (d *desk) open() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.openLocked()
}

func (d *desk) openLocked() string {
	for _, a := range d.attention {
		if a.Focused && a.Conversation != "" {
			return a.Conversation
		}
	}
	return ""
}

// notify shows a notification: through the tray program, else directly.
func (d *desk) notify(ctx context.Context, n api.Notification) {
	if d.tray.push(api.TrayLine{Notify: &n}) {
		return
	}
	if err := d.notifier.Show(ctx, n); err != nil && !errors.Is(err, desktop.ErrNoSession) && ctx.Err() == nil {
		d.log.Info("notification not shown", "reason", err)
	}
}

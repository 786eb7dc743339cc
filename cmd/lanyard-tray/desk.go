package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/tray"
)

// desk carries between the agent and the desktop: lines of the agent become icon, notifications and dialogs; clicks become requests.
type desk struct {
	agent     *api.Client
	icon      *tray.Tray
	notifier  *desktop.Notifier
	browser   string // profile folder of the window's browser
	autostart desktop.Autostart

	clicks chan tray.Click
	rings  chan api.Notification // shown one after the other, so that the second of a conversation finds the first to replace
	work   sync.WaitGroup        // requests to agent and desktop that are under way

	mu      sync.Mutex
	dialogs map[string]context.CancelFunc // by request ID
	shown   tray.State
	text    string // the person's own words beside their presence
}

func newDesk(agent *api.Client, browser string, autostart desktop.Autostart) *desk {
	d := &desk{agent: agent, browser: browser, autostart: autostart, clicks: make(chan tray.Click, 16),
		rings: make(chan api.Notification, 16), dialogs: map[string]context.CancelFunc{}}
	d.icon = tray.New(func(c tray.Click) {
		select {
		case d.clicks <- c:
		default: // 16 clicks wait already: nobody means the 17th
		}
	})
	d.notifier = desktop.NewNotifier(func(n api.Notification) {
		d.work.Go(func() { d.report(d.agent.TrayClicked(context.Background(), n)) })
	})
	return d
}

// run reads the agent's lines until the agent ends or ctx does. It returns when everything it started has ended.
func (d *desk) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer d.work.Wait()
	defer cancel()
	d.work.Go(func() { d.reportUnlessDone(ctx, d.notifier.Run(ctx)) })
	d.work.Go(func() { d.handleClicks(ctx) })
	d.work.Go(func() { d.handleRings(ctx) })
	d.work.Go(func() { d.tellIdle(ctx) })
	lines, err := d.agent.Tray(ctx)
	if err != nil {
		return fmt.Errorf("listen to the agent: %w", err)
	}
	defer lines.Close()
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return nil // the agent ended, or another tray program took over
		}
		if err != nil {
			return fmt.Errorf("listen to the agent: %w", err)
		}
		d.take(ctx, line)
	}
}

func (d *desk) take(ctx context.Context, line api.TrayLine) {
	if line.State != nil {
		d.show(*line.State)
	}
	if line.Notify != nil {
		select {
		case d.rings <- *line.Notify:
		default: // the daemon is stuck on 16 of them: one more would tell nobody anything
		}
	}
	if line.Open != "" {
		address := line.Open
		d.work.Go(func() { d.reportUnlessDone(ctx, desktop.OpenWindow(ctx, address, d.browser)) })
	}
	if line.Request != nil {
		d.ask(ctx, *line.Request)
	}
	if line.Cancel != "" {
		d.cancelDialog(line.Cancel)
	}
}

func (d *desk) show(s api.TrayState) {
	state := tray.State{Name: s.Name, Presence: s.Presence, Unread: s.Unread, Problem: s.Problem}
	for _, p := range s.Recent {
		state.Recent = append(state.Recent, tray.Person{ID: p.Person, Name: p.Name, Online: p.Online, Unread: p.Unread})
	}
	on, err := d.autostart.Enabled()
	d.report(err)
	state.Autostart = on
	d.mu.Lock()
	d.shown, d.text = state, s.Text
	d.mu.Unlock()
	d.icon.Show(state)
}

// ask shows a dialog and sends the answer; the agent may take the request back.
func (d *desk) ask(ctx context.Context, r api.TrayRequest) {
	ctx, cancel := context.WithCancel(ctx)
	d.mu.Lock()
	d.dialogs[r.ID] = cancel
	d.mu.Unlock()
	d.work.Go(func() {
		answer := d.dialog(ctx, r)
		withdrawn := ctx.Err() != nil
		d.cancelDialog(r.ID)
		if !withdrawn {
			d.report(d.agent.AnswerTray(context.WithoutCancel(ctx), r.ID, answer))
		}
	})
}

func (d *desk) dialog(ctx context.Context, r api.TrayRequest) api.TrayAnswer {
	var answer api.TrayAnswer
	var err error
	switch r.Kind {
	case "folder":
		answer.Path, err = desktop.ChooseFolder(ctx, r.Title)
	case "consent":
		answer.Yes, err = desktop.Ask(ctx, r.Title, r.Text, "Yes", "No")
	default:
		err = fmt.Errorf("this tray program cannot ask for %q; use the Lanyard programs of one version", r.Kind)
	}
	switch {
	case errors.Is(err, desktop.ErrCancelled):
		answer.Cancelled = true
	case err != nil:
		answer.Problem = err.Error()
	}
	return answer
}

func (d *desk) cancelDialog(id string) {
	d.mu.Lock()
	cancel := d.dialogs[id]
	delete(d.dialogs, id)
	d.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

func (d *desk) handleRings(ctx context.Context) {
	for {
		select {
		case n := <-d.rings:
			d.reportUnlessDone(ctx, d.notifier.Show(ctx, n))
		case <-ctx.Done():
			return
		}
	}
}

func (d *desk) handleClicks(ctx context.Context) {
	for {
		select {
		case c := <-d.clicks:
			d.reportUnlessDone(ctx, d.click(ctx, c))
		case <-ctx.Done():
			return
		}
	}
}

func (d *desk) click(ctx context.Context, c tray.Click) error {
	switch c.Action {
	case tray.OpenWindow:
		_, err := d.agent.Window(ctx, false)
		return err
	case tray.OpenConversation:
		return d.agent.TrayClicked(ctx, api.Notification{Conversation: c.Value})
	case tray.ShareFolder:
		return d.agent.TrayClicked(ctx, api.Notification{Share: api.NewShare})
	case tray.SetPresence:
		d.mu.Lock()
		text := d.text
		d.mu.Unlock()
		_, err := d.agent.SetPresence(ctx, c.Value, text)
		return err
	case tray.SetAutostart:
		return d.startAtLogin(c.Value == "on")
	case tray.Quit:
		return d.agent.Stop(ctx)
	}
	return fmt.Errorf("the menu sent %q, which nobody handles", c.Action)
}

func (d *desk) startAtLogin(on bool) error {
	if err := d.autostart.Set(on); err != nil {
		return err
	}
	d.mu.Lock()
	d.shown.Autostart = on
	state := d.shown
	d.mu.Unlock()
	d.icon.Show(state)
	return nil
}

// tellIdle tells when the person leaves the desk and when they are back; the agent makes "away" of it.
func (d *desk) tellIdle(ctx context.Context) {
	desktop.WatchIdle(ctx, desktop.AwayAfter, func(idle time.Duration) { d.reportUnlessDone(ctx, d.agent.Idle(ctx, idle.Seconds())) })
}

func (d *desk) reportUnlessDone(ctx context.Context, err error) {
	if ctx.Err() == nil {
		d.report(err)
	}
}

// report tells the agent's log, which reads our standard error.
func (d *desk) report(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "lanyard-tray:", err)
	}
}

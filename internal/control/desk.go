package control

import (
	"context"
	"encoding/json"
	"net/http"

	"lanyard/internal/api"
)

// Desk is the person at this machine and what they look at.
type Desk interface {
	ChooseFolder(ctx context.Context, title string) (string, error)
	// Window makes a one-time URL and, unless print is set, opens it.
	Window(ctx context.Context, print bool) (api.WindowAnswer, error)
	// Show opens the window on a conversation or share.
	Show(ctx context.Context, what api.Focus) error
	// TakeFocus returns, once, what the window that has just connected is to show; false: nothing in particular.
	TakeFocus() (api.Focus, bool)
	Attend(a api.Attention)
	// Left is called when the last window has gone: one that crashed does not say so itself.
	Left()
	Idle(seconds float64)
}

// Tray is the agent's side of the tray program.
type Tray interface {
	// Serve sends lines to the tray program until ctx ends, emit returns an error, or a newer tray program takes its place.
	Serve(ctx context.Context, emit func(api.TrayLine) error) error
	// Answer hands over the answer to a request sent before.
	Answer(id string, a api.TrayAnswer) error
}

func (c *Control) routeDesk(mux *http.ServeMux) {
	p := c.parts.Desk
	mux.Handle("POST /api/v1/dialogs/folder", post(func(r *http.Request, b api.DialogRequest) (api.Chosen, error) {
		path, err := p.ChooseFolder(r.Context(), b.Title)
		return api.Chosen{Path: path}, err
	}))
	mux.Handle("POST /api/v1/window", posting(bodyLimit, true, func(r *http.Request, b api.WindowRequest) (api.WindowAnswer, error) {
		return p.Window(r.Context(), b.Print)
	}))
	mux.Handle("PUT /api/v1/attention", tell(func(_ *http.Request, b api.Attention) error {
		p.Attend(b)
		return nil
	}))
	mux.Handle("PUT /api/v1/idle", tell(func(_ *http.Request, b api.IdleReport) error {
		if b.Seconds < 0 {
			return usage("seconds cannot be negative")
		}
		p.Idle(b.Seconds)
		return nil
	}))
	mux.Handle("GET /api/v1/tray", handler(c.tray))
	mux.Handle("POST /api/v1/tray/clicked", tell(func(r *http.Request, b api.Focus) error { return p.Show(r.Context(), b) }))
	mux.Handle("POST /api/v1/tray/requests/{id}", tell(func(r *http.Request, b api.TrayAnswer) error {
		return c.parts.Tray.Answer(r.PathValue("id"), b)
	}))
}

func (c *Control) tray(w http.ResponseWriter, r *http.Request) error {
	if _, err := query(r); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := http.NewResponseController(w)
	if err := out.Flush(); err != nil {
		return nil
	}
	e := json.NewEncoder(w)
	// Serve ends without an error or because the tray program left: in both cases the stream's end says all there is to say.
	_ = c.parts.Tray.Serve(r.Context(), func(line api.TrayLine) error {
		if err := e.Encode(line); err != nil {
			return err
		}
		return out.Flush()
	})
	return nil
}

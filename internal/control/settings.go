package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Settings is what a person switches on and off.
type Settings interface {
	Settings() api.Settings
	SetSettings(ctx context.Context, r api.SettingsRequest) (api.Settings, error)
}

func (c *Control) routeSettings(mux *http.ServeMux) {
	p := c.parts.Settings
	mux.Handle("GET /api/v1/settings", get(func(*http.Request) (api.Settings, error) { return p.Settings(), nil }))
	mux.Handle("PUT /api/v1/settings", post(func(r *http.Request, b api.SettingsRequest) (api.Settings, error) {
		return p.SetSettings(r.Context(), b)
	}))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// ShareRules is what shared folders leave out by their own rules.
type ShareRules interface {
	Rules(ctx context.Context, id string) (api.ShareRules, error)
	SetRules(ctx context.Context, id string, what api.ShareRulesRequest) (api.ShareRules, error)
	PreviewRules(ctx context.Context, id, text string) (api.ShareRulesPreview, error)
}

func (c *Control) routeShareRules(mux *http.ServeMux, id func(*http.Request) string) {
	p := c.parts.ShareRules
	mux.Handle("GET /api/v1/shares/{id}/ignore", get(func(r *http.Request) (api.ShareRules, error) { return p.Rules(r.Context(), id(r)) }))
	mux.Handle("PUT /api/v1/shares/{id}/ignore", post(func(r *http.Request, b api.ShareRulesRequest) (api.ShareRules, error) {
		return p.SetRules(r.Context(), id(r), b)
	}))
	mux.Handle("POST /api/v1/shares/{id}/ignore/preview", post(func(r *http.Request, b api.ShareRulesRequest) (api.ShareRulesPreview, error) {
		return p.PreviewRules(r.Context(), id(r), b.Text)
	}))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// ShareRules is what shared folders leave out: by their own rules, and on this machine alone.
type ShareRules interface {
	Rules(ctx context.Context, id string) (api.ShareRules, error)
	SetRules(ctx context.Context, id string, what api.ShareRulesRequest) (api.ShareRules, error)
	PreviewRules(ctx context.Context, id, text string) (api.ShareRulesPreview, error)
	// Select and Deselect say whether a folder of a share is taken on this machine.
	Select(ctx context.Context, id, folder string) (api.Share, error)
	Deselect(ctx context.Context, id, folder string) (api.Share, error)
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
	mux.Handle("POST /api/v1/shares/{id}/select", post(func(r *http.Request, b api.PathRequest) (api.Share, error) {
		return p.Select(r.Context(), id(r), b.Path)
	}))
	mux.Handle("POST /api/v1/shares/{id}/deselect", post(func(r *http.Request, b api.PathRequest) (api.Share, error) {
		return p.Deselect(r.Context(), id(r), b.Path)
	}))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Office is where everybody announces. What was announced is read as any conversation is.
type Office interface {
	Office(ctx context.Context) (api.Office, error)
	Announce(ctx context.Context, text string) (api.Message, error)
}

func (c *Control) routeOffice(mux *http.ServeMux) {
	p := c.parts.Office
	mux.Handle("GET /api/v1/office", get(func(r *http.Request) (api.Office, error) { return p.Office(r.Context()) }))
	mux.Handle("POST /api/v1/announcements", post(func(r *http.Request, b api.AnnounceRequest) (api.Message, error) {
		return p.Announce(r.Context(), b.Text)
	}))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Hooks joins conversations with programs of this machine.
type Hooks interface {
	Webhooks(ctx context.Context) ([]api.Webhook, error)
	CreateWebhook(ctx context.Context, to, name string) (api.Webhook, error)
	RemoveWebhook(ctx context.Context, id string) error
}

func (c *Control) routeHooks(mux *http.ServeMux) {
	p := c.parts.Hooks
	mux.Handle("GET /api/v1/webhooks", list(func(r *http.Request) ([]api.Webhook, error) { return p.Webhooks(r.Context()) }))
	mux.Handle("POST /api/v1/conversations/{to}/webhooks", post(func(r *http.Request, b api.NewWebhookRequest) (api.Webhook, error) {
		return p.CreateWebhook(r.Context(), r.PathValue("to"), b.Name)
	}))
	mux.Handle("DELETE /api/v1/webhooks/{id}", done(func(r *http.Request) error { return p.RemoveWebhook(r.Context(), r.PathValue("id")) }))
}

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
	Hooks(ctx context.Context) ([]api.Hook, error)
	AddHook(ctx context.Context, to string, r api.NewHookRequest) (api.Hook, error)
	ResumeHook(ctx context.Context, id string) (api.Hook, error)
	RemoveHook(ctx context.Context, id string) error
}

func (c *Control) routeHooks(mux *http.ServeMux) {
	p := c.parts.Hooks
	mux.Handle("GET /api/v1/webhooks", list(func(r *http.Request) ([]api.Webhook, error) { return p.Webhooks(r.Context()) }))
	mux.Handle("POST /api/v1/conversations/{to}/webhooks", post(func(r *http.Request, b api.NewWebhookRequest) (api.Webhook, error) {
		return p.CreateWebhook(r.Context(), r.PathValue("to"), b.Name)
	}))
	mux.Handle("DELETE /api/v1/webhooks/{id}", done(func(r *http.Request) error { return p.RemoveWebhook(r.Context(), r.PathValue("id")) }))
	mux.Handle("GET /api/v1/hooks", list(func(r *http.Request) ([]api.Hook, error) { return p.Hooks(r.Context()) }))
	mux.Handle("POST /api/v1/conversations/{to}/hooks", post(func(r *http.Request, b api.NewHookRequest) (api.Hook, error) {
		return p.AddHook(r.Context(), r.PathValue("to"), b)
	}))
	mux.Handle("POST /api/v1/hooks/{id}/resume", get(func(r *http.Request) (api.Hook, error) { return p.ResumeHook(r.Context(), r.PathValue("id")) }))
	mux.Handle("DELETE /api/v1/hooks/{id}", done(func(r *http.Request) error { return p.RemoveHook(r.Context(), r.PathValue("id")) }))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Roster is me and everybody met. A person is given by ID, name or ID prefix.
type Roster interface {
	SetName(ctx context.Context, name string) (api.Me, error)
	SetPresence(ctx context.Context, presence, text string) (api.Me, error)
	Peers(ctx context.Context) ([]api.Peer, error)
	Add(ctx context.Context, address string) (api.Peer, error)
	Blocked(ctx context.Context) ([]api.Peer, error)
	Forget(ctx context.Context, person string) error
	Block(ctx context.Context, person string) error
	Unblock(ctx context.Context, person string) error
}

func (c *Control) routeRoster(mux *http.ServeMux) {
	p := c.parts.Roster
	mux.Handle("PUT /api/v1/me/name", post(func(r *http.Request, b api.NameRequest) (api.Me, error) {
		return p.SetName(r.Context(), b.Name)
	}))
	mux.Handle("PUT /api/v1/me/presence", post(func(r *http.Request, b api.PresenceRequest) (api.Me, error) {
		return p.SetPresence(r.Context(), b.Presence, b.Text)
	}))
	mux.Handle("GET /api/v1/peers", list(func(r *http.Request) ([]api.Peer, error) { return p.Peers(r.Context()) }))
	mux.Handle("POST /api/v1/peers", post(func(r *http.Request, b api.AddRequest) (api.Peer, error) {
		return p.Add(r.Context(), b.Address)
	}))
	mux.Handle("GET /api/v1/blocked", list(func(r *http.Request) ([]api.Peer, error) { return p.Blocked(r.Context()) }))
	mux.Handle("DELETE /api/v1/peers/{person}", done(func(r *http.Request) error { return p.Forget(r.Context(), r.PathValue("person")) }))
	mux.Handle("POST /api/v1/peers/{person}/block", done(func(r *http.Request) error { return p.Block(r.Context(), r.PathValue("person")) }))
	mux.Handle("POST /api/v1/peers/{person}/unblock", done(func(r *http.Request) error { return p.Unblock(r.Context(), r.PathValue("person")) }))
}

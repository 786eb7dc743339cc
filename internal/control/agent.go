package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Agent is the agent as a whole.
type Agent interface {
	Status(ctx context.Context) (api.Status, error)
	Snapshot(ctx context.Context) (api.Snapshot, error)
	Doctor(ctx context.Context) ([]api.Finding, error)
	Stop() // begins to stop and returns at once
}

func (c *Control) routeAgent(mux *http.ServeMux) {
	a := c.parts.Agent
	mux.Handle("GET /api/v1/status", get(func(r *http.Request) (api.Status, error) { return a.Status(r.Context()) }))
	mux.Handle("GET /api/v1/snapshot", get(func(r *http.Request) (api.Snapshot, error) { return a.Snapshot(r.Context()) }))
	mux.Handle("GET /api/v1/doctor", list(func(r *http.Request) ([]api.Finding, error) { return a.Doctor(r.Context()) }))
	mux.Handle("POST /api/v1/stop", done(func(*http.Request) error {
		a.Stop()
		return nil
	}))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Marks is what we note about people. A person is given by ID, name or ID prefix.
type Marks interface {
	Mark(ctx context.Context, person string, r api.MarksRequest) (api.Marks, error)
	Groups(ctx context.Context) ([]api.Group, error)
	ChangeGroup(ctx context.Context, r api.GroupRequest) ([]api.Group, error)
	RenameGroup(ctx context.Context, old string, r api.RenameGroupRequest) ([]api.Group, error)
}

func (c *Control) routeMarks(mux *http.ServeMux) {
	p := c.parts.Marks
	mux.Handle("PUT /api/v1/peers/{person}/marks", post(func(r *http.Request, b api.MarksRequest) (api.Marks, error) {
		return p.Mark(r.Context(), r.PathValue("person"), b)
	}))
	mux.Handle("GET /api/v1/groups", list(func(r *http.Request) ([]api.Group, error) { return p.Groups(r.Context()) }))
	mux.Handle("POST /api/v1/groups", post(func(r *http.Request, b api.GroupRequest) ([]api.Group, error) {
		return p.ChangeGroup(r.Context(), b)
	}))
	mux.Handle("PUT /api/v1/groups/{name}", post(func(r *http.Request, b api.RenameGroupRequest) ([]api.Group, error) {
		return p.RenameGroup(r.Context(), r.PathValue("name"), b)
	}))
}

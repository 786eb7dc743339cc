package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Writing is what is being written right now.
type Writing interface {
	Write(ctx context.Context, to string, w api.WritingRequest) error
}

func (c *Control) routeWriting(mux *http.ServeMux) {
	mux.Handle("PUT /api/v1/conversations/{to}/writing", tell(func(r *http.Request, b api.WritingRequest) error {
		return c.parts.Writing.Write(r.Context(), r.PathValue("to"), b)
	}))
}

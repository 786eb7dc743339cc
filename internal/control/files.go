package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Files is what is sent and received in conversations. An ID is that of the message which offers the file.
type Files interface {
	// Offer offers files and folders of this machine and returns once the offers are durable.
	Offer(ctx context.Context, to string, paths []string) ([]api.File, error)
	List(ctx context.Context) ([]api.File, error)
	Accept(ctx context.Context, id string) (api.File, error)
	Decline(ctx context.Context, id string) (api.File, error)
	Cancel(ctx context.Context, id string) (api.File, error)
	// Unasked tells up to which size files of people known are taken by themselves; SetUnasked sets it.
	Unasked() api.Unasked
	SetUnasked(u api.Unasked) (api.Unasked, error)
	Pause(ctx context.Context, id string) (api.File, error)
	Resume(ctx context.Context, id string) (api.File, error)
	Reveal(ctx context.Context, id string) (api.File, error)
	Open(ctx context.Context, id string) (api.File, error)
	// Thumbnail returns the small picture of an offered one, a JPEG.
	Thumbnail(ctx context.Context, id string) ([]byte, error)
	// Content opens a file that is here and whole.
	Content(ctx context.Context, id string) (Content, error)
}

func (c *Control) routeFiles(mux *http.ServeMux) {
	p := c.parts.Files
	mux.Handle("POST /api/v1/conversations/{to}/files", post(func(r *http.Request, b api.PathsRequest) ([]api.File, error) {
		return p.Offer(r.Context(), r.PathValue("to"), b.Paths)
	}))
	mux.Handle("GET /api/v1/files", list(func(r *http.Request) ([]api.File, error) { return p.List(r.Context()) }))
	mux.Handle("GET /api/v1/files/unasked", get(func(*http.Request) (api.Unasked, error) { return p.Unasked(), nil }))
	mux.Handle("PUT /api/v1/files/unasked", post(func(_ *http.Request, b api.Unasked) (api.Unasked, error) { return p.SetUnasked(b) }))
	mux.Handle("GET /api/v1/files/{id}/thumbnail", handler(c.thumbnail))
	mux.Handle("GET /api/v1/files/{id}/content", handler(c.content))
	for action, f := range map[string]func(Files, context.Context, string) (api.File, error){
		"accept": Files.Accept, "decline": Files.Decline, "cancel": Files.Cancel, "pause": Files.Pause, "resume": Files.Resume, "reveal": Files.Reveal, "open": Files.Open,
	} {
		mux.Handle("POST /api/v1/files/{id}/"+action, get(func(r *http.Request) (api.File, error) {
			return f(p, r.Context(), r.PathValue("id"))
		}))
	}
}

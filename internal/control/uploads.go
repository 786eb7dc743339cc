package control

import (
	"context"
	"io"
	"net/http"

	"lanyard/internal/api"
)

// Uploads takes files and folders whose path the sender does not know: what is dropped on the window.
type Uploads interface {
	Begin(ctx context.Context, what api.UploadRequest) (api.Upload, error)
	// Put stores one file; it reads content to its end. Path is the place below the upload's name.
	Put(ctx context.Context, id, path string, content io.Reader) error
	PutFolder(ctx context.Context, id, path string) error
	LeaveOut(ctx context.Context, id string, what api.LeaveOutRequest) error
	Send(ctx context.Context, id, to string) (api.File, error)
	Share(ctx context.Context, id, name string, with []string) (api.Share, error)
	Drop(ctx context.Context, id string) error
}

func (c *Control) routeUploads(mux *http.ServeMux) {
	p := c.parts.Uploads
	mux.Handle("POST /api/v1/uploads", post(func(r *http.Request, b api.UploadRequest) (api.Upload, error) { return p.Begin(r.Context(), b) }))
	mux.Handle("PUT /api/v1/uploads/{id}/{path...}", handler(c.upload))
	mux.Handle("POST /api/v1/uploads/{id}/finish", post(func(r *http.Request, b api.FinishRequest) (any, error) {
		switch id := r.PathValue("id"); b.Action {
		case api.ActionSend:
			return p.Send(r.Context(), id, b.To)
		case api.ActionShare:
			return p.Share(r.Context(), id, b.Name, b.With)
		default:
			return nil, usage("action must be %q or %q", api.ActionSend, api.ActionShare)
		}
	}))
	mux.Handle("POST /api/v1/uploads/{id}/leave-out", post(func(r *http.Request, b api.LeaveOutRequest) (struct{}, error) {
		return struct{}{}, p.LeaveOut(r.Context(), r.PathValue("id"), b)
	}))
	mux.Handle("DELETE /api/v1/uploads/{id}", done(func(r *http.Request) error { return p.Drop(r.Context(), r.PathValue("id")) }))
}

func (c *Control) upload(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r, "dir")
	if err != nil {
		return err
	}
	id, path := r.PathValue("id"), r.PathValue("path")
	switch q.Get("dir") {
	case "":
		err = c.parts.Uploads.Put(r.Context(), id, path, r.Body)
	case "1":
		err = c.parts.Uploads.PutFolder(r.Context(), id, path)
	default:
		err = usage("dir must be 1")
	}
	return answer(w, struct{}{}, err)
}

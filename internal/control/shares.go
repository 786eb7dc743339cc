package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Shares is the shared folders of this machine. A share is given by ID, name or ID prefix; people likewise.
type Shares interface {
	List(ctx context.Context) ([]api.Share, error)
	Get(ctx context.Context, id string) (api.Share, error)
	Add(ctx context.Context, what api.ShareRequest) (api.Share, error)
	Pause(ctx context.Context, id string) (api.Share, error)
	Resume(ctx context.Context, id string) (api.Share, error)
	Limit(ctx context.Context, id string, l api.Limits) (api.Share, error)
	Reveal(ctx context.Context, id, path string) error
	Open(ctx context.Context, id, path string) error
	Files(ctx context.Context, id string, q api.FilesQuery) (api.SharedFiles, error)
	Locate(ctx context.Context, what api.LocateRequest) (api.LocateAnswer, error)
	Publish(ctx context.Context, id string, what api.PublishRequest) (api.Published, error)
}

// Held is what waits in shared folders for a person's word: so many deletions or rewritings that they may be a mistake. by is whose; empty: everybody's.
type Held interface {
	Apply(ctx context.Context, id, by string) (api.Share, error)
	Undo(ctx context.Context, id, by string) (api.Share, error)
}

// Members is who takes part in shared folders.
type Members interface {
	Invites(ctx context.Context) ([]api.Invite, error)
	Accept(ctx context.Context, id, at string) (api.Share, error)
	Decline(ctx context.Context, id string) error
	Leave(ctx context.Context, id string) error
	Invite(ctx context.Context, id string, whom api.WithRequest) (api.Share, error)
	SetRole(ctx context.Context, id string, what api.RoleRequest) (api.Share, error)
	Remove(ctx context.Context, id, person string) (api.Share, error)
	HandOver(ctx context.Context, id, person string) (api.Share, error)
	Take(ctx context.Context, id string) (api.Share, error)
	Continue(ctx context.Context, id string) (api.Share, error)
}

// Trash is what was replaced or deleted in shared folders, and the account of who did what.
type Trash interface {
	Entries(ctx context.Context, id string) ([]api.TrashEntry, error)
	Versions(ctx context.Context, id, path string) ([]api.FileVersion, error)
	Restore(ctx context.Context, id string, what api.RestoreRequest) (api.Restored, error)
	// Retention is of one share, or with an empty id what counts for all.
	Retention(ctx context.Context, id string) (api.ShareRetention, error)
	SetRetention(ctx context.Context, id string, what api.ShareRetentionRequest) (api.ShareRetention, error)
	// Conflicts are those that nobody has settled; an empty id means all shares.
	Conflicts(ctx context.Context, id string) ([]api.ShareConflict, error)
	Settle(ctx context.Context, id string, what api.SettleRequest) (api.Settled, error)
	// Notices are newest first; an empty id means all shares.
	Notices(ctx context.Context, id string, limit int) ([]api.Notice, error)
}

func (c *Control) routeShares(mux *http.ServeMux) {
	p, id := c.parts.Shares, func(r *http.Request) string { return r.PathValue("id") }
	mux.Handle("GET /api/v1/shares", list(func(r *http.Request) ([]api.Share, error) { return p.List(r.Context()) }))
	mux.Handle("POST /api/v1/shares", post(func(r *http.Request, b api.ShareRequest) (api.Share, error) { return p.Add(r.Context(), b) }))
	mux.Handle("POST /api/v1/shares/locate", posting(locateLimit, false, func(r *http.Request, b api.LocateRequest) (api.LocateAnswer, error) {
		return p.Locate(r.Context(), b)
	}))
	mux.Handle("GET /api/v1/shares/{id}", get(func(r *http.Request) (api.Share, error) { return p.Get(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/pause", get(func(r *http.Request) (api.Share, error) { return p.Pause(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/resume", get(func(r *http.Request) (api.Share, error) { return p.Resume(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/limit", post(func(r *http.Request, b api.Limits) (api.Share, error) { return p.Limit(r.Context(), id(r), b) }))
	mux.Handle("POST /api/v1/shares/{id}/reveal", tell(func(r *http.Request, b api.PathRequest) error { return p.Reveal(r.Context(), id(r), b.Path) }))
	mux.Handle("POST /api/v1/shares/{id}/open", tell(func(r *http.Request, b api.PathRequest) error { return p.Open(r.Context(), id(r), b.Path) }))
	mux.Handle("POST /api/v1/shares/{id}/publish", posting(locateLimit, true, func(r *http.Request, b api.PublishRequest) (api.Published, error) {
		return p.Publish(r.Context(), id(r), b)
	}))
	mux.Handle("GET /api/v1/shares/{id}/files", handler(func(w http.ResponseWriter, r *http.Request) error {
		q, err := filesQuery(r)
		if err != nil {
			return err
		}
		v, err := p.Files(r.Context(), id(r), q)
		return answer(w, v, err)
	}))
	c.routeMembers(mux, id)
	c.routeTrash(mux, id)
	c.routeHeld(mux, id)
	c.routeShareRules(mux, id)
}

func (c *Control) routeHeld(mux *http.ServeMux, id func(*http.Request) string) {
	p := c.parts.Held
	mux.Handle("POST /api/v1/shares/{id}/apply", posting(bodyLimit, true, func(r *http.Request, b api.HeldRequest) (api.Share, error) {
		return p.Apply(r.Context(), id(r), b.By)
	}))
	mux.Handle("POST /api/v1/shares/{id}/undo", posting(bodyLimit, true, func(r *http.Request, b api.HeldRequest) (api.Share, error) {
		return p.Undo(r.Context(), id(r), b.By)
	}))
}

func filesQuery(r *http.Request) (api.FilesQuery, error) {
	q, err := query(r, "under", "find", "after", "limit")
	if err != nil {
		return api.FilesQuery{}, err
	}
	n, err := limit(q.Get("limit"))
	return api.FilesQuery{Under: q.Get("under"), Find: q.Get("find"), After: q.Get("after"), Limit: n}, err
}

func (c *Control) routeMembers(mux *http.ServeMux, id func(*http.Request) string) {
	p := c.parts.Members
	mux.Handle("GET /api/v1/shares/invites", list(func(r *http.Request) ([]api.Invite, error) { return p.Invites(r.Context()) }))
	mux.Handle("POST /api/v1/shares/{id}/accept", posting(bodyLimit, true, func(r *http.Request, b api.AcceptRequest) (api.Share, error) {
		return p.Accept(r.Context(), id(r), b.At)
	}))
	mux.Handle("POST /api/v1/shares/{id}/decline", done(func(r *http.Request) error { return p.Decline(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/leave", done(func(r *http.Request) error { return p.Leave(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/invite", post(func(r *http.Request, b api.WithRequest) (api.Share, error) {
		return p.Invite(r.Context(), id(r), b)
	}))
	mux.Handle("POST /api/v1/shares/{id}/role", post(func(r *http.Request, b api.RoleRequest) (api.Share, error) {
		return p.SetRole(r.Context(), id(r), b)
	}))
	mux.Handle("POST /api/v1/shares/{id}/remove", post(func(r *http.Request, b api.PersonRequest) (api.Share, error) {
		return p.Remove(r.Context(), id(r), b.Person)
	}))
	mux.Handle("POST /api/v1/shares/{id}/owner", post(func(r *http.Request, b api.PersonRequest) (api.Share, error) {
		return p.HandOver(r.Context(), id(r), b.Person)
	}))
	mux.Handle("POST /api/v1/shares/{id}/take", get(func(r *http.Request) (api.Share, error) { return p.Take(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/continue", get(func(r *http.Request) (api.Share, error) { return p.Continue(r.Context(), id(r)) }))
}

func (c *Control) routeTrash(mux *http.ServeMux, id func(*http.Request) string) {
	p := c.parts.Trash
	mux.Handle("GET /api/v1/shares/{id}/trash", list(func(r *http.Request) ([]api.TrashEntry, error) { return p.Entries(r.Context(), id(r)) }))
	mux.Handle("POST /api/v1/shares/{id}/restore", post(func(r *http.Request, b api.RestoreRequest) (api.Restored, error) {
		return p.Restore(r.Context(), id(r), b)
	}))
	mux.Handle("GET /api/v1/shares/{id}/versions", handler(func(w http.ResponseWriter, r *http.Request) error {
		q, err := query(r, "path")
		if err != nil {
			return err
		}
		v, err := p.Versions(r.Context(), id(r), q.Get("path"))
		return answer(w, v, err)
	}))
	retention := get(func(r *http.Request) (api.ShareRetention, error) { return p.Retention(r.Context(), id(r)) })
	setRetention := post(func(r *http.Request, b api.ShareRetentionRequest) (api.ShareRetention, error) {
		return p.SetRetention(r.Context(), id(r), b)
	})
	mux.Handle("GET /api/v1/shares/retention", retention)
	mux.Handle("PUT /api/v1/shares/retention", setRetention)
	mux.Handle("GET /api/v1/shares/{id}/retention", retention)
	mux.Handle("PUT /api/v1/shares/{id}/retention", setRetention)
	conflicts := list(func(r *http.Request) ([]api.ShareConflict, error) { return p.Conflicts(r.Context(), id(r)) })
	mux.Handle("GET /api/v1/shares/{id}/conflicts", conflicts)
	mux.Handle("GET /api/v1/conflicts", conflicts)
	mux.Handle("POST /api/v1/shares/{id}/settle", post(func(r *http.Request, b api.SettleRequest) (api.Settled, error) {
		return p.Settle(r.Context(), id(r), b)
	}))
	notices := handler(func(w http.ResponseWriter, r *http.Request) error {
		q, err := query(r, "limit")
		if err != nil {
			return err
		}
		n, err := limit(q.Get("limit"))
		if err != nil {
			return err
		}
		v, err := p.Notices(r.Context(), id(r), n)
		if v == nil {
			v = []api.Notice{}
		}
		return answer(w, v, err)
	})
	mux.Handle("GET /api/v1/shares/{id}/notices", notices)
	mux.Handle("GET /api/v1/notices", notices)
}

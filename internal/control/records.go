package control

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"lanyard/internal/api"
)

// Records is what was said, as a whole: to be searched, exported, verified and dropped when it is old. An empty to means all conversations.
type Records interface {
	Search(ctx context.Context, q api.SearchQuery) (api.Hits, error)
	Verify(ctx context.Context, to string) ([]api.Verification, error)
	// Retention is of one conversation, or of all with an empty to.
	Retention(ctx context.Context, to string) (api.Retention, error)
	SetRetention(ctx context.Context, r api.RetentionRequest) (api.Retention, error)
	// Exported returns the conversations that an export holds.
	Exported(ctx context.Context, to string) ([]api.Conversation, error)
}

// maxPeople is how many people one search may name.
const maxPeople = 100

func (c *Control) routeRecords(mux *http.ServeMux) {
	p := c.parts.Records
	mux.Handle("GET /api/v1/search", handler(c.search))
	mux.Handle("GET /api/v1/verify", handler(func(w http.ResponseWriter, r *http.Request) error {
		v, err := query(r, "conversation")
		if err != nil {
			return err
		}
		found, err := p.Verify(r.Context(), v.Get("conversation"))
		return answer(w, found, err)
	}))
	mux.Handle("GET /api/v1/retention", handler(func(w http.ResponseWriter, r *http.Request) error {
		v, err := query(r, "conversation")
		if err != nil {
			return err
		}
		kept, err := p.Retention(r.Context(), v.Get("conversation"))
		return answer(w, kept, err)
	}))
	mux.Handle("PUT /api/v1/retention", post(func(r *http.Request, b api.RetentionRequest) (api.Retention, error) {
		return p.SetRetention(r.Context(), b)
	}))
	mux.Handle("GET /api/v1/export", handler(c.export))
}

func (c *Control) search(w http.ResponseWriter, r *http.Request) error {
	people := r.URL.Query() // with and from may stand several times
	for _, key := range []string{"with", "from"} {
		if len(people[key]) > maxPeople {
			return usage("%s stands more than %d times", key, maxPeople)
		}
	}
	v, err := query(withoutKeys(r, "with", "from"), "text", "since", "until", "files", "before", "limit")
	if err != nil {
		return err
	}
	q := api.SearchQuery{Text: v.Get("text"), With: people["with"], From: people["from"], Before: v.Get("before")}
	switch v.Get("files") {
	case "", "false":
	case "true":
		q.Files = true
	default:
		return usage("files is true or false")
	}
	for key, to := range map[string]*time.Time{"since": &q.Since, "until": &q.Until} {
		if text := v.Get(key); text != "" {
			if *to, err = time.Parse(time.RFC3339, text); err != nil {
				return usage("%s must be a time such as 2026-11-21T09:00:00Z", key)
			}
		}
	}
	if q.Limit, err = limit(v.Get("limit")); err != nil {
		return err
	}
	hits, err := c.parts.Records.Search(r.Context(), q)
	return answer(w, hits, err)
}

// withoutKeys is the request without some parameters of its query, for those that may stand several times.
func withoutKeys(r *http.Request, keys ...string) *http.Request {
	u := *r.URL
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return r // which query refuses
	}
	for _, key := range keys {
		values.Del(key)
	}
	u.RawQuery = values.Encode()
	other := *r
	other.URL = &u
	return &other
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Words is how two people make sure who the other is. A person is given by ID, name or ID prefix.
type Words interface {
	Compare(ctx context.Context, person string) (api.Words, error)
	Now(ctx context.Context, person string) (api.Words, error)
	Answer(ctx context.Context, person string, same bool) (api.Words, error)
	Doubt(ctx context.Context, person string) (api.Words, error)
}

func (c *Control) routeWords(mux *http.ServeMux) {
	p := c.parts.Words
	mux.Handle("POST /api/v1/peers/{person}/words", get(func(r *http.Request) (api.Words, error) { return p.Compare(r.Context(), r.PathValue("person")) }))
	mux.Handle("GET /api/v1/peers/{person}/words", get(func(r *http.Request) (api.Words, error) { return p.Now(r.Context(), r.PathValue("person")) }))
	mux.Handle("PUT /api/v1/peers/{person}/words", post(func(r *http.Request, b api.WordsAnswer) (api.Words, error) {
		if b.Same == nil {
			return api.Words{}, usage("say whether the words are the same: {\"same\": true} or {\"same\": false}")
		}
		return p.Answer(r.Context(), r.PathValue("person"), *b.Same)
	}))
	mux.Handle("DELETE /api/v1/peers/{person}/words", get(func(r *http.Request) (api.Words, error) { return p.Doubt(r.Context(), r.PathValue("person")) }))
}

package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Cards is what people tell of themselves. A person is given by ID, name or ID prefix.
type Cards interface {
	Card(ctx context.Context, person string) (api.Card, error)
	MyCard(ctx context.Context) (api.Card, error)
	SetCard(ctx context.Context, r api.CardRequest) (api.Card, error)
}

// cardLimit is the longest body with a picture. It is larger than a picture may be, so that one too large is refused by a sentence about pictures.
const cardLimit = 4 * api.MaxPicture

func (c *Control) routeCards(mux *http.ServeMux) {
	p := c.parts.Cards
	mux.Handle("GET /api/v1/peers/{person}/card", get(func(r *http.Request) (api.Card, error) { return p.Card(r.Context(), r.PathValue("person")) }))
	mux.Handle("GET /api/v1/me/card", get(func(r *http.Request) (api.Card, error) { return p.MyCard(r.Context()) }))
	mux.Handle("PUT /api/v1/me/card", posting(cardLimit, false, func(r *http.Request, b api.CardRequest) (api.Card, error) {
		return p.SetCard(r.Context(), b)
	}))
}

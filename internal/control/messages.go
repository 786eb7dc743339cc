package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Messages is what people do with single messages, by their IDs. Each verb returns the message as it is then.
type Messages interface {
	Post(ctx context.Context, to string, p api.PostRequest) (api.Message, error)
	Get(ctx context.Context, id string) (api.Message, error)
	Edit(ctx context.Context, id string, e api.EditRequest) (api.Message, error)
	Delete(ctx context.Context, id string) (api.Message, error)
	React(ctx context.Context, id, emoji string, on bool) (api.Message, error)
	Pin(ctx context.Context, id string, on bool) (api.Message, error)
	Pinned(ctx context.Context, to string) ([]api.Message, error)
	Versions(ctx context.Context, id string) ([]api.Version, error)
	Forward(ctx context.Context, id, to string) (api.Message, error)
	// These concern our own person alone.
	Star(ctx context.Context, id string, on bool) (api.Message, error)
	Starred(ctx context.Context) ([]api.Message, error)
	Mute(ctx context.Context, to string, on bool) (api.Conversation, error)
	MarkUnread(ctx context.Context, to string) (api.Conversation, error)
	Draft(ctx context.Context, to, text string) (api.Conversation, error)
	SendLater(ctx context.Context, to string, l api.LaterRequest) (api.Later, error)
	Remind(ctx context.Context, id string, l api.LaterRequest) (api.Later, error)
	Laters(ctx context.Context) ([]api.Later, error)
	ChangeLater(ctx context.Context, id string, l api.LaterRequest) (api.Later, error)
	CancelLater(ctx context.Context, id string) error
}

func (c *Control) routeMessages(mux *http.ServeMux) {
	p := c.parts.Messages
	mux.Handle("POST /api/v1/conversations/{to}/messages", post(func(r *http.Request, b api.PostRequest) (api.Message, error) {
		return p.Post(r.Context(), r.PathValue("to"), b)
	}))
	mux.Handle("GET /api/v1/messages/{id}", get(func(r *http.Request) (api.Message, error) { return p.Get(r.Context(), r.PathValue("id")) }))
	mux.Handle("PUT /api/v1/messages/{id}", post(func(r *http.Request, b api.EditRequest) (api.Message, error) {
		return p.Edit(r.Context(), r.PathValue("id"), b)
	}))
	mux.Handle("DELETE /api/v1/messages/{id}", get(func(r *http.Request) (api.Message, error) { return p.Delete(r.Context(), r.PathValue("id")) }))
	mux.Handle("PUT /api/v1/messages/{id}/reaction", post(func(r *http.Request, b api.ReactionRequest) (api.Message, error) {
		return p.React(r.Context(), r.PathValue("id"), b.Emoji, b.On)
	}))
	mux.Handle("PUT /api/v1/messages/{id}/pin", post(func(r *http.Request, b api.SwitchRequest) (api.Message, error) {
		return p.Pin(r.Context(), r.PathValue("id"), b.On)
	}))
	mux.Handle("GET /api/v1/conversations/{to}/pins", list(func(r *http.Request) ([]api.Message, error) {
		return p.Pinned(r.Context(), r.PathValue("to"))
	}))
	mux.Handle("POST /api/v1/messages/{id}/forward", post(func(r *http.Request, b api.ForwardRequest) (api.Message, error) {
		return p.Forward(r.Context(), r.PathValue("id"), b.To)
	}))
	c.routeMine(mux)
	mux.Handle("GET /api/v1/messages/{id}/versions", list(func(r *http.Request) ([]api.Version, error) {
		return p.Versions(r.Context(), r.PathValue("id"))
	}))
}

// routeMine serves what is our own person's alone.
func (c *Control) routeMine(mux *http.ServeMux) {
	p := c.parts.Messages
	mux.Handle("PUT /api/v1/messages/{id}/star", post(func(r *http.Request, b api.SwitchRequest) (api.Message, error) {
		return p.Star(r.Context(), r.PathValue("id"), b.On)
	}))
	mux.Handle("POST /api/v1/conversations/{to}/later", post(func(r *http.Request, b api.LaterRequest) (api.Later, error) {
		return p.SendLater(r.Context(), r.PathValue("to"), b)
	}))
	mux.Handle("POST /api/v1/messages/{id}/reminder", post(func(r *http.Request, b api.LaterRequest) (api.Later, error) {
		return p.Remind(r.Context(), r.PathValue("id"), b)
	}))
	mux.Handle("GET /api/v1/later", list(func(r *http.Request) ([]api.Later, error) { return p.Laters(r.Context()) }))
	mux.Handle("PUT /api/v1/later/{id}", post(func(r *http.Request, b api.LaterRequest) (api.Later, error) {
		return p.ChangeLater(r.Context(), r.PathValue("id"), b)
	}))
	mux.Handle("DELETE /api/v1/later/{id}", done(func(r *http.Request) error { return p.CancelLater(r.Context(), r.PathValue("id")) }))
	mux.Handle("GET /api/v1/stars", list(func(r *http.Request) ([]api.Message, error) { return p.Starred(r.Context()) }))
	mux.Handle("PUT /api/v1/conversations/{to}/mute", post(func(r *http.Request, b api.SwitchRequest) (api.Conversation, error) {
		return p.Mute(r.Context(), r.PathValue("to"), b.On)
	}))
	mux.Handle("PUT /api/v1/conversations/{to}/unread", get(func(r *http.Request) (api.Conversation, error) { return p.MarkUnread(r.Context(), r.PathValue("to")) }))
	mux.Handle("PUT /api/v1/conversations/{to}/draft", posting(draftLimit, false, func(r *http.Request, b api.DraftRequest) (api.Conversation, error) {
		return p.Draft(r.Context(), r.PathValue("to"), b.Text)
	}))
}

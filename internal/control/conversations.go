package control

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"lanyard/internal/api"
)

// maxPage is the longest page of messages or notices.
const maxPage = 1000

// Conversations is what people say to each other. To is a person by ID, name or ID prefix, or a conversation's ID.
type Conversations interface {
	List(ctx context.Context) ([]api.Conversation, error)
	// One returns a conversation, and of a direct one whether the person is trusted.
	One(ctx context.Context, to string) (api.Conversation, error)
	Page(ctx context.Context, to string, q api.Query) (api.Page, error)
	// Resolve returns the ID of the conversation that to means.
	Resolve(ctx context.Context, to string) (string, error)
	// Send writes the texts in order and returns once they are durable. It returns what was written; an error concerns the text after that.
	Send(ctx context.Context, to string, texts []string) ([]Written, error)
	// Differs returns what the person is called who is written to, if words that were compared with them differ.
	Differs(ctx context.Context, to string) string
	Read(ctx context.Context, to, upTo string) (api.Conversation, error)
	// ReadShown returns why it cannot be told that what we write there was read; nil if it can.
	ReadShown(ctx context.Context, to string) error
}

// Written is a message that is durable here, and the IDs of those whom it is for.
type Written struct {
	ID string
	To []string
}

func (c *Control) routeConversations(mux *http.ServeMux) {
	p := c.parts.Conversations
	mux.Handle("GET /api/v1/conversations", list(func(r *http.Request) ([]api.Conversation, error) { return p.List(r.Context()) }))
	mux.Handle("GET /api/v1/conversations/{to}", get(func(r *http.Request) (api.Conversation, error) { return p.One(r.Context(), r.PathValue("to")) }))
	mux.Handle("GET /api/v1/conversations/{to}/messages", handler(c.page))
	mux.Handle("POST /api/v1/conversations/{to}/stream", handler(c.stream))
	mux.Handle("PUT /api/v1/conversations/{to}/read", post(func(r *http.Request, b api.ReadRequest) (api.Conversation, error) {
		return p.Read(r.Context(), r.PathValue("to"), b.UpTo)
	}))
}

func (c *Control) page(w http.ResponseWriter, r *http.Request) error {
	v, err := query(r, "before", "after", "around", "since", "search", "limit")
	if err != nil {
		return err
	}
	q := api.Query{Before: v.Get("before"), After: v.Get("after"), Around: v.Get("around"), Search: v.Get("search")}
	places := 0
	for _, id := range []string{q.Before, q.After, q.Around} {
		if id != "" {
			places++
		}
	}
	if places > 1 {
		return usage("give only one of before, after and around")
	}
	if text := v.Get("since"); text != "" {
		if q.Since, err = time.Parse(time.RFC3339, text); err != nil {
			return usage("since must be a time such as 2026-11-21T09:00:00Z")
		}
	}
	if q.Limit, err = limit(v.Get("limit")); err != nil {
		return err
	}
	page, err := c.parts.Conversations.Page(r.Context(), r.PathValue("to"), q)
	if page.Messages == nil {
		page.Messages = []api.Message{}
	}
	return answer(w, page, err)
}

// limit reads the query parameter of that name; absent, it is 100.
func limit(text string) (int, error) {
	if text == "" {
		return 100, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPage {
		return 0, usage("limit must be a number from 1 to %d", maxPage)
	}
	return n, nil
}

package control

import (
	"net/http"

	"lanyard/internal/api"
)

// Starting is the local API of an agent that can do nothing yet but stop: all else is answered by why.
func Starting(why func() string, stop func()) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /api/v1/stop", done(func(*http.Request) error {
		stop()
		return nil
	}))
	mux.Handle("/", handler(func(http.ResponseWriter, *http.Request) error {
		return &api.Error{Code: api.CodeStarting, Text: why()}
	}))
	return mux
}

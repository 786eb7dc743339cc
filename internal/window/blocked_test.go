package window_test

import (
	"context"
	"net/http"
	"testing"
)

// halfClosed: with somebody blocked nothing is promised, and the block can be undone where it is told.
func halfClosed(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Peers[3].Trust = "blocked"
	c.mux.HandleFunc("POST /api/v1/peers/{to}/unblock", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, c.snapshot.Peers[3]) })
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.see(".message-none", "Nothing was said.")
	b.click(".composer-closed button", "Unblock")
	c.wasAsked(t, "POST /api/v1/peers/dmitri/unblock")
}

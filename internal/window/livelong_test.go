package window_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// liveLong: of a text that is longer than a message can be no letters are told, as bytes count; that somebody writes is told all the same.
func liveLong(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	for i := range c.snapshot.Peers {
		c.snapshot.Peers[i].LiveText = "both"
	}
	var told []string
	c.mux.HandleFunc("PUT /api/v1/conversations/{to}/writing", func(w http.ResponseWriter, r *http.Request) {
		var body api.WritingRequest
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		told = append(told, body.Text)
		if !body.Writes {
			told = append(told, "nobody writes")
		}
		c.mu.Unlock()
	})
	last := func() string {
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(told) == 0 {
			return "nothing"
		}
		return told[len(told)-1]
	}
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	for _, long := range []string{strings.Repeat("x", 32<<10+1), strings.Repeat("é", 16<<10+1), strings.Repeat("日", 11<<10)} {
		b.until("the composer is empty", `(() => { const f = document.querySelector(".composer-field"); f.focus(); f.select(); return true; })()`)
		b.typeText("short")
		eventually(t, "the letters are told", func() bool { return last() == "short" })
		b.typeText(long)
		eventually(t, "no letters are told any more", func() bool { return last() == "" })
		b.until("it is selected", `(document.querySelector(".composer-field").select(), true)`)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range told {
		if len(text) > 32<<10 {
			t.Errorf("%d bytes are told", len(text))
		}
	}
}

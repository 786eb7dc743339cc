package window_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"lanyard/internal/api"
)

// lostAnswer: when the agent is back, the window sends what it could not take, and not what it had stored when its answer was lost.
func lostAnswer(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	posted := c.posts(func(w http.ResponseWriter, text string) {
		if text == "stored, and the answer lost" {
			c.add("dmitri", true, text, time.Now())
		}
		lose(w)
	})
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	for _, text := range []string{"stored, and the answer lost", "never stored"} {
		b.click(".composer-field", "")
		b.typeText(text)
		b.press("Enter", 0)
	}
	b.until("neither is known to be sent", `document.querySelectorAll(".message-problem").length === 2`)
	c.away()
	b.see(".connection-line", "Lanyard is not running")
	later := c.posts(func(w http.ResponseWriter, text string) {
		m := c.add("dmitri", true, text, time.Now())
		c.say("message", m)
		c.answer(w, m)
	})
	c.back()
	b.until("nothing waits any more", `!document.querySelector(".message-pending, .message-problem, .connection-line")`)
	b.see(".message-mine", "never stored")
	if texts := posted(); len(texts) < 2 {
		t.Errorf("before the agent went, %q was sent", texts)
	}
	if texts := later(); !slices.Equal(texts, []string{"never stored"}) {
		t.Errorf("sent again was %q", texts)
	}
}

// lateAnswer: a message that the live channel tells before the agent's answer is there stands once.
func lateAnswer(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	stored, answer := make(chan struct{}), make(chan struct{})
	c.posts(func(w http.ResponseWriter, text string) {
		m := c.add("dmitri", true, text, time.Now())
		<-stored
		c.say("message", m)
		<-answer
		c.answer(w, m)
	})
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	b.click(".composer-field", "")
	b.typeText("said once")
	b.press("Enter", 0)
	b.see(".message-pending", "said once")
	close(stored)
	b.see("[data-message=dmitri-0]", "said once")
	if n := eval[int](b, `[...document.querySelectorAll(".message-mine")].filter((e) => e.textContent.includes("said once")).length`); n != 1 {
		t.Errorf("it stands %d times", n)
	}
	close(answer)
	b.until("it is sent", `!document.querySelector(".message-pending")`)
}

// posts has what is written taken otherwise from now on, and returns what tells the texts so far.
func (c *canned) posts(take func(w http.ResponseWriter, text string)) func() []string {
	var texts []string
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taking = func(w http.ResponseWriter, r *http.Request) {
		var body api.PostRequest
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		texts = append(texts, body.Text)
		c.mu.Unlock()
		take(w, body.Text)
	}
	return func() []string {
		c.mu.Lock()
		defer c.mu.Unlock()
		return slices.Clone(texts)
	}
}

// lose ends an answer in its middle: a connection that breaks before it begins, the browser may try again by itself.
func lose(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// back has the agent take live channels again.
func (c *canned) back() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = false
}

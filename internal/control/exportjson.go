package control

import (
	"bufio"
	"bytes"
	"encoding/json"

	"lanyard/internal/api"
)

// jsonSheet writes one array of messages as `history --json` has them, a line each, conversation after conversation; beside what was changed stands what it said before.
type jsonSheet struct {
	out  *bufio.Writer
	some bool
}

func (s *jsonSheet) begin([]api.Conversation) { text(s.out, "[") }

func (s *jsonSheet) conversation(api.Conversation) {}

func (s *jsonSheet) message(m entry) {
	if s.some {
		text(s.out, ",")
	}
	s.some = true
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		panic(err) // strings, numbers and times only
	}
	text(s.out, "\n", string(bytes.TrimRight(b.Bytes(), "\n")))
}

func (s *jsonSheet) end() { text(s.out, "\n]\n") }

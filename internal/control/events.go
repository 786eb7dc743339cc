package control

import (
	"bytes"
	"net/http"

	"lanyard/internal/api"
)

// events answers GET /events: "ready", then one line per event until the reader leaves, falls behind, which the last line says, or the agent ends.
func (c *Control) events(w http.ResponseWriter, r *http.Request) error {
	if _, err := query(r); err != nil {
		return err
	}
	s := c.hub.Subscribe()
	defer s.Close()
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := http.NewResponseController(w)
	lines := encode(api.EventReady, nil)
	for open := true; ; {
		if _, err := w.Write(lines); err != nil {
			return nil // the reader left
		}
		if err := out.Flush(); err != nil {
			return nil
		}
		if !open {
			return nil
		}
		var events []*Event
		if events, open = c.next(r, s); len(events) == 0 && !open {
			return nil
		}
		lines = joined(events)
	}
}

// next waits for events; false: there will be no more.
func (c *Control) next(r *http.Request, s *Subscription) ([]*Event, bool) {
	select {
	case <-r.Context().Done():
		return nil, false
	case <-s.Wake():
		return s.Take()
	}
}

func joined(events []*Event) []byte {
	if len(events) == 1 {
		return events[0].Line()
	}
	var b bytes.Buffer
	for _, e := range events {
		b.Write(e.Line())
	}
	return b.Bytes()
}

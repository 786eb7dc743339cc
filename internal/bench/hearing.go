package main

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"lanyard/internal/api"
)

// hearing counts who has heard the text that is waited for.
type hearing struct {
	listeners map[int]bool // hosts that are waited for; owned by who awaits
	streams   []*api.Stream[api.Event]
	told      chan heard
	over      chan struct{} // closed when nobody waits any more
	tasks     sync.WaitGroup
}

type heard struct {
	host int
	text string
}

// newHearing waits for all hosts but the first, which speaks.
func newHearing(hosts int) *hearing {
	h := &hearing{listeners: make(map[int]bool), told: make(chan heard, hosts), over: make(chan struct{})}
	for host := 2; host <= hosts; host++ {
		h.listeners[host] = true
	}
	return h
}

// without waits for a host no more.
func (h *hearing) without(host int) { delete(h.listeners, host) }

// watch listens to the events of a host's agent, from now on.
func (h *hearing) watch(ctx context.Context, host int, profile string) error {
	a, err := api.Open(profile)
	if err != nil {
		return err
	}
	s, err := a.Events(ctx)
	if err != nil {
		return err
	}
	if _, err := s.Next(); err != nil { // it says that it is ready
		return err
	}
	h.streams = append(h.streams, s)
	h.tasks.Go(func() { h.follow(host, s) })
	return nil
}

func (h *hearing) follow(host int, s *api.Stream[api.Event]) {
	for {
		line, err := s.Raw()
		if err != nil {
			return // the agent, or the row, is over
		}
		if !bytes.Contains(line, []byte(`"type":"message"`)) {
			continue
		}
		var m api.Message
		if json.Unmarshal(line, &m) == nil {
			h.hear(host, m.Text)
		}
	}
}

func (h *hearing) hear(host int, text string) {
	select {
	case h.told <- heard{host, text}:
	case <-h.over:
	}
}

// await reports whether all listeners hear a text.
func (h *hearing) await(ctx context.Context, text string) bool {
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	for missing := len(h.listeners); missing > 0; {
		select {
		case one := <-h.told:
			if one.text == text && h.listeners[one.host] {
				missing--
			}
		case <-deadline.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (h *hearing) end() {
	close(h.over)
	for _, s := range h.streams {
		_ = s.Close() // we read no more
	}
	h.tasks.Wait()
}

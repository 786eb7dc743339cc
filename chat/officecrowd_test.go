package chat

import (
	"errors"
	"testing"

	"lanyard/chat/frame"
	"lanyard/internal/identity"
)

// TestStrangersDoNotCrowdOut: what people announce to whom our person never wrote takes a bounded part of the office, and nobody whom they know their place.
func TestStrangersDoNotCrowdOut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		anna.send(t, ben, "Do I know you? I do.")
		of := func(a *agent, logs int, bytes int64) map[identity.PeerID]*share {
			return map[identity.PeerID]*share{a.self(): {logs: logs, bytes: bytes}}
		}
		for _, c := range []struct {
			what   string
			shares map[identity.PeerID]*share
			author *agent
			fresh  share
			want   error
		}{
			{"a stranger where there is room", of(carla, 1, strangersBytes-1), dora, share{bytes: 1}, nil},
			{"a stranger beside one who took all bytes", of(carla, 1, strangersBytes), dora, share{bytes: 1}, errStrange},
			{"a stranger beside one who took all logs", of(carla, strangersLogs, 0), dora, share{logs: 1}, errStrange},
			{"a colleague beside a stranger who took all", of(carla, strangersLogs, strangersBytes), ben, share{logs: 1, bytes: 1}, nil},
			{"ourselves beside a stranger who took all", of(carla, strangersLogs, strangersBytes), anna, share{logs: 1, bytes: 1}, nil},
			{"a stranger beside a colleague who has as much", of(ben, strangersLogs, strangersBytes), dora, share{logs: 1, bytes: 1}, nil},
			{"a stranger beside ourselves who have as much", of(anna, strangersLogs, strangersBytes), dora, share{logs: 1, bytes: 1}, nil},
			{"a colleague where there is no room for anybody", of(carla, frame.MaxOfficeLogs, 0), ben, share{logs: 1}, errCrowded},
		} {
			if err := anna.fitsAmong(t.Context(), c.shares, c.author.self(), &c.fresh); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, not %v", c.what, err, c.want)
			}
		}
	})
}

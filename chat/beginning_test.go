package chat

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// TestBeginning: a message is found by the first digits of its ID, in any case, as long as it is shown; nothing else is.
func TestBeginning(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var texts []string
		for range maxBeginning + 2 {
			texts = append(texts, "one of many")
		}
		sent := anna.send(t, ben, texts...)
		id := sent[0].ID.String()
		for _, digits := range []string{id[:8], strings.ToUpper(id[:8]), id[:9], id[:16], id[:17], id[:63], id} {
			if got, err := anna.Beginning(t.Context(), digits); err != nil || !slices.Equal(got, []event.ID{sent[0].ID}) {
				t.Errorf("%s: %v %v", digits, got, err)
			}
		}
		for _, digits := range []string{"", id[:7], id + "0", "g" + id[1:8], id[:7] + "é", " " + id[:8]} {
			if got, err := anna.Beginning(t.Context(), digits); !errors.Is(err, event.ErrUnknown) {
				t.Errorf("%q: %v %v", digits, got, err)
			}
		}
		wrong := "0"
		if id[17] == '0' {
			wrong = "1"
		}
		if got, err := anna.Beginning(t.Context(), id[:17]+wrong); err != nil || len(got) != 0 {
			t.Errorf("the first digits of one, and others behind them: %v %v", got, err)
		}
		reaction, err := anna.React(t.Context(), sent[0].ID, "🎉", true)
		if err != nil || reaction.ID != sent[0].ID {
			t.Fatal(err)
		}
		err = anna.config.DB.Read(t.Context(), func(tx *store.Tx) error {
			all, err := anna.namedBetween(tx, math.MinInt64, math.MaxInt64, "") // all begin alike then
			for _, one := range all {
				if !slices.ContainsFunc(sent, func(m Message) bool { return m.ID == one }) {
					t.Errorf("%s is no message", one)
				}
			}
			if len(all) != maxBeginning {
				t.Errorf("%d begin alike", len(all))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestNames: each beginning stands for all names between the two, whatever sign they have as numbers.
func TestNames(t *testing.T) {
	for _, c := range []struct {
		digits    string
		low, high int64
	}{
		{"00000000", 0, 1<<32 - 1},
		{"7fffffff", 0x7fffffff << 32, math.MaxInt64},
		{"80000000", math.MinInt64, math.MinInt64 + 1<<32 - 1},
		{"ffffffffffffffff", -1, -1},
		{"ffffffffffffffff00", -1, -1},
	} {
		if low, high, ok := names(c.digits); low != c.low || high != c.high || !ok {
			t.Errorf("%s: %d to %d, %v", c.digits, low, high, ok)
		}
	}
}

package main

import (
	"testing"
	"time"

	"lanyard/internal/api"
)

func TestComing(t *testing.T) {
	now := time.Date(2026, 3, 27, 14, 0, 0, 0, time.FixedZone("here", 3600))
	for text, want := range map[string]time.Time{
		"2026-03-29":           time.Date(2026, 3, 29, 9, 0, 0, 0, now.Location()),
		"2026-03-29 17:05":     time.Date(2026, 3, 29, 17, 5, 0, 0, now.Location()),
		"2026-03-29T17:05:30":  time.Date(2026, 3, 29, 17, 5, 30, 0, now.Location()),
		"2026-03-29T17:05:00Z": time.Date(2026, 3, 29, 17, 5, 0, 0, time.UTC),
		"14:59":                time.Date(2026, 3, 27, 14, 59, 0, 0, now.Location()),
		"17:05:30":             time.Date(2026, 3, 27, 17, 5, 30, 0, now.Location()),
		"90m":                  now.Add(90 * time.Minute),
		"3d":                   now.AddDate(0, 0, 3),
	} {
		if got, err := coming(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s is %v and not %v: %v", text, got, want, err)
		}
	}
	for _, text := range []string{"", "yesterday", "2026-02-30", "0d", "-1h", "29.3.2026", "25:00", "13:59", "14:00"} {
		if got, err := coming(text, now); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	if _, err := coming("9:30", now); err == nil || err.Error() != `9:30 is past today: name the day, too, such as "2026-03-28 09:30"` {
		t.Errorf("an hour that is past: %v", err)
	}
}

// TestRemindingOfWhatWasDeleted: a reminder of it is not listed as if it would ring.
func TestRemindingOfWhatWasDeleted(t *testing.T) {
	l := api.Later{Message: "4ccf46967", About: &api.Quote{Here: true, Deleted: true}}
	if got, want := reminding(&l), "message 4ccf46967, which was deleted"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	l.About = &api.Quote{Here: true, Text: "hello", Author: api.Author{Name: "Ben"}}
	if got, want := reminding(&l), `"hello" by Ben (4ccf46967)`; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

package main

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		about string
		args  []string
		words []string
		flags map[string]string
		good  bool
	}{
		{"nothing", nil, nil, nil, true},
		{"flags before, between and after", []string{"--json", "send", "--wait", "read", "Ben", "hello", "--timeout=5s"}, []string{"send", "Ben", "hello"},
			map[string]string{"json": "", "wait": "read", "timeout": "5s"}, true},
		{"an empty value", []string{"--name=", "peers"}, nil, nil, false},
		{"an unset variable as a profile", []string{"stop", "--profile", ""}, nil, nil, false},
		{"a value that looks like a flag", []string{"--name", "--json"}, nil, map[string]string{"name": "--json"}, true},
		{"a value with an equals sign", []string{"--search=a=b"}, nil, map[string]string{"search": "a=b"}, true},
		{"-- ends the flags", []string{"send", "Ben", "--", "--json", "--"}, []string{"send", "Ben", "--json", "--"}, nil, true},
		{"a lone dash is a word", []string{"send", "Ben", "-"}, []string{"send", "Ben", "-"}, nil, true},
		{"-h", []string{"-h"}, nil, map[string]string{"help": ""}, true},
		{"unknown", []string{"--colour"}, nil, nil, false},
		{"one dash", []string{"-json"}, nil, nil, false},
		{"a value for a plain flag", []string{"--json=yes"}, nil, nil, false},
		{"no value", []string{"--profile"}, nil, nil, false},
		{"twice", []string{"--wait", "read", "--wait", "delivered"}, nil, nil, false},
	} {
		t.Run(c.about, func(t *testing.T) {
			words, given, err := parse(c.args)
			var used *usageError
			if (err == nil) != c.good || err != nil && !errors.As(err, &used) {
				t.Fatalf("got %v", err)
			}
			if !c.good {
				return
			}
			if !slices.Equal(words, c.words) || len(given) != len(c.flags) {
				t.Errorf("got %q and %v", words, given)
			}
			for long, want := range c.flags {
				if !given.has(long) || given.text(long) != want {
					t.Errorf("--%s is %q, want %q", long, given.text(long), want)
				}
			}
		})
	}
	if _, given, err := parse([]string{"--with", "Ben", "--with=Carl"}); err != nil || !slices.Equal(given["with"], []string{"Ben", "Carl"}) {
		t.Errorf("--with repeats: %v, %v", given, err)
	}
}

// FuzzParse: whatever the arguments are, each is a flag, a flag's value, a word or refused; words keep their order.
func FuzzParse(f *testing.F) {
	f.Add("send", "--wait", "read", "--")
	f.Add("--with=a", "--with", "--", "-")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		args := []string{a, b, c, d}
		words, _, err := parse(args)
		if err != nil {
			return
		}
		rest := args
		for _, w := range words {
			i := slices.Index(rest, w)
			if i < 0 {
				t.Fatalf("word %q of %q is out of order or made up", w, args)
			}
			rest = rest[i+1:]
		}
	})
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 30, 0, 0, time.FixedZone("here", 3600))
	for text, want := range map[string]time.Time{
		"2026-11-20":           time.Date(2026, 11, 20, 0, 0, 0, 0, now.Location()),
		"2026-11-20 09:15":     time.Date(2026, 11, 20, 9, 15, 0, 0, now.Location()),
		"2026-11-20T09:15":     time.Date(2026, 11, 20, 9, 15, 0, 0, now.Location()),
		"2026-11-20T09:15:00Z": time.Date(2026, 11, 20, 9, 15, 0, 0, time.UTC),
		"10:15":                time.Date(2026, 11, 21, 10, 15, 0, 0, now.Location()),
		"9:05:30":              time.Date(2026, 11, 21, 9, 5, 30, 0, now.Location()),
		"10:30":                now,
		"90m":                  now.Add(-90 * time.Minute),
		"3d":                   time.Date(2026, 11, 18, 10, 30, 0, 0, now.Location()),
	} {
		if got, err := (flags{"since": {text}}).moment("since", now); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "yesterday", "-2h", "2026-13-01", "999999d", "d", "25:00", "10:31"} {
		if got, err := (flags{"since": {text}}).moment("since", now); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
	if _, err := (flags{"until": {"18:00"}}).moment("until", now); err == nil || err.Error() != `18:00 is still to come today: name the day, too, such as "2026-11-20 18:00"` {
		t.Errorf("an hour that is still to come: %v", err)
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"5s": 5 * time.Second, "1.5": 1500 * time.Millisecond, "2m": 2 * time.Minute} {
		if got, err := (flags{"timeout": {text}}).duration("timeout", 0); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "soon", "-1s", "0", "NaN", "1e300", "Inf"} {
		if got, err := (flags{"timeout": {text}}).duration("timeout", 0); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 1 << 40: "1.1 TB"} {
		if got := size(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
	now := time.Date(2026, 11, 21, 10, 30, 0, 0, time.UTC)
	for want, at := range map[string]time.Time{"never": {}, "09:05": now.Add(-85 * time.Minute), "20 Nov 10:30": now.AddDate(0, 0, -1), "21 Nov 2025": now.AddDate(-1, 0, 0)} {
		if got := when(at, now); got != want {
			t.Errorf("%v: got %s, want %s", at, got, want)
		}
	}
}

package settings

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation("15:04:05", text, time.Local)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for text, c := range map[string]struct{ in, out []string }{
		"":            {nil, []string{"00:00:00", "12:00:00"}},
		"22:00-07:00": {[]string{"22:00:00", "23:59:59", "00:00:00", "06:59:59"}, []string{"21:59:59", "07:00:00", "12:00:00"}},
		"12:00-13:30": {[]string{"12:00:00", "13:29:59"}, []string{"11:59:59", "13:30:00", "00:00:00"}},
		"00:00-06:00": {[]string{"00:00:00", "05:59:59"}, []string{"06:00:00", "23:59:59"}},
		"18:00-00:00": {[]string{"18:00:00", "23:59:59"}, []string{"00:00:00", "17:59:59"}},
	} {
		span, err := ParseSpan(text)
		if err != nil || span.String() != text {
			t.Errorf("%q is read as %q, %v", text, span, err)
		}
		for _, moment := range c.in {
			if !span.Holds(at(moment)) {
				t.Errorf("%q does not hold %s", text, moment)
			}
		}
		for _, moment := range c.out {
			if span.Holds(at(moment)) {
				t.Errorf("%q holds %s", text, moment)
			}
		}
	}
	if span, err := ParseSpan("7:05-9:00"); err != nil || span.String() != "07:05-09:00" {
		t.Errorf("%q, %v", span, err)
	}
	for _, text := range []string{"22:00", "22:00-", "-07:00", "22:00-22:00", "24:00-07:00", "22:60-07:00", "22:00-07:00-", "22:00 - 07:00", "ten-seven", "22:00:00-07:00"} {
		if span, err := ParseSpan(text); err == nil {
			t.Errorf("%q is taken for %s", text, span)
		}
	}
}

package settings

import (
	"fmt"
	"strings"
	"time"
)

// clock is how a time of day is written.
const clock = "15:04"

// Span is a part of the day that comes back every day by the clock on the wall, from a minute until before another; it may go over midnight. The zero value is no part.
type Span struct{ from, until time.Duration }

// ParseSpan reads a span such as 22:00-07:00; an empty text is none.
func ParseSpan(text string) (Span, error) {
	if text == "" {
		return Span{}, nil
	}
	begin, end, _ := strings.Cut(text, "-")
	from, err := timeOfDay(begin)
	if err != nil {
		return Span{}, spanError(text)
	}
	until, err := timeOfDay(end)
	if err != nil || from == until {
		return Span{}, spanError(text)
	}
	return Span{from, until}, nil
}

func spanError(text string) error {
	return fmt.Errorf("quiet hours are two different times such as 22:00-07:00, not %q", text)
}

func timeOfDay(text string) (time.Duration, error) {
	t, err := time.Parse(clock, text)
	return sinceMidnight(t), err
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// Holds tells whether the span holds a moment, by the clock of the moment's location.
func (s Span) Holds(t time.Time) bool {
	now := sinceMidnight(t)
	if s.from <= s.until {
		return s.from <= now && now < s.until
	}
	return now >= s.from || now < s.until
}

// String is the span as ParseSpan reads it, and empty for none.
func (s Span) String() string {
	if s == (Span{}) {
		return ""
	}
	midnight := time.Time{}
	return midnight.Add(s.from).Format(clock) + "-" + midnight.Add(s.until).Format(clock)
}

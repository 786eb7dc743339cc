package main

import (
	"strconv"
	"strings"
	"time"
)

// direction is in which direction of now a time lies that is counted from it.
type direction int

const (
	back  direction = -1
	ahead direction = 1
)

// maxDays bounds how many days from now can be written.
const maxDays = 40000

// morning is when a day to come begins that is named alone, as in the window.
const morning = 9 * time.Hour

// moment reads a time as people write it: RFC 3339, a date with a time, a date, an hour of today, or a length of time from now. It is zero if the text is none of them; of an hour of today that lies
// in the other direction it tells.
func (d direction) moment(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return d.dawn(day), nil
	}
	for _, layout := range []string{time.TimeOnly, "15:04"} {
		if hour, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return d.today(hour, text, now)
		}
	}
	if days, err := strconv.Atoi(strings.TrimSuffix(text, "d")); err == nil && strings.HasSuffix(text, "d") && days >= 0 && days < maxDays {
		return now.AddDate(0, 0, int(d)*days), nil
	}
	if length, err := time.ParseDuration(text); err == nil && length >= 0 {
		return now.Add(time.Duration(d) * length), nil
	}
	return time.Time{}, nil
}

// dawn is when a day begins that is named alone: what was, was from midnight on, and what is to come is no use at night.
func (d direction) dawn(day time.Time) time.Time {
	if d == back {
		return day
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, int(morning.Seconds()), 0, day.Location())
}

// today is an hour of the day that is now. One in the other direction is not taken for the next day's: who is wrong by a minute would not learn of it.
func (d direction) today(hour time.Time, text string, now time.Time) (time.Time, error) {
	on := func(day int) time.Time {
		return time.Date(now.Year(), now.Month(), day, hour.Hour(), hour.Minute(), hour.Second(), 0, now.Location())
	}
	at := on(now.Day())
	const otherDay = "%s is %s: name the day, too, such as %q"
	switch other := on(now.Day() + int(d)).Format("2006-01-02 15:04"); {
	case d == ahead && !at.After(now):
		return time.Time{}, usage(otherDay, text, "past today", other)
	case d == back && at.After(now):
		return time.Time{}, usage(otherDay, text, "still to come today", other)
	}
	return at, nil
}

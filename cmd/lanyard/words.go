package main

import (
	"fmt"
	"strconv"
	"time"
)

// size is a number of bytes in words.
func size(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " bytes"
	}
	value, unit := float64(n)/1000, 0
	for units := len(sizeUnits) - 1; value >= 999.95 && unit < units; unit++ {
		value /= 1000
	}
	return fmt.Sprintf("%.1f %cB", value, sizeUnits[unit])
}

const sizeUnits = "kMGTPE"

// count is a number of things in words.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// when is a time as people read it: today's by the clock, others by the date.
func when(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.IsZero() || t.Year() < 2000:
		return "never"
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006")
}

// left is a number of seconds that remain.
func left(seconds float64) string {
	if seconds <= 0 {
		return ""
	}
	return ", " + time.Duration(seconds*float64(time.Second)).Round(time.Second).String() + " left"
}

// short is the beginning of an ID: enough to type.
func short(id string) string {
	const enough = 9 // 8 characters and the hyphen after the first 7
	return id[:min(enough, len(id))]
}

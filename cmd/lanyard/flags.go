package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// flags are the flags of one command line: name without dashes, and each value given. A flag without value has one empty value.
type flags map[string][]string

// Kinds of flags.
type flagKind int

const (
	plainFlag  flagKind = iota // takes no value
	valueFlag                  // takes one
	repeatFlag                 // takes one and may stand several times
)

// flagKinds lists every flag of every command. A flag means the same kind of thing everywhere, so that it can stand before the command too.
func flagKinds() map[string]flagKind {
	return map[string]flagKind{
		"profile": valueFlag, "json": plainFlag, "help": plainFlag, "version": plainFlag,
		"headless": plainFlag, "name": valueFlag, "port": valueFlag, "no-open": plainFlag, "folder": valueFlag, "accept-shares": plainFlag,
		"print": plainFlag, "watch": plainFlag, "wait": valueFlag, "timeout": valueFlag, "stdin": plainFlag,
		"since": valueFlag, "search": valueFlag, "until": valueFlag, "files": plainFlag, "format": valueFlag, "output": valueFlag, "force": plainFlag, "with": repeatFlag, "from": repeatFlag, "open": plainFlag, "closed-history": plainFlag, "at": valueFlag, "reply": valueFlag, "mention": repeatFlag, "off": plainFlag, "list": plainFlag, "blocked": plainFlag, "remove": plainFlag,
		"own": plainFlag, "replace": plainFlag, "by": valueFlag, "url": valueFlag, "of": valueFlag,
		"role": valueFlag, "up": valueFlag, "down": valueFlag, "room": valueFlag, "phone": valueFlag, "picture": valueFlag,
	}
}

// parse takes flags out of args wherever they stand and returns the other words. After -- everything is a word.
func parse(args []string) (words []string, given flags, err error) {
	given = flags{}
	kinds := flagKinds()
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			return append(words, args...), given, nil
		case arg == "-h":
			arg = "--help"
		case arg == "-o":
			arg = "--output"
		case !strings.HasPrefix(arg, "-") || arg == "-":
			words = append(words, arg)
			continue
		}
		long, value, attached := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		kind, known := kinds[long]
		switch {
		case !known || !strings.HasPrefix(arg, "--"):
			return nil, nil, usage("there is no flag %q; write -- before words that begin with a dash", arg)
		case kind == plainFlag && attached:
			return nil, nil, usage("--%s takes no value", long)
		case kind != plainFlag && !attached && len(args) == 0:
			return nil, nil, usage("--%s needs a value", long)
		case kind != plainFlag && !attached:
			value, args = args[0], args[1:]
		}
		if kind != plainFlag && value == "" { // mostly an unset variable in a script: what was meant is not what happens without the flag
			return nil, nil, usage("--%s needs a value, and this one is empty", long)
		}
		if kind == valueFlag && given.has(long) {
			return nil, nil, usage("--%s is given twice", long)
		}
		given[long] = append(given[long], value)
	}
	return words, given, nil
}

func (f flags) has(long string) bool { return len(f[long]) > 0 }

// text returns the value of a flag, "" if it is not given.
func (f flags) text(long string) string {
	if !f.has(long) {
		return ""
	}
	return f[long][0]
}

// duration returns the value of a flag as a duration ("90s", "5m"; a bare number counts seconds), or otherwise if it is not given.
func (f flags) duration(long string, otherwise time.Duration) (time.Duration, error) {
	text := f.text(long)
	if !f.has(long) {
		return otherwise, nil
	}
	d, err := time.ParseDuration(text)
	if seconds, notNumber := strconv.ParseFloat(text, 64); notNumber == nil && seconds < 1e9 {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d <= 0 {
		return 0, usage("--%s needs a length of time such as 30s or 5m, not %q", long, text)
	}
	return d, nil
}

// moment returns the value of a flag as a time that was: see [direction.moment].
func (f flags) moment(long string, now time.Time) (time.Time, error) {
	text := f.text(long)
	if !f.has(long) {
		return time.Time{}, nil
	}
	at, err := back.moment(text, now)
	if err == nil && at.IsZero() {
		err = usage("--%s needs a time such as 2026-11-21, \"2026-11-21 09:30\", 14:30 or 2h, not %q", long, text)
	}
	return at, err
}

// number returns the value of a flag as a number between low and high, or otherwise if it is not given.
func (f flags) number(long string, low, high, otherwise int) (int, error) {
	if !f.has(long) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(f.text(long))
	if err != nil || n < low || n > high {
		return 0, usage("--%s needs a number from %d to %d, not %q", long, low, high, f.text(long))
	}
	return n, nil
}

// oneOf returns the value of a flag if it is one of those allowed, "" if it is not given.
func (f flags) oneOf(long string, allowed ...string) (string, error) {
	text := f.text(long)
	for _, a := range allowed {
		if text == a {
			return text, nil
		}
	}
	if !f.has(long) {
		return "", nil
	}
	return "", usage("--%s is %s, not %q", long, strings.Join(allowed, " or "), fmt.Sprint(text))
}

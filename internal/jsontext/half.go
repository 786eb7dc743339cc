// Package jsontext finds in JSON what encoding/json reads as U+FFFD instead of refusing it: what was written would be stored as something else.
package jsontext

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Check refuses what is not UTF-8, and half a character.
func Check(raw []byte) error {
	if !utf8.Valid(raw) {
		return errors.New("it is not UTF-8")
	}
	if half := Half(raw); half != "" {
		return fmt.Errorf("it has half a character, %s without the other half", half)
	}
	return nil
}

// Half returns the escape in JSON of half a character: of one of the two that stand for a character beyond U+FFFF together, without the other one. It is empty if there is none.
func Half(raw []byte) string {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		first, escaped := unit(raw[i:])
		switch {
		case !escaped:
			i++ // the escaped one
		case !utf16.IsSurrogate(first):
			i += 5
		default:
			second, _ := unit(raw[i+6:])
			if utf16.DecodeRune(first, second) == '\uFFFD' {
				return string(raw[i : i+6])
			}
			i += 11
		}
	}
	return ""
}

// unit reads the escape \uXXXX at the beginning.
func unit(raw []byte) (r rune, escaped bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return rune(n), err == nil
}

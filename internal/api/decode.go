package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"lanyard/internal/jsontext"
)

// Decode reads one JSON value into v and refuses what encoding/json would let pass: unknown and repeated fields, their names in another case, what is not UTF-8, half a character, null for a value, what follows the value.
// Its error is an [*Error].
func Decode(raw []byte, v any) error {
	if !utf8.Valid(raw) {
		return usage("the body is not UTF-8")
	}
	if half := jsontext.Half(raw); half != "" {
		return usage("the body has half a character, %s without the other half: nothing was done with it", half)
	}
	if err := onceEach(raw, fieldsOf(reflect.TypeOf(v))); err != nil {
		return err
	}
	if err := noNull(raw, pointed(reflect.TypeOf(v))); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return misfit(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return usage("something follows the JSON value in the body")
	}
	return nil
}

// misfit says how a body is not what it must be, in the words of JSON and not of Go.
func misfit(err error) error {
	var mistyped *json.UnmarshalTypeError
	var broken *json.SyntaxError
	var untimely *time.ParseError
	switch {
	case errors.As(err, &broken):
		return usage("the body is not JSON: %v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return usage("the body is no whole JSON value: something is missing at its end")
	case errors.As(err, &untimely), strings.HasPrefix(err.Error(), "Time.UnmarshalJSON"): // what is no text at all has no type of error
		return usage("the body does not fit: %s is needed", aTime)
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return usage("the body does not fit: %q must be %s, not %s", mistyped.Field, jsonKind(mistyped.Type), mistyped.Value)
	case errors.As(err, &mistyped):
		return usage("the body must be %s, not %s", jsonKind(mistyped.Type), mistyped.Value)
	}
	return usage("the body does not fit: %s", strings.TrimPrefix(err.Error(), "json: "))
}

const aTime = `a time such as "2026-01-31T09:00:00Z"`

// jsonKind is what a value of a type is in JSON.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return jsonKind(t.Elem())
	}
	if t == reflect.TypeFor[time.Time]() {
		return aTime
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a number that fits"
}

func usage(format string, args ...any) *Error {
	return &Error{Code: CodeUsage, Text: fmt.Sprintf(format, args...)}
}

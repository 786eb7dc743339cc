package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"lanyard/internal/api"
)

const (
	bodyLimit   = 256 << 10       // a text of 32 KiB with every byte escaped fits
	draftLimit  = 6*maxDraft + 64 // a draft with every byte escaped
	locateLimit = 8 << 20         // 1000 paths
)

// maxDraft is the longest draft in bytes; whoever keeps it refuses a longer one.
const maxDraft = 128 << 10

// body decodes the JSON body of r strictly. A body that is not there at all gives the zero value if optional is set.
func body[B any](w http.ResponseWriter, r *http.Request, limit int64, optional bool) (B, error) {
	var v B
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return v, &api.Error{Code: api.CodeTooLong, Text: fmt.Sprintf("the body is longer than %d KiB", limit>>10)}
	case err != nil:
		return v, usage("the body did not arrive whole: %v", err)
	case len(raw) == 0 && optional:
		return v, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return v, &api.Error{Code: api.CodeMediaType, Text: "the body must be JSON and say so: Content-Type: application/json"}
	}
	return v, strict(raw, &v)
}

// strict decodes one JSON value into v and refuses what encoding/json would let pass.
func strict(raw []byte, v any) error {
	if !utf8.Valid(raw) {
		return usage("the body is not UTF-8")
	}
	if half := api.Half(raw); half != "" {
		return usage("the body has half a character, %s without the other half: nothing was done with it", half)
	}
	if err := onceEach(raw, fieldsOf(reflect.TypeOf(v))); err != nil {
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
	switch {
	case errors.As(err, &broken):
		return usage("the body is not JSON: %v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return usage("the body is no whole JSON value: something is missing at its end")
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return usage("the body does not fit: %q must be %s, not %s", mistyped.Field, jsonKind(mistyped.Type), mistyped.Value)
	case errors.As(err, &mistyped):
		return usage("the body must be %s, not %s", jsonKind(mistyped.Type), mistyped.Value)
	}
	return usage("the body does not fit: %s", strings.TrimPrefix(err.Error(), "json: "))
}

// jsonKind is what a value of a type is in JSON.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return jsonKind(t.Elem())
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

// query returns the request's query and refuses parameters that the endpoint does not have, or that stand twice.
func query(r *http.Request, known ...string) (url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, usage("the query cannot be read: %v", err)
	}
	for key, values := range q {
		switch {
		case !slices.Contains(known, key):
			return nil, usage("there is no query parameter %q here", key)
		case len(values) > 1:
			return nil, usage("query parameter %q stands twice", key)
		case !utf8.ValidString(values[0]):
			return nil, usage("query parameter %q is not UTF-8", key)
		}
	}
	return q, nil
}

func usage(format string, args ...any) *api.Error {
	return &api.Error{Code: api.CodeUsage, Text: fmt.Sprintf(format, args...)}
}

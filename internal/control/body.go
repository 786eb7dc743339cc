package control

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
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
	return v, api.Decode(raw, &v)
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

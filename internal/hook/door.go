package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lanyard/internal/api"
	"lanyard/internal/jsontext"
	"lanyard/internal/name"
)

// Path is where the door stands: POST Path/TOKEN, or POST Path with the token as bearer.
const Path = "/hook"

const (
	maxText = 32 << 10
	maxBody = 6*maxText + 4<<10 // a text of which every character is escaped, and what other programs send beside it
)

// ServeHTTP posts the text of a request through the webhook of its token.
func (h *Hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := h.serve(w, r)
	var told *api.Error
	switch {
	case err == nil:
		write(w, http.StatusOK, map[string]string{"id": id})
		return
	case errors.As(err, &told):
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		told = &api.Error{Code: api.CodeStopping, Text: "Lanyard is stopping, or the request was given up"}
	default:
		told = &api.Error{Code: api.CodeInternal, Text: err.Error()}
	}
	write(w, told.Status(), api.ErrorBody{Error: told})
}

func (h *Hooks) serve(w http.ResponseWriter, r *http.Request) (id string, err error) {
	one := h.opened(tokenOf(r))
	if one == nil {
		return "", &api.Error{Code: api.CodeUnknown, Text: "there is no such webhook: it was removed, or its address is not whole"}
	}
	if h.echoes(r.Header.Get(hookHeader)) {
		return "", &api.Error{Code: api.CodeConflict, Text: "this webhook is Lanyard's own, and a hook that gets also what you write would post its own words again without end: remove the hook, or add it without --own"}
	}
	if wait := one.pace.take(time.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		return "", &api.Error{Code: api.CodeTooOften, Text: fmt.Sprintf("a webhook takes one message a second, %d at once: wait and send it again", paceBurst)}
	}
	text, err := textOf(w, r)
	if err != nil {
		return "", err
	}
	id, err = h.config.Post(r.Context(), one.Target, text, one.Name)
	if err != nil {
		return "", err
	}
	if err := h.usedNow(r.Context(), one.ID); err != nil {
		h.config.Log.Warn("note when a webhook was used", "webhook", one.ID, "reason", err) // the message is safe
	}
	return id, nil
}

// echoes says whether what a hook of ours posts would come back to that hook: what comes through a webhook is written by our person.
func (h *Hooks) echoes(hook string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.outgoing, func(one *outgoing) bool { return one.ID == hook && one.Own })
}

// tokenOf is the token that a request shows, in its path or as bearer.
func tokenOf(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.URL.Path, Path+"/"); ok {
		return token
	}
	values := r.Header["Authorization"]
	if len(values) != 1 {
		return ""
	}
	token, _ := strings.CutPrefix(values[0], "Bearer ")
	return token
}

// textOf reads the text to be posted: field "text" of a JSON object, else the whole body without the line's end at its end.
func textOf(w http.ResponseWriter, r *http.Request) (string, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return "", tooLong()
	case err != nil:
		return "", usage("the text did not arrive whole: send it again")
	case !utf8.Valid(raw):
		return "", usage("the text is not UTF-8: nothing was posted")
	}
	text := strings.TrimRight(string(raw), "\r\n")
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type"))), "multipart/") {
		return "", &api.Error{Code: api.CodeMediaType, Text: "a webhook takes a text, no form with files: send the text as the body"}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "application/json" {
		if text, err = textField(raw); err != nil {
			return "", err
		}
	}
	switch {
	case len(text) > maxText:
		return "", tooLong()
	case name.Blank(text):
		return "", usage("there is no text in the request: send it as the body, or as {\"text\": \"...\"} with Content-Type: application/json")
	}
	return text, nil
}

// textField reads {"text": "..."}. Other fields are passed over, so that programs made for another messenger's webhooks can be pointed here; "Text" is another one.
func textField(raw []byte) (string, error) {
	var fields map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&fields); err != nil {
		return "", noText()
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", usage("something follows the JSON object in the body")
	}
	var text *string
	switch field, there := fields["text"]; {
	case !there:
		return "", usage("the JSON object has no field \"text\"")
	case json.Unmarshal(field, &text) != nil || text == nil:
		return "", noText()
	case jsontext.Half(field) != "":
		return "", usage("the text has half a character, %s without the other half: nothing was posted", jsontext.Half(field))
	}
	return *text, nil
}

func noText() error {
	return usage("the body is no JSON object with a text: it looks like {\"text\": \"...\"}")
}

func tooLong() error {
	return &api.Error{Code: api.CodeTooLong, Text: fmt.Sprintf("a message holds %d KiB of text: send less, or a file", maxText>>10)}
}

func usage(format string, args ...any) error {
	return &api.Error{Code: api.CodeUsage, Text: fmt.Sprintf(format, args...)}
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // only a reader who left can make this fail: there is nobody to tell
}

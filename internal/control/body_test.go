package control

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lanyard/internal/api"
)

func TestBodyIsDecodedStrictly(t *testing.T) {
	for _, c := range []struct {
		about, body, kind string
		code              string // "": taken
	}{
		{"a plain body", `{"text":"hello"}`, "application/json", ""},
		{"a charset is no harm", `{"text":"hello"}`, "application/json; charset=utf-8", ""},
		{"space around it", " {\"text\":\"hello\"}\n", "application/json", ""},
		{"a text of 32 KiB, every byte escaped", `{"text":"` + strings.Repeat(`\u0041`, 32<<10) + `"}`, "application/json", ""},
		{"no declared type", `{"text":"hello"}`, "", api.CodeMediaType},
		{"a form", `text=hello`, "application/x-www-form-urlencoded", api.CodeMediaType},
		{"JSON sent as text, which a foreign page may do without asking", `{"text":"hello"}`, "text/plain", api.CodeMediaType},
		{"nothing at all", ``, "application/json", api.CodeUsage},
		{"an unknown field", `{"text":"hello","bold":true}`, "application/json", api.CodeUsage},
		{"a field in another case", `{"Text":"hello"}`, "application/json", api.CodeUsage},
		{"a field in a case that folds", `{"te\u017ft":"hello"}`, "application/json", api.CodeUsage},
		{"half a character", `{"text":"\ud800"}`, "application/json", api.CodeUsage},
		{"a whole one, escaped", `{"text":"\ud83d\ude00"}`, "application/json", ""},
		{"a field twice", `{"text":"hello","text":"world"}`, "application/json", api.CodeUsage},
		{"a field twice in different case", `{"text":"hello","Text":"world"}`, "application/json", api.CodeUsage},
		{"a field twice, escaped", `{"text":"hello","t\u0065xt":"world"}`, "application/json", api.CodeUsage},
		{"trailing data", `{"text":"hello"} {"text":"world"}`, "application/json", api.CodeUsage},
		{"trailing bracket", `{"text":"hello"}}`, "application/json", api.CodeUsage},
		{"the wrong type", `{"text":7}`, "application/json", api.CodeUsage},
		{"null for a text", `{"text":null}`, "application/json", api.CodeUsage},
		{"null for all of it", `null`, "application/json", api.CodeUsage},
		{"no object", `["text"]`, "application/json", api.CodeUsage},
		{"cut off", `{"text":"hel`, "application/json", api.CodeUsage},
		{"not UTF-8", "{\"text\":\"\xff\"}", "application/json", api.CodeUsage},
		{"nested without end", strings.Repeat(`{"text":`, 5000), "application/json", api.CodeUsage},
		{"too long", `{"text":"` + strings.Repeat("x", bodyLimit) + `"}`, "application/json", api.CodeTooLong},
	} {
		t.Run(c.about, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			_, err := body[api.TextRequest](httptest.NewRecorder(), r, bodyLimit, false)
			if code := api.CodeOf(err); code != c.code || (err == nil) != (c.code == "") {
				t.Errorf("got code %q (%v), want %q", code, err, c.code)
			}
		})
	}
}

func TestOptionalBodyMayBeLeftOut(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	if v, err := body[api.AcceptRequest](httptest.NewRecorder(), r, bodyLimit, true); err != nil || v.At != "" {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestQueryKnowsItsParameters(t *testing.T) {
	for _, c := range []struct {
		about, query string
		good         bool
	}{
		{"none", "", true},
		{"a known one", "limit=5", true},
		{"an unknown one", "limit=5&colour=red", false},
		{"one twice", "limit=5&limit=6", false},
		{"not UTF-8", "limit=%ff", false},
		{"a broken escape", "limit=%zz", false},
		{"a semicolon", "limit=5;limit=6", false},
	} {
		t.Run(c.about, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.URL.RawQuery = c.query
			if _, err := query(r, "limit"); (err == nil) != c.good {
				t.Errorf("got %v", err)
			}
		})
	}
}

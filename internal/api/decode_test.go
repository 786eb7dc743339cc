package api

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzDecode: what is taken can be written again, and taken again as the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"name":"x","entries":[{"path":"a/b","size":1}]}`, `{"name":"\ud800","entries":null}`, `{"entries":[[]]}`, `null`, `{"name":"a","NAME":"b"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v, again LocateRequest
		if Decode(raw, &v) != nil {
			return
		}
		written, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := Decode(written, &again); err != nil {
			t.Fatalf("%q was taken, but what it means is refused: %v", raw, err)
		}
		if again.Name != v.Name || len(again.Entries) != len(v.Entries) {
			t.Fatalf("%q: %+v became %+v", raw, v, again)
		}
	})
}

// TestMisfitSentences: what does not fit is told in the words of JSON, with the field, and nothing of the program that reads it.
func TestMisfitSentences(t *testing.T) {
	type part struct {
		Text string `json:"text"`
	}
	type shared struct {
		Note string `json:"note"`
	}
	type body struct {
		shared
		Text string    `json:"text"`
		At   []part    `json:"at"`
		Same *bool     `json:"same"`
		With []string  `json:"with"`
		Size int       `json:"size"`
		Time time.Time `json:"time"`
	}
	for raw, want := range map[string]string{
		`{"text":5}`:             `the body does not fit: "text" must be a text, not number`,
		`{"same":"yes"}`:         `the body does not fit: "same" must be true or false, not string`,
		`{"with":"Ben"}`:         `the body does not fit: "with" must be a list, not string`,
		`{"size":1.5}`:           `the body does not fit: "size" must be a number that fits, not number 1.5`,
		`["text"]`:               `the body must be an object, not array`,
		`{"text":"a"`:            `the body is no whole JSON value: something is missing at its end`,
		`{"colour":"red"}`:       `the body does not fit: unknown field "colour"`,
		`{"Text":"a"}`:           `the body does not fit: unknown field "Text"`,
		`null`:                   `the body must be an object, not null`,
		`{"text":null}`:          `the body does not fit: "text" must be a text, not null`,
		`{"size":null}`:          `the body does not fit: "size" must be a number that fits, not null`,
		`{"time":null}`:          `the body does not fit: "time" must be a time such as "2026-01-31T09:00:00Z", not null`,
		`{"time":5}`:             `the body does not fit: a time such as "2026-01-31T09:00:00Z" is needed`,
		`{"time":"tomorrow"}`:    `the body does not fit: a time such as "2026-01-31T09:00:00Z" is needed`,
		`{"note":null}`:          `the body does not fit: "note" must be a text, not null`,
		`{"with":[null]}`:        `the body does not fit: "with" has null in its list`,
		`{"at":[{"text":null}]}`: `the body does not fit: "text" must be a text, not null`,
		`{"text":"\ud83d"}`:      `the body has half a character, \ud83d without the other half: nothing was done with it`,
	} {
		if err := Decode([]byte(raw), &body{}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

// TestNullIsLeftOut: null is taken for a list that is empty and for a field that was left out, which changes nothing.
func TestNullIsLeftOut(t *testing.T) {
	type body struct {
		Text string   `json:"text"`
		Same *bool    `json:"same"`
		With []string `json:"with"`
	}
	var b body
	if err := Decode([]byte(`{"text":"null","same":null,"with":null}`), &b); err != nil || b.Text != "null" || b.Same != nil || b.With != nil {
		t.Errorf("%+v, %v", b, err)
	}
}

package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestHalf(t *testing.T) {
	for raw, want := range map[string]string{
		``:                          "",
		`{"text":"hello"}`:          "",
		`{"text":"\ud83d\ude00"}`:   "",
		`{"text":"\uD83D\uDE00 x"}`: "",
		`{"text":"\ud83d"}`:         `\ud83d`,
		`{"text":"\ud83d x"}`:       `\ud83d`,
		`{"text":"\ude00\ud83d"}`:   `\ude00`,
		`{"text":"\ud83d\ud83d"}`:   `\ud83d`,
		`{"text":"\ud83d\n\ude00"}`: `\ud83d`,
		`{"te\udfffxt":""}`:         `\udfff`,
		`{"text":"\\ud83d"}`:        "",
		`{"text":"\\\ud83d"}`:       `\ud83d`,
		`{"text":"\ufffd�"}`:        "",
		`"\u00`:                     "",
		`"\ud83`:                    "",
		`"\`:                        "",
	} {
		if got := Half([]byte(raw)); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

// FuzzHalf: what is taken means what stands there: the decoder puts no replacement into it.
func FuzzHalf(f *testing.F) {
	for _, seed := range []string{`"\ud83d\ude00"`, `"\ud83d"`, `"\\ud83d\ud83d\\"`, `"\u0041\udead"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var text string
		if strings.Contains(string(raw), "�") || strings.ToValidUTF8(string(raw), "") != string(raw) || strings.Contains(strings.ToLower(string(raw)), `fffd`) || json.Unmarshal(raw, &text) != nil {
			return
		}
		if replaced := strings.Contains(text, "�"); replaced != (Half(raw) != "") {
			t.Errorf("%s is %q: replaced %v, told %q", raw, text, replaced, Half(raw))
		}
	})
}

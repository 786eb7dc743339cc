package api

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestStreamLines(t *testing.T) {
	long := `{"type":"message","text":"` + strings.Repeat("x", 300<<10) + `"}`
	s := newStream[Event](io.NopCloser(strings.NewReader(`{"type":"ready"}` + "\n" + long + "\n" + `{"type":"state"}` + "\n" + `{"type":"cut`)))
	for _, want := range []struct {
		kind    string
		raw     int
		waiting bool
	}{{"ready", 16, false}, {"message", len(long), true}, {"state", 16, false}} {
		e, err := s.Next()
		if err != nil || e.Type != want.kind || len(e.Raw) != want.raw {
			t.Fatalf("got %q of %d bytes, %v", e.Type, len(e.Raw), err)
		}
		if s.Waiting() != want.waiting {
			t.Errorf("after %s: waiting %v", want.kind, s.Waiting())
		}
	}
	if e, err := s.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("half a line became %+v, %v", e, err)
	}
}

func TestStreamRefusesWhatIsNoLine(t *testing.T) {
	s := newStream[Event](io.NopCloser(strings.NewReader("nonsense\n")))
	if _, err := s.Next(); err == nil {
		t.Error("nonsense was taken")
	}
}

func TestStreamPassesLinesOn(t *testing.T) {
	const lines = "{\"type\":\"ready\"}\n{\"type\":\"state\",\"id\":\"<&>\"}\n"
	s := newStream[Event](io.NopCloser(strings.NewReader(lines)))
	var got strings.Builder
	for {
		line, err := s.Raw()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got.Write(line)
	}
	if got.String() != lines {
		t.Errorf("got %q", got.String())
	}
}

func TestErrorCodesHaveTheirStatus(t *testing.T) {
	for code, status := range map[string]int{CodeUsage: 400, CodeUnknown: 404, CodeNotFound: 404, CodeAmbiguous: 409, CodeConflict: 409, CodeCancelled: 409,
		CodeTooLong: 413, CodeMediaType: 415, CodeRefused: 403, CodeOffline: 503, CodeStopping: 503, CodeStarting: 503, CodeDiskFull: 507, CodeNoDialog: 501, CodeInternal: 500} {
		e := fmt.Errorf("send: %w", &Error{Code: code, Text: "x"})
		if CodeOf(e) != code || (&Error{Code: code}).Status() != status {
			t.Errorf("%s: status %d, want %d", code, (&Error{Code: code}).Status(), status)
		}
	}
}

package hook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/store"
)

// bench is hooks over a real database, and what was posted.
type bench struct {
	*Hooks
	path   string
	posted []string
	answer error // of the next posts
	stop   func()
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{path: filepath.Join(t.TempDir(), "lanyard.db")}
	b.start(t)
	t.Cleanup(func() { b.stop() })
	return b
}

func (b *bench) start(t *testing.T) {
	t.Helper()
	db, err := store.Open(b.path, slog.New(slog.DiscardHandler), Part())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx) }()
	b.stop = func() {
		cancel()
		if err := errors.Join(<-ended, db.Close()); err != nil {
			t.Error(err)
		}
		b.stop = func() {}
	}
	b.Hooks = New(Config{DB: db, Post: b.post, Told: func() {}})
	if err := b.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) post(_ context.Context, target, text, through string) (string, error) {
	if b.answer != nil {
		return "", b.answer
	}
	b.posted = append(b.posted, target+"|"+through+"|"+text)
	return "the-id", nil
}

func (b *bench) ask(path, kind, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func make1(t *testing.T, b *bench) (Webhook, string) {
	t.Helper()
	w, token, err := b.CreateWebhook(t.Context(), "room", "Build")
	if err != nil {
		t.Fatal(err)
	}
	return w, token
}

func TestWebhookPosts(t *testing.T) {
	full := strings.Repeat("ü", maxText/2)
	for _, c := range []struct {
		what, kind, body string
		status           int
		posted           string
	}{
		{"a text", "application/x-www-form-urlencoded", "green & 100%", 200, "green & 100%"},
		{"a line from echo", "", "green\r\n", 200, "green"},
		{"JSON with what others send beside it", "application/json; charset=utf-8", `{"username":"x","text":"a\nb","blocks":[{"a":[1]}]}`, 200, "a\nb"},
		{"the longest text", "text/plain", full, 200, full},
		{"the longest text, escaped", "application/json", `{"text":"` + strings.Repeat(`\u0041`, maxText) + `"}`, 200, strings.Repeat("A", maxText)},
		{"a byte too long", "text/plain", full + "a", 413, ""},
		{"a megabyte", "text/plain", strings.Repeat("a", 1<<20), 413, ""},
		{"nothing", "text/plain", "", 400, ""},
		{"blanks", "text/plain", " \n\n", 400, ""},
		{"no UTF-8", "text/plain", "a\xff", 400, ""},
		{"a form with a file", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\ngreen\r\n--x--\r\n", 415, ""},
		{"JSON that is none", "application/json", "green", 400, ""},
		{"JSON without text", "application/json", `{"message":"x"}`, 400, ""},
		{"JSON with a text in another case", "application/json", `{"Text":"a"}`, 400, ""},
		{"JSON with one of another case beside it", "application/json", `{"text":"a","TEXT":"b"}`, 200, "a"},
		{"JSON with half a character", "application/json", `{"text":"\ud83d"}`, 400, ""},
		{"JSON with a whole one", "application/json", `{"text":"\ud83d\ude00"}`, 200, "😀"},
		{"JSON with half a character elsewhere", "application/json", `{"text":"a","icon":"\ud83d"}`, 200, "a"},
		{"JSON with null", "application/json", `{"text":null}`, 400, ""},
		{"two JSON values", "application/json", `{"text":"a"}{"text":"b"}`, 400, ""},
		{"a list", "application/json", `["a"]`, 400, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			b := newBench(t)
			_, token := make1(t, b)
			got := b.ask("/hook/"+token, c.kind, c.body)
			if got.Code != c.status {
				t.Fatalf("status %d, want %d: %s", got.Code, c.status, got.Body)
			}
			if posted := strings.Join(b.posted, "\n"); c.posted != "" && posted != "room|Build|"+c.posted || c.posted == "" && posted != "" {
				t.Errorf("posted %q", posted)
			}
			if c.status == 200 && strings.TrimSpace(got.Body.String()) != `{"id":"the-id"}` {
				t.Errorf("answered %s", got.Body)
			}
		})
	}
}

func TestWebhookTokens(t *testing.T) {
	b := newBench(t)
	w, token := make1(t, b)
	for _, path := range []string{"/hook", "/hook/", "/hook/" + w.ID, "/hook/" + token[:len(token)-1], "/hook/" + token + "A", "/hook/x/" + token} {
		if got := b.ask(path, "", "x"); got.Code != 404 {
			t.Errorf("%s: status %d", path, got.Code)
		}
	}
	if got := b.ask("/hook", "", "x", "Authorization", "Bearer "+token); got.Code != 200 {
		t.Errorf("the token as bearer: status %d", got.Code)
	}
	b.stop()
	files, err := filepath.Glob(b.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of the database: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || bytes.Contains(text, []byte(token)) {
			t.Errorf("%s holds the token, %v", file, err)
		}
	}

	b.start(t)
	all := b.Webhooks()
	if len(all) != 1 || all[0].Name != "Build" || all[0].Used.IsZero() {
		t.Fatalf("after a restart: %+v", all)
	}
	if got := b.ask("/hook/"+token, "", "again"); got.Code != 200 {
		t.Errorf("after a restart: status %d", got.Code)
	}
	if err := b.RemoveWebhook(t.Context(), w.ID[:7]); api.CodeOf(err) != api.CodeUnknown {
		t.Errorf("7 characters of an ID: %v", err)
	}
	if err := b.RemoveWebhook(t.Context(), w.ID[:8]); err != nil {
		t.Fatal(err)
	}
	if got := b.ask("/hook/"+token, "", "gone"); got.Code != 404 || len(b.posted) != 2 {
		t.Errorf("after its end: status %d, posted %v", got.Code, b.posted)
	}
}

// TestWebhookPace: ten at once, then one a second; who is refused is told how long to wait.
func TestWebhookPace(t *testing.T) {
	b := newBench(t)
	_, token := make1(t, b)
	refused := 0
	for range 3 * paceBurst {
		switch got := b.ask("/hook/"+token, "", "x"); got.Code {
		case 200:
		case 429:
			refused++
			if got.Header().Get("Retry-After") != "1" {
				t.Fatalf("Retry-After: %s", got.Header().Get("Retry-After"))
			}
		default:
			t.Fatalf("status %d", got.Code)
		}
	}
	if refused == 0 || len(b.posted) < paceBurst {
		t.Errorf("%d posted, %d refused", len(b.posted), refused)
	}
	var p pace
	now := time.Unix(1000, 0)
	for i := range paceBurst {
		if wait := p.take(now); wait != 0 {
			t.Fatalf("message %d waits %s", i, wait)
		}
	}
	if wait := p.take(now.Add(300 * time.Millisecond)); wait != 700*time.Millisecond {
		t.Errorf("the next one waits %s", wait)
	}
	if wait := p.take(now.Add(time.Second)); wait != 0 {
		t.Errorf("a second later it waits %s", wait)
	}
	if wait := p.take(now.Add(time.Second)); wait != time.Second {
		t.Errorf("and the one after it %s", wait)
	}
}

func TestWebhookTellsWhatIsWrong(t *testing.T) {
	b := newBench(t)
	_, token := make1(t, b)
	for want, err := range map[int]error{
		410: &api.Error{Code: api.CodeGone, Text: "the room is gone"},
		507: &api.Error{Code: api.CodeDiskFull, Text: "the disk is full"},
		500: io.ErrUnexpectedEOF,
		503: context.Canceled,
	} {
		b.answer = err
		got := b.ask("/hook/"+token, "", "x")
		if got.Code != want || !strings.Contains(got.Body.String(), `"text":"`) {
			t.Errorf("%v: status %d, %s", err, got.Code, got.Body)
		}
	}
	if _, _, err := b.CreateWebhook(t.Context(), "room", strings.Repeat("a", 41)); api.CodeOf(err) != api.CodeUsage {
		t.Errorf("a name that is too long: %v", err)
	}
	for range maxWebhooks - 1 {
		make1(t, b)
	}
	if _, _, err := b.CreateWebhook(t.Context(), "room", ""); api.CodeOf(err) != api.CodeConflict {
		t.Errorf("one too many: %v", err)
	}
}

// FuzzWebhookBody: whatever a program posts, the text is one that can be a message, or there is one sentence.
func FuzzWebhookBody(f *testing.F) {
	f.Add("application/json", []byte(`{"text":"a"}`))
	f.Add("application/json", []byte(`{"text":"\ud800"}`))
	f.Add("", []byte("a\r\n"))
	f.Add("application/json;", []byte(`{"text":"a","text":"b"}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/hook", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		text, err := textOf(httptest.NewRecorder(), r)
		var told *api.Error
		if err != nil && !errors.As(err, &told) || err == nil && (len(text) > maxText || strings.TrimSpace(text) == "" || strings.ToValidUTF8(text, "") != text) {
			t.Errorf("%q, %v", text, err)
		}
	})
}

package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
)

// patience only guards against a hang.
const patience = 2 * time.Minute

// talk is conversations that keep what is sent. Only what these tests need is there; whole agents are tested in cmd/lanyard.
type talk struct {
	Conversations
	hub func() *Hub

	mu    sync.Mutex
	texts []string
	calls int
	trust string
	keeps error // why nobody is shown that something was read
	hangs bool  // what is sent is kept, and that is told only when the request has ended
}

func (k *talk) ReadShown(context.Context, string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keeps
}

func (k *talk) Resolve(_ context.Context, to string) (string, error) {
	if to != "Ben" {
		return "", &api.Error{Code: api.CodeAmbiguous, Text: "two are called so", Candidates: []api.Candidate{{ID: "a", Name: to}, {ID: "b", Name: to}}}
	}
	return "BEN", nil
}

func (k *talk) Differs(context.Context, string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.trust != "differs" {
		return ""
	}
	return "Ben"
}

// Send tells of the delivery of each message before it returns, as a very quick colleague would.
func (k *talk) Send(ctx context.Context, to string, texts []string) ([]Written, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	if k.hangs {
		k.texts = append(k.texts, texts...)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var sent []Written
	for _, text := range texts {
		if text == "" {
			return sent, &api.Error{Code: api.CodeUsage, Text: "there is nothing to send"}
		}
		k.texts = append(k.texts, text)
		m := Written{ID: fmt.Sprint("id", len(k.texts)), To: []string{to}}
		sent = append(sent, m)
		if text != "slow" {
			k.hub().Publish(api.EventState, api.StateChange{ID: m.ID, Conversation: to, Peer: to, State: "delivered"})
		}
	}
	return sent, nil
}

// talkedTo is the talk as what people do with single messages; these tests post only.
type talkedTo struct {
	Messages
	*talk
}

func (k talkedTo) Post(ctx context.Context, to string, p api.PostRequest) (api.Message, error) {
	sent, err := k.talk.Send(ctx, to, []string{p.Text})
	if err != nil {
		return api.Message{}, err
	}
	return api.Message{ID: sent[0].ID, Text: p.Text, States: []api.State{{ID: to}}}, nil
}

// serve answers on a real Unix socket and returns a client of it.
func serve(t *testing.T, parts Config) (*Control, *api.Client) {
	t.Helper()
	c := New(parts)
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: c.Handler()}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	client := api.New(socket)
	t.Cleanup(func() {
		c.Hub().Close()
		client.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			t.Errorf("requests did not end: %v", err)
		}
		<-ended
	})
	return c, client
}

func conversing(t *testing.T) (*talk, *Control, *api.Client) {
	t.Helper()
	k := &talk{}
	c, client := serve(t, Config{Conversations: k, Messages: talkedTo{talk: k}})
	k.hub = c.Hub
	return k, c, client
}

// TestStreamOfWhoIsGone: what was handed on when the request ends is not handed on once more.
func TestStreamOfWhoIsGone(t *testing.T) {
	k := &talk{hangs: true}
	s := &sending{to: "BEN", parts: k}
	ctx, cancel := context.WithCancel(t.Context())
	batches, outcomes := make(chan batch, maxInFlight), make(chan outcome, maxInFlight)
	ended := make(chan struct{})
	go func() { defer close(ended); s.send(ctx, batches, outcomes) }()
	batches <- batch{first: 1, lines: []line{{text: "one"}, {text: "two"}, {text: "three"}}}
	batches <- batch{first: 4, lines: []line{{text: "four"}}}
	close(batches)
	cancel()
	<-ended
	if len(k.texts) != 0 && !slices.Equal(k.texts, []string{"one", "two", "three"}) {
		t.Errorf("handed on: %q", k.texts)
	}
}

func TestStreamSendsManyInOrder(t *testing.T) {
	const many = 20_000
	k, _, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := client.SendLines(ctx, "Ben", "delivered")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	go func() {
		for i := range many {
			if s.Send(fmt.Sprint("text ", i)) != nil {
				return
			}
		}
		_ = s.CloseSend() // Next tells what went wrong
	}()
	durable, delivered := 0, 0
	for {
		sent, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case sent.Error != nil:
			t.Fatal(sent.Error)
		case sent.State == "delivered" && sent.Peer == "BEN":
			delivered++
		default:
			durable++
			if sent.Line != durable || sent.ID != fmt.Sprint("id", durable) || sent.Text != fmt.Sprint("text ", durable-1) {
				t.Fatalf("message %d: got %+v", durable, sent)
			}
		}
	}
	if durable != many || delivered != many {
		t.Errorf("%d durable, %d delivered, want %d", durable, delivered, many)
	}
	if k.calls > many/2 {
		t.Errorf("%d groups for %d lines: what arrives together should be stored together", k.calls, many)
	}
}

// streaming begins to send lines to Ben.
func streaming(t *testing.T, client *api.Client) *api.Sender {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	s, err := client.SendLines(ctx, "Ben", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // of a stream that the test ended already
	return s
}

func TestStreamAnswersEachLineBeforeTheNextComes(t *testing.T) {
	_, _, client := conversing(t)
	s := streaming(t, client)
	for i := range 50 {
		if err := errors.Join(s.Send("x"), s.Flush()); err != nil {
			t.Fatal(err)
		}
		if sent, err := s.Next(); err != nil || sent.Line != i+1 {
			t.Fatalf("got %+v, %v", sent, err)
		}
	}
}

// TestConnectionAfterStream: what is asked next over the connection of a stream that came to its end is answered like anything else.
func TestConnectionAfterStream(t *testing.T) {
	_, _, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i := range 300 {
		for range 2 {
			if answer := rawPost(t, ctx, client, "/api/v1/conversations/Ben/stream", `{"text":"x"}`); !strings.Contains(answer, `"line":1,"id"`) {
				t.Fatalf("round %d: %s", i, answer)
			}
		}
	}
}

// TestStreamTellsThatWordsDiffer: also when that is said while lines are sent.
func TestStreamTellsThatWordsDiffer(t *testing.T) {
	k, _, client := conversing(t)
	s := streaming(t, client)
	for trust, want := range map[string]string{"verified": "", "differs": "Ben"} {
		k.mu.Lock()
		k.trust = trust
		k.mu.Unlock()
		if err := errors.Join(s.Send("x"), s.Flush()); err != nil {
			t.Fatal(err)
		}
		if sent, err := s.Next(); err != nil || sent.Differs != want {
			t.Errorf("%s: %+v, %v", trust, sent, err)
		}
	}
}

func TestStreamTellsBadLinesAndGoesOn(t *testing.T) {
	k, _, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	lines := []string{
		`{"text":"one"}`, `{"text":""}`, `{"text":"two","more":1}`, `nonsense`, `{"text":"` + strings.Repeat("x", bodyLimit) + `"}`, "{\"text\":\"\xff\"}", `{"text":"three"}`,
	}
	answer := rawPost(t, ctx, client, "/api/v1/conversations/Ben/stream", strings.Join(lines, "\n")) // the last without its newline
	for i, want := range []string{`"line":1,"id":"id1"`, `"line":2,"text":"","error":{"code":"usage"`, `"line":3`, `"line":4`, `"line":5,"text":"","error":{"code":"too-long"`, `"line":6`, `"line":7,"id":"id2"`} {
		if got := strings.Split(answer, "\n")[i]; !strings.Contains(got, want) {
			t.Errorf("line %d: got %s, want %s", i+1, got, want)
		}
	}
	if got := strings.Join(k.texts, ","); got != "one,three" {
		t.Errorf("sent %s", got)
	}
}

// rawPost sends a raw body over the client's own connection to the socket.
func rawPost(t *testing.T, ctx context.Context, client *api.Client, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://lanyard"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestStreamEndsWithTheAgent(t *testing.T) {
	_, c, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := client.SendLines(ctx, "Ben", "delivered")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := errors.Join(s.Send("slow"), s.Flush()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	c.Hub().Close() // the state awaited never comes, the body stays open
	if sent, err := s.Next(); err == nil {
		t.Errorf("got %+v after the end", sent)
	}
}

func TestErrorsKeepTheirCodeAndCandidates(t *testing.T) {
	_, _, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := client.SendLines(ctx, "Anna", "")
	var told *api.Error
	if !errors.As(err, &told) || told.Code != api.CodeAmbiguous || len(told.Candidates) != 2 || told.Candidates[1].ID != "b" {
		t.Errorf("got %#v", err)
	}
	if _, err := client.SendLines(ctx, "Ben", "understood"); api.CodeOf(err) != api.CodeUsage {
		t.Errorf("a state that does not exist: got %v", err)
	}
}

// listening returns a control and who listens to what happens there: that they do has been told.
func listening(t *testing.T) (*Control, *api.Stream[api.Event]) {
	t.Helper()
	_, c, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	s, err := client.Events(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if e, err := s.Next(); err != nil || e.Type != api.EventReady {
		t.Fatalf("got %+v, %v", e, err)
	}
	return c, s
}

func TestEventsBeginWithReadyAndMissNothing(t *testing.T) {
	c, s := listening(t)
	const many = 5000
	for i := range many {
		c.Hub().Publish(api.EventState, api.StateChange{ID: fmt.Sprint(i)})
	}
	for i := range many {
		e, err := s.Next()
		var change api.StateChange
		if err != nil || e.Into(&change) != nil || change.ID != fmt.Sprint(i) {
			t.Fatalf("event %d: got %+v, %v", i, e, err)
		}
	}
	c.Hub().Close()
	if _, err := s.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the agent's end: %v", err)
	}
}

// TestEventsSayThatTheReaderWasTooSlow: who reads too slowly is told so at the end, and can tell it from the end of the agent.
func TestEventsSayThatTheReaderWasTooSlow(t *testing.T) {
	c, s := listening(t)
	text := strings.Repeat("x", 1<<20) // more than a socket holds: at most one backlog is on its way while another fills
	for range 2*backlogLimit/len(text) + 2 {
		c.Hub().Publish(api.EventMessage, api.Message{Text: text})
	}
	last := ""
	for {
		line, err := s.Raw()
		if err != nil {
			if !errors.Is(err, api.ErrBehind) {
				t.Errorf("the stream ended: %v", err)
			}
			break
		}
		last = string(line[:min(len(line), 40)])
	}
	if last != "{\"type\":\"behind\"}\n" {
		t.Errorf("the last line begins %q", last)
	}
}

func TestUnknownEndpoint(t *testing.T) {
	_, _, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if got := rawPost(t, ctx, client, "/api/v1/nothing", "{}"); !strings.Contains(got, `"code":"not-found"`) {
		t.Errorf("got %s", got)
	}
}

// BenchmarkLineToLine measures a message's way through the local API alone: into the stream at one end, out of the events at the other.
func BenchmarkLineToLine(b *testing.B) {
	k := &talk{}
	c := New(Config{Conversations: k, Messages: talkedTo{talk: k}})
	k.hub = c.Hub
	socket := filepath.Join(b.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: c.Handler()}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) }) // ends with Close below
	defer served.Wait()
	defer server.Close()
	client := api.New(socket)
	events, err := client.Events(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if _, err := events.Next(); err != nil {
		b.Fatal(err)
	}
	s, err := client.SendLines(b.Context(), "Ben", "")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := errors.Join(s.Send("hello"), s.Flush()); err != nil {
			b.Fatal(err)
		}
		if _, err := events.Next(); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Next(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNobodyTellsOfReading: who waits for "read" where nobody tells of it hears so, before anything is sent or when it is switched off meanwhile.
func TestNobodyTellsOfReading(t *testing.T) {
	k, c, client := conversing(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := client.SendLines(ctx, "Ben", "read")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		if err := s.Send("slow"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CloseSend(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if sent, err := s.Next(); err != nil || sent.Error != nil {
			t.Fatal(sent, err)
		}
	}
	c.Hub().Publish(api.EventPresence, api.Peer{}) // of somebody else: nothing changed for these
	k.mu.Lock()
	k.keeps = &api.Error{Code: api.CodeConflict, Text: "read marks are switched off"}
	k.mu.Unlock()
	c.Hub().Publish(api.EventSettings, api.Settings{})
	for i := range 2 {
		if sent, err := s.Next(); err != nil || sent.Error == nil || sent.Error.Code != api.CodeConflict || sent.Line != i+1 || sent.ID == "" {
			t.Fatal(sent, err)
		}
	}
	if _, err := s.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("the answer goes on: %v", err)
	}
	if _, err := client.SendLines(ctx, "Ben", "read"); api.CodeOf(err) != api.CodeConflict {
		t.Errorf("waiting in vain: %v", err)
	}
	if k.calls == 0 || len(k.texts) != 2 {
		t.Errorf("sent were %q", k.texts)
	}
}

package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"lanyard/internal/api"
)

const (
	maxBatch     = 512     // lines that go into one durable group
	maxInFlight  = 4       // groups read ahead of the disk
	maxAwaited   = 1 << 18 // messages on the way to the awaited state, before reading pauses
	streamBuffer = 64 << 10
)

// stream answers POST /conversations/{to}/stream: texts in, one JSON object a line; what became of them out, on the same connection and
// at the same time. What has arrived together becomes durable together; nothing waits for more to come.
func (c *Control) stream(w http.ResponseWriter, r *http.Request) error {
	out := http.NewResponseController(w)
	if err := out.EnableFullDuplex(); err != nil { // before any answer: a refusal too must not wait for the end of the body
		return fmt.Errorf("read and answer at the same time: %w", err)
	}
	q, err := query(r, "wait")
	if err != nil {
		return err
	}
	wanted, ok := stateRank(q.Get("wait"))
	if !ok {
		return usage("wait must be carried, delivered or read")
	}
	to, err := c.parts.Conversations.Resolve(r.Context(), r.PathValue("to"))
	if err != nil {
		return err
	}
	if wanted == readRank {
		if err := c.parts.Conversations.ReadShown(r.Context(), to); err != nil {
			return err
		}
	}
	s := &sending{to: to, wanted: wanted, parts: c.parts.Conversations, awaited: map[string]*sentTo{}, early: map[string]*overtaking{}}
	events := c.hub.SubscribeTo(awaitedTypes(wanted)...)
	defer events.Close()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	if err := out.Flush(); err != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(r.Context())
	batches, outcomes := make(chan batch, maxInFlight), make(chan outcome, maxInFlight)
	read := make(chan struct{}) // closed once the body has come to its end, or nobody reads it any more
	go func() { defer close(batches); defer close(read); readBatches(ctx, r.Body, batches) }()
	go func() { defer close(outcomes); s.send(ctx, batches, outcomes) }()
	s.report(ctx, w, out, outcomes, events)
	cancel()
	select {
	case <-read: // a deadline would end the connection, on which the next request may be coming
	default:
		_ = out.SetReadDeadline(time.Now()) // wakes the reader of the body; an error means that there is no connection left to wake it on
	}
	for range outcomes { // both goroutines have ended when this is closed
	}
	return nil
}

// awaitedTypes are the events that tell whether messages got to a state, or never will.
func awaitedTypes(wanted int) []string {
	switch wanted {
	case 0:
		return nil
	case readRank:
		return []string{api.EventState, api.EventSettings, api.EventPresence}
	}
	return []string{api.EventState}
}

// readRank is the rank of the last state.
const readRank = 3

// stateRank orders the states of a message; "" is what every durable message has.
func stateRank(state string) (int, bool) {
	switch state {
	case "", "waiting":
		return 0, true
	case "carried":
		return 1, true
	case "delivered":
		return 2, true
	case "read":
		return readRank, true
	}
	return 0, false
}

// batch is some consecutive lines of the request.
type batch struct {
	first int // number of the first line, from 1
	lines []line
}

// line is one text, or why it is none.
type line struct {
	text string
	err  error
}

// outcome is what became of a batch.
type outcome []sentTo

// sentTo is a message and the recipients who do not have it in the awaited state.
type sentTo struct {
	api.Sent
	left map[string]bool // person IDs
}

func (w *Written) waiting() map[string]bool {
	left := map[string]bool{}
	for _, id := range w.To {
		left[id] = true
	}
	return left
}

// readBatches cuts the body into lines and hands on all that has arrived, at most maxBatch at a time.
func readBatches(ctx context.Context, body io.Reader, batches chan<- batch) {
	in := bufio.NewReaderSize(body, streamBuffer)
	for first := 1; ; {
		b := batch{first: first}
		var err error
		for more := true; more; more = err == nil && len(b.lines) < maxBatch && lineWaits(in) {
			var l line
			if l, err = readLine(in); err == nil {
				b.lines = append(b.lines, l)
			}
		}
		if len(b.lines) > 0 {
			select {
			case batches <- b:
			case <-ctx.Done():
				return
			}
		}
		if first += len(b.lines); err != nil {
			return
		}
	}
}

// lineWaits reports whether a whole line can be read without waiting.
func lineWaits(in *bufio.Reader) bool {
	waiting, _ := in.Peek(in.Buffered()) // what is buffered can always be peeked at
	return bytes.IndexByte(waiting, '\n') >= 0
}

// readLine reads one line. A line that is wrong is a value; an error means that the body has ended.
func readLine(in *bufio.Reader) (line, error) {
	raw, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		raw, err = longLine(in, bytes.Clone(raw))
	}
	switch {
	case len(raw) > bodyLimit:
		return line{err: &api.Error{Code: api.CodeTooLong, Text: "the line is longer than any message; send it as a file"}}, nil
	case len(raw) == 0 && err != nil:
		return line{}, err
	}
	var t api.TextRequest
	bad := api.Decode(raw, &t) // a last line without its newline counts: what was cut off in transit is no whole object
	return line{text: t.Text, err: bad}, nil
}

// longLine reads on to the end of the line but keeps no more than shows that it is too long.
func longLine(in *bufio.Reader, raw []byte) ([]byte, error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(raw) <= bodyLimit {
			raw = append(raw, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return raw, err
		}
	}
}

// sending is one request's state. Everything but send and begun belongs to report's goroutine.
type sending struct {
	to      string
	wanted  int // rank of the awaited state, 0: none
	parts   Conversations
	awaited map[string]*sentTo     // by message ID: durable, not yet in the awaited state with everybody
	early   map[string]*overtaking // by message ID: states that may have overtaken their message's outcome
	begun   atomic.Int64           // batches that were begun to be sent
	taken   int64                  // batches whose outcome is known
	ended   bool                   // no more outcomes come
}

// overtaking is what came of a message that is not known. If it is one of this request, a batch that is being sent has it; else it is somebody else's, or nothing of it is awaited any more.
type overtaking struct {
	until  int64 // so many outcomes are known when it must be
	states []api.StateChange
}

// send makes the batches durable, in order.
func (s *sending) send(ctx context.Context, batches <-chan batch, outcomes chan<- outcome) {
	for b := range batches {
		s.begun.Add(1) // before anything can come of it
		o := s.sendBatch(ctx, b)
		select {
		case outcomes <- o:
		case <-ctx.Done():
			for range batches { // lets the reader end
			}
			return
		}
	}
}

// sendBatch hands on each line once: a request that ends meanwhile is told nothing, and what was handed on may be stored all the same.
func (s *sending) sendBatch(ctx context.Context, b batch) outcome {
	o := make(outcome, 0, len(b.lines))
	for done := 0; done < len(b.lines) && ctx.Err() == nil; {
		texts := leading(b.lines[done:])
		var sent []Written
		var err error
		if len(texts) > 0 {
			sent, err = s.parts.Send(ctx, s.to, texts)
		} else {
			err = b.lines[done].err
		}
		differs := ""
		if len(sent) > 0 {
			differs = s.parts.Differs(ctx, s.to)
		}
		for i, w := range sent {
			o = append(o, sentTo{api.Sent{Line: b.first + done + i, ID: w.ID, Text: texts[i], To: len(w.To), Differs: differs}, w.waiting()})
		}
		done += len(sent)
		if err != nil && done < len(b.lines) { // the line on which it stopped; those after it are tried
			o = append(o, sentTo{Sent: api.Sent{Line: b.first + done, Text: b.lines[done].text, Error: asError(err)}})
			done++
		}
	}
	return o
}

// leading returns the texts up to the first line that is none.
func leading(lines []line) []string {
	var texts []string
	for _, l := range lines {
		if l.err != nil {
			break
		}
		texts = append(texts, l.text)
	}
	return texts
}

func asError(err error) *api.Error {
	var told *api.Error
	if errors.As(err, &told) {
		return told
	}
	return &api.Error{Code: api.CodeInternal, Text: err.Error()}
}

// report writes what became of each message until all is said or the reader has left.
func (s *sending) report(ctx context.Context, w io.Writer, out *http.ResponseController, outcomes <-chan outcome, events *Subscription) {
	buffered := bufio.NewWriterSize(w, 32<<10)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)
	for cut := false; !cut && (!s.ended || len(s.awaited) > 0); {
		var tell []api.Sent
		next := outcomes
		if len(s.awaited) >= maxAwaited {
			next = nil
		}
		select {
		case <-ctx.Done():
			return
		case o, ok := <-next:
			tell = s.durable(o, ok)
			if !ok {
				outcomes = nil
			}
		case <-events.Wake():
			happened, ok := events.Take()
			tell, cut = append(s.reached(happened), s.given(ctx, happened)...), !ok
		}
		for _, sent := range tell {
			if lines.Encode(sent) != nil {
				return
			}
		}
		if len(tell) > 0 && (buffered.Flush() != nil || out.Flush() != nil) {
			return
		}
	}
}

// durable notes what became durable and returns what to tell, with the states that are known of it already.
func (s *sending) durable(o outcome, ok bool) []api.Sent {
	if !ok {
		s.ended = true
		return nil
	}
	s.taken++
	tell := make([]api.Sent, 0, len(o))
	for i := range o {
		tell = append(tell, o[i].Sent)
		if s.wanted > 0 && o[i].Error == nil && len(o[i].left) > 0 {
			s.awaited[o[i].ID] = &o[i]
		}
	}
	if s.wanted == 0 {
		return tell
	}
	for _, sent := range o {
		if early := s.early[sent.ID]; early != nil {
			for _, change := range early.states {
				tell = append(tell, s.reach(change)...)
			}
		}
	}
	maps.DeleteFunc(s.early, func(_ string, o *overtaking) bool { return o.until <= s.taken })
	return tell
}

// reached returns the awaited messages that got to the awaited state.
func (s *sending) reached(events []*Event) []api.Sent {
	var tell []api.Sent
	for _, e := range events {
		change, ok := e.Value.(api.StateChange)
		if !ok || s.wanted == 0 {
			continue
		}
		if _, known := s.awaited[change.ID]; !known && change.Conversation == s.to {
			s.keep(change)
			continue
		}
		tell = append(tell, s.reach(change)...)
	}
	return tell
}

// keep keeps a state of a message that is not known while a batch is being sent that may have it.
func (s *sending) keep(change api.StateChange) {
	until := s.begun.Load()
	if until == s.taken {
		return
	}
	if s.early[change.ID] == nil {
		s.early[change.ID] = &overtaking{until: until}
	}
	s.early[change.ID].states = append(s.early[change.ID].states, change)
}

// given returns the last lines of messages that are awaited in vain, because read marks were switched off on either side meanwhile.
func (s *sending) given(ctx context.Context, events []*Event) (tell []api.Sent) {
	if s.wanted != readRank || !slices.ContainsFunc(events, func(e *Event) bool { return e.Type == api.EventSettings || e.Type == api.EventPresence }) {
		return nil
	}
	err := s.parts.ReadShown(ctx, s.to)
	if err == nil || ctx.Err() != nil {
		return nil
	}
	for id, sent := range s.awaited {
		tell = append(tell, api.Sent{Line: sent.Line, ID: id, Text: sent.Text, Error: asError(err)})
		delete(s.awaited, id)
	}
	slices.SortFunc(tell, func(a, b api.Sent) int { return a.Line - b.Line })
	return tell
}

// reach returns the line to write if the change brings an awaited message to the awaited state with one more recipient.
func (s *sending) reach(change api.StateChange) []api.Sent {
	rank, ok := stateRank(change.State)
	sent, known := s.awaited[change.ID]
	if !ok || !known || rank < s.wanted || !sent.left[change.Peer] {
		return nil
	}
	if delete(sent.left, change.Peer); len(sent.left) == 0 {
		delete(s.awaited, change.ID)
	}
	told := sent.Sent
	told.Peer, told.State, told.To, told.Through, told.Differs = change.Peer, change.State, 0, change.Through, ""
	return []api.Sent{told}
}

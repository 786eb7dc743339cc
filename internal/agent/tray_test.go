package agent

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"lanyard/internal/api"
)

// program is a tray program on the other side of trays.
type program struct {
	lines chan api.TrayLine
	ended chan error
	leave context.CancelFunc
}

func connect(t *testing.T, tr *trays) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &program{lines: make(chan api.TrayLine), ended: make(chan error, 1), leave: cancel}
	was := tr.present()
	go func() {
		p.ended <- tr.Serve(ctx, func(line api.TrayLine) error {
			select {
			case p.lines <- line:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	for tr.present() == was { // becomes another one as soon as Serve runs
		time.Sleep(time.Millisecond)
	}
	return p
}

func (t *trays) present() *trayReader {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reader
}

func newTrays() *trays { return &trays{changed: func() {}} }

func TestTrayGetsTheStateThatWasThereBeforeIt(t *testing.T) {
	tr := newTrays()
	if tr.push(api.TrayLine{State: &api.TrayState{Name: "Anna"}}) {
		t.Error("a line was taken by nobody")
	}
	p := connect(t, tr)
	defer p.leave()
	if line := <-p.lines; line.State == nil || line.State.Name != "Anna" {
		t.Errorf("got %+v", line)
	}
}

func TestTrayNewerTakesThePlace(t *testing.T) {
	tr := newTrays()
	old := connect(t, tr)
	defer old.leave()
	fresh := connect(t, tr)
	defer fresh.leave()
	if err := <-old.ended; err != nil {
		t.Errorf("the older one: %v", err)
	}
	tr.push(api.TrayLine{Open: "here"})
	if line := <-fresh.lines; line.Open != "here" {
		t.Errorf("got %+v", line)
	}
}

func TestTrayAsksAndAnswers(t *testing.T) {
	tr := newTrays()
	if _, asked, err := tr.ask(t.Context(), api.TrayRequest{Kind: "folder"}); asked || err != nil {
		t.Errorf("nobody is there: %v, %v", asked, err)
	}
	p := connect(t, tr)
	defer p.leave()
	go func() {
		r := (<-p.lines).Request
		_ = tr.Answer("nonsense", api.TrayAnswer{})
		_ = tr.Answer(r.ID, api.TrayAnswer{Path: "/home/anna/" + r.Title})
	}()
	a, asked, err := tr.ask(t.Context(), api.TrayRequest{Kind: "folder", Title: "Plans"})
	if err != nil || !asked || a.Path != "/home/anna/Plans" {
		t.Errorf("got %+v, %v, %v", a, asked, err)
	}
	if err := tr.Answer("again", a); api.CodeOf(err) != api.CodeNotFound {
		t.Errorf("an answer that nobody waits for: %v", err)
	}
}

func TestTrayRequestIsWithdrawnWhenNobodyWaits(t *testing.T) {
	tr := newTrays()
	p := connect(t, tr)
	defer p.leave()
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan string, 1)
	go func() {
		asked <- (<-p.lines).Request.ID
		cancel()
	}()
	if _, _, err := tr.ask(ctx, api.TrayRequest{Kind: "folder"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if line := <-p.lines; line.Cancel == "" || line.Cancel != <-asked {
		t.Errorf("got %+v", line)
	}
}

func TestTrayThatEndsAnswersWithAProblem(t *testing.T) {
	tr := newTrays()
	p := connect(t, tr)
	go func() {
		<-p.lines
		p.leave()
	}()
	a, asked, err := tr.ask(t.Context(), api.TrayRequest{Kind: "folder"})
	if err != nil || !asked || a.Problem == "" {
		t.Errorf("got %+v, %v, %v", a, asked, err)
	}
}

func TestTrayThatIsStuckIsLetGo(t *testing.T) {
	tr := newTrays()
	p := connect(t, tr)
	defer p.leave()
	for range trayBacklog + 2 { // one more is in emit's hands
		tr.push(api.TrayLine{Open: "x"})
	}
	if tr.here() {
		t.Error("still there")
	}
}

func TestTrayState(t *testing.T) {
	var peers []api.Peer
	var rows []api.Conversation
	for i := range 15 {
		id := fmt.Sprintf("p%02d", i)
		peers = append(peers, api.Peer{ID: id, Person: id, Name: "N" + id, Link: i >= 12})
		rows = append(rows, api.Conversation{Person: id, Time: time.Unix(int64(i), 0)})
	}
	rows[3].Unread = 2
	peers[14].Trust = "blocked"
	peers = append(peers, api.Peer{ID: "p00b", Person: "p00", Name: "Np00", Link: true}) // a second machine of theirs
	s := trayState(api.Me{Name: "Anna", Presence: "busy", Text: "in a call"}, peers, rows, []api.Problem{{Severity: "note", Text: "small"}, {Severity: "warning", Text: "bad"}})
	if s.Name != "Anna" || s.Presence != "busy" || s.Text != "in a call" || s.Unread != 2 || s.Problem != "bad" || len(s.Recent) != trayRecent {
		t.Errorf("got %+v", s)
	}
	for i, want := range []string{"p03", "p13", "p12", "p00", "p11"} { // unread, then here (newest talk first), then the others
		if s.Recent[i].Person != want {
			t.Errorf("place %d: got %s, want %s", i, s.Recent[i].Person, want)
		}
	}
	if !s.Recent[3].Online || s.Recent[0].Unread != 2 {
		t.Errorf("got %+v", s.Recent)
	}
}

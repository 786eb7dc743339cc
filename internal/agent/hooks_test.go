package agent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// curl posts as people do in scripts; where the system has no curl, as it would.
func curl(t *testing.T, address, kind, body string) (status int, answer string) {
	t.Helper()
	if program, err := exec.LookPath("curl"); err == nil {
		args := []string{"-sS", "-w", "\n%{http_code}", "-d", body}
		if kind != "" {
			args = append(args, "-H", "Content-Type: "+kind)
		}
		out, err := exec.CommandContext(t.Context(), program, append(args, address)...).CombinedOutput()
		if err != nil {
			t.Fatalf("curl: %v: %s", err, out)
		}
		at := bytes.LastIndexByte(out, '\n')
		if _, err := fmt.Sscan(string(out[at+1:]), &status); err != nil {
			t.Fatalf("curl said %s", out)
		}
		return status, string(out[:at])
	}
	if kind == "" {
		kind = "application/x-www-form-urlencoded"
	}
	got, err := http.Post(address, kind, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	all, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(all)
}

// TestWebhookIntoRoom: a program writes into a room by curl, under the same address after a restart, until its person is no member any more.
func TestWebhookIntoRoom(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	room, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Builds", With: []string{"Anna"}})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "Anna is a member", anna.Rooms, func(all []api.Room) bool { return len(all) == 1 && all[0].Member })
	hook, err := anna.CreateWebhook(t.Context(), "Builds", "Nightly")
	if err != nil {
		t.Fatal(err)
	}
	if hook.To != "Builds" || hook.Conversation != room.ID || !strings.HasPrefix(hook.URL, hook.Address+"/") || hook.Used != nil {
		t.Errorf("made: %+v", hook)
	}
	post := func(kind, body string) string {
		t.Helper()
		status, answer := curl(t, hook.URL, kind, body)
		var sent struct{ ID string }
		if err := json.Unmarshal([]byte(answer), &sent); status != 200 || err != nil || len(sent.ID) != 64 {
			t.Fatalf("%d %s", status, answer)
		}
		return sent.ID
	}
	first := post("", "The build is green")
	got := await(t, "Ben has it", func(ctx context.Context) (api.Message, error) { return ben.Message(ctx, first) }, func(m api.Message) bool { return m.Text != "" })
	if got.Text != "The build is green" || got.Hook != "Nightly" || got.Author.ID != anna.Me.Person || got.From != "" {
		t.Errorf("Ben has %+v", got)
	}
	post("application/json", `{"text":"*bold*","icon":"x"}`)

	anna.End()
	anna.Start()
	all, err := anna.Webhooks(t.Context())
	if err != nil || len(all) != 1 || all[0].Address != hook.Address || all[0].URL != "" || all[0].Used == nil {
		t.Fatalf("after a restart: %+v, %v", all, err)
	}
	post("", "still there")

	if _, err := ben.RemoveFromRoom(t.Context(), "Builds", "Anna"); err != nil {
		t.Fatal(err)
	}
	await(t, "Anna is out", anna.Rooms, func(all []api.Room) bool { return len(all) == 1 && all[0].Over })
	if status, answer := curl(t, hook.URL, "", "and now?"); status != 410 || !strings.Contains(answer, "no member of this webhook's room any more") {
		t.Errorf("after the removal: %d %s", status, answer)
	}
	if err := anna.RemoveWebhook(t.Context(), hook.ID); err != nil {
		t.Fatal(err)
	}
	if status, _ := curl(t, hook.URL, "", "x"); status != 404 {
		t.Errorf("after its end: %d", status)
	}
	if _, err := anna.CreateWebhook(t.Context(), room.ID, ""); api.CodeOf(err) != api.CodeRefused {
		t.Errorf("a webhook into a room of others: %v", err)
	}
	log, err := os.ReadFile(filepath.Join(anna.Options.Profile, "lanyard.log"))
	if token := strings.TrimPrefix(hook.URL, hook.Address+"/"); err != nil || bytes.Contains(log, []byte(token)) {
		t.Errorf("the log holds the token, %v", err)
	}
}

// TestWebhookBeforeAnythingWasSaid: a webhook into a conversation with a person in which nothing was said works after a restart, and a port that another
// program has by then is told.
func TestWebhookBeforeAnythingWasSaid(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	hook, err := anna.CreateWebhook(t.Context(), "Ben", "")
	if err != nil {
		t.Fatal(err)
	}
	anna.End()
	port := strings.TrimSuffix(strings.TrimPrefix(hook.Address, "http://"), "/hook")
	taken, err := net.Listen("tcp4", port)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	anna.Start()
	all, err := anna.Webhooks(t.Context())
	if err != nil || len(all) != 1 || all[0].Address == hook.Address || all[0].Person != ben.Me.Person {
		t.Fatalf("after a restart: %+v, %v", all, err)
	}
	status, err := anna.Status(t.Context())
	if err != nil || len(status.Problems) == 0 || !strings.Contains(status.Problems[0].Text, all[0].Address) {
		t.Errorf("problems: %+v, %v", status.Problems, err)
	}
	token := strings.TrimPrefix(hook.URL, hook.Address)
	if code, answer := curl(t, all[0].Address+token, "", "hello"); code != 200 {
		t.Errorf("%d %s", code, answer)
	}
	await(t, "Ben has it", func(ctx context.Context) (api.Page, error) { return ben.Messages(ctx, "Anna", api.Query{}) },
		func(p api.Page) bool { return len(p.Messages) == 1 && p.Messages[0].Hook == "webhook" })
}

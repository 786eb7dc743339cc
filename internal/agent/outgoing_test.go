package agent_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestHookPostsMessages: each message of a room is posted as watch tells it, also our own where that is asked, and not what other conversations say.
func TestHookPostsMessages(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	var mu sync.Mutex
	heard := map[string][]string{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var e struct {
			Type string `json:"type"`
			api.Message
		}
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil || e.Type != "message" {
			t.Errorf("posted: %+v, %v", e, err)
		}
		mu.Lock()
		defer mu.Unlock()
		heard[r.URL.Path] = append(heard[r.URL.Path], e.Author.Name+": "+e.Text)
	}))
	defer server.Close()
	if _, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans", With: []string{"Anna"}}); err != nil {
		t.Fatal(err)
	}
	await(t, "Anna is a member", anna.Rooms, func(all []api.Room) bool { return len(all) == 1 && all[0].Member })
	for path, own := range map[string]bool{"/others": false, "/all": true} {
		if _, err := anna.AddHook(t.Context(), "Plans", api.NewHookRequest{URL: server.URL + path, Own: own}); err != nil {
			t.Fatal(err)
		}
	}
	say := func(who *person, to, text string) {
		t.Helper()
		if _, err := who.Send(t.Context(), to, text); err != nil {
			t.Fatal(err)
		}
	}
	say(ben, "Anna", "not in the room")
	say(anna, "Plans", "mine")
	webhook, err := anna.CreateWebhook(t.Context(), "Plans", "Build")
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := curl(t, webhook.URL, "", "green"); status != 200 {
		t.Fatalf("%d %s", status, answer)
	}
	say(ben, "Plans", "theirs")
	await(t, "both hooks have all", anna.Hooks, func(all []api.Hook) bool {
		return len(all) == 2 && all[0].Given+all[1].Given == 4 && all[0].Waiting+all[1].Waiting == 0
	})
	mu.Lock()
	defer mu.Unlock()
	if got := heard["/others"]; !slices.Equal(got, []string{"Ben: theirs"}) {
		t.Errorf("others: %q", got)
	}
	if got := heard["/all"]; !slices.Equal(got, []string{"Anna: mine", "Anna: green", "Ben: theirs"}) {
		t.Errorf("all: %q", got)
	}
}

// TestHookThatStopsIsAProblem: with what was wrong and what to do.
func TestHookThatStopsIsAProblem(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	made, err := anna.AddHook(t.Context(), "Ben", api.NewHookRequest{URL: "http://127.0.0.1:1/"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Send(t.Context(), "Anna", "hello"); err != nil {
		t.Fatal(err)
	}
	failing := await(t, "it fails", anna.Hooks, func(all []api.Hook) bool { return all[0].State == "failing" })[0]
	if !strings.HasPrefix(failing.Result, "the address cannot be reached") || failing.Waiting != 1 || failing.To != "Ben" || failing.ID != made.ID {
		t.Errorf("failing: %+v", failing)
	}
	anna.End()
	failedOften(t, filepath.Join(anna.Options.Profile, "lanyard.db"))
	anna.Start()
	problem := await(t, "it is told", anna.Status, func(s api.Status) bool { return len(s.Problems) > 0 }).Problems[0]
	if !strings.HasPrefix(problem.Text, "The hook on Ben has stopped, since it failed 10 times: the address cannot be reached") || !strings.Contains(problem.Remedy, "lanyard hook resume "+made.ID) {
		t.Errorf("the problem is %+v", problem)
	}
	if resumed, err := anna.ResumeHook(t.Context(), made.ID); err != nil || resumed.State == "stopped" {
		t.Errorf("resumed: %+v, %v", resumed, err)
	}
	if err := anna.RemoveHook(t.Context(), made.ID[:8]); err != nil {
		t.Fatal(err)
	}
	await(t, "the problem is gone", anna.Status, func(s api.Status) bool { return len(s.Problems) == 0 })
	if all, err := anna.Hooks(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("removed: %+v, %v", all, err)
	}
	if _, err := anna.AddHook(context.Background(), "Ben", api.NewHookRequest{Command: []string{"cat"}}); api.CodeOf(err) != api.CodeUsage {
		t.Errorf("a command without a path: %v", err)
	}
}

// failedOften makes the next failure of a hook its last, which would take minutes.
func failedOften(t *testing.T, database string) {
	t.Helper()
	db, err := sql.Open("sqlite", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.Exec(`UPDATE hook_outgoing SET failures = 9`)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d hooks: %v", n, err)
	}
}

// TestHookHearsAnnouncements: a hook on the office gets what everybody is told; a webhook into it is refused, with what to do instead.
func TestHookHearsAnnouncements(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	heard := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m api.Message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		heard <- m.Author.Name + ": " + m.Text
	}))
	defer server.Close()
	hook, err := anna.AddHook(t.Context(), "office", api.NewHookRequest{URL: server.URL})
	if err != nil || hook.To != "Office" {
		t.Fatalf("%+v, %v", hook, err)
	}
	if _, err := ben.Announce(t.Context(), "The lift is out of order"); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-heard:
		if got != "Ben: The lift is out of order" {
			t.Errorf("heard %q", got)
		}
	case <-time.After(hang):
		t.Fatal("the announcement is not heard")
	}
	if _, err := anna.CreateWebhook(t.Context(), "office", "x"); api.CodeOf(err) != api.CodeRefused || !strings.Contains(err.Error(), "announce") {
		t.Errorf("a webhook into the office: %v", err)
	}
}

// TestHookDoesNotHearItself: one that gets also what our person writes, and posts it into a webhook of ours, would go on for ever. One that gets what
// others write may: so a room is read in another.
func TestHookDoesNotHearItself(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	webhook, err := anna.CreateWebhook(t.Context(), "Ben", "Build")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := anna.AddHook(t.Context(), "Ben", api.NewHookRequest{URL: webhook.URL, Own: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.Send(t.Context(), "Ben", "once"); err != nil {
		t.Fatal(err)
	}
	failing := await(t, "the hook is refused", anna.Hooks, func(all []api.Hook) bool { return all[0].State == "failing" })[0]
	if failing.Given != 0 || !strings.Contains(failing.Result, "its own words again without end") {
		t.Errorf("the hook: %+v", failing)
	}
	if err := anna.RemoveHook(t.Context(), failing.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.AddHook(t.Context(), "Ben", api.NewHookRequest{URL: webhook.URL}); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Send(t.Context(), "Anna", "twice"); err != nil {
		t.Fatal(err)
	}
	await(t, "the other is not", anna.Hooks, func(all []api.Hook) bool { return len(all) == 1 && all[0].Given == 1 && all[0].Waiting == 0 })
}

package window_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// settingsWhole: one place has what concerns everything: what is told, all conversations, whom one blocked, and this computer.
func settingsWhole(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Version = "v1.2.3"
	c.person("carl", "Carl Cross", "lab-2", "available", true, time.Now())
	c.snapshot.Peers[len(c.snapshot.Peers)-1].Trust = "blocked"
	c.forgotten = []api.Peer{{ID: "eva-machine", Person: "eva", Name: "Eva Kern", Machine: "eva-pc", Presence: "offline", Trust: "blocked", Addresses: []string{}, Forgotten: true}}
	c.mux.HandleFunc("POST /api/v1/peers/eva/unblock", func(w http.ResponseWriter, _ *http.Request) {
		c.mu.Lock()
		c.forgotten = []api.Peer{}
		c.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	})
	presence := make(chan string, 1)
	c.mux.HandleFunc("PUT /api/v1/me/presence", func(w http.ResponseWriter, r *http.Request) {
		var body api.PresenceRequest
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		presence <- body.Text
		me := c.snapshot.Me
		me.Text = body.Text
		c.answer(w, me)
	})
	c.mux.HandleFunc("POST /api/v1/peers/carl/unblock", func(w http.ResponseWriter, _ *http.Request) {
		p := c.snapshot.Peers[len(c.snapshot.Peers)-1]
		p.Trust = "seen"
		c.say("presence", p)
		c.answer(w, p)
	})
	b := signIn(t, browser, c.URL)
	b.click(".own button", "Settings")
	b.see(".dialog", "desk-14")
	if got := eval[[]string](b, `[...document.querySelectorAll(".dialog h3")].map((e) => e.textContent)`); !slices.Equal(got, []string{"Notifications", "What others see", "Files", "This window", "Shared folders", "All conversations", "Blocked people", "This computer"}) {
		t.Errorf("the settings have the headings %q", got)
	}
	for _, fact := range []string{"192.168.7.14:26426", "/home/carla/Lanyard", "v1.2.3"} {
		b.see(".dialog .facts", fact)
	}
	b.looks("settings-whole")
	b.size(320, 640, 1)
	b.fits("settings-whole-320")
	b.size(1280, 800, 1)
	b.see(".dialog .blocked", "Carl Cross")
	b.click(".dialog .blocked button", "Unblock")
	b.until("Carl is blocked no more, Eva, who is off the list, still", `document.querySelector(".dialog .blocked")?.textContent.includes("Eva Kern") && !document.querySelector(".dialog").textContent.includes("Carl Cross")`)
	b.click(".dialog .blocked button", "Unblock")
	b.see(".dialog", "You blocked nobody.")
	b.click(".dialog input[placeholder]", "")
	b.typeText("at lunch")
	b.click(".dialog button", "Export…")
	b.see(".dialog h2", "Export all conversations")
	if text := <-presence; text != "at lunch" {
		t.Errorf("the status is %q", text)
	}
	b.press("Escape", 0)
	b.until("the focus is where it began", `!document.querySelector(".dialog") && document.activeElement.getAttribute("aria-label") === "Settings"`)
	everyConversation(b, c)
}

// everyConversation writes, keeps and checks all of them.
func everyConversation(b *tab, c *canned) {
	b.t.Helper()
	kept := make(chan api.RetentionRequest, 1)
	c.mux.HandleFunc("GET /api/v1/retention", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, api.Retention{Days: 365, Conversations: []api.RetentionWith{}})
	})
	c.mux.HandleFunc("PUT /api/v1/retention", func(w http.ResponseWriter, r *http.Request) {
		var body api.RetentionRequest
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		kept <- body
		c.answer(w, api.Retention{Conversations: []api.RetentionWith{}})
	})
	c.mux.HandleFunc("GET /api/v1/verify", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			http.Error(w, r.URL.RawQuery, http.StatusBadRequest)
			return
		}
		c.answer(w, []api.Verification{
			{Conversation: "with-ana", Person: "ana", Name: "Ana Almeida", Logs: 2, Events: 9}, {Conversation: "with-ben", Person: "ben", Name: "Ben Becker", Logs: 2, Events: 3, Dropped: 3, Gone: api.Gone{Deleted: 1, Unexplained: 2}},
			{Conversation: "with-noa", Person: "noa", Name: "נועה לוי", Altered: true, Logs: 1, Events: 4, Alterations: []api.Alteration{{Author: api.Author{ID: "noa", Name: "נועה לוי"}, Log: "l", Event: 1, Text: "its text was changed"}}},
		})
	})
	exported := make(chan string, 1)
	c.mux.HandleFunc("GET /api/v1/export", func(w http.ResponseWriter, r *http.Request) {
		exported <- r.URL.RawQuery
		http.Error(w, "{}", http.StatusInternalServerError)
	})
	settings := func(button string) {
		b.t.Helper()
		b.click(".own button", "Settings")
		b.click(".dialog button", button)
	}
	settings("Export…")
	b.until("there is nothing to choose but the format", `!document.querySelector(".dialog [name=what]")`)
	b.click(".dialog .button-main", "Export")
	if query := <-exported; strings.Contains(query, "conversation") {
		b.t.Errorf("exported was %q", query)
	}
	b.press("Escape", 0)
	settings("Keep messages for…")
	b.until("what is set is chosen", `document.querySelector(".dialog [name=span]:checked")?.value === "365" && !document.querySelector(".dialog [name=what]")`)
	b.click(".dialog .path-choice", "For ever")
	b.click(".dialog .button-main", "Keep so")
	if r := <-kept; r.Conversation != "" || r.Days != 0 || r.Default {
		b.t.Errorf("kept is %+v", r)
	}
	b.until("the dialog is gone", `!document.querySelector(".dialog")`)
	settings("Check all of them…")
	b.see(".dialog .verdict-bad", "1 of 3 conversations was altered on this computer")
	b.see(".dialog .quiet", "3 entries have no words here: 1 deleted by who wrote them; 2 nothing here tells why")
	b.see(".dialog .alterations", "נועה לוי")
	b.see(".dialog .alterations", "its text was changed")
	b.until("the sentence runs as its words do, whoever it names", `getComputedStyle(document.querySelector(".alterations li")).direction === "ltr"`)
	b.looks("verify-all")
	b.press("Escape", 0)
}

// diagnosed: what is wrong is told whole, and the window looks what is in the way, as the command line does.
func diagnosed(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.snapshot.Problems = []api.Problem{{ID: "port", Severity: "warning", Text: "TCP 26426 is taken by another program.", Remedy: "Others are told the new number."}, {ID: "hook", Severity: "error", Text: "A hook stopped.", Remedy: "Look at Programs."}, {ID: "note", Severity: "note", Text: "A note."}}
	broken := true
	c.mux.HandleFunc("GET /api/v1/doctor", func(w http.ResponseWriter, _ *http.Request) {
		if broken {
			broken = false
			w.WriteHeader(http.StatusInternalServerError)
			json.NewEncoder(w).Encode(line{"error": line{"code": "internal", "text": "Something went wrong in Lanyard; try again."}})
			return
		}
		c.answer(w, []api.Finding{{ID: "network", Severity: "ok", Text: "This computer is on a network."}, {ID: "disk", Severity: "warning", Text: "The disk is nearly full.", Remedy: "Make room: 2 GB."}})
	})
	b := signIn(t, browser, c.URL)
	b.see(".connection-line", "TCP 26426 is taken")
	b.click(".connection-line button", "1 more problem")
	b.see(".dialog .field-problem", "Something went wrong in Lanyard")
	b.click(".dialog button", "Look again")
	b.see(".dialog .findings", "The disk is nearly full.")
	b.see(".dialog .findings", "Make room: 2 GB.")
	if got := eval[[]string](b, `[...document.querySelectorAll(".dialog .finding")].map((e) => e.dataset.severity)`); !slices.Equal(got, []string{"error", "warning", "warning", "note", "ok"}) {
		t.Errorf("the findings are %q", got)
	}
	b.looks("doctor")
	b.size(320, 640, 1)
	b.fits("doctor-320")
	b.size(1280, 800, 1)
	b.press("Escape", 0)
	c.say("problem", line{"id": "hook", "gone": true, "severity": "error", "text": ""})
	b.until("one problem needs no list", `!!document.querySelector(".connection-line") && !document.querySelector(".connection-line button")`)
	b.click(".own button", "Settings")
	b.click(".dialog button", "What is in the way…")
	b.see(".dialog .findings", "This computer is on a network.")
}

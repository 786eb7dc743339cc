package window_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// recorded is what a person does with all that was said: take it along as a file, say for how long it is kept, and see whether it was altered.
func recorded(t *testing.T, ana, _ *desk, _ string) {
	more := func(item string) {
		ana.click(".head button", "More for Ben Becker")
		ana.click(".menu-item", item)
	}
	folder := t.TempDir()
	send(ana.tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder, BrowserContextID: chromedp.FromContext(ana.ctx).BrowserContextID})
	more("Export…")
	ana.see(".dialog", "This conversation: Ben Becker")
	ana.looks("export")
	ana.click(".dialog label", "CSV")
	ana.click(".dialog .button-main", "Export")
	ana.toasts("Exported")
	table := filepath.Join(folder, "Lanyard - Ben Becker.csv")
	eventually(t, "the file has what was said", func() bool {
		body, err := os.ReadFile(table)
		return err == nil && strings.Contains(string(body), "Who orders the badges?")
	})

	more("Keep messages for…")
	ana.see(".dialog", "As all conversations (now for ever)")
	ana.click(".dialog label", "For as many days as I say")
	ana.until("the days can be written", `(() => { const f = document.querySelector("input[type=number]"); if (!f) return false; f.focus(); f.select(); return true; })()`)
	ana.typeText("0")
	ana.click(".dialog .button", "Keep so")
	ana.see(".dialog .field-problem", "whole number of days")
	ana.until("the days are selected", `(document.querySelector("input[type=number]").select(), true)`)
	ana.typeText("45")
	ana.see(".dialog .warn", "Messages older than 45 days are deleted from this computer")
	ana.until("what was wrong is no longer said", `!document.querySelector(".dialog .field-problem")`)
	ana.looks("retention")
	ana.click(".dialog .button-danger", "Keep so, and delete what is older")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	kept, err := ana.Client.Retention(t.Context(), "")
	if err != nil || kept.Days != 0 || len(kept.Conversations) != 1 || kept.Conversations[0].Days != 45 {
		t.Fatalf("kept: %+v, %v", kept, err)
	}
	more("Keep messages for…")
	ana.until("it shows what was chosen", `document.querySelector("input[type=number]")?.value === "45"`)
	ana.click(".dialog label", "As all conversations")
	ana.click(".dialog .button-main", "Keep so")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)

	more("Check this conversation…")
	ana.see(".dialog .verdict", "Nothing was altered: all ")
	ana.see(".dialog", "deleted by who wrote them")
	ana.looks("verify")
	ana.click(".dialog button", "Close")
	for button, says := range map[string][2]string{"Check all of them…": {".dialog .verdict", "Nothing was altered in "}, "What is in the way…": {".dialog .finding", "disk"}} {
		ana.click(".own button", "Settings")
		ana.click(".dialog button", button)
		ana.see(says[0], says[1])
		ana.click(".dialog button", "Close")
	}
	unanswered(ana, more)
}

// unanswered: an agent that is not there is told of, and nothing pretends to have worked.
func unanswered(ana *desk, more func(string)) {
	ana.End()
	ana.see(".connection-line", "Lanyard is not running")
	more("Export…")
	ana.click(".dialog .button-main", "Export")
	ana.see(".dialog .field-problem", "Lanyard does not answer")
	ana.click(".dialog button", "Cancel")
	more("Keep messages for…")
	ana.see(".dialog .field-problem", "Lanyard does not answer")
	ana.click(".dialog button", "Cancel")
	more("Check this conversation…")
	ana.see(".dialog .field-problem", "Lanyard does not answer")
	ana.Start()
	ana.until("the line is gone", `!document.querySelector(".connection-line")`)
	ana.click(".dialog button", "Try again")
	ana.see(".dialog .verdict", "Nothing was altered")
	ana.click(".dialog button", "Close")
	ana.see(".head-where", "Available")
}

// altered shows a conversation that somebody altered, which an agent does not do by itself; and a file that breaks off on its way, of which nothing is saved.
func altered(t *testing.T, from context.Context) {
	c := newCanned(t)
	office(c)
	c.mux.HandleFunc("GET /api/v1/verify", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, []api.Verification{{Conversation: "with-ana", Person: "ana", Name: "Ana Almeida", Altered: true, Logs: 2, Events: 9, Refused: 2, Unverified: 1, More: 3,
			Alterations: []api.Alteration{{Author: api.Author{ID: "ana", Name: "Ana Almeida"}, Machine: "ana-machine", Log: "log", Event: 3, Time: time.Now(), Text: "the text of event 3 is not what was signed"}}}})
	})
	c.mux.HandleFunc("GET /api/v1/export", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("half a page"))
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	b := signIn(t, from, c.URL)
	b.click(".person", "Ana Almeida")
	b.click(".head button", "More for Ana Almeida")
	b.click(".menu-item", "Check this conversation…")
	b.see(".verdict-bad", "This conversation was altered on this computer, in 4 places.")
	b.see(".dialog .quiet", "2 messages of yours were written after you were removed: kept, and shown to you only.")
	b.looks("altered")
	b.click(".dialog button", "Close")
	b.click(".head button", "More for Ana Almeida")
	b.click(".menu-item", "Export…")
	b.click(".dialog .button-main", "Export")
	b.see(".dialog .field-problem", "nothing was saved")
	b.size(320, 640, 1)
	b.fits("export-320")
	b.accessible("export at 320 pixels", false)
}

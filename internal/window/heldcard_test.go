package window_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"lanyard/internal/api"
)

// heldCards are changes of a shared folder that wait for a word: whose, how much, where, and one click for each answer.
func heldCards(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	share := &c.snapshot.Shares[0]
	share.State = "held"
	share.Held = []api.HeldSet{
		{By: api.Author{ID: "me", Name: "Carla Conti"}, Here: true, Deleted: 1240, Rewritten: 12, Of: 1300, Since: time.Now(),
			Folders: []api.HeldFolder{{Path: "A folder with a very long name that does not fit into the width of the pane", Files: 1200}, {Files: 52}}},
		{By: api.Author{ID: "ben", Name: "Ben Becker"}, Rewritten: 420, Of: 1300, Folders: []api.HeldFolder{{Path: "Offers", Files: 420}}, Since: time.Now().Add(-time.Hour)},
	}
	asked := make(chan string, 2)
	c.mux.HandleFunc("POST /api/v1/shares/{id}/{verb}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked <- r.PathValue("verb") + string(body)
		c.mu.Lock()
		now := *share
		c.mu.Unlock()
		now.Held, now.State = now.Held[1:], "held"
		c.answer(w, now)
	})
	b := signIn(t, browser, c.URL)
	b.click(".person", "Ana Almeida")
	b.click("button", share.Name)
	b.see(".share-state", "Stopped: a decision is needed")
	b.see("[data-held=me] .card-name", "On this computer 1,240 files deleted and 12 rewritten, of 1,300")
	b.see("[data-held=me] .held-folders", share.Name)
	b.see("[data-held=ben] .card-name", "Ben Becker: 420 files of 1,300 rewritten")
	b.see("[data-held=ben] button", "Apply here")
	b.looks("held-1280")
	b.size(360, 740, 1)
	b.fits("held-360")
	if wide := eval[[]string](b, `[...document.querySelectorAll(".card-held, .card-held *")].filter((e) => e.getBoundingClientRect().right > document.querySelector(".pane").getBoundingClientRect().right).map((e) => e.outerHTML)`); len(wide) > 0 {
		t.Errorf("beyond the edge of the pane stand %q", wide)
	}
	b.click("[data-held=me] button", "Undo for everybody")
	if got, want := <-asked, `undo{"by":"me"}`; got != want {
		t.Errorf("the page asks for %s, not %s", got, want)
	}
	b.until("what is answered is gone, and the rest stays", `!document.querySelector("[data-held=me]") && !!document.querySelector("[data-held=ben]")`)
	gone, err := json.Marshal(*share)
	if err != nil {
		t.Fatal(err)
	}
	var told line
	if err := json.Unmarshal(gone, &told); err != nil {
		t.Fatal(err)
	}
	told["held"], told["state"] = []any{}, "in-sync"
	c.say("share", told)
	b.until("nothing waits any more", `!document.querySelector("[data-held]")`)
}

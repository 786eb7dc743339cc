package window_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"lanyard/internal/api"
)

// shareProblems are what is wrong in a shared folder, by who can do something about it, each with what to do and a way there.
func shareProblems(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	share := &c.snapshot.Shares[0]
	share.State = "problem"
	ben := api.Author{ID: "ben", Name: "Ben Becker"}
	share.Problems = []api.Problem{
		{ID: "1", Severity: "warning", Act: "nobody", Path: "Film.mkv", Text: "Film.mkv is not up to date here: only Ben Becker has it, and is not online.", Remedy: "It comes when they are online."},
		{ID: "2", Severity: "warning", Act: "member", Who: &ben, Path: "why?.txt", Text: "why?.txt is not up to date here: Windows cannot store such a name (it contains ?).", Remedy: "Ask Ben Becker to rename it.", Files: 1},
		{ID: "3", Severity: "warning", Act: "you", Path: "a very long folder name that goes on and on/at 14:30.txt", Remedy: "Give it another name.", Files: 1,
			Text: "a very long folder name that goes on and on/at 14:30.txt cannot come to Ben Becker: Windows cannot store such a name (it contains :)."},
		{ID: "4", Severity: "warning", Act: "you", Text: "10,000 files, x:1 among them, cannot come to Ben Becker: Windows cannot store such a name (it contains :).", Remedy: "Give it another name.", Files: 10000},
		{ID: "5", Severity: "note", Act: "you", Path: "plan", Text: "plan has another name on the disk of Ben Becker, since it differs from Plan in capital letters alone.", Remedy: "Rename one of the two.", Files: 1},
	}
	refused := sharedFile("at 14:30.txt")
	refused.Refused = []api.FileRefusal{{Who: []api.Author{ben}, Why: "Windows cannot store such a name (it contains :)", Remedy: "Give it another name."}}
	c.shared[share.ID] = []api.SharedFile{refused, sharedFile("plan.txt")}
	asked := make(chan string, 1)
	c.mux.HandleFunc("POST /api/v1/shares/{id}/reveal", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked <- string(body)
		w.WriteHeader(http.StatusNoContent)
	})
	b := signIn(t, browser, c.URL)
	b.click(".person", "Ana Almeida")
	b.click("button", share.Name)
	b.see(".share-state", "Has 4 problems")
	b.see("[data-act=you] h3", "You can do something")
	b.see("[data-act=ben] h3", "Ben Becker can do something")
	b.see("[data-act=nobody] h3", "Comes by itself")
	if got := eval[[]string](b, `[...document.querySelectorAll(".share-problems [data-act]")].map((e) => e.dataset.act)`); len(got) != 3 || got[0] != "you" || got[1] != "ben" || got[2] != "nobody" {
		t.Errorf("the groups are in the order %q", got)
	}
	if got := eval[int](b, `document.querySelectorAll("[data-act=you] .problem button").length`); got != 2 {
		t.Errorf("%d problems of yours lead to a file, not 2", got)
	}
	b.looks("problems-1280")
	b.click("[data-act=you] .problem button", "Show the file")
	if got, want := <-asked, `{"path":"`+share.Problems[2].Path+`"}`; got != want {
		t.Errorf("the page asks for %s, not %s", got, want)
	}
	b.until("the files are in sight", `(document.querySelector(".file-rows").scrollIntoView(), true)`)
	b.see(`[data-file="at 14:30.txt"] .file-row-bad`, "Cannot come to Ben Becker: Windows cannot store such a name (it contains :)")
	b.click(`[data-file="at 14:30.txt"]`, "")
	b.see(".dialog .warn", "Give it another name.")
	b.looks("problems-file-1280")
	b.press("Escape", 0)
	b.size(360, 740, 1)
	b.fits("problems-360")
	if wide := eval[[]string](b, `[...document.querySelectorAll(".share-problems *")].filter((e) => e.getBoundingClientRect().right > document.querySelector(".pane").getBoundingClientRect().right).map((e) => e.outerHTML)`); len(wide) > 0 {
		t.Errorf("beyond the edge of the pane stand %q", wide)
	}
	b.click("[data-act=ben] > button", "Write to Ben Becker")
	b.see(".head", "Ben Becker")
}

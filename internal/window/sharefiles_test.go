package window_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"testing"
	"time"

	"lanyard/internal/api"
)

// sharedFiles answers with a page of the files of a share, all of which lie in the share itself.
func (c *canned) sharedFiles(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	all := c.shared[r.PathValue("id")]
	c.mu.Unlock()
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || q.Get("under") != "" {
		limit = 0
	}
	first := sort.Search(len(all), func(i int) bool { return all[i].Path > q.Get("after") })
	page := api.SharedFiles{Files: append([]api.SharedFile{}, all[first:min(first+limit, len(all))]...)}
	if first+limit < len(all) {
		page.Next = all[first+limit-1].Path
	}
	c.answer(w, page)
}

func sharedFile(path string) api.SharedFile {
	at := time.Now().Add(-3 * time.Hour)
	return api.SharedFile{Path: path, Size: 48_200, By: &api.Author{ID: "ana", Name: "Ana Almeida"}, Time: &at, State: "here", Reached: 3, Of: 3}
}

// TestFilesOfAHundredThousand: of a folder with very many files only what is in sight is asked for and drawn, and the last is reached by scrolling.
func TestFilesOfAHundredThousand(t *testing.T) {
	t.Parallel()
	c := newCanned(t)
	office(c)
	c.shared["budget"] = nil
	for i := range 100_000 {
		c.shared["budget"] = append(c.shared["budget"], sharedFile(fmt.Sprintf("scan %06d.pdf", i)))
	}
	b := signIn(t, chromium(t), c.URL)
	b.click(".person", "Ana Almeida")
	b.click("button", "Budget 2027")
	b.see(`[data-file="scan 000000.pdf"]`, "Ana Almeida")
	few := func(when string) {
		t.Helper()
		if n := eval[int](b, `document.querySelectorAll("[data-file]").length`); n == 0 || n > 100 {
			t.Errorf("%s %d rows are drawn", when, n)
		}
	}
	few("at first")
	for _, last := range []int{199, 399, 599} { // the first rows of each further page come by themselves
		b.until("more is read", `(document.querySelector(".pane-body").scrollTop = document.querySelector(".pane-body").scrollHeight, !!document.querySelector(%s))`, fmt.Sprintf(`[data-file="scan %06d.pdf"]`, last+1))
		few("further down")
	}
	if n := eval[int](b, `document.querySelector(".file-rows").getBoundingClientRect().height / 200`); n > 100_000 {
		t.Errorf("the list is %d pixels high for each of a page's rows", n)
	}
}

// TestFileStates: each state of a file has its words, at every width, and the empty, offline and refused ones theirs.
func TestFileStates(t *testing.T) {
	t.Parallel()
	c := newCanned(t)
	office(c)
	c.shared["budget"] = nil
	carl := api.Author{ID: "dmitri", Name: "Dmitri Dubois"}
	set := func(path string, change func(*api.SharedFile)) {
		f := sharedFile(path)
		change(&f)
		c.shared["budget"] = append(c.shared["budget"], f)
	}
	set("Figures", func(f *api.SharedFile) { f.Folder, f.Size, f.Coming, f.Blocked = true, 0, 12, 1 })
	set("Budget 2027 (conflict, Ana Almeida, 2026-11-21 09.00.00 k7f3).xlsx", func(f *api.SharedFile) { f.Beside = "Budget 2027.xlsx" })
	set("Budget 2027.xlsx", func(f *api.SharedFile) { f.Reached, f.Lacking = 2, []api.Author{carl} })
	set("Film.mp4", func(f *api.SharedFile) {
		f.State, f.Size, f.Done, f.Reached, f.Lacking = "coming", 2e9, 4e8, 2, []api.Author{{ID: "me", Name: "Carla Conti"}}
	})
	set("a:b.txt", func(f *api.SharedFile) {
		f.State, f.Why, f.Remedy = "blocked", "the system here cannot store the name", "Give it a simpler or shorter name."
	})
	set("lost.docx", func(f *api.SharedFile) {
		f.State, f.Why, f.Remedy = "away", "nobody who is here has its content", "It comes when somebody who has it is here."
	})
	sort.Slice(c.shared["budget"], func(i, j int) bool { return c.shared["budget"][i].Path < c.shared["budget"][j].Path })
	c.versions = []api.FileVersion{{Size: 48_200, Reason: "present", By: carl, Time: time.Now()}, {ID: "1", Size: 47_000, Reason: "replaced", By: carl, Time: time.Now().Add(-time.Hour)}, {ID: "2", Size: 9, Reason: "replaced", By: api.Author{ID: "me", Name: "Carla Conti"}, Time: time.Now().Add(-30 * time.Hour)}}
	c.snapshot.Shares[0].Editing = []api.SharedEdit{{Path: "Budget 2027.xlsx", By: api.Author{ID: "ben", Name: "Ben Becker"}, Since: time.Now()}}
	ana := api.ConflictSide{By: api.Author{ID: "ben", Name: "Ben Becker"}, Size: 48_200, Time: time.Now()}
	mine := api.ConflictSide{By: api.Author{ID: "me", Name: "Carla Conti"}, Size: 47_000, Time: time.Now()}
	copied := "Budget 2027 (conflict, Ana Almeida, 2026-11-21 09.00.00 k7f3).xlsx"
	c.conflicts = []api.ShareConflict{{Share: "budget", Path: "Budget 2027.xlsx", Copy: copied, Named: mine, Copied: ana, Mine: true}, {Share: "budget", Path: "x", Copy: "y", Named: ana, Copied: ana}}
	b := signIn(t, chromium(t), c.URL)
	b.click("#person-ben", "")
	for _, width := range []int64{1280, 360} {
		b.size(width, 800, 1)
		b.see(".conversation .card-conflict", "You and Ben Becker changed it at the same time in Budget 2027")
		b.looks(fmt.Sprintf("conflict-in-conversation-%d", width))
		c.say("focus", line{"share": "budget"})
		b.until("only what concerns this person is a card", `document.querySelectorAll(".pane .card-conflict").length === 1`)
		b.until("the files are in sight", `(document.querySelector(".file-rows").scrollIntoView(), true)`)
		b.until("folders come first", `document.querySelector("[data-file]").dataset.file === "Figures"`)
		for path, words := range map[string]string{"Figures": "1 file cannot be stored here · 12 files to come", "Film.mp4": "400 MB of 2 GB", "a:b.txt": "The system here cannot store the name", "lost.docx": "Nobody who is here has its content", "Budget 2027.xlsx": "Ben Becker has it open", copied: "Copy of a conflict"} {
			b.see(fmt.Sprintf(`[data-file=%q]`, path), words)
		}
		b.looks(fmt.Sprintf("file-states-%d", width))
		b.click(`[data-file="Budget 2027.xlsx"]`, "")
		b.see(".dialog .warn", "Ben Becker has it open: what you change now may become a conflict.")
		b.see(".dialog", "Reached 2 of 3; not yet: Dmitri Dubois")
		b.see(".dialog [data-version]", "Replaced by Dmitri Dubois")
		b.looks(fmt.Sprintf("file-dialog-%d", width))
		b.press("Escape", 0)
		b.click(`[data-file="a:b.txt"]`, "")
		b.see(".dialog .warn", "Give it a simpler or shorter name.")
		b.press("Escape", 0)
		b.click(".pane button", "Close")
	}
	b.size(1280, 800, 1)
	c.mu.Lock()
	c.shared["budget"] = nil
	c.conflicts = []api.ShareConflict{}
	c.mu.Unlock()
	c.say("notice", line{"share": "budget", "path": copied, "what": "deleted", "by": line{"id": "ana", "name": "Ana Almeida"}, "time": time.Now()})
	b.until("a conflict that the other has settled is gone", `!document.querySelector(".card-conflict")`)
	c.say("focus", line{"share": "budget"})
	b.see(".files .empty", "Nothing lies in this folder yet.")
	b.looks("files-empty")
}

// TestHappenings: what somebody did in one go is one line, which can be opened and taken back whole or file by file, to what was before the first change.
func TestHappenings(t *testing.T) {
	t.Parallel()
	c := newCanned(t)
	office(c)
	ana, ben := api.Author{ID: "ana", Name: "Ana Almeida"}, api.Author{ID: "ben", Name: "Ben Becker"}
	now := time.Now()
	notice := func(by api.Author, what, path, trash string, before time.Duration) {
		c.notices["budget"] = append(c.notices["budget"], api.Notice{Share: "budget", Path: path, What: what, By: by, Trash: trash, Time: now.Add(-before)})
	}
	c.notices["budget"] = nil
	for i, path := range []string{"e.txt", "d.txt", "c.txt", "c.txt", "b.txt", "a.txt"} { // newest first, each within 30 s of the one before
		notice(ben, "changed", path, fmt.Sprintf("ben%d", i), time.Duration(i)*25*time.Second)
	}
	notice(ana, "changed", "a.txt", "ana1", 5*time.Minute) // Ben changed it since
	notice(ana, "changed", "z.txt", "ana2", 5*time.Minute+20*time.Second)
	notice(ana, "changed", "z.txt", "ana3", 5*time.Minute+40*time.Second)
	notice(ana, "changed", "z.txt", "ana4", 8*time.Minute) // not in one go with those
	asked := make(chan api.RestoreRequest, 10)
	c.mux.HandleFunc("POST /api/v1/shares/{id}/restore", func(w http.ResponseWriter, r *http.Request) {
		var what api.RestoreRequest
		if err := json.NewDecoder(r.Body).Decode(&what); err != nil {
			t.Error(err)
		}
		asked <- what
		c.answer(w, api.Restored{Path: what.Path, Files: 1})
	})
	b := signIn(t, chromium(t), c.URL)
	b.click(".person", "Ana Almeida")
	c.say("focus", line{"share": "budget"})
	b.click(".pane .tab", "What happened")
	b.see("[data-notice=changed]", "Ben Becker changed e.txt and 4 more files")
	b.until("there are four lines", `[...document.querySelectorAll("[data-notice]")].map((e) => e.dataset.path).join() === "e.txt,a.txt,z.txt,z.txt"`)
	b.looks("happenings")
	b.until("what was changed since has no way back", `document.querySelectorAll("[data-path='a.txt'] .button").length === 0`)
	b.click("[data-path='z.txt'] .button", "Undo")
	if got := <-asked; got.Path != "z.txt" || got.Trash != "ana3" || !got.Replace {
		t.Errorf("asked for %+v", got)
	}
	b.click("[data-path='e.txt'] .button", "Show them")
	b.click("[data-path='e.txt'] li .button", "Undo for c.txt")
	if got := <-asked; got.Path != "c.txt" || got.Trash != "ben3" {
		t.Errorf("asked for %+v", got)
	}
	b.click("[data-path='e.txt'] .button", "Undo all")
	got := map[string]string{}
	for range 5 {
		what := <-asked
		got[what.Path] = what.Trash
	}
	if fmt.Sprint(got) != "map[a.txt:ben5 b.txt:ben4 c.txt:ben3 d.txt:ben1 e.txt:ben0]" {
		t.Errorf("asked for %v", got)
	}
}

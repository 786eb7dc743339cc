package window_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"lanyard/internal/api"
)

// brings has the canned agent take files, each when it may, and returns what tells their paths so far.
func (c *canned) brings(may <-chan struct{}) func() []string {
	var paths []string
	c.mux.HandleFunc("POST /api/v1/uploads", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, line{"id": "u"}) })
	c.mux.HandleFunc("PUT /api/v1/uploads/u/{path...}", func(_ http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		paths = append(paths, r.PathValue("path"))
		c.mu.Unlock()
		select {
		case <-may:
		case <-r.Context().Done():
		}
	})
	c.mux.HandleFunc("POST /api/v1/uploads/u/finish", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, api.File{ID: "f", Mine: true, Name: "plan.txt"})
	})
	return func() []string {
		c.mu.Lock()
		defer c.mu.Unlock()
		return slices.Clone(paths)
	}
}

// whileBringing: closing the window while it brings a file to the agent asks first, as it would end that; before and after it does not.
func whileBringing(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	may := make(chan struct{})
	brought := c.brings(may)
	b := open(t, browser, c.URL())
	const leaves = `dispatchEvent(new Event("beforeunload", {cancelable: true}))`
	b.click("#person-dmitri", "")
	b.drop(".conversation", write(t, t.TempDir()+"/plan.txt", "x"))
	b.see(".dialog .dropped", "plan.txt")
	if !eval[bool](b, leaves) {
		t.Error("a window that brings nothing yet asks before it closes")
	}
	b.click(".dialog .button-main", "Send")
	eventually(t, "the file is on its way", func() bool { return len(brought()) == 1 })
	if eval[bool](b, leaves) {
		t.Error("the window closes without a word while it brings a file")
	}
	close(may)
	b.until("it asks no more", leaves)
}

// ownFolders: what Lanyard keeps in a folder stays here and is told to, however its name is written: where letters are not told apart it is the same folder.
func ownFolders(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	may := make(chan struct{})
	close(may)
	brought := c.brings(may)
	folder := t.TempDir() + "/Plans"
	write(t, folder+"/plan.txt", "x")
	write(t, folder+"/.LANYARD/marker", "x")
	write(t, folder+"/Old/.Lanyard/marker", "x")
	write(t, folder+"/Old/old.txt", "x")
	b := open(t, browser, c.URL())
	b.click("#person-dmitri", "")
	b.drop(".conversation", folder)
	b.click(".choice", "Send a copy")
	b.toasts("2 items in \u2068Plans\u2069 left out")
	paths := brought()
	slices.Sort(paths)
	if !slices.Equal(paths, []string{"Old/old.txt", "plan.txt"}) {
		t.Errorf("brought were %q", paths)
	}
}

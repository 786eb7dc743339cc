package window

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
)

//go:embed ui
var ui embed.FS

// types are the kinds of files the page is made of. They are written here because Windows lets any program change what the registry says of an extension, and with nosniff
// a wrong type breaks the page. What has another extension (notes, types) is not served.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return ""
}

// files are the page's files by URL path. A lookup in a table cannot leave a folder and lists none.
type files map[string]file

type file struct {
	body []byte
	kind string
	etag string // of the content: embedded files have no time of change
}

// pageFiles reads the embedded page. An error is impossible: the tree is part of the program.
func pageFiles() files {
	table := files{}
	err := fs.WalkDir(ui, "ui", func(name string, entry fs.DirEntry, err error) error {
		kind := contentType(name)
		if err != nil || entry.IsDir() || kind == "" {
			return err
		}
		body, err := ui.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		table[name[len("ui"):]] = file{body, kind, `"` + hex.EncodeToString(sum[:12]) + `"`}
		return nil
	})
	if err != nil {
		panic(err)
	}
	table["/"] = table["/index.html"]
	return table
}

// serve answers GET and HEAD for a file of the page.
func (t files) serve(w http.ResponseWriter, r *http.Request) {
	f, ok := t[r.URL.Path]
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "not-found", "There is nothing at this address.")
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		refuse(w, http.StatusMethodNotAllowed, "usage", "This can only be read.")
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // may be kept, must be asked about: the page and the agent are always of one version
	h.Set("ETag", f.etag)
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.Itoa(len(f.body)))
	if r.Method == http.MethodGet {
		w.Write(f.body) // an error here means that the browser has gone
	}
}

package control

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// Content is a file that is here and whole, open for reading from any place. Type is empty for what a browser is not to show.
type Content struct {
	Name string
	Type string
	Body io.ReadSeekCloser
}

// contentPolicy is for what was made by others: whatever a browser takes it for, it loads nothing, runs nothing and has no origin.
const contentPolicy = "sandbox; default-src 'none'"

// thumbnail answers with the small picture of an offered one, as its sender made it.
func (c *Control) thumbnail(w http.ResponseWriter, r *http.Request) error {
	if _, err := query(r); err != nil {
		return err
	}
	b, err := c.parts.Files.Thumbnail(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	serveContent(w, r, Content{Name: "thumbnail.jpg", Type: "image/jpeg"}, bytes.NewReader(b))
	return nil
}

// content answers with a file that is here and whole, or with the part of it that the request's range asks for.
func (c *Control) content(w http.ResponseWriter, r *http.Request) error {
	if _, err := query(r); err != nil {
		return err
	}
	file, err := c.parts.Files.Content(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	serveContent(w, r, file, file.Body)
	_ = file.Body.Close() // it was only read, and the answer is out
	return nil
}

// serveContent sends a content as what it is. Without a type it can only be stored; the name is no header, as it is somebody else's and who asks knows it.
func serveContent(w http.ResponseWriter, r *http.Request, file Content, body io.ReadSeeker) {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", "inline")
	if file.Type == "" {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", "attachment")
	}
	http.ServeContent(w, r, "", time.Time{}, body)
}

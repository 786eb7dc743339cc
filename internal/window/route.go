package window

import (
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	maxBody   = 1 << 20 // JSON: a thousand paths of a dropped folder fit
	maxUpload = 1 << 40 // one file; the API holds it to the size announced and to the free space

	maxRest       = 60 * time.Second // an upload that stands still this long has lost its browser
	answerWithin  = 30 * time.Second
	personWithin  = 30 * time.Minute // a person stands before a dialog of the desktop
	gatherWithin  = 10 * time.Minute // an upload of many files becomes a message or a share; all that was said is read
	dialogsPath   = apiPrefix + "dialogs/"
	uploadsPath   = apiPrefix + "uploads/"
	finishSuffix  = "/finish"
	messagesRoute = apiPrefix + "conversations/"
)

// closed tells routes of the API that the window has no business with: they act on the machine or stream to other programs. A hole in the page would otherwise reach further than the page does.
func closed(method, path string) bool {
	route := strings.TrimPrefix(path, apiPrefix)
	switch strings.TrimSuffix(route, "/") {
	case "stop", "window", "idle", "tray", "events":
		return true
	}
	if strings.HasPrefix(route, "tray/") || strings.HasPrefix(route, "window/") {
		return true
	}
	// A hook runs a command with this person's rights, or posts what is said to any port of this machine, which other pages are kept from: whoever gets hold of a page
	// must not come that far. One that is there and stopped may go on: that names no program, no address and no conversation.
	if method != http.MethodGet && method != http.MethodDelete && !resumes(method, route) && (strings.HasPrefix(route, "hooks") || strings.HasPrefix(path, messagesRoute) && strings.HasSuffix(path, "/hooks")) {
		return true
	}
	// Sending files by path is for the command line: what a page sends was dropped on it.
	return method == http.MethodPost && strings.HasPrefix(path, messagesRoute) && strings.HasSuffix(path, "/files")
}

// resumes tells the one route that changes a hook: POST /hooks/ID/resume.
func resumes(method, route string) bool {
	id, found := strings.CutSuffix(route, "/resume")
	id, of := strings.CutPrefix(id, "hooks/")
	return method == http.MethodPost && found && of && id != "" && !strings.Contains(id, "/")
}

// isUpload tells the one route whose body is not JSON: PUT /uploads/ID/PATH.
func isUpload(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, uploadsPath)
}

// patience is how long the API may take to answer.
func patience(path string) time.Duration {
	switch {
	case strings.HasPrefix(path, dialogsPath):
		return personWithin
	case strings.HasPrefix(path, uploadsPath) && strings.HasSuffix(path, finishSuffix):
		return gatherWithin
	case path == apiPrefix+"export", path == apiPrefix+"verify":
		return gatherWithin
	}
	return answerWithin
}

// setDeadlines replaces the server's deadlines for this request. A writer that knows none (a recorder in a test) has none to replace.
func setDeadlines(w http.ResponseWriter, read, write time.Time) {
	c := http.NewResponseController(w)
	c.SetReadDeadline(read)
	c.SetWriteDeadline(write)
}

// steadyBody moves the deadlines on with each piece that comes.
type steadyBody struct {
	body   io.ReadCloser
	answer http.ResponseWriter
}

func (s *steadyBody) Read(p []byte) (int, error) {
	ends := time.Now().Add(maxRest)
	setDeadlines(s.answer, ends, ends.Add(answerWithin))
	return s.body.Read(p)
}

func (s *steadyBody) Close() error { return s.body.Close() }

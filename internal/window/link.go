package window

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// A link is the address of one file's content or thumbnail. Elements that draw and play send no Authorization header, so the proof stands in the URL: it is
// good for this file and for a while only, and worth nothing as a bearer.
const (
	linkPrefix = "/content/"
	linksPath  = apiPrefix + "window/links"
	linkLife   = time.Hour // a page asks again before
	maxLinks   = 200       // in one request
)

// linked is what a link can be to: below /api/v1/files/ it is the same.
var linked = regexp.MustCompile(`^[0-9a-f]{64}/(content|thumbnail)$`)

// link signs an address below linkPrefix.
func (b bearers) link(what string, until time.Time) string {
	ends := strconv.FormatInt(until.Unix(), 10)
	return linkPrefix + what + "?until=" + ends + "&by=" + base64.RawURLEncoding.EncodeToString(b.signLink(what, ends))
}

func (b bearers) signLink(what, ends string) []byte {
	mac := hmac.New(sha256.New, b.secret)
	mac.Write([]byte("lanyard window link\x00" + what + "\x00" + ends))
	return mac.Sum(nil)
}

// linkValid judges a link in constant time.
func (b bearers) linkValid(what string, query url.Values, now time.Time) bool {
	ends, proof := query.Get("until"), query.Get("by")
	sum, err := base64.RawURLEncoding.DecodeString(proof)
	until, number := strconv.ParseInt(ends, 10, 64)
	if err != nil || number != nil || len(b.secret) == 0 || len(query) != 2 || len(query["until"])+len(query["by"]) != 2 || !hmac.Equal(sum, b.signLink(what, ends)) {
		return false
	}
	return now.Unix() < until
}

// makeLinks answers the page, which has shown its bearer: one URL for each of what it wants to show.
func (g *gate) makeLinks(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Files []string `json:"files"` // ID/content or ID/thumbnail
	}
	if r.Method != http.MethodPost || !isJSON(r) {
		refuse(w, http.StatusMethodNotAllowed, "usage", "Links are made by POST with JSON.")
		return
	}
	if err := decode(w, r, 1<<16, &body); err != nil || len(body.Files) > maxLinks {
		refuse(w, http.StatusBadRequest, "usage", "The request names no files, or too many.")
		return
	}
	until := time.Now().Add(linkLife)
	links := []string{}
	for _, what := range body.Files {
		if !linked.MatchString(what) {
			refuse(w, http.StatusBadRequest, "usage", "A link is to the content or the thumbnail of a file.")
			return
		}
		links = append(links, g.bearers.link(what, until))
	}
	answer(w, http.StatusOK, map[string]any{"links": links, "seconds": int(linkLife.Seconds())})
}

// serveLink passes a signed request on to the API. It is for elements of the page that draw or play: as a document, a frame or a script nothing is served.
func (g *gate) serveLink(w http.ResponseWriter, r *http.Request) {
	what := r.URL.Path[len(linkPrefix):]
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !drawn(r.Header["Sec-Fetch-Dest"]) || !linked.MatchString(what) {
		refuse(w, http.StatusNotFound, "not-found", "There is nothing for the window at this address.")
		return
	}
	if !g.bearers.linkValid(what, r.URL.Query(), time.Now()) {
		refuse(w, http.StatusUnauthorized, "refused", "This link is too old; open Lanyard from its icon.")
		return
	}
	trust(r)
	to := r.Clone(r.Context())
	to.URL.Path, to.URL.RawPath, to.URL.RawQuery = apiPrefix+"files/"+what, "", ""
	g.api.ServeHTTP(&steadyAnswer{w}, to)
}

// drawn judges Sec-Fetch-Dest (W3C Fetch Metadata), which a browser always sends and another client need not.
func drawn(destinations []string) bool {
	if len(destinations) == 0 {
		return true
	}
	switch destinations[0] {
	case "image", "audio", "video":
		return len(destinations) == 1
	}
	return false
}

// steadyAnswer moves the deadline on with each piece that goes out: a film is read as it is watched.
type steadyAnswer struct{ http.ResponseWriter }

func (s *steadyAnswer) Write(p []byte) (int, error) {
	setDeadlines(s.ResponseWriter, time.Time{}, time.Now().Add(maxRest))
	return s.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the connection.
func (s *steadyAnswer) Unwrap() http.ResponseWriter { return s.ResponseWriter }

package window

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"lanyard/internal/api"
)

const (
	apiPrefix   = "/api/v1/"
	sessionPath = apiPrefix + "window/session"
	livePath    = apiPrefix + "live"

	liveProtocol = "lanyard.v1" // the subprotocol of the live channel that is answered
	authProtocol = "auth."      // the offered one that carries the bearer
)

// gate checks every request before anything is routed.
type gate struct {
	authority string
	origin    string
	cross     *http.CrossOriginProtection
	bearers   bearers
	tokens    *tokens
	files     files
	api       http.Handler
	hooks     http.Handler // nil: none
	log       *slog.Logger
}

func newGate(c Config, w *Window) *gate {
	return &gate{
		authority: c.Authority,
		origin:    "http://" + c.Authority,
		cross:     http.NewCrossOriginProtection(),
		bearers:   w.bearers,
		tokens:    &w.tokens,
		files:     pageFiles(),
		api:       c.API,
		hooks:     c.Hooks,
		log:       c.Log,
	}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer g.recover(w, r)
	setHeaders(w.Header())
	if isHook(r.URL.Path) {
		g.serveHook(w, r)
		return
	}
	if status, text := g.check(r); status != 0 {
		refuse(w, status, "refused", text)
		return
	}
	switch {
	case r.URL.Path == sessionPath:
		g.session(w, r)
	case strings.HasPrefix(r.URL.Path, linkPrefix):
		g.serveLink(w, r)
	case strings.HasPrefix(r.URL.Path, apiPrefix):
		g.serveAPI(w, r)
	default:
		g.files.serve(w, r)
	}
}

// recover answers 500 for a request whose handler panicked. ErrAbortHandler is a handler's wish to drop the connection.
func (g *gate) recover(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	path := r.URL.Path
	if isHook(path) {
		path = hookPath // the rest is a token
	}
	g.log.Error("a request of the window failed", "method", r.Method, "path", path, "panic", p)
	refuse(w, http.StatusInternalServerError, "internal", "Something went wrong in Lanyard; try again.")
}

// check holds the rules that need no secret, in their order. Status 0 lets the request pass.
// After DNS rebinding Host and Origin agree with each other, and no Sec-Fetch header exists: only the comparison with our own authority tells.
func (g *gate) check(r *http.Request) (status int, text string) {
	const elsewhere = "This address belongs to Lanyard's own window."
	if r.Host != g.authority || !strings.HasPrefix(r.RequestURI, "/") {
		return http.StatusMisdirectedRequest, elsewhere
	}
	unsafe := false
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost, http.MethodPut, http.MethodDelete:
		unsafe = true
	default:
		return http.StatusMethodNotAllowed, "This method is not used here."
	}
	upgrade := len(r.Header["Upgrade"]) > 0
	if upgrade != (r.URL.Path == livePath) {
		return http.StatusForbidden, elsewhere
	}
	origins := r.Header["Origin"]
	if len(origins) == 0 && (unsafe || upgrade) || len(origins) > 1 || len(origins) == 1 && origins[0] != g.origin {
		return http.StatusForbidden, elsewhere
	}
	if !g.siteAllowed(r, unsafe) || g.cross.Check(r) != nil {
		return http.StatusForbidden, elsewhere
	}
	return 0, ""
}

// siteAllowed judges Sec-Fetch-Site (W3C Fetch Metadata): a page of ours asks as same-origin; "none" is a person who opened the document.
func (g *gate) siteAllowed(r *http.Request, unsafe bool) bool {
	sites := r.Header["Sec-Fetch-Site"]
	switch {
	case len(sites) == 0:
		return true // browsers omit it after rebinding and on WebSockets; Host and Origin have judged those
	case len(sites) > 1:
		return false
	case sites[0] == "same-origin":
		return true
	}
	return sites[0] == "none" && !unsafe && r.URL.Path == "/"
}

// session trades a one-time token for a bearer.
func (g *gate) session(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token string `json:"token"`
	}
	const again = "This link has been used or is too old; open Lanyard again from its icon."
	if r.Method != http.MethodPost || !isJSON(r) {
		refuse(w, http.StatusMethodNotAllowed, "usage", "The window's session is opened by POST with JSON.")
		return
	}
	if err := decode(w, r, 1<<10, &body); err != nil {
		refuse(w, http.StatusBadRequest, "usage", "The request holds no token.")
		return
	}
	if !g.tokens.spend(body.Token, time.Now()) {
		refuse(w, http.StatusUnauthorized, "refused", again)
		return
	}
	trust(r)
	answer(w, http.StatusOK, map[string]string{"bearer": g.bearers.issue()})
}

// serveAPI lets a request with a bearer through to the API.
func (g *gate) serveAPI(w http.ResponseWriter, r *http.Request) {
	live := r.URL.Path == livePath
	bearer, ok := headerBearer(r)
	if live {
		bearer, ok = protocolBearer(r)
	}
	if !ok || !g.bearers.valid(bearer) {
		refuse(w, http.StatusUnauthorized, "refused", "Open Lanyard from its icon: this window is not signed in.")
		return
	}
	trust(r)
	r.Header.Del("Authorization") // nothing behind the gate needs it
	switch {
	case r.URL.Path == linksPath:
		g.makeLinks(w, r)
	case path.Clean(r.URL.Path) != r.URL.Path || closed(r.Method, r.URL.Path):
		refuse(w, http.StatusNotFound, "not-found", "There is nothing for the window at this address.")
	case live:
		r.Header.Set("Sec-WebSocket-Protocol", liveProtocol)
		g.api.ServeHTTP(w, r)
	case isUpload(r):
		g.serveUpload(w, r)
	default:
		g.serveJSON(w, r)
	}
}

// serveJSON reads the body before the API sees it, so that a slow sender costs the API nothing and the API's own time is not counted as reading.
func (g *gate) serveJSON(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 && !isJSON(r) {
		refuse(w, http.StatusUnsupportedMediaType, "usage", "The request must be JSON.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "too-long", "The request is too long or did not arrive whole.")
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	setDeadlines(w, time.Time{}, time.Now().Add(patience(r.URL.Path)))
	g.api.ServeHTTP(w, r)
}

// serveUpload passes a file's content on as it comes. It may take hours, but not rest for long.
func (g *gate) serveUpload(w http.ResponseWriter, r *http.Request) {
	r.Body = &steadyBody{body: http.MaxBytesReader(w, r.Body, maxUpload), answer: w}
	g.api.ServeHTTP(w, r)
}

func headerBearer(r *http.Request) (string, bool) {
	values := r.Header["Authorization"]
	if len(values) != 1 {
		return "", false
	}
	return strings.CutPrefix(values[0], "Bearer ")
}

// protocolBearer reads the bearer from the offered subprotocols: a browser lets a page set no other header of a WebSocket.
func protocolBearer(r *http.Request) (string, bool) {
	values := r.Header["Sec-Websocket-Protocol"]
	if len(values) != 1 {
		return "", false
	}
	first, second, _ := strings.Cut(values[0], ",")
	if strings.TrimSpace(first) != liveProtocol {
		return "", false
	}
	return strings.CutPrefix(strings.TrimSpace(second), authProtocol)
}

func isJSON(r *http.Request) bool {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" || len(r.Header["Content-Type"]) != 1 {
		return false
	}
	charset, ok := parameters["charset"]
	return !ok || strings.EqualFold(charset, "utf-8")
}

// decode reads the JSON body of a request that the window answers itself, as strictly as the API reads the others.
func decode(w http.ResponseWriter, r *http.Request, limit int64, into any) error {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return err
	}
	return api.Decode(raw, into)
}

// refuse answers with an error in the API's form.
func refuse(w http.ResponseWriter, status int, code, text string) {
	answer(w, status, map[string]any{"error": map[string]string{"code": code, "text": text}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // an error here means that the browser has gone
}

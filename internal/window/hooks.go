package window

import (
	"net/http"
	"strings"
)

// hookPath is where programs of this machine post into conversations (package hook). They show a token of their own there, and no bearer.
const hookPath = "/hook"

func isHook(path string) bool { return path == hookPath || strings.HasPrefix(path, hookPath+"/") }

// serveHook lets a program through and no web page, ours neither: a browser says with every POST whose page it is, and that it is a browser. A name that was
// bound to this address (DNS rebinding) shows in Host.
func (g *gate) serveHook(w http.ResponseWriter, r *http.Request) {
	switch {
	case g.hooks == nil:
		refuse(w, http.StatusNotFound, "not-found", "There is nothing at this address.")
	case r.Host != g.authority || !strings.HasPrefix(r.RequestURI, "/"):
		refuse(w, http.StatusMisdirectedRequest, "refused", "This address belongs to Lanyard's own window.")
	case fromBrowser(r):
		refuse(w, http.StatusForbidden, "refused", "A webhook is for programs of this computer, not for web pages.")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "usage", "A webhook takes a text by POST.")
	default:
		g.hooks.ServeHTTP(w, r)
	}
}

// fromBrowser reports whether a request has a header that pages cannot leave out and programs do not send (Fetch: forbidden request headers; W3C Fetch Metadata).
func fromBrowser(r *http.Request) bool {
	if len(r.Header["Origin"])+len(r.Header["Upgrade"])+len(r.Header["Cookie"]) > 0 {
		return true
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "Sec-") {
			return true
		}
	}
	return false
}

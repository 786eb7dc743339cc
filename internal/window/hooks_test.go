package window

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestHooksAreForPrograms: what a browser sends is refused before a webhook's token is looked at, whatever page it is, ours too; a program gets through
// without bearer and Origin, and only there.
func TestHooksAreForPrograms(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	s.Window.gate.(*gate).hooks = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.reached.Add(1)
		fmt.Fprint(w, r.URL.Path)
	})
	good := func(headers string) string {
		return "Host: " + s.authority + "\r\n" + headers + "Content-Length: 1\r\n\r\nx"
	}
	if status, body := s.raw(t, "POST /hook/token HTTP/1.1\r\n"+good("")); status != 200 || body != "/hook/token" || s.reached.Load() != 1 {
		t.Fatalf("a program: %d %s", status, body)
	}
	for what, request := range map[string]string{
		"another page":           "POST /hook/token HTTP/1.1\r\n" + good("Origin: http://evil.example\r\n"),
		"a page without origin":  "POST /hook/token HTTP/1.1\r\n" + good("Origin: null\r\n"),
		"our own page":           "POST /hook/token HTTP/1.1\r\n" + good("Origin: http://"+s.authority+"\r\nAuthorization: Bearer "+bearer+"\r\n"),
		"a navigation":           "POST /hook/token HTTP/1.1\r\n" + good("Sec-Fetch-Site: none\r\n"),
		"a browser's hint":       "POST /hook/token HTTP/1.1\r\n" + good("sec-ch-ua: x\r\n"),
		"another name":           "POST /hook/token HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1\r\n\r\nx",
		"another port's name":    "POST /hook/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\n\r\nx",
		"a proxy's request":      "POST http://" + s.authority + "/hook/token HTTP/1.1\r\n" + good(""),
		"a GET":                  "GET /hook/token HTTP/1.1\r\n" + good(""),
		"a preflight":            "OPTIONS /hook/token HTTP/1.1\r\n" + good("Origin: http://evil.example\r\n"),
		"a WebSocket":            "GET /hook/token HTTP/1.1\r\nHost: " + s.authority + "\r\n" + upgradeHeaders + "\r\n",
		"a program at the API":   "POST /api/v1/shares HTTP/1.1\r\n" + good(""),
		"a path that looks like": "POST /hooks HTTP/1.1\r\n" + good(""),
	} {
		before := s.reached.Load()
		status, body := s.raw(t, request)
		if s.reached.Load() != before || status < 400 {
			t.Errorf("%s: %d %s", what, status, body)
		}
	}
}

func TestNoHooksWithoutHandler(t *testing.T) {
	s := newStand(t)
	if status, _ := s.raw(t, "POST /hook/token HTTP/1.1\r\nHost: "+s.authority+"\r\nContent-Length: 1\r\n\r\nx"); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}

// TestPageAddsNoHooks: with a good bearer a page may see hooks, remove them and let one go on that stopped, and make or change none.
func TestPageAddsNoHooks(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	for route, open := range map[string]bool{
		"GET /api/v1/hooks": true, "DELETE /api/v1/hooks/0123456789abcdef": true, "POST /api/v1/conversations/Ben/webhooks": true, "DELETE /api/v1/webhooks/0123456789abcdef": true,
		"POST /api/v1/conversations/Ben/hooks": false, "POST /api/v1/conversations/Ben/hook%73": false, "PUT /api/v1/conversations/Ben/hooks": false, "POST /api/v1/conversations/a%2Fb/hooks": false,
		"POST /api/v1/hooks/0123456789abcdef/resume": true, "PUT /api/v1/hooks/0123456789abcdef/resume": false, "POST /api/v1/hooks/0123456789abcdef": false, "POST /api/v1/hooks/resume": false, "POST /api/v1/hooks": false,
		"POST /api/v1/hooks/a/b/resume": false, "POST /api/v1/hooks/a%2Fb/resume": false, "POST /api/v1/conversations/Ben/hooks/resume": true, "POST /api/v1/conversations/hooks%2F0123456789abcdef%2Fresume/hooks": false,
	} {
		method, path, _ := strings.Cut(route, " ")
		before := s.reached.Load()
		status, body := s.raw(t, s.request(method, path, bearer, nil))
		if reached := s.reached.Load() > before; reached != open || !open && status != http.StatusNotFound {
			t.Errorf("%s: %d %s", route, status, body)
		}
	}
}

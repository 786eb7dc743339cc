package window

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// stand is a served Window over an API that counts what reaches it.
type stand struct {
	*Window
	authority string
	reached   atomic.Int64
	api       http.HandlerFunc
	ended     chan error
	cancel    context.CancelFunc
}

func newStand(t *testing.T) *stand {
	t.Helper()
	ln, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{authority: ln.Addr().String(), ended: make(chan error, 1)}
	s.api = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == livePath {
			c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{liveProtocol}})
			if err != nil {
				return
			}
			defer c.CloseNow()
			c.Write(r.Context(), websocket.MessageText, []byte(`{"type":"snapshot"}`))
			c.Read(r.Context())
			return
		}
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, `{"read":%d}`, n)
	}
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.reached.Add(1)
		s.api(w, r)
	})
	s.Window = New(Config{API: api, Secret: NewSecret(), Authority: s.authority, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() { s.ended <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-s.ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// hang only guards against waiting for ever.
const hang = 2 * time.Minute

// raw sends bytes as they are and returns the status of the first answer, 0 if the connection was closed without one.
func (s *stand) raw(t *testing.T, request string) (status int, body string) {
	t.Helper()
	c, err := net.Dial("tcp", s.authority)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(hang))
	io.WriteString(c, request)
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, ""
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	return r.StatusCode, string(b)
}

// session opens the window as the page does.
func (s *stand) session(t *testing.T, token string) (bearer string, status int) {
	t.Helper()
	return s.sessionBy(t, fmt.Sprintf(`{"token":%q}`, token))
}

// sessionBy asks for a session with a body as it is.
func (s *stand) sessionBy(t *testing.T, body string) (bearer string, status int) {
	t.Helper()
	status, answer := s.raw(t, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		sessionPath, s.authority, s.authority, len(body), body))
	var got struct{ Bearer string }
	json.Unmarshal([]byte(answer), &got)
	return got.Bearer, status
}

// routes are one of each kind the window serves.
var routes = []struct{ method, path string }{
	{"GET", "/"}, {"GET", "/index.html"}, {"GET", "/api/v1/snapshot"}, {"POST", "/api/v1/shares"}, {"PUT", "/api/v1/me/name"}, {"DELETE", "/api/v1/peers/x"},
	{"PUT", "/api/v1/uploads/1/a.txt"}, {"POST", sessionPath}, {"GET", livePath}, {"GET", "/nowhere"},
}

const upgradeHeaders = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"

// request writes a good request of the page, with the headers given put in the place of its own.
func (s *stand) request(method, path, bearer string, change map[string][]string) string {
	headers := map[string][]string{"Host": {s.authority}}
	live := path == livePath
	if method != "GET" || live {
		headers["Origin"] = []string{"http://" + s.authority}
	}
	if live {
		headers["Sec-WebSocket-Protocol"] = []string{liveProtocol + ", " + authProtocol + bearer}
	} else {
		headers["Authorization"] = []string{"Bearer " + bearer}
		headers["Sec-Fetch-Site"] = []string{"same-origin"}
	}
	body := ""
	if method == "POST" || method == "PUT" {
		body = `{}`
		headers["Content-Type"] = []string{"application/json"}
	}
	for k, v := range change {
		headers[k] = v
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, path)
	for k, values := range headers {
		for _, v := range values {
			fmt.Fprintf(&b, "%s: %s\r\n", k, v)
		}
	}
	if live {
		b.WriteString(upgradeHeaders)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return b.String()
}

func TestGateRefusesEveryAttackOnEveryRoute(t *testing.T) {
	s := newStand(t)
	bearer, status := s.session(t, s.Token())
	if status != 200 {
		t.Fatalf("session: status %d", status)
	}
	port := s.authority[strings.LastIndexByte(s.authority, ':')+1:]
	host := func(v ...string) map[string][]string { return map[string][]string{"Host": v} }
	origin := func(v ...string) map[string][]string { return map[string][]string{"Origin": v} }
	site := func(v ...string) map[string][]string { return map[string][]string{"Sec-Fetch-Site": v} }
	attacks := []struct {
		name   string
		change map[string][]string
	}{
		{"foreign host", host("evil.test:" + port)},
		{"our address as a label of a foreign host", host("127.0.0.1.evil.test:" + port)},
		{"name instead of the address", host("localhost:" + port)},
		{"trailing dot", host("127.0.0.1.:" + port)},
		{"upper case name", host("LOCALHOST:" + port)},
		{"no host", host()},
		{"empty host", host("")},
		{"host twice", host(s.authority, s.authority)},
		{"user in the host", host("a@" + s.authority)},
		{"wrong port", host("127.0.0.1:1")},
		{"no port", host("127.0.0.1")},
		{"IPv6 loopback", host("[::1]:" + port)},
		{"mapped address", host("[::ffff:127.0.0.1]:" + port)},
		{"any address", host("0.0.0.0:" + port)},
		{"short address", host("127.1:" + port)},
		{"address as a number", host("2130706433:" + port)},
		{"rebinding: host and origin agree", map[string][]string{"Host": {"evil.test:" + port}, "Origin": {"http://evil.test:" + port}, "Sec-Fetch-Site": nil}},
		{"foreign origin", origin("http://evil.test")},
		{"null origin", origin("null")},
		{"origin of another port", origin("http://127.0.0.1:1")},
		{"https origin", origin("https://" + s.authority)},
		{"origin with trailing dot", origin("http://127.0.0.1.:" + port)},
		{"origin twice", origin("http://"+s.authority, "http://"+s.authority)},
		{"empty origin", origin("")},
		{"cross-site", site("cross-site")},
		{"same-site: another port", site("same-site")},
		{"two sites", site("same-origin", "same-origin")},
		{"unknown site", site("local")},
	}
	for _, a := range attacks {
		for _, r := range routes {
			status, _ := s.raw(t, s.request(r.method, r.path, bearer, a.change))
			if status < 400 {
				t.Errorf("%s: %s %s got %d", a.name, r.method, r.path, status)
			}
		}
	}
	if n := s.reached.Load(); n != 0 {
		t.Fatalf("%d requests reached the API", n)
	}
	for _, r := range routes { // the same requests, unchanged, are good: the refusals above are due to the attack
		status, body := s.raw(t, s.request(r.method, r.path, bearer, nil))
		good, special := map[string]int{sessionPath: 401 /* the body {} holds no token that was made */, "/nowhere": 404, livePath: 101}[r.path]
		if !special {
			good = 200
		}
		if status != good {
			t.Errorf("good %s %s: %d %s", r.method, r.path, status, body)
		}
	}
}

func TestGateWantsOriginOnUnsafeMethodsAndOnTheSocket(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	for _, r := range routes {
		if r.method == "GET" && r.path != livePath {
			continue
		}
		status, _ := s.raw(t, s.request(r.method, r.path, bearer, map[string][]string{"Origin": nil, "Sec-Fetch-Site": nil}))
		if status != http.StatusForbidden {
			t.Errorf("%s %s without Origin: %d", r.method, r.path, status)
		}
	}
	if status, _ := s.raw(t, s.request("GET", "/", bearer, map[string][]string{"Sec-Fetch-Site": {"none"}})); status != 200 {
		t.Errorf("the document opened by a person: %d", status)
	}
	for _, r := range []struct{ method, path string }{{"GET", "/api/v1/snapshot"}, {"POST", "/api/v1/shares"}} {
		if status, _ := s.raw(t, s.request(r.method, r.path, bearer, map[string][]string{"Sec-Fetch-Site": {"none"}})); status != http.StatusForbidden {
			t.Errorf("%s %s as a navigation: %d", r.method, r.path, status)
		}
	}
	if n := s.reached.Load(); n != 0 {
		t.Fatalf("%d requests reached the API", n)
	}
}

func TestGateRefusesMethodsAndRequestLines(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	for _, method := range []string{"TRACE", "CONNECT", "OPTIONS", "PATCH", "PROPFIND", "get", "X"} {
		status, _ := s.raw(t, s.request(method, "/api/v1/snapshot", bearer, map[string][]string{"Access-Control-Request-Private-Network": {"true"}}))
		if status < 400 {
			t.Errorf("%s: %d", method, status)
		}
	}
	for _, line := range []string{
		"GET http://evil.test/ HTTP/1.1", "GET http://" + s.authority + "/api/v1/snapshot HTTP/1.1", "GET * HTTP/1.1", "GET evil.test:80 HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.0",
	} {
		host := "Host: " + s.authority + "\r\n"
		if strings.HasSuffix(line, "1.0") {
			host = ""
		}
		status, _ := s.raw(t, line+"\r\n"+host+"Authorization: Bearer "+bearer+"\r\n\r\n")
		if status < 400 && status != 0 {
			t.Errorf("%s: %d", line, status)
		}
	}
	status, _ := s.raw(t, s.request("GET", "/api/v1/shares/x/leave", bearer, map[string][]string{"X-HTTP-Method-Override": {"POST"}, "Upgrade": {"h2c"}}))
	if status != http.StatusForbidden {
		t.Errorf("upgrade elsewhere: %d", status)
	}
	if n := s.reached.Load(); n != 0 {
		t.Fatalf("%d requests reached the API", n)
	}
}

func TestGateRefusesBodies(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	kind := func(v ...string) map[string][]string { return map[string][]string{"Content-Type": v} }
	cases := []struct {
		name   string
		change map[string][]string
	}{
		{"text as JSON", kind("text/plain")},
		{"a form", kind("application/x-www-form-urlencoded")},
		{"several parts", kind("multipart/form-data; boundary=x")},
		{"no type", kind()},
		{"another charset", kind("application/json; charset=utf-7")},
		{"two types", kind("application/json", "text/plain")},
		{"a type with tricks", kind("application/json, text/plain")},
	}
	for _, c := range cases {
		status, _ := s.raw(t, s.request("POST", "/api/v1/shares", bearer, c.change))
		if status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d", c.name, status)
		}
	}
	head := fmt.Sprintf("POST /api/v1/shares HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n", s.authority, s.authority, bearer)
	if status, _ := s.raw(t, head+fmt.Sprintf("Content-Length: %d\r\n\r\n", maxBody+1)+strings.Repeat(" ", maxBody+1)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("body over the cap: %d", status)
	}
	if status, _ := s.raw(t, head+"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"); status != 400 {
		t.Errorf("two lengths: %d", status)
	}
	if status, _ := s.raw(t, head+"X: "+strings.Repeat("a", 64<<10)+"\r\n\r\n"); status != 431 && status != 0 {
		t.Errorf("huge header: %d", status)
	}
	if status, _ := s.raw(t, head+strings.Repeat("Cookie: a=b\r\n", 10_000)+"\r\n"); status != 431 && status != 0 {
		t.Errorf("10,000 headers: %d", status)
	}
	if n := s.reached.Load(); n != 0 {
		t.Fatalf("%d requests reached the API", n)
	}
	if status, _ := s.raw(t, head+fmt.Sprintf("Content-Length: %d\r\n\r\n", maxBody)+strings.Repeat(" ", maxBody)); status != 200 {
		t.Errorf("body of the cap: %d", status)
	}
}

func TestBearerIsNeededAndRemembered(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	other := bearers{secret: NewSecret()}.issue()
	for name, b := range map[string]string{"none": "", "of another secret": other, "cut": bearer[:len(bearer)-1], "longer": bearer + "A", "not base64": "!" + bearer[1:], "of an empty secret": bearers{}.issue()} {
		for _, r := range routes {
			if !strings.HasPrefix(r.path, apiPrefix) || r.path == sessionPath {
				continue
			}
			if status, _ := s.raw(t, s.request(r.method, r.path, b, nil)); status != http.StatusUnauthorized {
				t.Errorf("bearer %s: %s %s got %d", name, r.method, r.path, status)
			}
		}
	}
	if n := s.reached.Load(); n != 0 {
		t.Fatalf("%d requests reached the API", n)
	}
	restarted := New(Config{API: http.NotFoundHandler(), Secret: s.bearers.secret, Authority: s.authority})
	if !restarted.bearers.valid(bearer) {
		t.Error("a window with the remembered secret refuses the bearer of the one before")
	}
	if (bearers{}).valid(bearers{}.issue()) {
		t.Error("an empty secret signs")
	}
}

// TestSessionIsAskedForStrictly: what the API's own door would refuse opens no session either, and uses up no token.
func TestSessionIsAskedForStrictly(t *testing.T) {
	s := newStand(t)
	token := s.Token()
	for _, body := range []string{`{"Token":"` + token + `"}`, `{"to\u212aen":"` + token + `"}`, `{"token":"x","token":"` + token + `"}`, `{"token":"` + token + `","more":1}`, `{"token":"` + token + `"} {}`,
		`{"token":["` + token + `"]}`, `["` + token + `"]`, ``, `{"token":"` + token + `","` + strings.Repeat(" ", 1<<10) + `"}`} {
		if bearer, status := s.sessionBy(t, body); status != http.StatusBadRequest || bearer != "" {
			t.Errorf("%.60s: %d", body, status)
		}
	}
	if bearer, status := s.session(t, token); status != http.StatusOK || bearer == "" {
		t.Errorf("the token opens nothing any more: %d", status)
	}
}

func TestTokenOpensOnceAndEnds(t *testing.T) {
	s := newStand(t)
	token := s.Token()
	if strings.Contains(s.URL(), "?") || !strings.HasPrefix(s.URL(), "http://"+s.authority+"/#k=") {
		t.Errorf("URL %s: the token must stand in the fragment", s.URL())
	}
	statuses := make(chan int, 2)
	for range 2 { // two tabs race
		go func() {
			_, status := s.session(t, token)
			statuses <- status
		}()
	}
	if a, b := <-statuses, <-statuses; a+b != 200+401 {
		t.Errorf("two at once: %d and %d", a, b)
	}
	for _, guess := range []string{"", "x", token, strings.Repeat("A", 43), strings.Repeat("A", 2000)} {
		if _, status := s.session(t, guess); status < 400 {
			t.Errorf("token %.50q: %d", guess, status)
		}
	}
	var ts tokens
	now := time.Unix(1_000_000, 0)
	first := ts.issue(now)
	if ts.spend(first, now.Add(tokenLife)) {
		t.Error("a token is good after its life")
	}
	first = ts.issue(now)
	if !ts.spend(first, now.Add(tokenLife-1)) {
		t.Error("a token is not good until its end")
	}
	first = ts.issue(now)
	for range maxPending {
		ts.issue(now)
	}
	if ts.spend(first, now) {
		t.Error("more tokens wait than may")
	}
}

func TestRoutesClosedToTheWindow(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	for _, r := range []struct{ method, path string }{
		{"POST", "/api/v1/stop"}, {"POST", "/api/v1/stop/"}, {"POST", "/api/v1/window"}, {"GET", "/api/v1/tray"}, {"POST", "/api/v1/tray/requests/1"}, {"POST", "/api/v1/tray/clicked"}, {"PUT", "/api/v1/idle"},
		{"GET", "/api/v1/events"}, {"POST", "/api/v1/conversations/ana/files"}, {"POST", "/api/v1/./stop"}, {"POST", "/api/v1/x/../stop"}, {"POST", "/api/v1//stop"}, {"POST", "/api/v1/%73top"}, {"POST", "/api/v1/window/x"},
	} {
		if status, body := s.raw(t, s.request(r.method, r.path, bearer, nil)); status != http.StatusNotFound {
			t.Errorf("%s %s: %d %s", r.method, r.path, status, body)
		}
	}
	if n := s.reached.Load(); n != 0 {
		t.Fatalf("%d requests reached the API", n)
	}
}

package window

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

var someFile = strings.Repeat("0a", 32)

// links asks for links as the page does.
func (s *stand) links(t *testing.T, bearer, body string) (links []string, status int) {
	t.Helper()
	status, answer := s.raw(t, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		linksPath, s.authority, s.authority, bearer, len(body), body))
	var got struct{ Links []string }
	json.Unmarshal([]byte(answer), &got)
	return got.Links, status
}

func TestLinkIsGoodForOneFile(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	links, status := s.links(t, bearer, `{"files":["`+someFile+`/content","`+someFile+`/thumbnail"]}`)
	if status != 200 || len(links) != 2 {
		t.Fatalf("%d %v", status, links)
	}
	var asked string
	s.api = func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader([]byte("picture")))
	}
	get := func(url string, headers ...string) (int, string) {
		return s.raw(t, "GET "+url+" HTTP/1.1\r\nHost: "+s.authority+"\r\n"+strings.Join(append(headers, "\r\n"), "\r\n"))
	}
	if status, body := get(links[0], "Sec-Fetch-Dest: image", "Sec-Fetch-Site: same-origin"); status != 200 || body != "picture" || asked != "/api/v1/files/"+someFile+"/content" {
		t.Errorf("%d %q, the API was asked for %s", status, body, asked)
	}
	if status, body := get(links[0], "Range: bytes=3-4"); status != 206 || body != "tu" {
		t.Errorf("a part of it: %d %q", status, body)
	}
	before := s.reached.Load()
	other := strings.Replace(links[0], "0a", "0b", 1)
	_, proof, _ := strings.Cut(links[0], "?")
	for what, url := range map[string]string{
		"another file":         other,
		"another kind":         strings.Replace(links[0], "/content?", "/thumbnail?", 1),
		"a later end":          strings.Replace(links[0], "until=", "until=9", 1),
		"no proof":             linkPrefix + someFile + "/content",
		"an empty proof":       linkPrefix + someFile + "/content?until=9999999999&by=",
		"the API itself":       "/api/v1/files/" + someFile + "/content?" + proof,
		"something else of it": linkPrefix + someFile + "/accept?" + proof,
		"out of it":            linkPrefix + "../api/v1/snapshot?" + proof,
		"twice":                links[0] + "&until=1",
		"more":                 links[0] + "&x=1",
	} {
		if status, _ := get(url); status < 400 {
			t.Errorf("%s: %d", what, status)
		}
	}
	for _, as := range []string{"document", "iframe", "script", "style", "object", "empty", "worker"} {
		if status, _ := get(links[0], "Sec-Fetch-Dest: "+as); status < 400 {
			t.Errorf("as %s: %d", as, status)
		}
	}
	for what, header := range map[string]string{"another page": "Sec-Fetch-Site: cross-site", "a typed address": "Sec-Fetch-Site: none", "a foreign origin": "Origin: http://evil.test"} {
		if status, _ := get(links[0], header); status < 400 {
			t.Errorf("from %s: %d", what, status)
		}
	}
	if n := s.reached.Load(); n != before {
		t.Errorf("%d requests reached the API", n-before)
	}
}

func TestLinksAreMadeForThePageOnly(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	if _, status := s.links(t, "wrong", `{"files":[]}`); status != 401 {
		t.Errorf("without a bearer: %d", status)
	}
	for _, body := range []string{`{"files":["x"]}`, `{"files":["` + someFile + `/open"]}`, `{"files":["` + someFile + `/content/../open"]}`, `{"other":1}`, `{`,
		`{"Files":["` + someFile + `/content"]}`, `{"files":["x"],"files":["` + someFile + `/content"]}`, `{"files":["` + someFile + `/content"]} []`,
		`{"files":["` + strings.Repeat(someFile+`/content","`, maxLinks) + someFile + `/content"]}`} {
		if links, status := s.links(t, bearer, body); status < 400 || len(links) > 0 {
			t.Errorf("%.40s: %d %v", body, status, links)
		}
	}
	b := bearers{secret: NewSecret()}
	link := b.link(someFile+"/content", time.Now().Add(-time.Second))
	_, query, _ := strings.Cut(link, "?")
	r, err := http.NewRequest("GET", "http://127.0.0.1/?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b.linkValid(someFile+"/content", r.URL.Query(), time.Now()) || !b.linkValid(someFile+"/content", r.URL.Query(), time.Now().Add(-time.Minute)) {
		t.Error("a link is good until its end, and no longer")
	}
}

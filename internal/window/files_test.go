package window

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestPageIsServedWithTypesTagsAndHeaders(t *testing.T) {
	s := newStand(t)
	for path := range s.gate.(*gate).files {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", path, nil)
		r.Host = s.authority
		s.Handler().ServeHTTP(w, r)
		h := w.Header()
		if w.Code != 200 || contentType(path) != h.Get("Content-Type") && path != "/" {
			t.Errorf("%s: %d %s", path, w.Code, h.Get("Content-Type"))
		}
		if h.Get("Content-Security-Policy") != policy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Set-Cookie") != "" || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: headers %v", path, h)
		}
		r.Header.Set("If-None-Match", h.Get("ETag"))
		w = httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("%s with its tag: %d", path, w.Code)
		}
	}
}

func TestNoPathLeavesThePage(t *testing.T) {
	s := newStand(t)
	for _, path := range []string{
		"/../window.go", "/..%2fwindow.go", "/%2e%2e/window.go", "/vendor", "/vendor/", "/vendor/VENDORED.md", "/vendor/index.d.ts", "/vendor/..", "/vendor\\index.js", "/index.html%00.js",
		"//index.html", "/./index.html", "/index.html/", "/" + strings.Repeat("a", 8000), "/main.js.map", "/tsconfig.json", "/favicon.ico", "/api", "/api/v1", "/api/v2/snapshot", "/api/v1/../../index.html",
	} {
		status, body := s.raw(t, "GET "+path+" HTTP/1.1\r\nHost: "+s.authority+"\r\n\r\n")
		if status < 400 {
			t.Errorf("%.60s: %d %.80s", path, status, body)
		}
	}
}

// TestVendoredFiles compares each line of VENDORED.md with the file it names, and the folder with the lines.
func TestVendoredFiles(t *testing.T) {
	notes, err := os.ReadFile("ui/vendor/VENDORED.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` .* \\| ([0-9a-f]{64}) \\| [0-9a-f]{64} \\|$").FindAllStringSubmatch(string(notes), -1)
	told := map[string]bool{"index.js": true}
	for _, row := range rows {
		told[row[1]] = true
		body, err := os.ReadFile(filepath.Join("ui/vendor", row[1]))
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != row[2] {
			t.Errorf("%s is not the file that VENDORED.md tells of: %x", row[1], sum)
		}
	}
	found, err := filepath.Glob("ui/vendor/*.js")
	if err != nil || len(rows) < 6 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, f := range found {
		if !told[filepath.Base(f)] {
			t.Errorf("%s is missing in VENDORED.md", f)
		}
	}
}

// TestPageHasNoWayToMakeHTML reads the page's own source: what cannot be written there cannot be forgotten in a review.
func TestPageHasNoWayToMakeHTML(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|\beval\(|new Function|srcdoc|setTimeout\("|style="`)
	external := regexp.MustCompile(`(?:src|href|from|url\()\s*=?\s*["']?(?:https?:)?//`)
	physical := regexp.MustCompile(`(?m)^\s*(?:margin|padding|border)-(?:left|right|top|bottom)\b|^\s*(?:left|right|width|height|min-width|max-width)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)`)
	count := 0
	err := filepath.WalkDir("ui", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, filepath.Join("ui", "vendor")) || contentType(name) == "" {
			return err
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		count++
		if m := forbidden.Find(body); m != nil {
			t.Errorf("%s uses %q", name, m)
		}
		if m := external.Find(body); m != nil {
			t.Errorf("%s loads from elsewhere: %q", name, m)
		}
		if m := physical.Find(body); filepath.Ext(name) == ".css" && m != nil {
			t.Errorf("%s has a physical property, which is wrong in a right-to-left script: %q", name, m)
		}
		if lines := strings.Count(string(body), "\n"); strings.Contains(name, "components") && lines >= 150 {
			t.Errorf("%s has %d lines; a component has fewer than 150", name, lines)
		}
		return nil
	})
	if err != nil || count == 0 {
		t.Fatal(count, err)
	}
}

package agent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
)

// example is one block of docs/api.md: a request, and the answer that the page shows. Comments above a block say how the test runs it:
// as WHO, keep NAME=PATH (of the answer, as $NAME), until PATH=VALUE (ask again), remove WHO/FILE (before it asks), raw (the body is no JSON), type MEDIA-TYPE (what the body is instead of JSON).
type example struct {
	line         int
	method, path string
	body, answer string
	status       int
	as           string
	keep, until  []string
	remove       string
	raw          bool
	media        string
	optional     []string
}

// TestDocumentedExamples runs every example of docs/api.md, in its order, against real agents, and compares the answers: every field that an agent
// sends is on the page, and every field on the page is sent, unless the page lists it as left out when empty.
func TestDocumentedExamples(t *testing.T) {
	examples := readExamples(t, "../../docs/api.md")
	if len(examples) < 30 {
		t.Fatalf("only %d examples found", len(examples))
	}
	anna, ben, carl := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{}), join(t, "Carl", agent.Options{})
	people := map[string]*person{"anna": anna, "ben": ben, "carl": carl}
	if _, err := carl.Add(t.Context(), loopback(ben)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", anna.home)
	write(t, filepath.Join(anna.home, "Plans", "Plan.txt"), "twelve bytes")
	kept := map[string]string{"BEN_ADDRESS": loopback(ben), "FOLDER": filepath.Join(anna.home, "Plans"), "FILE_PATH": filepath.Join(anna.home, "Plans", "Plan.txt")}
	for _, e := range examples {
		t.Run(fmt.Sprintf("line %d %s %s", e.line, e.method, e.path), func(t *testing.T) {
			who := people[e.as]
			if e.remove != "" {
				of, file, _ := strings.Cut(e.remove, "/")
				if err := os.Remove(filepath.Join(people[of].Options.Folder, file)); err != nil {
					t.Fatal(err)
				}
			}
			run(t, who, e, kept)
		})
		if t.Failed() {
			return // what follows builds on it
		}
	}
}

// run makes the request, again and again if it is to be waited for, and compares the answer.
func run(t *testing.T, who *person, e example, kept map[string]string) {
	t.Helper()
	for limit := time.Now().Add(hang); ; time.Sleep(10 * time.Millisecond) {
		status, answer := ask(t, who, e, kept)
		late := time.Now().After(limit)
		if len(e.until) > 0 && !late && (status != e.status || !met(answer, e.until, kept)) {
			continue
		}
		if status != e.status {
			t.Fatalf("status %d, want %d: %v", status, e.status, answer)
		}
		if late {
			t.Fatalf("never %v: %v", e.until, answer)
		}
		if e.answer != "" {
			var shown any
			if err := json.Unmarshal([]byte(e.answer), &shown); err != nil {
				t.Fatalf("the answer on the page is not JSON: %v", err)
			}
			compare(t, "answer", shown, answer, e.optional)
		}
		for _, k := range e.keep {
			name, path, _ := strings.Cut(k, "=")
			kept[name] = fmt.Sprint(at(answer, path))
		}
		return
	}
}

func ask(t *testing.T, who *person, e example, kept map[string]string) (int, any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), hang)
	defer cancel()
	expand := func(text string) string { return os.Expand(text, func(name string) string { return kept[name] }) }
	address, do := "http://lanyard"+expand(e.path), who.Do
	if strings.HasPrefix(e.path, "$WEBHOOK") { // not of the local API: where programs post
		address, do = expand(e.path), http.DefaultClient.Do
	}
	r, err := http.NewRequestWithContext(ctx, e.method, address, strings.NewReader(expand(e.body)))
	if err != nil {
		t.Fatal(err)
	}
	if e.media != "" {
		r.Header.Set("Content-Type", e.media)
	} else if e.body != "" && !e.raw {
		r.Header.Set("Content-Type", "application/json")
	}
	got, err := do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	all, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Split(bytes.TrimSpace(all), []byte("\n")); got.Header.Get("Content-Type") == "application/x-ndjson" {
		all = lines[len(lines)-1] // the page shows the last line of a stream
	}
	var answer any
	if got.Header.Get("Content-Type") == "application/octet-stream" {
		answer = string(all) // a file is shown as a JSON string
	} else if len(all) > 0 {
		if err := json.Unmarshal(all, &answer); err != nil {
			t.Fatalf("the answer is not JSON: %v: %s", err, all)
		}
	}
	return got.StatusCode, answer
}

// compare holds an answer to what the page shows: the same fields of the same types.
func compare(t *testing.T, where string, shown, got any, optional []string) {
	t.Helper()
	switch s := shown.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is no object: %v", where, got)
			return
		}
		for key, value := range g {
			if _, told := s[key]; !told {
				t.Errorf("%s.%s is sent and not on the page: %v", where, key, value)
				continue
			}
			compare(t, where+"."+key, s[key], value, optional)
		}
		for key := range s {
			if _, sent := g[key]; !sent && !slices.Contains(optional, key) {
				t.Errorf("%s.%s is on the page and not sent", where, key)
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok {
			t.Errorf("%s is no list: %v", where, got)
			return
		}
		for i, value := range g {
			if len(s) > 0 {
				compare(t, fmt.Sprintf("%s.%d", where, i), s[0], value, optional)
			}
		}
	default:
		if fmt.Sprintf("%T", shown) != fmt.Sprintf("%T", got) {
			t.Errorf("%s is %v, and %v on the page", where, got, shown)
		}
	}
}

// met reports whether PATH=VALUE holds for each.
func met(answer any, until []string, kept map[string]string) bool {
	for _, u := range until {
		path, want, _ := strings.Cut(u, "=")
		if name, ok := strings.CutPrefix(want, "$"); ok {
			want = kept[name]
		}
		if fmt.Sprint(at(answer, path)) != want {
			return false
		}
	}
	return true
}

// at follows a path such as 0.person; nil when it leads nowhere.
func at(v any, path string) any {
	for _, step := range strings.Split(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

var directive = regexp.MustCompile(`^<!-- (\w+) ?(.*) -->$`)

func readExamples(t *testing.T, path string) []example {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	optional := regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(optionalRule(string(page)), -1)
	var examples []example
	next := example{as: "anna"}
	lines := strings.Split(string(page), "\n")
	for i := 0; i < len(lines); i++ {
		if m := directive.FindStringSubmatch(lines[i]); m != nil {
			next.direct(m[1], m[2])
			continue
		}
		if lines[i] != "```http" {
			continue
		}
		end := i + slices.Index(lines[i:], "```")
		next.line = i + 1
		next.parse(t, lines[i+1:end])
		for _, o := range optional {
			next.optional = append(next.optional, o[1])
		}
		examples = append(examples, next)
		next = example{as: "anna"}
		i = end
	}
	return examples
}

// optionalRule is the sentence of the page that lists what is left out when empty.
func optionalRule(page string) string {
	_, after, _ := strings.Cut(page, "left out when they are empty:")
	rule, _, _ := strings.Cut(after, "\n- ")
	return rule
}

func (e *example) direct(what, value string) {
	switch what {
	case "as":
		e.as = value
	case "keep":
		e.keep = append(e.keep, value)
	case "until":
		e.until = append(e.until, value)
	case "remove":
		e.remove = value
	case "raw":
		e.raw = true
	case "type":
		e.media = value
	}
}

// parse reads the request, an empty line, and the answer.
func (e *example) parse(t *testing.T, block []string) {
	t.Helper()
	head := strings.Fields(block[0])
	gap := slices.Index(block, "")
	if len(head) != 2 || gap < 0 {
		t.Fatalf("line %d: a block is METHOD PATH, a body, an empty line, a status and an answer", e.line)
	}
	e.method, e.path = head[0], head[1]
	e.body = strings.Join(block[1:gap], "\n")
	status, err := strconv.Atoi(block[gap+1])
	if err != nil {
		t.Fatalf("line %d: no status: %v", e.line, err)
	}
	e.status, e.answer = status, strings.Join(block[gap+2:], "\n")
}

// loopback is the address at which another agent in this process reaches p.
func loopback(p *person) string {
	port := p.Me.Addresses[0][strings.LastIndex(p.Me.Addresses[0], ":")+1:]
	return "127.0.0.1:" + port
}

// TestDocumentedNames: every error code, type of event and endpoint of the code is on the page.
func TestDocumentedNames(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, pattern string
		least         int
		shown         func(name string) string
	}{
		{"../api/error.go", `Code\w+ += "([a-z-]+)"`, 14, func(name string) string { return "| `" + name + "` | " }},
		{"../api/event.go", `Event\w+ += "([a-z]+)"`, 16, func(name string) string { return name }},
		{"../control/*.go", `"(?:GET|POST|PUT|DELETE) /api/v1/([a-z/]+)`, 20, func(name string) string { return "/" + strings.Trim(name, "/") }},
		{"../control/*.go", `"POST /api/v1/[a-z]+/\{[a-z]+\}/([a-z]+)"`, 10, func(name string) string { return name }},
	} {
		files, err := filepath.Glob(c.file)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(c.pattern).FindAllSubmatch(text, -1) {
				found++
				if !strings.Contains(string(page), c.shown(string(m[1]))) {
					t.Errorf("docs/api.md does not tell of %s (%s)", m[1], filepath.Base(file))
				}
			}
		}
		if found < c.least {
			t.Errorf("only %d names found in %s: the pattern no longer fits", found, c.file)
		}
	}
}

// withoutExample are the endpoints that no example can show, with the reason.
func withoutExample() map[string]string {
	return map[string]string{
		"GET /api/v1/events":              "a stream without end; what is in it is a table",
		"GET /api/v1/live":                "a WebSocket of the window's",
		"GET /api/v1/tray":                "a stream of the tray's",
		"POST /api/v1/tray/clicked":       "answers a stream of the tray's",
		"POST /api/v1/tray/requests/{id}": "answers a stream of the tray's",
		"POST /api/v1/dialogs/folder":     "waits for the person at the desk",
		"POST /api/v1/shares/{id}/reveal": "opens the file manager",
		"POST /api/v1/shares/{id}/open":   "opens a program",
		"POST /api/v1/stop":               "ends the agent that the examples are run against",
	}
}

// TestEveryEndpointHasAnExample: the page shows each endpoint at work, and the examples are run; only what cannot be shown is told in words alone.
func TestEveryEndpointHasAnExample(t *testing.T) {
	shown := map[string]bool{}
	examples := readExamples(t, "../../docs/api.md")
	files, err := filepath.Glob("../control/*.go")
	if err != nil {
		t.Fatal(err)
	}
	reasons := withoutExample()
	wild := regexp.MustCompile(`\\\{[a-z]+\\\}`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"((?:GET|POST|PUT|DELETE) /api/v1/[^" ]+[^"/])"`).FindAllSubmatch(text, -1) {
			route := string(m[1])
			found++
			pattern := regexp.MustCompile("^" + wild.ReplaceAllString(strings.Replace(regexp.QuoteMeta(route), `\{path\.\.\.\}`, ".+", 1), "[^/]+") + "$")
			for _, e := range examples {
				path, _, _ := strings.Cut(e.path, "?")
				shown[route] = shown[route] || pattern.MatchString(e.method+" "+path)
			}
			if _, excused := reasons[route]; shown[route] == excused {
				t.Errorf("%s (%s): has an example: %v, is excused from one: %v", route, filepath.Base(file), shown[route], excused)
			}
		}
	}
	if found < 90 {
		t.Errorf("only %d endpoints found: the pattern no longer fits", found)
	}
}

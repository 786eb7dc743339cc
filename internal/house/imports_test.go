package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// allowed says which of our packages each of our packages may import. It is the table in ARCHITECTURE.md: a new arrow is added in both
// places, with its reason there. Packages that a test-only file imports are not held to it, except that only tests import lantest.
var allowed = map[string][]string{
	"cmd/lanyard":      {"internal/agent", "internal/api", "internal/desktop", "internal/doctor", "internal/name"},
	"cmd/lanyard-tray": {"tray", "internal/desktop", "internal/api"},

	"internal/agent": {"chat", "chat/amend", "chat/event", "chat/membership", "discovery", "sync/index", "sync/role", "sync/share", "internal/api", "internal/blob", "internal/card", "internal/control", "internal/desktop", "internal/doctor", "internal/durable", "internal/hook", "internal/markdown",
		"internal/identity", "internal/media", "internal/name", "internal/peer", "internal/settings", "internal/store", "internal/tree", "internal/typing", "internal/vector", "internal/verify", "internal/window", "internal/wire"},
	"internal/control": {"internal/api", "internal/markdown"}, // markdown: exported pages show texts as the window does
	"chat":             {"chat/amend", "chat/event", "chat/frame", "chat/mail", "chat/manifest", "chat/membership", "chat/words", "internal/peer", "internal/blob", "internal/tree", "internal/wire", "internal/store", "internal/identity", "internal/name", "internal/vector", "internal/media"},
	"chat/amend":       {"chat/event", "internal/identity", "internal/wire"},
	"chat/event":       {"internal/identity", "internal/media", "internal/name", "internal/vector", "internal/wire"},                // media: how large a small picture may be
	"chat/frame":       {"chat/event", "chat/membership", "internal/identity", "internal/name", "internal/vector", "internal/wire"}, // membership: rooms are told by their creation
	"chat/mail":        {"chat/event", "chat/frame", "internal/identity", "internal/wire"},                                          // frame: a letter holds states as frames do
	"chat/manifest":    {"chat/event", "internal/name", "internal/wire"},                                                            // event: what the offer says that the list has to fit
	"chat/membership":  {"chat/event", "internal/identity", "internal/name", "internal/vector", "internal/wire"},
	"chat/words":       {"internal/name"}, // one folding of case
	"internal/hook":    {"internal/api", "internal/jsontext", "internal/name", "internal/store"},
	"internal/card":    {"internal/peer", "internal/wire", "internal/store", "internal/identity", "internal/name", "internal/media"},
	"internal/typing":  {"internal/peer", "internal/wire", "internal/identity", "internal/news"}, // news: what changed is told in order
	"internal/verify":  {"internal/peer", "internal/wire", "internal/identity", "internal/news"},
	"sync/share": {"sync/editing", "sync/brake", "sync/ignore", "sync/index", "sync/portable", "sync/role", "internal/tree", "internal/peer", "internal/blob", "internal/wire", "internal/store", "internal/identity", "internal/name",
		"internal/vector", "internal/watch", "internal/chunk"},
	"sync/role":          {"sync/index", "internal/vector"},
	"sync/editing":       {},
	"sync/ignore":        {"internal/name"},                   // the one folding of case
	"sync/brake":         {"sync/index", "internal/identity"}, // index: paths and contents
	"sync/portable":      {"internal/name"},
	"sync/index":         {"internal/identity", "internal/name", "internal/vector", "internal/wire"}, // wire: the one strict decoder
	"internal/blob":      {"internal/chunk", "internal/pace", "internal/tree", "internal/peer", "internal/wire", "internal/store", "internal/identity"},
	"internal/peer":      {"internal/wire", "internal/store", "internal/identity", "internal/name"},
	"internal/vector":    {"internal/identity", "internal/wire"},
	"internal/tree":      {"internal/jsontext", "internal/name"},
	"internal/desktop":   {"internal/api"},
	"internal/doctor":    {"discovery", "internal/api"},
	"internal/window":    {"internal/api"}, // the one strict decoder of bodies
	"internal/lantest":   {"discovery"},
	"internal/agenttest": {"internal/agent", "internal/api"},                                           // in nobody\'s row: only tests import it
	"internal/peertest":  {"internal/identity", "internal/lantest", "internal/peer", "internal/store"}, // in nobody's row: only tests import it
	"internal/demo":      {"internal/lantest", "internal/foldertest", "internal/api"},
	"internal/identity":  {"internal/durable"},
	"internal/settings":  {"internal/durable", "internal/jsontext"},
	"internal/bench":     {"internal/lantest", "internal/api", "internal/identity", "internal/wire"},

	"discovery":              {},
	"tray":                   {},
	"internal/api":           {"internal/jsontext"},
	"internal/build/testrun": {},
	"internal/chunk":         {},
	"internal/desktest":      {},
	"internal/house":         {},
	"internal/markdown":      {},
	"internal/media":         {},
	"internal/durable":       {},
	"internal/foldertest":    {},
	"internal/jsontext":      {},
	"internal/name":          {},
	"internal/news":          {},
	"internal/pace":          {},
	"internal/office":        {},
	"internal/store":         {},
	"internal/watch":         {},
	"internal/wire":          {},
	"internal/wiretest":      {"internal/wire"}, // in nobody\'s row: only tests import it
}

// TestImports compares every file's imports with the table, for all systems at once (build tags do not hide a file from it).
func TestImports(t *testing.T) {
	found := map[string]bool{}
	eachGoFile(t, func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		from := filepath.ToSlash(filepath.Dir(path))
		found[from] = true
		may, listed := allowed[from]
		if !listed {
			t.Errorf("%s: package %s is not in the table of imports: add it there and in ARCHITECTURE.md", path, from)
			return
		}
		for _, to := range ourImports(t, path) {
			if !slices.Contains(may, to) {
				t.Errorf("%s: %s may not import %s", path, from, to)
			}
		}
	})
	for from, tos := range allowed {
		for _, place := range append([]string{from}, tos...) {
			if !found[place] {
				t.Errorf("the table names %s, which has no Go file any more", place)
			}
		}
	}
}

// TestArchitectureTellsTheTable holds ARCHITECTURE.md to the same arrows.
func TestArchitectureTellsTheTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for from := range allowed {
		if short := strings.TrimSuffix(strings.TrimPrefix(from, "internal/"), "/testrun"); !strings.Contains(string(text), short) {
			t.Errorf("ARCHITECTURE.md does not name %s", short)
		}
	}
}

// TestSyncHoldsNoGoFile: a package named sync would shadow the standard one.
func TestSyncHoldsNoGoFile(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "sync", "*.go"))
	if err != nil || len(files) > 0 {
		t.Errorf("sync/ itself must hold no Go file: %v %v", files, err)
	}
}

func eachGoFile(t *testing.T, visit func(path string)) {
	t.Helper()
	count := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || base == "bin") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(base, ".go") {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			count++
			visit(filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 10 {
		t.Fatalf("only %d Go files found: the walk looks in the wrong place", count)
	}
}

func ourImports(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var ours []string
	for _, spec := range file.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if rest, ok := strings.CutPrefix(to, "lanyard/"); ok {
			ours = append(ours, rest)
		}
	}
	return ours
}

package house

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFormatted fails on a file that gofmt would change.
func TestFormatted(t *testing.T) {
	eachGoFile(t, func(path string) {
		have, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		want, err := format.Source(have)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if !bytes.Equal(have, want) {
			t.Errorf("%s is not gofmt-ed: run gofmt -w %s", path, path)
		}
	})
}

// TestNoDrawerNames: a package called util says nothing about what is in it.
func TestNoDrawerNames(t *testing.T) {
	drawers := regexp.MustCompile(`(^|/)(util|utils|common|helpers|types|models|misc|shared)(/|$)`)
	eachGoFile(t, func(path string) {
		if drawers.MatchString(filepath.ToSlash(filepath.Dir(path))) {
			t.Errorf("%s: name the package after what it is", path)
		}
	})
}

// TestDependenciesSayWhatTheyAreFor: each direct requirement in go.mod carries one sentence.
func TestDependenciesSayWhatTheyAreFor(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^\t(\S+) v\S+( // (.*))?$`)
	direct := 0
	for row := range strings.Lines(string(text)) {
		m := line.FindStringSubmatch(strings.TrimRight(row, "\n"))
		if m == nil || m[3] == "indirect" {
			continue
		}
		direct++
		if len(strings.Fields(m[3])) < 4 {
			t.Errorf("go.mod: %s does not say what it is for", m[1])
		}
	}
	if direct < 5 {
		t.Fatalf("only %d direct dependencies found: the pattern no longer fits go.mod", direct)
	}
}

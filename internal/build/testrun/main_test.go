package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// project is a module with one test of each kind.
var project = map[string]string{
	"go.mod":           "module lanyard\n\ngo 1.26\n",
	"good/a_test.go":   "package good\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) {}\n\nfunc TestLeftOut(t *testing.T) { t.Skip(\"needs a moon: wait for the night\") }\n",
	"bad/a_test.go":    "package bad\n\nimport \"testing\"\n\nfunc TestBad(t *testing.T) { t.Error(\"seven is not six\") }\n",
	"panic/a_test.go":  "package panic\n\nimport \"testing\"\n\nfunc TestPanic(t *testing.T) { panic(\"out of ideas\") }\n",
	"exit/a_test.go":   "package exit\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { println(\"left early\"); os.Exit(3) }\n",
	"broken/a.go":      "package broken\n\nvar x int = \"text\"\n",
	"broken/a_test.go": "package broken\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n",
	"without/a.go":     "package without\n",
}

// makeModule makes a module of files and goes there.
func makeModule(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for path, text := range files {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// TestRaceIsFound: with all that is passed to go test a race still fails the test that has it.
func TestRaceIsFound(t *testing.T) {
	if !raceWorks() {
		t.Skip("needs a C compiler: apt-get install gcc libc6-dev")
	}
	makeModule(t, map[string]string{"go.mod": project["go.mod"], "races/a_test.go": `package races

import "testing"

func TestRaces(t *testing.T) {
	n, done := 0, make(chan bool)
	go func() { n++; close(done) }()
	n++
	<-done
}
`})
	r, err := test(t.Context(), io.Discard, arguments(true, "", []string{"./..."}))
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	r.print(&said)
	if r.failed != 1 || r.passed != 0 {
		t.Errorf("%d tests failed, %d passed: %s", r.failed, r.passed, said.String())
	}
}

// TestReport runs real tests and reads what a person is told of them.
func TestReport(t *testing.T) {
	makeModule(t, project)
	cases := []struct {
		about, packages string
		passes          bool
		says            []string
	}{
		{"a left-out test is listed with its remedy", "./good", true, []string{"left out: 1, needs a moon: wait for the night", "(good TestLeftOut)", "1 passed, 0 failed, 1 skipped"}},
		{"a package without tests is no news", "./without", true, []string{"0 passed, 0 failed, 0 skipped"}},
		{"a failed test fails", "./bad", false, []string{"failed: lanyard/bad", "0 passed, 1 failed, 0 skipped"}},
		{"a panic fails", "./panic", false, []string{"failed: lanyard/panic", "0 passed, 1 failed"}},
		{"a test program that ends early fails", "./exit", false, []string{"failed: lanyard/exit", "0 passed, 1 failed"}},
		{"what does not build fails", "./broken", false, []string{"(does not build)", "0 passed"}},
		{"a package that is not there fails", "./nowhere", false, []string{"failed: ", "0 passed"}},
		{"all failures count", "./...", false, []string{"failed: lanyard/bad", "failed: lanyard/panic", "failed: lanyard/exit", "failed: lanyard/broken", "1 passed, "}},
	}
	for _, c := range cases {
		t.Run(c.about, func(t *testing.T) {
			r, err := test(t.Context(), io.Discard, arguments(false, "", []string{c.packages}))
			if err != nil {
				t.Fatal(err)
			}
			if passes := r.failed == 0 && len(r.broken) == 0; passes != c.passes {
				t.Errorf("passes: %v; %d tests failed, and %q", passes, r.failed, r.broken)
			}
			var said strings.Builder
			r.print(&said)
			for _, want := range c.says {
				if !strings.Contains(said.String(), want) {
					t.Errorf("does not say %q:\n%s", want, said.String())
				}
			}
		})
	}
}

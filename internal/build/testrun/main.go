// Command testrun runs every test of the project and tells what happened in few lines: failures with their output, the slowest packages, and at the
// end what was left out, why, and the command that supplies it. Of a test program that dies it shows what the tests said that had not ended. A test leaves itself out by t.Skip("needs X: how to get it"). With CI=true a
// left-out test is a failure, because there everything can be supplied.
//
// Usage: testrun [-race=false] [-run PATTERN] [packages]
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	race := flag.Bool("race", raceWorks(), "run with the race detector")
	run := flag.String("run", "", "only tests whose names match")
	flag.Parse()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := test(ctx, os.Stdout, arguments(*race, *run, packages))
	if err != nil {
		fmt.Fprintf(os.Stderr, "run the tests: %v\n", err)
		os.Exit(1)
	}
	if !*race {
		report.leaveOut("the race detector", "needs a C compiler: apt-get install gcc libc6-dev")
	}
	report.print(os.Stdout)
	if report.failed > 0 || len(report.broken) > 0 || (len(report.left) > 0 && os.Getenv("CI") == "true") {
		os.Exit(1)
	}
}

// raceWorks: the race detector needs cgo, which needs a C compiler.
func raceWorks() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) < 2 || fields[0] != "1" {
		return false
	}
	_, err = exec.LookPath(fields[1])
	return err == nil
}

func arguments(race bool, run string, packages []string) []string {
	args := []string{"test", "-json", "-timeout=15m"}
	if race {
		// Two packages are left out of what the race detector looks at, since it would find nothing there, and that took more than half of the time of all tests:
		// SQLite, translated from C, works on memory of its own, which the detector does not know; the arithmetic of signatures works on numbers that no two goroutines
		// ever share. Locks and everything of ours around them are watched as ever, also what runs within a transaction.
		args = append(args, "-race", "-gcflags=modernc.org/sqlite/lib=-race=false", "-gcflags=crypto/internal/fips140/edwards25519/...=-race=false")
	}
	if run != "" {
		args = append(args, "-run="+run)
	}
	return append(args, packages...)
}

// event is one line of `go test -json` (see `go doc test2json`).
type event struct {
	Action      string
	Package     string
	Test        string
	Output      string
	Elapsed     float64
	ImportPath  string
	FailedBuild string
}

type report struct {
	progress       io.Writer // gets each package's result and the output of what fails, at once
	passed, failed int
	packages       []timed
	broken         []string            // packages that failed or did not build
	output         map[name][]string   // of what runs, until it is known whether it is wanted
	left           map[string][]string // remedy -> tests
	started        time.Time
}

// name is a test of a package, or without a test the package itself.
type name struct{ pkg, test string }

type timed struct {
	name    string
	seconds float64
}

func test(ctx context.Context, progress io.Writer, args []string) (*report, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Stderr = os.Stderr
	lines, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	r := &report{progress: progress, output: map[name][]string{}, left: map[string][]string{}, started: time.Now()}
	unread := r.read(lines)
	err = command.Wait()
	r.endAll()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		if r.failed == 0 && len(r.broken) == 0 {
			r.broken = append(r.broken, "go test: "+exit.String())
		}
		return r, nil // whatever could not be read: a killed go test stops within a line
	}
	return r, errors.Join(unread, err)
}

func (r *report) read(lines io.Reader) error {
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var e event
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil {
			return fmt.Errorf("read %q of go test: %w", scanner.Text(), err)
		}
		r.take(e)
	}
	return scanner.Err()
}

func (r *report) take(e event) {
	key := name{e.Package, e.Test}
	switch e.Action {
	case "run":
		r.output[key] = nil
	case "output":
		if _, runs := r.output[key]; !runs { // what is said behind a test's end belongs to the package
			key.test = ""
		}
		r.output[key] = append(r.output[key], e.Output)
	case "build-output":
		fmt.Fprint(r.progress, e.Output)
	case "build-fail":
		r.broken = append(r.broken, e.ImportPath+" (does not build)")
	case "pass", "fail", "skip":
		if e.Test != "" {
			r.endTest(e, key)
		} else {
			r.endPackage(e, key)
		}
		delete(r.output, key)
	}
}

func (r *report) endTest(e event, key name) {
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		fmt.Fprintf(r.progress, "--- %s %s\n%s", e.Package, e.Test, strings.Join(r.output[key], ""))
	case "skip":
		r.leaveOut(strings.TrimPrefix(e.Package, "lanyard/")+" "+e.Test, reason(r.output[key]))
	}
}

func (r *report) endPackage(e event, key name) {
	switch e.Action {
	case "skip":
		return // no test files
	case "fail":
		r.broken = append(r.broken, e.Package)
		if e.FailedBuild == "" {
			r.showUnended(e.Package)
			fmt.Fprint(r.progress, excerpt(r.output[key]))
		}
		fmt.Fprintf(r.progress, "FAIL\t%s\t%.1fs\n", e.Package, e.Elapsed)
	case "pass":
		fmt.Fprintf(r.progress, "ok  \t%s\t%.1fs\n", e.Package, e.Elapsed)
	}
	r.packages = append(r.packages, timed{e.Package, e.Elapsed})
}

// reason is the last line a skipped test wrote, without the position before it.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "===") {
			continue
		}
		if _, rest, ok := strings.Cut(line, ".go:"); ok {
			if _, text, ok := strings.Cut(rest, ": "); ok {
				return text
			}
		}
		return line
	}
	return "no reason given"
}

func (r *report) leaveOut(what, why string) { r.left[why] = append(r.left[why], what) }

func (r *report) print(w io.Writer) {
	slices.SortFunc(r.packages, func(a, b timed) int { return int(1000 * (b.seconds - a.seconds)) })
	fmt.Fprintf(w, "\n%.0f s in all; slowest:", time.Since(r.started).Seconds())
	for _, p := range r.packages[:min(5, len(r.packages))] {
		fmt.Fprintf(w, " %s %.0f s;", strings.TrimPrefix(p.name, "lanyard/"), p.seconds)
	}
	fmt.Fprintln(w)
	count := 0
	for why, tests := range r.left {
		count += len(tests)
		fmt.Fprintf(w, "left out: %d, %s\n    (%s)\n", len(tests), why, strings.Join(tests[:min(4, len(tests))], ", "))
	}
	for _, name := range r.broken {
		fmt.Fprintf(w, "failed: %s\n", name)
	}
	if count > 0 && os.Getenv("CI") == "true" {
		fmt.Fprintln(w, "left-out tests are failures here (CI=true)")
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", r.passed, max(r.failed, len(r.broken)), count)
}

// Command bench measures Lanyard on one machine, in network namespaces of its own, beside the bare limit and beside rsync and Syncthing where they are installed,
// all in one run: only ratios within a run mean something, for machines differ.
//
// The bare limit, called floor, is this program itself: the same bytes over one Go TLS 1.3 connection, whole files driven by inotify, without hashing, database
// or fsync. Every row is measured from outside, through the command line and the file system, as a person or script would see it.
//
// Usage: bench -lanyard PATH [-rows message,save,...] [-systems lanyard,floor,...] [-quick] [-dir DIR]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// rowLimit ends a row in which something never arrives.
const rowLimit = 20 * time.Minute

// row is one line of the table: it measures every system that can do the work.
type row struct {
	name    string
	hosts   int // machines
	measure func(context.Context, *field) error
}

// rows are design's numbers to reach, as far as features exist.
func rows() []row {
	return []row{
		{"newcomer", 3, newcomer},
		{"message", 2, message},
		{"burst", 2, burst},
		{"room", 20, room},
		{"everybody", 30, everybody},
		{"million", 2, million},
		{"save", 2, save},
		{"saves", 2, saves},
		{"large", 2, large},
		{"front", 2, front},
		{"middle", 2, middle},
		{"receivers", 9, receivers},
		{"small", 2, small},
		{"move", 2, move},
		{"restart", 2, restart},
		{"idle", 2, idle},
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "floor" {
		if err := floor(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "floor:", err)
			os.Exit(1)
		}
		return
	}
	lanyard := flag.String("lanyard", "bin/lanyard", "the program to measure")
	only := flag.String("rows", "", "only these rows, separated by commas")
	quick := flag.Bool("quick", false, "a tenth of the work: to try the bench itself, not for figures")
	systems := flag.String("systems", "", "only these of lanyard, floor, rsync, syncthing, separated by commas")
	dir := flag.String("dir", "", "where folders and profiles are made (default: the temp folder)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *lanyard, *only, *systems, *dir, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, lanyard, only, systems, dir string, quick bool) (err error) {
	if lanyard, err = filepath.Abs(lanyard); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var t table
	for _, r := range rows() {
		if only != "" && !strings.Contains(","+only+",", ","+r.name+",") {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring %s ...\n", r.name)
		f, err := openField(r.hosts, dir, lanyard, self, systems, quick, &t)
		if err != nil {
			return err
		}
		limit, cancel := context.WithTimeout(ctx, rowLimit)
		err = r.measure(limit, f)
		cancel()
		if closing := f.close(); closing != nil {
			err = errors.Join(err, closing)
		}
		if err != nil {
			t.fail(r.name, err)
		}
	}
	fmt.Println(conditions(ctx, lanyard))
	fmt.Print(t.markdown())
	if len(t.failures) > 0 {
		return fmt.Errorf("%d rows could not be measured", len(t.failures))
	}
	return nil
}

// conditions says what the figures were measured on and with.
func conditions(ctx context.Context, lanyard string) string {
	lines := []string{fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())}
	for _, program := range [][]string{{lanyard, "--version"}, {"rsync", "--version"}, {"syncthing", "--version"}, {"uname", "-sr"}} {
		out, err := exec.CommandContext(ctx, program[0], program[1:]...).Output()
		if err != nil {
			lines = append(lines, filepath.Base(program[0])+": not here")
			continue
		}
		first, _, _ := strings.Cut(string(out), "\n")
		lines = append(lines, first)
	}
	return strings.Join(lines, "; ")
}

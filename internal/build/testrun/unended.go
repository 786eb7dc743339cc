package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// showUnended shows what the tests of a failed package said that had not ended. A program that dies (by a panic in a goroutine, a fatal error of the
// runtime, os.Exit, a signal) ends none of its tests, and its last words count as output of the one that spoke last.
func (r *report) showUnended(pkg string) {
	var silent []string
	for _, key := range r.running(pkg) {
		if said := r.output[key]; slices.ContainsFunc(said, isWord) {
			fmt.Fprintf(r.progress, "--- %s %s did not end\n%s", key.pkg, key.test, excerpt(said))
		} else {
			silent = append(silent, key.test)
		}
		delete(r.output, key)
	}
	if len(silent) > 0 {
		fmt.Fprintf(r.progress, "--- %s: did not end and said nothing: %s\n", pkg, strings.Join(silent, ", "))
	}
}

// endAll ends the packages whose end go test did not tell, because it was killed itself.
func (r *report) endAll() {
	var packages []string
	for key := range r.output {
		packages = append(packages, key.pkg)
	}
	slices.Sort(packages)
	for _, pkg := range slices.Compact(packages) {
		key := name{pkg, ""}
		r.endPackage(event{Action: "fail", Package: pkg}, key)
		delete(r.output, key)
	}
}

// running lists the tests of a package that have not ended, by name.
func (r *report) running(pkg string) []name {
	var running []name
	for key := range r.output {
		if key.pkg == pkg && key.test != "" {
			running = append(running, key)
		}
	}
	slices.SortFunc(running, func(a, b name) int { return cmp.Compare(a.test, b.test) })
	return running
}

// isWord tells what a test said from what the test program says about it.
func isWord(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && !strings.HasPrefix(line, "=== ")
}

const (
	firstLines = 40
	deathLines = 100
	lastLines  = 160
)

// excerpt is the beginning and the end of what was said, and between them how the program says it died: a thousand goroutines may follow that.
func excerpt(said []string) string {
	lines := strings.SplitAfter(strings.Join(said, ""), "\n")
	death := slices.IndexFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
	})
	var text strings.Builder
	next := 0
	show := func(from, to int) {
		from, to = max(from, next), min(to, len(lines))
		if from >= to {
			return
		}
		if from > next {
			fmt.Fprintf(&text, "... %d lines ...\n", from-next)
		}
		text.WriteString(strings.Join(lines[from:to], ""))
		next = to
	}
	show(0, firstLines)
	if death >= 0 {
		show(death, death+deathLines)
	}
	show(len(lines)-lastLines, len(lines))
	return text.String()
}

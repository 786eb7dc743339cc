package main

import (
	"fmt"
	"slices"
	"strings"
)

// table gathers figures: one line per measurement, one column per system.
type table struct {
	lines    []*line
	failures []string
}

type line struct {
	what    string
	unit    string
	figures map[string]float64
	order   []string
}

// add notes one figure of one system.
func (t *table) add(what, unit, system string, value float64) {
	i := slices.IndexFunc(t.lines, func(l *line) bool { return l.what == what })
	if i < 0 {
		t.lines = append(t.lines, &line{what: what, unit: unit, figures: map[string]float64{}})
		i = len(t.lines) - 1
	}
	l := t.lines[i]
	l.figures[system] = value
	l.order = append(l.order, system)
}

func (t *table) fail(row string, err error) {
	t.failures = append(t.failures, fmt.Sprintf("%s: %v", row, err))
}

// systems are the columns, in this order.
var systems = [...]string{"lanyard", "floor", "rsync", "syncthing"}

// markdown prints the table: each figure, and for the others how many times Lanyard's figure is theirs.
func (t *table) markdown() string {
	var b strings.Builder
	b.WriteString("\n| what | unit | Lanyard | floor | rsync | Syncthing | Lanyard / floor |\n|---|---|---|---|---|---|---|\n")
	for _, l := range t.lines {
		fmt.Fprintf(&b, "| %s | %s |", l.what, l.unit)
		for _, system := range systems {
			if value, ok := l.figures[system]; ok {
				fmt.Fprintf(&b, " %s |", number(value))
			} else {
				b.WriteString(" – |")
			}
		}
		if ours, bare := l.figures["lanyard"], l.figures["floor"]; bare > 0 && ours > 0 {
			fmt.Fprintf(&b, " %.2f |\n", ours/bare)
		} else {
			b.WriteString(" – |\n")
		}
	}
	for _, failure := range t.failures {
		fmt.Fprintf(&b, "\nnot measured: %s\n", failure)
	}
	return b.String()
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// quantile returns the q-th quantile (0 to 1) of values, which it sorts.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(int(q*float64(len(values))), len(values)-1)]
}

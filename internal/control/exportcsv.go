package control

import (
	"bufio"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
	"unicode"

	"lanyard/internal/api"
)

// csvSheet writes a table for spreadsheets: RFC 4180, UTF-8 with a byte order mark, as Excel reads it. A cell that a spreadsheet would take for a
// formula gets an apostrophe before it (OWASP, "CSV Injection").
type csvSheet struct {
	out  *bufio.Writer
	rows *csv.Writer
	with string
}

func newCSVSheet(out *bufio.Writer) *csvSheet {
	s := &csvSheet{out: out, rows: csv.NewWriter(out)}
	s.rows.UseCRLF = true
	return s
}

func (s *csvSheet) begin([]api.Conversation) {
	text(s.out, "\ufeff")
	s.row("conversation", "with", "time", "author", "kind", "text", "file bytes", "state", "id", "through")
}

func (s *csvSheet) conversation(v api.Conversation) { s.with = v.Name }

func (s *csvSheet) message(m api.Message) {
	size, says := "", m.Text
	if m.Change != nil {
		says = m.Change.Sentence(m.Author, func(name string) string { return name })
	}
	if m.File != nil {
		size = strconv.FormatInt(m.File.Size, 10)
	}
	s.row(m.Conversation, s.with, m.Time.Format(time.RFC3339), m.Author.Name, m.Kind, says, size, stateOf(m), m.ID, m.Hook)
}

func (s *csvSheet) end() { s.rows.Flush() }

func (s *csvSheet) row(cells ...string) {
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	_ = s.rows.Write(cells) // only the reader having left can make this fail, and Flush tells
	s.rows.Flush()
}

// harmless is a cell that no spreadsheet calculates. Blanks and invisible characters before a sign do not make it harmless for all programs.
func harmless(cell string) string {
	seen := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	if cell != seen && strings.ContainsAny(cell[:1], "\t\r\n") || seen != "" && strings.ContainsAny(seen[:1], "=+-@") || strings.HasPrefix(seen, "＝") ||
		strings.HasPrefix(seen, "＋") || strings.HasPrefix(seen, "－") || strings.HasPrefix(seen, "＠") {
		return "'" + cell
	}
	return cell
}

// stateOf is how far an own message got, in words.
func stateOf(m api.Message) string {
	var parts []string
	for _, s := range m.States {
		parts = append(parts, s.State)
	}
	return strings.Join(parts, ", ")
}

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
	in   api.Conversation
}

func newCSVSheet(out *bufio.Writer) *csvSheet {
	s := &csvSheet{out: out, rows: csv.NewWriter(out)}
	s.rows.UseCRLF = true
	return s
}

func (s *csvSheet) begin([]api.Conversation) {
	text(s.out, "\ufeff")
	s.row("conversation", "with", "time", "author", "kind", "text", "file bytes", "state", "id", "through",
		"edited", "said before", "deleted", "reply to", "reply to text", "passed on from", "mentions", "reactions", "pinned", "starred", "file state")
}

func (s *csvSheet) conversation(v api.Conversation) { s.in = v }

func (s *csvSheet) message(m entry) {
	size, got, says := "", "", m.Text
	if m.Change != nil {
		says = m.Change.Sentence(m.Author, func(name string) string { return name })
	}
	if m.File != nil {
		size, got = strconv.FormatInt(m.File.Size, 10), m.File.State
	}
	reply, quoted := "", ""
	if m.ReplyTo != nil {
		reply, quoted = m.ReplyTo.ID, quotation(m.ReplyTo, asIs)
	}
	s.row(m.Conversation, s.in.Distinct(), m.Time.Format(time.RFC3339), m.Author.Distinct(), m.Kind, says, size, stateOf(m.Message, s.in.Room != nil, asIs), m.ID, m.Hook,
		lastEdit(m), before(m), yes(m.Deleted), reply, quoted, m.From, mentioned(m.Message, asIs), reactions(m.Message, asIs), yes(m.Pinned), yes(m.Starred), got)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

func lastEdit(m entry) string {
	if m.Edited == nil {
		return ""
	}
	return m.Edited.Format(time.RFC3339)
}

// before is what a message said before, oldest first, each on lines of its own, and then what its author tried to make of it in vain.
func before(m entry) string {
	var all []string
	counted, refused := m.counted()
	for _, v := range counted[:max(len(counted)-1, 0)] {
		all = append(all, v.Text)
	}
	for _, v := range refused {
		all = append(all, "refused: "+v.Text)
	}
	return strings.Join(all, "\n")
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

package chat

import (
	"errors"
	"strings"
	"testing"

	"lanyard/internal/store"
)

// TestOriginPlan: what is an event or re-issues it is found by the indexes made for that, however long the conversation is.
func TestOriginPlan(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		a := s.start(t, "Anna")
		for what, query := range map[string]string{
			"what stays": `SELECT place FROM chat_event WHERE ` + ofShownOrigin,
			"a star":     `SELECT EXISTS (SELECT 1 FROM chat_event WHERE ` + ofOrigin + `)`,
			"deleted":    `SELECT EXISTS (SELECT 1 FROM chat_event WHERE ` + ofOrigin + ` AND deleted = 1)`,
		} {
			plan := a.plan(t, query, 1, 2, []byte{1})
			if !strings.Contains(plan, "chat_event_name (name=?)") || !strings.Contains(plan, "chat_event_again (again=?)") || strings.Contains(plan, "chat_event_order") || strings.Contains(plan, "SCAN chat_event") {
				t.Errorf("%s: the plan is\n%s", what, plan)
			}
		}
	})
}

// plan is how SQLite would answer a question, a line for each step.
func (a *agent) plan(t *testing.T, query string, args ...any) string {
	t.Helper()
	var lines []string
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		rows, err := tx.Query(`EXPLAIN QUERY PLAN `+query, args...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var id, parent, unused int
			var line string
			if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

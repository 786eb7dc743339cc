package desktop

import (
	"testing"
	"time"
)

// TestLateWordsAreThoseOfNow: what is told late, after one was busy or something else rang, has the words of now; of what was deleted meanwhile nothing is told, nor is it counted.
func TestLateWordsAreThoseOfNow(t *testing.T) {
	const gone = ""
	said := func(words *string) Happening {
		return Happening{Conversation: "with-ben", Name: "Ben", Text: "as it was", Words: func() (string, bool) { return *words, *words != gone }}
	}
	unread := func(string) bool { return true }
	for _, c := range []struct {
		about string
		now   []string // what the messages say when they are told; gone: deleted
		want  string   // "": nothing is told
	}{
		{"nothing changed", []string{"one", "two"}, "2 new messages: two"},
		{"the last was deleted", []string{"one", gone}, "one"},
		{"the first was deleted", []string{gone, "two"}, "two"},
		{"one of three was", []string{"one", gone, "three"}, "2 new messages: three"},
		{"all were", []string{gone, gone}, ""},
		{"one was, alone", []string{gone}, ""},
		{"the last was edited", []string{"one", "better"}, "2 new messages: better"},
	} {
		t.Run(c.about, func(t *testing.T) {
			for way, tell := range map[string]func(r *Rule, all []Happening) []string{
				"busy": func(r *Rule, all []Happening) (told []string) {
					for _, h := range all {
						r.Decide(h, Situation{Presence: "busy"}, time.Unix(0, 0))
					}
					for _, n := range r.Release(Situation{}, unread) {
						told = append(told, n.Body)
					}
					return told
				},
				"overdue": func(r *Rule, all []Happening) (told []string) {
					r.Decide(Happening{Conversation: "with-ben", Name: "Ben", Text: "first"}, Situation{}, time.Unix(0, 0))
					for _, h := range all {
						r.Decide(h, Situation{}, time.Unix(0, 1))
					}
					for _, n := range r.Overdue(Situation{}, time.Unix(0, 0).Add(Interval), unread) {
						told = append(told, n.Body)
					}
					return told
				},
			} {
				var all []Happening
				for i := range c.now {
					all = append(all, said(&c.now[i]))
				}
				got := tell(&Rule{}, all)
				if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0] != c.want) {
					t.Errorf("%s: told %q, want %q", way, got, c.want)
				}
			}
		})
	}
}

// TestManyDeletedLeaveTheirNumber: of more than are looked at again the number of the rest is told, without words that may be deleted as well.
func TestManyDeletedLeaveTheirNumber(t *testing.T) {
	var r Rule
	for range maxSaid + 3 {
		r.Decide(Happening{Conversation: "with-ben", Name: "Ben", Text: "gone", Words: func() (string, bool) { return "", false }}, Situation{Presence: "busy"}, time.Unix(0, 0))
	}
	told := r.Release(Situation{}, func(string) bool { return true })
	if len(told) != 1 || told[0].Body != "3 new messages" {
		t.Errorf("told %+v", told)
	}
}

package desktop

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lanyard/internal/api"
)

func TestRule(t *testing.T) {
	start := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	ben := Happening{Conversation: "C1", Name: "Ben", Text: "lunch?"}
	differ := Happening{Conversation: "C1", Name: "Ben", Text: "says that the words differ", Urgent: true}
	bank, report := reminders()
	invited, removed := Happening{Conversation: "R", Apart: "members", Name: "Ben", Text: "invites you"}, Happening{Conversation: "R", Apart: "members", Name: "Ben", Text: "removed you"}
	type step struct {
		after time.Duration // since the first step
		what  Happening
		in    Situation
		want  string // "title: body" of the notification, empty: none
	}
	for name, steps := range map[string][]step{
		"a message rings":                                 {{0, ben, Situation{Presence: "available"}, "Ben: lunch?"}},
		"away and invisible people are told":              {{0, ben, Situation{Presence: "away"}, "Ben: lunch?"}, {time.Minute, ben, Situation{Presence: "invisible"}, "Ben: lunch?"}},
		"busy holds it":                                   {{0, ben, Situation{Presence: "busy"}, ""}},
		"quiet hours hold it":                             {{0, ben, Situation{Presence: "available", Quiet: true}, ""}},
		"switched off holds it":                           {{0, ben, Situation{Off: true}, ""}},
		"the conversation on screen does not ring":        {{0, ben, Situation{Open: "C1"}, ""}},
		"another conversation on screen does not hold it": {{0, ben, Situation{Open: "C2"}, "Ben: lunch?"}},
		"what I wrote elsewhere does not ring":            {{0, Happening{Conversation: "C1", Mine: true}, Situation{}, ""}},
		"a burst rings once and is counted afterwards":    {{0, ben, Situation{}, "Ben: lunch?"}, {time.Second, ben, Situation{}, ""}, {2 * time.Second, ben, Situation{}, ""}, {4 * time.Second, ben, Situation{}, "Ben: 3 new messages: lunch?"}},
		"two people's bursts do not hold each other":      {{0, ben, Situation{}, "Ben: lunch?"}, {0, Happening{Conversation: "C2", Name: "Eva", Text: "hi"}, Situation{}, "Eva: hi"}},
		"a backlog rings once with its number":            {{0, Happening{Conversation: "C1", Name: "Ben", Text: "last", Count: 120}, Situation{}, "Ben: 99+ new messages: last"}},
		"a clock that was set back does not silence":      {{time.Hour, ben, Situation{}, "Ben: lunch?"}, {0, ben, Situation{}, "Ben: lunch?"}},
		"line breaks cannot fake a second notification":   {{0, Happening{Conversation: "C1", Name: "Ben\nSystem", Text: "a\r\n\tb"}, Situation{}, "Ben System: a b"}},
		"what is urgent rings though it just rang":        {{0, ben, Situation{}, "Ben: lunch?"}, {time.Second, ben, Situation{}, ""}, {2 * time.Second, differ, Situation{}, "Ben: says that the words differ"}, {4 * time.Second, ben, Situation{}, "Ben: 2 new messages: lunch?"}},
		"what is urgent holds up nothing":                 {{0, differ, Situation{}, "Ben: says that the words differ"}, {0, ben, Situation{}, "Ben: lunch?"}, {0, differ, Situation{}, "Ben: says that the words differ"}},
		"a reminder does not wait for another":            {{0, bank, Situation{}, "Reminder: call the bank"}, {time.Millisecond, report, Situation{}, "Reminder: send the report"}, {time.Second, ben, Situation{}, "Ben: lunch?"}},
		"of who is in a room the last counts":             {{0, invited, Situation{}, "Ben: invites you"}, {time.Second, removed, Situation{}, ""}, {2 * time.Second, invited, Situation{}, ""}, {4 * time.Second, removed, Situation{}, "Ben: removed you"}},
		"an invitation names the share":                   {{0, Happening{Share: "S", Name: "Ben", Text: "shares Plans with you"}, Situation{}, "Ben: shares Plans with you"}},
	} {
		t.Run(name, func(t *testing.T) {
			var rule Rule
			for i, s := range steps {
				got := ""
				if n, ok := rule.Decide(s.what, s.in, start.Add(s.after)); ok {
					got = n.Title + ": " + n.Body
				}
				if got != s.want {
					t.Errorf("step %d: %q, want %q", i+1, got, s.want)
				}
			}
		})
	}
}

// reminders are two about messages of one conversation.
func reminders() (bank, report Happening) {
	return Happening{Conversation: "C1", Apart: "reminder of 1", Name: "Reminder", Text: "call the bank"}, Happening{Conversation: "C1", Apart: "reminder of 2", Name: "Reminder", Text: "send the report"}
}

// TestBurstIsToldWhenItsTimeIsOver: what came too soon after another is told by itself, once, unless it was seen or is on screen by then.
func TestBurstIsToldWhenItsTimeIsOver(t *testing.T) {
	start := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	hi, fire := Happening{Conversation: "C1", Name: "Ben", Text: "hi"}, Happening{Conversation: "C1", Name: "Ben", Text: "the server is on fire"}
	share := Happening{Share: "S", Name: "Carl", Text: "wants to share"}
	removed := Happening{Conversation: "C1", Apart: "members", Name: "Ben", Text: "removed you"}
	for name, c := range map[string]struct {
		then []Happening // a second after the first of each
		seen string
		in   Situation
		want string
	}{
		"nothing more came":          {nil, "", Situation{}, ""},
		"one more":                   {[]Happening{fire}, "", Situation{}, "Ben: the server is on fire"},
		"several more":               {[]Happening{hi, fire}, "", Situation{}, "Ben: 2 new messages: the server is on fire"},
		"of two":                     {[]Happening{fire, share}, "", Situation{}, "Carl: wants to share | Ben: the server is on fire"},
		"it was read":                {[]Happening{fire}, "C1", Situation{}, ""},
		"it is on screen":            {[]Happening{fire}, "", Situation{Open: "C1"}, ""},
		"they are busy by now":       {[]Happening{fire}, "", Situation{Presence: "busy"}, ""},
		"notifications are off":      {[]Happening{fire}, "", Situation{Off: true}, ""},
		"a share is never on screen": {[]Happening{share}, "C1", Situation{}, "Carl: wants to share"},
		"it is no message":           {[]Happening{fire, removed}, "C1", Situation{}, "Ben: removed you"},
	} {
		var rule Rule
		unread := func(conversation string) bool { return conversation != c.seen }
		for _, h := range []Happening{hi, share, removed} {
			rule.Decide(h, Situation{}, start)
		}
		if _, waits := rule.Wait(start); waits {
			t.Errorf("%s: something waits before it came", name)
		}
		for _, h := range c.then {
			if n, told := rule.Decide(h, Situation{}, start.Add(time.Second)); told {
				t.Errorf("%s: told at once: %+v", name, n)
			}
		}
		wait, waits := rule.Wait(start.Add(time.Second))
		if waits != (len(c.then) > 0) || waits && wait != Interval-time.Second {
			t.Errorf("%s: it waits %v, %v", name, wait, waits)
		}
		if early := rule.Overdue(c.in, start.Add(2*time.Second), unread); len(early) > 0 {
			t.Errorf("%s: too early: %+v", name, early)
		}
		if got := toldOf(rule.Overdue(c.in, start.Add(Interval), unread)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if again := rule.Overdue(c.in, start.Add(2*Interval), unread); len(again) > 0 {
			t.Errorf("%s: told again: %+v", name, again)
		}
		if rule.Holds() != (c.in.Presence == "busy") {
			t.Errorf("%s: held: %v", name, rule.Holds())
		}
	}
}

func TestRuleForgets(t *testing.T) {
	var rule Rule
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for i := range 1000 {
		rule.Decide(Happening{Conversation: string(rune('a' + i))}, Situation{}, at)
		at = at.Add(time.Hour)
	}
	if len(rule.last) > 30 {
		t.Errorf("%d conversations are remembered long after they rang", len(rule.last))
	}
}

func TestNotificationQuotesShortAndWhole(t *testing.T) {
	var rule Rule
	n, ok := rule.Decide(Happening{Conversation: "C", Name: strings.Repeat("ß", 400), Text: strings.Repeat("日", 4000)}, Situation{}, time.Now())
	if !ok || len(n.Body) > maxBody+3 || len(n.Title) > maxTitlePart+3 || !utf8.ValidString(n.Body) || !utf8.ValidString(n.Title) {
		t.Errorf("%v %d %d", ok, len(n.Title), len(n.Body))
	}
	if n.Tag == (api.Notification{}).Tag {
		t.Error("no tag: a later notification would not replace this one")
	}
	bank, report := reminders()
	a, _ := rule.Decide(bank, Situation{}, time.Now())
	b, _ := rule.Decide(report, Situation{}, time.Now())
	if a.Tag == b.Tag {
		t.Error("a reminder takes the place of another on the screen")
	}
}

// TestBusyIsToldAtItsEnd: what a busy person was not told is told as one, but for what they saw meanwhile, and once.
func TestBusyIsToldAtItsEnd(t *testing.T) {
	busy, free := Situation{Presence: "busy"}, Situation{Presence: "available"}
	ben := Happening{Conversation: "C1", Name: "Ben", Text: "lunch?"}
	eva := Happening{Conversation: "C2", Name: "Eva\nRoth", Text: "hi"}
	share := Happening{Share: "S", Name: "Carl", Text: "wants to share"}
	bank, report := reminders()
	for name, c := range map[string]struct {
		held []Happening
		seen string
		in   Situation
		want string
	}{
		"nothing came":                      {nil, "", free, ""},
		"one message is told as itself":     {[]Happening{ben}, "", free, "Ben: lunch?"},
		"several of one with their number":  {[]Happening{ben, ben}, "", free, "Ben: 2 new messages: lunch?"},
		"several people in one":             {[]Happening{ben, eva, ben, share}, "", free, "While you were busy: Ben (2), Eva Roth, Carl"},
		"what was read meanwhile is not":    {[]Happening{ben, eva}, "C1", free, "Eva Roth: hi"},
		"a reminder of what was read":       {[]Happening{bank}, "C1", free, "Reminder: call the bank"},
		"two reminders, and what was read":  {[]Happening{ben, bank, report, eva}, "C1", free, "While you were busy: Reminder (2), Eva Roth"},
		"all was read":                      {[]Happening{ben}, "C1", free, ""},
		"away ends busy too":                {[]Happening{ben}, "", Situation{Presence: "away"}, "Ben: lunch?"},
		"no longer busy, but quiet":         {[]Happening{ben}, "", Situation{Quiet: true}, ""},
		"still busy":                        {[]Happening{ben}, "", busy, ""},
		"notifications were switched off":   {[]Happening{ben}, "", Situation{Off: true}, ""},
		"what was on screen was never held": {[]Happening{{Conversation: "C9", Name: "Dan", Text: "x"}}, "", free, ""},
	} {
		var rule Rule
		busy.Open = "C9"
		for _, h := range c.held {
			if n, told := rule.Decide(h, busy, time.Now()); told {
				t.Errorf("%s: %+v while busy", name, n)
			}
		}
		unread := func(conversation string) bool { return conversation != c.seen }
		got := toldOf(rule.Release(c.in, unread))
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if n := rule.Release(free, unread); len(n) > 0 && !c.in.holds() {
			t.Errorf("%s: told again: %+v", name, n)
		}
	}
}

// TestBusyHoldsNoMoreThanIsTold: a day of floods is a bounded table and a short sentence.
func TestBusyHoldsNoMoreThanIsTold(t *testing.T) {
	var rule Rule
	for i := range 10_000 {
		rule.Decide(Happening{Conversation: strings.Repeat("c", i%1000+1), Name: strconv.Itoa(i%1000) + strings.Repeat("n", 5000)}, Situation{Presence: "busy"}, time.Now())
	}
	n := rule.Release(Situation{}, func(string) bool { return true })
	if len(rule.held.entries) != 0 || len(n) != 1 || len(n[0].Body) > (maxNames+1)*(maxTitlePart+20) || !strings.HasSuffix(n[0].Body, "9960 more") {
		t.Errorf("%+v", n)
	}
}

// toldOf is what notifications say.
func toldOf(all []api.Notification) string {
	var told []string
	for _, n := range all {
		told = append(told, n.Title+": "+n.Body)
	}
	return strings.Join(told, " | ")
}

// TestWhatIsOverIsNotTold: what stands apart is told late only if it is still so, whether it was held or came too soon after another.
func TestWhatIsOverIsNotTold(t *testing.T) {
	start := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	bank, report := reminders()
	is := true
	bank.Still = func() bool { return is }
	all := func(string) bool { return false }
	for _, is = range []bool{true, false} {
		var held, burst Rule
		for _, h := range []Happening{bank, report} {
			held.Decide(h, Situation{Quiet: true}, start)
			burst.Decide(h, Situation{}, start)
			burst.Decide(h, Situation{}, start.Add(time.Second))
		}
		want, each := "Reminder: send the report", "Reminder: send the report"
		if is {
			want, each = "In your quiet hours: Reminder (2)", "Reminder: call the bank | Reminder: send the report"
		}
		if got := toldOf(held.Release(Situation{}, all)); got != want {
			t.Errorf("it is so: %v: held: %q, not %q", is, got, want)
		}
		if got := toldOf(burst.Overdue(Situation{}, start.Add(Interval), all)); got != each {
			t.Errorf("it is so: %v: too soon: %q, not %q", is, got, each)
		}
	}
}

// TestUrgentIsNotLost: what matters for somebody's safety is told by itself when they are no longer busy, whatever came before and after it and whether or not anything is unread, and no later
// notification takes its place.
func TestUrgentIsNotLost(t *testing.T) {
	ben := Happening{Conversation: "C1", Name: "Ben", Text: "lunch?"}
	eva := Happening{Conversation: "C2", Name: "Eva", Text: "hi"}
	differ := Happening{Conversation: "C1", Name: "Ben", Text: "says that the words differ", Urgent: true}
	var rule Rule
	for _, h := range []Happening{ben, differ, eva, ben} {
		if n, told := rule.Decide(h, Situation{Presence: "busy"}, time.Now()); told {
			t.Errorf("%+v while busy", n)
		}
	}
	all := rule.Release(Situation{}, func(conversation string) bool { return conversation == "C2" })
	if got, want := toldOf(all), "Ben: says that the words differ | Eva: hi"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	after, told := rule.Decide(ben, Situation{}, time.Now())
	if !told || len(all) == 0 || after.Tag == all[0].Tag || all[0].Tag == "" || all[0].Conversation != "C1" {
		t.Errorf("%+v would take the place of %+v", after, all)
	}
	rule.Decide(differ, Situation{Quiet: true}, time.Now())
	if !rule.Holds() || len(rule.Release(Situation{Off: true}, nil)) > 0 || rule.Holds() {
		t.Error("who switched notifications off is told")
	}
	for range 10_000 {
		rule.Decide(Happening{Conversation: "C1", Name: strings.Repeat("n", 5000), Urgent: true}, Situation{Quiet: true}, time.Now())
	}
	if all := rule.Release(Situation{}, func(string) bool { return false }); len(all) != maxHeld {
		t.Errorf("%d notifications at once", len(all))
	}
}

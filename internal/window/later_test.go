package window_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// postpone is what people put off: a text that is sent later, is changed before, and cannot be sent for a while; and a message they are reminded of.
func postpone(t *testing.T, ana, ben *desk, _ string) {
	ben.write("Who orders the badges?")
	ana.see(".message-theirs", "Who orders the badges?")
	ana.click(".message-row:has(.message-theirs):last-child .message-menu button", "")
	ana.click(".menu-item", "Reply")
	ana.click(".composer-field", "")
	ana.click("button", "Send later")
	ana.until("an empty text cannot be sent", `document.querySelectorAll(".composer-later .menu-item:disabled").length > 2 && document.activeElement.matches(".composer-later .menu-item")`)
	ana.press("Escape", 0)
	ana.until("the focus is where it was", `document.activeElement.getAttribute("aria-label") === "Send later"`)
	ana.click(".composer-field", "")
	ana.typeText("I do, on Monday")
	ana.click("button", "Send later")
	ana.looks("later-menu")
	ana.click(".composer-later .menu-item", "In 1 hour")
	ana.see(".later-line", "A message will be sent t") // today or, late in the evening, tomorrow
	ana.until("the composer is empty", `document.querySelector(".composer-field").value === "" && !document.querySelector(".composer-doing")`)

	ana.click(".composer-field", "")
	ana.typeText("See you next year")
	ana.click("button", "Send later")
	ana.click(".composer-later .menu-item", "Choose a time…")
	ana.see(".dialog .later-words", "See you next year")
	at := time.Now().AddDate(1, 0, 0)
	timeField(ana, "2020-01-01T10:00")
	ana.click(".dialog .button-main", "Send then")
	ana.see(".dialog .field-problem", "This time has passed")
	timeField(ana, at.Format("2006-01-02T15:04"))
	ana.looks("send-later")
	ana.click(".dialog .button-main", "Send then")
	ana.see(".later-line", "2 messages will be sent later")
	ana.looks("later-line")

	ana.click(".later-line button", "Show")
	ana.see(".later-item", "I do, on Monday")
	ana.see(".later-item", at.Format("2006"))
	ana.looks("laters")
	ana.click(".later-item button", "Cancel: message to Ben Becker") // the next is the first
	ana.until("one is left", `document.querySelectorAll(".later-item").length === 1`)
	ana.click(".later-item button", "Edit: message to Ben Becker")
	ana.until("the words can be changed", `(() => { const f = document.querySelector(".later-field"); if (f?.value !== "See you next year") return false; f.focus(); f.select(); return true; })()`)
	ana.typeText("See you soon, @Ben Becker")
	ana.looks("change-later")
	ana.click(".dialog .button-main", "Save")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)

	waits := only(t, ana)
	if waits.Text != "See you soon, @Ben Becker" || waits.Time.Year() != at.Year() || len(waits.Mentions) != 1 || waits.Mentions[0].ID != ben.Me.Person {
		t.Fatalf("what waits is %+v", waits)
	}
	if err := ana.Client.Block(t.Context(), ben.Me.Person); err != nil {
		t.Fatal(err)
	}
	soon(t, ana, waits)
	ana.see(".later-line", "A message could not be sent")
	ana.looks("later-failed")
	if err := ana.Client.Unblock(t.Context(), ben.Me.Person); err != nil {
		t.Fatal(err)
	}
	soon(t, ana, waits)
	ana.see(".message-mine", "See you soon")
	ana.until("nothing waits", `!document.querySelector(".later-line")`)
	ben.see(".message-theirs:has(.mention-me)", "See you soon")
	reminded(t, ana)
}

// reminded: a reminder rings above everything until it is put away, also in a window that was not open when it rang.
func reminded(t *testing.T, ana *desk) {
	ana.click(".message-row:has(.message-theirs):has(+ *) .message-menu button", "")
	ana.click(".menu-item", "Remind me…")
	ana.looks("remind")
	ana.click(".moments button", "In 20 minutes")
	ana.toasts("You will be reminded t")
	soon(t, ana, only(t, ana))
	ana.see(".reminder", "Ben Becker: ")
	ana.looks("reminder")
	ana.do(chromedp.Reload())
	ana.see(".reminder", "Ben Becker: ")
	ana.click(".reminder button", "Show")
	ana.click(".reminder button", "In 1 hour")
	ana.until("it is put off", `!document.querySelector(".reminder")`)
	ana.click(".head button", "More for Ben Becker")
	ana.click(".menu-item", "Send later and reminders…")
	ana.see(".later-item", "Reminder t")
	ana.click(".dialog button", "Close")
	soon(t, ana, only(t, ana))
	ana.click(".reminder button", "Done")
	ana.until("it is put away", `!document.querySelector(".reminder")`)
	ana.click(".head button", "More for Ben Becker")
	ana.click(".menu-item", "Send later and reminders…")
	ana.see(".dialog", "Nothing waits")
	ana.looks("laters-empty")
	ana.click(".dialog button", "Close")
	ana.click(".composer-field", "")
	ana.typeText("kept while nobody answers")
	eventually(t, "the agent has the draft", func() bool {
		all, err := ana.Client.Conversations(t.Context())
		return err == nil && len(all) == 1 && all[0].Draft == "kept while nobody answers"
	})
	ana.End()
	ana.see(".connection-line", "Lanyard is not running")
	ana.click("button", "Send later")
	ana.click(".composer-later .menu-item", "In 1 hour")
	ana.toasts("Lanyard does not answer")
	ana.until("the text stays", `document.querySelector(".composer-field").value === "kept while nobody answers"`)
	ana.Start()
	ana.until("the line is gone", `!document.querySelector(".connection-line")`)
	ana.see(".head-where", "Available")
	ana.click(".composer-field", "")
	ana.until("it is taken away again", `(() => { const f = document.activeElement; f.value = ""; return f.dispatchEvent(new InputEvent("input", {bubbles: true})); })()`)
}

// timeField writes a time into the dialog's field, as the browser's own picker does.
func timeField(d *desk, value string) {
	d.t.Helper()
	d.until("a time can be given", `(() => { const f = document.querySelector("input[type=datetime-local]"); if (!f) return false; f.value = %s; return f.dispatchEvent(new InputEvent("input", {bubbles: true})); })()`, value)
}

// only returns the one thing that waits.
func only(t *testing.T, d *desk) api.Later {
	t.Helper()
	all, err := d.Client.Laters(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%d things wait, %v", len(all), err)
	}
	return all[0]
}

// again is what waits, for another time.
func again(l api.Later, at time.Time) api.LaterRequest {
	r := api.LaterRequest{Text: l.Text, Time: at}
	for _, who := range l.Mentions {
		r.Mentions = append(r.Mentions, who.ID)
	}
	return r
}

// soon brings the time of what waits close.
func soon(t *testing.T, d *desk, l api.Later) {
	t.Helper()
	if _, err := d.Client.ChangeLater(t.Context(), l.ID, again(l, time.Now().Add(300*time.Millisecond))); err != nil {
		t.Fatal(err)
	}
}

// putOff: a time for a text that is not written yet cannot be chosen, and looks so; a reminder names its message as it is read, not as it is written.
func putOff(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	c.add("dmitri", false, "the *plan* of [floor 3](https://wiki.example/3)", time.Now())
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.see(".message em", "plan")
	b.click("button", "Send later")
	b.see(".composer-later .menu-group", "Write something first")
	x, y := b.spot("In 1 hour", `document.querySelector(".composer-later .menu-item")`)
	b.do(chromedp.MouseClickXY(x, y)) // rests there, too
	b.until("what cannot be chosen looks so, also under the pointer", `(() => { const [no, ...rest] = document.querySelectorAll(".composer-later .menu-item"), yes = rest.at(-1); yes.blur();
		const a = getComputedStyle(no), z = getComputedStyle(yes); return no.matches(":hover") && no.disabled && !yes.disabled && a.backgroundColor === z.backgroundColor && a.color !== z.color; })()`)
	b.looks("later-menu-empty")
	b.press("Escape", 0)
	b.click(".composer-field", "")
	b.typeText("Ready")
	b.click("button", "Send later")
	b.until("a written one can be sent later", `document.querySelectorAll(".composer-later .menu-item").length > 2 && !document.querySelector(".composer-later :is(.menu-item:disabled, .menu-group)")`)
	b.press("Escape", 0)
	b.click(".message-menu button", "")
	b.click(".menu-item", "Remind me…")
	b.see(".dialog .later-words", "the plan of floor 3")
	b.looks("remind-words")
}

package window_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// TestPresenceOnTwoDesks: what two people see of each other besides messages.
func TestPresenceOnTwoDesks(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ana := sit(t, browser, "Ana Almeida", "legal-2")
	ben := sit(t, browser, "Ben Becker", "sales-7")
	if _, err := ana.Client.Add(t.Context(), ben.address()); err != nil {
		t.Fatal(err)
	}
	ana.click(".person", "Ben Becker")
	ben.click(".person", "Ana Almeida")
	for _, part := range []struct {
		name string
		run  func(t *testing.T, ana, ben *desk)
	}{
		{"somebody writes, and sends", typed},
		{"live text needs both, and is text", lively},
		{"favourites and groups", listed},
		{"a card is told and seen", carded},
		{"words are compared", compared},
		{"words differ", differing},
		{"what a folder is sent without is said", linked},
		{"writing, size of text and quiet hours", arranged},
		{"settings and status", switched},
	} {
		ok := t.Run(part.name, func(t *testing.T) {
			ana.on(t)
			ben.on(t)
			part.run(t, ana, ben)
		})
		ana.on(t)
		ben.on(t)
		if !ok {
			return
		}
	}
}

func typed(_ *testing.T, ana, ben *desk) {
	ana.click(".composer-field", "")
	ana.typeText("Hello")
	ben.see(".writing-line", "Ana Almeida is writing…")
	ben.looks("writing")
	ana.press("Enter", 0)
	ben.see(".message-theirs", "Hello")
	ben.until("nobody is shown to write", `document.querySelector(".writing-who").textContent === ""`)
}

func more(d *desk, of, item string) {
	d.t.Helper()
	d.click(".head button", "More for "+of)
	d.click(".menu-item", item)
}

func lively(_ *testing.T, ana, ben *desk) {
	more(ana, "Ben Becker", "Live text")
	ana.see(".writing-line", "Live text begins when Ben Becker switches it on, too")
	more(ben, "Ana Almeida", "Live text (Ana Almeida has it on)")
	ana.see(".writing-line", "Live text is on")
	ben.see(".writing-line", "Live text is on")
	ana.click(".composer-field", "")
	ana.typeText(`<img src=x onerror="document.title='lost'"> half`)
	ben.see(".message-live", `<img src=x onerror="document.title='lost'"> half`)
	ben.until("it is text", `!document.querySelector(".message-live img") && document.title !== "lost"`)
	ben.looks("live")
	ana.press("Enter", 0)
	ben.until("the letters became the message", `!document.querySelector(".message-live")`)
	ben.see(".message-theirs", "half")
	ana.typeText("gone")
	ben.see(".message-live", "gone")
	ana.until("the composer is selected", `(document.querySelector(".composer-field").select(), true)`)
	ana.press("Backspace", 0)
	ben.until("the letters are gone with the text", `!document.querySelector(".message-live")`)
	more(ben, "Ana Almeida", "Live text")
	ana.see(".writing-line", "Live text begins when")
	more(ana, "Ben Becker", "Live text")
	ana.until("nothing is said of it", `!document.querySelector(".writing-live")`)
}

func listed(_ *testing.T, ana, _ *desk) {
	more(ana, "Ben Becker", "Favourite")
	ana.see(".among", "Favourites")
	ana.until("a star stands in the list", `!!document.querySelector(".person .icon-star")`)
	more(ana, "Ben Becker", "Groups…")
	ana.until("a group can be named", `document.activeElement.placeholder === "Sales"`)
	ana.typeText("—")
	ana.click(".dialog .button-main", "Save")
	ana.see(".dialog .field-problem", "at least one letter")
	ana.until("the name is selected", `(document.querySelector(".dialog .field input").select(), document.querySelector(".dialog .field input").focus(), true)`)
	ana.typeText("Board")
	ana.click(".dialog .button-main", "Save")
	ana.click(".among-one", "Board")
	ana.see(".person-name", "Ben Becker")
	ana.looks("groups")
	more(ana, "Ben Becker", "Groups…")
	ana.click(".dialog .switch", "Board")
	ana.click(".dialog .button-main", "Save")
	ana.see(".empty", "Nobody here.")
	ana.click(".among-one", "Favourites")
	ana.see(".person-name", "Ben Becker")
	ana.click(".among-one", "Everybody")
}

// arranged is how the window writes and looks, and when it is quiet.
func arranged(t *testing.T, ana, ben *desk) {
	set := func(field, value string) {
		t.Helper()
		ana.until(field+" is set", `(() => { const f = document.querySelector(".dialog [name=" + %s + "]"); if (!f) return false; f.value = %s; return f.dispatchEvent(new Event("change", {bubbles: true})); })()`, field, value)
	}
	ana.click(".own button", "Available")
	ana.click(".menu-item", "Settings…")
	set("quietFrom", "22:00")
	set("quietUntil", "22:00")
	ana.see(".dialog", "They have to end at another time")
	set("quietUntil", "07:00")
	ana.see(".dialog", "notifications wait until they end")
	ana.click(".dialog .switch", "Ctrl+Enter sends")
	set("textSize", "150")
	eventually(t, "the agent knows it", func() bool {
		s, err := ana.Settings(t.Context())
		return err == nil && s.Quiet == "22:00-07:00" && s.EnterBreaks && s.TextSize == 150
	})
	ana.until("the text is larger", `getComputedStyle(document.documentElement).fontSize === "24px"`)
	ana.looks("settings-large")
	ana.click(".dialog button", "None")
	eventually(t, "there are no quiet hours any more", func() bool { s, err := ana.Settings(t.Context()); return err == nil && s.Quiet == "" })
	ana.click(".dialog .button-main", "Done")
	ana.until("rows do not lie over each other", `(() => { const rows = [...document.querySelectorAll(".person")].map((e) => e.getBoundingClientRect()); return rows.length > 0 && rows.every((r) => r.height === 88) && rows.every((r, i) => i === 0 || r.top >= rows[i - 1].bottom); })()`)
	ana.looks("large")
	ana.do(chromedp.Reload())
	ana.until("the text is as large in the next window", `getComputedStyle(document.documentElement).fontSize === "24px"`)
	ana.click(".composer-field", "")
	ana.typeText("first line")
	ana.press("Enter", 0)
	ana.typeText("second line")
	ana.press("Enter", control)
	ben.until("the lines came together", `[...document.querySelectorAll(".message-theirs .message-text")].at(-1)?.textContent === "first line\nsecond line"`)
	ana.press("/", control)
	ana.see(".keys", "Ctrl EnterSendEnterNew line")
	ana.click(".dialog button", "Close")
	usual, enter := 100, false
	if _, err := ana.SetSettings(t.Context(), api.SettingsRequest{TextSize: &usual, EnterBreaks: &enter}); err != nil {
		t.Fatal(err)
	}
	ana.until("the text is as large as it was", `getComputedStyle(document.documentElement).fontSize === "16px"`)
}

func switched(_ *testing.T, ana, ben *desk) {
	ana.click(".own button", "Available")
	ana.click(".menu-item", "Settings…")
	ana.until("the status can be written", `document.activeElement.placeholder === "Back at three"`)
	ana.typeText("at lunch")
	ana.click(".dialog .switch", "Last seen")
	ana.until("last seen is off", `!document.querySelector("[name=lastSeen]").checked`)
	ana.looks("settings")
	ana.click(".dialog .button-main", "Done")
	ben.see(".head-where", "Available · at lunch")
	ana.End()
	ben.see(".head-where", "Not here")
	ben.until("nobody tells since when", `!document.querySelector(".head-where").textContent.includes("since")`)
}

func linked(t *testing.T, ana, ben *desk) {
	folder := filepath.Dir(write(t, filepath.Join(t.TempDir(), "Plans", "plan.txt"), "plan"))
	if err := os.Symlink("plan.txt", filepath.Join(folder, "newest.txt")); err != nil {
		t.Fatal(err)
	}
	offered, err := ana.SendFiles(t.Context(), ben.Me.Person, []string{folder})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*desk{ana, ben} {
		d.see(".card-facts", "1 item in it (links, special or temporary files) is left out")
	}
	if _, err := ana.CancelFile(t.Context(), offered[0].ID); err != nil {
		t.Fatal(err)
	}
	littered(t, ana, ben)
}

// littered: a folder is received without what a program removed from it meanwhile, which its card names.
func littered(t *testing.T, ana, ben *desk) {
	debris := write(t, filepath.Join(t.TempDir(), "Sketches", ".DS_Store"), "view")
	folder := filepath.Dir(debris)
	write(t, filepath.Join(folder, "sketch.txt"), "sketch")
	if _, err := ana.SendFiles(t.Context(), ben.Me.Person, []string{folder}); err != nil {
		t.Fatal(err)
	}
	ben.see("[data-file-state=offered] .card-facts", "2 files")
	if err := os.Remove(debris); err != nil {
		t.Fatal(err)
	}
	ben.click("[data-file-state=offered] button", "Accept")
	ben.see("[data-file-state=received] .card-facts", "1 item in it (links, special or temporary files) is left out: \u2068.DS_Store\u2069")
	ben.see("[data-file-state=received] .card-facts", "1 file ·")
}

// fourWords are those that a dialog shows.
func fourWords(d *desk) string {
	d.t.Helper()
	d.until("there are words", `document.querySelectorAll(".words-four span").length === 4`)
	return eval[string](d.tab, `[...document.querySelectorAll(".words-four span"), document.querySelector(".words-digits")].map((e) => e.textContent).join(" ")`)
}

func compared(t *testing.T, ana, ben *desk) {
	ana.click(".head-person", "Ben Becker")
	ana.see(".pane", "Not verified")
	ana.click(".pane .button", "Compare words…")
	words := fourWords(ana)
	ben.see(".words-bar", "Ana Almeida wants to make sure who you are")
	ben.looks("words-bar")
	ben.click(".words-bar .button", "Compare words…")
	if theirs := fourWords(ben); theirs != words {
		t.Errorf("Ana sees %q and Ben %q", words, theirs)
	}
	ben.looks("words")
	ana.click(".dialog .button", "They are the same")
	ana.see(".pane .verdict", "Verified: you compared words with Ben Becker")
	ana.see(".head-where", "Verified · ")
	ben.until("nobody is verified by what the other says", `!document.querySelector(".head-where").textContent.includes("Verified")`)
	ben.click(".dialog .button", "They are the same")
	ben.see(".head-where", "Verified · ")
	ben.until("nothing is left to be said", `!document.querySelector(".words-bar") && !document.querySelector("dialog")`)
	ana.looks("verified")
}

func differing(_ *testing.T, ana, ben *desk) {
	ana.click(".pane .button-link", "Not verified any more")
	ana.see(".pane", "Not verified. Once")
	ben.click(".person", "Office")
	ana.click(".pane .button", "Compare words…")
	fourWords(ana)
	ben.toasts("Ana Almeida\u2069 wants to make sure who you are")
	ben.see(".person-last", "Wants to compare words")
	ben.until("the list counts it", `!!document.querySelector(".person:has(.avatar) .badge")`)
	ben.looks("words-asked")
	ana.click(".dialog .button", "They differ")
	ana.see(".dialog .verdict-bad", "The words differ")
	ana.click(".dialog .button", "Close")
	ana.see(".pane .verdict-bad", "differ: somebody may be between your computers")
	ben.toasts("says that the words differ")
	for _, d := range []*desk{ana, ben} {
		d.until("the list warns", `document.querySelector(".person .icon-warning")?.getAttribute("aria-label") === "Words differ"`)
	}
	ben.do(chromedp.Reload())
	ben.click(".person", "Ana Almeida")
	ben.see(".words-bad", "differ: somebody may be between your computers")
	ben.see(".head-where", "Words differ · Available")
	ben.until("nothing lies over the whole window", `!document.querySelector(".connection-line")`)
	ben.looks("words-differ")
	ana.looks("words-differ-page")
	ana.click(".pane .button-link", "That was a mistake")
	ana.until("nothing of it is left", `!document.querySelector(".words-bar, .head-differ, .person .icon-warning")`)
	ben.click(".words-bad .button", "Compare again…")
	fourWords(ben)
	ben.click(".dialog .button", "They are the same")
	ben.see(".head-where", "Verified · ")
	ben.until("the warning is gone", `!document.querySelector(".words-bar, .person .icon-warning")`)
	ana.click(".pane button", "Close")
}

func carded(t *testing.T, ana, ben *desk) {
	ana.click(".own button", "Available")
	ana.click(".menu-item", "My card…")
	ana.until("there are fields", `!!document.querySelector("[name=role]") && !document.querySelector(".dialog .button-main").disabled`)
	ana.until("one can write", `(document.querySelector("[name=phone]").focus(), true)`)
	ana.typeText("ask Ben")
	ana.click(".dialog .button-main", "Save")
	ana.see(".dialog .field-problem", "a telephone number has digits")
	ana.until("it is selected", `(document.querySelector("[name=phone]").select(), true)`)
	ana.typeText("+49 30 1234")
	ana.until("the role can be written", `(document.querySelector("[name=role]").focus(), true)`)
	ana.typeText("<b>Lawyer</b>")
	ana.do(chromedp.SetUploadFiles(".card-own input[type=file]", []string{write(t, filepath.Join(t.TempDir(), "me.png"), "no picture")}))
	ana.see(".dialog .field-problem", "no JPEG or PNG")
	var face bytes.Buffer
	if err := png.Encode(&face, image.NewGray(image.Rect(0, 0, 300, 200))); err != nil {
		t.Fatal(err)
	}
	ana.do(chromedp.SetUploadFiles(".card-own input[type=file]", []string{write(t, filepath.Join(t.TempDir(), "me.png"), face.String())}))
	ana.until("the picture is shown", `document.querySelector(".card-own img")?.naturalWidth === 96`)
	ana.looks("my-card")
	ana.until("one sees oneself as others do", `document.querySelector(".own .avatar .portrait")?.naturalWidth === 96`)
	ana.click(".dialog .button-main", "Save")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	ben.click(".head-person", "Ana Almeida")
	ben.see(".card-told", "<b>Lawyer</b>")
	ben.see(".card-told", "+49 30 1234")
	ben.until("the picture is shown", `document.querySelector(".card-told img")?.naturalWidth === 96`)
	for _, place := range []string{".person", ".head-person"} {
		ben.until("the picture stands in the place of the initials in "+place, `document.querySelector("`+place+` .avatar .portrait")?.naturalWidth === 96`)
	}
	ben.looks("card")
	if _, err := ana.Client.SetCard(t.Context(), api.CardRequest{Picture: &[]byte{}}); err != nil {
		t.Fatal(err)
	}
	ben.until("the initials are back", `!document.querySelector(".portrait")`)
	ana.until("one's own, too", `!document.querySelector(".own .portrait")`)
}

package window_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// amend is what two people do with messages: answer with a quote, react, change, pin and take back; each sees at once what the other did.
func amend(t *testing.T, ana, ben *desk, _ string) {
	menu := func(d *desk, message, item string) {
		d.click(".message-row:has("+message+") .message-menu button", "")
		d.click(".menu-item", item)
	}
	say := func(d *desk, text string) {
		d.until("one can write", `document.activeElement.className === "composer-field"`)
		d.typeText(text)
		d.press("Enter", 0)
	}
	ana.click(".composer-field", "")
	say(ana, "Shall we meet **at ten**?")
	ben.see(".message-theirs strong", "at ten")
	menu(ben, ".message-theirs strong", "Reply")
	ben.see(".composer-doing .quote-name", "Reply to Ana Almeida")
	ben.write("Ten is fine")
	ana.see(".message-theirs .quote-text", "Shall we meet at ten?")
	menu(ben, ".message-theirs strong", "React…")
	ben.click(".emoji-one", "👍")
	ana.see(".reaction", "👍")
	ana.click(".reaction", "👍")
	ben.see(".reaction", "2")

	menu(ana, ".message-mine strong", "Edit")
	ana.see(".composer-doing .quote-name", "Edit message")
	ana.until("the words are there, to be changed", `document.querySelector(".composer-field").value === "Shall we meet **at ten**?"`)
	ana.until("they are selected", `(document.querySelector(".composer-field").select(), true)`)
	say(ana, "Shall we meet **at eleven**?")
	ben.see(".message-theirs strong", "at eleven")
	ben.see(".message-theirs .message-edited", "edited")
	ben.see(".message-mine .quote-text", "Shall we meet at eleven?")
	menu(ben, ".message-theirs strong", "Show versions")
	ben.see(".versions strong", "at ten")
	ben.looks("versions")
	ben.click(".dialog button", "Close")
	menu(ben, ".message-theirs strong", "Pin")
	ana.see(".message-mine:has(strong) .icon-pin", "")
	ana.looks("amended")

	menu(ana, ".message-mine strong", "Delete for everybody…")
	ana.looks("delete")
	ana.click(".dialog .button-danger", "Delete")
	ben.see(".message-unknown", "This message was deleted.")
	ben.see(".message-mine .quote-text", "Deleted message")
	ben.until("nothing of it is on the page", `!document.body.textContent.includes("at eleven")`)

	menu(ana, ".message-theirs .quote", "Star")
	ana.see(".message-theirs .icon-star", "")
	menu(ana, ".message-theirs .quote", "Forward…")
	ana.click(".person-choice", "Ben Becker")
	ana.looks("forward")
	ana.click(".dialog .button-main", "Forward")
	ben.see(".message-from", "Forwarded from Ben Becker")
	more := func(d *desk, of, item string) {
		d.click(".head button", "More for "+of)
		d.click(".menu-item", item)
	}
	more(ana, "Ben Becker", "Starred messages…")
	ana.see(".dialog .quote-text", "Ten is fine")
	ana.looks("starred")
	ana.click(".dialog .quote", "Ten is fine")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	more(ana, "Ben Becker", "Mute")
	ana.see(".person .icon-muted", "")
	more(ana, "Ben Becker", "Unmute")
	ana.until("it is heard again", `!document.querySelector(".person .icon-muted")`)
	more(ana, "Ben Becker", "Jump to a date…")
	ana.until("a day can be given", `document.activeElement.type === "date" && (() => { const f = document.activeElement; f.value = "2020-01-01"; return f.dispatchEvent(new InputEvent("input", {bubbles: true})); })()`)
	ana.click(".dialog .button-main", "Show")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	more(ana, "Ben Becker", "Mark as unread")
	ana.see(".person .badge", "•")
	ana.click(".person", "Ben Becker")
	ana.until("it is read again", `!document.querySelector(".person .badge")`)
	ana.until("one can write", `document.activeElement.className === "composer-field"`)
	ana.typeText("half a thought")
	eventually(t, "the agent keeps the draft", func() bool {
		all, err := ana.Client.Conversations(t.Context())
		return err == nil && len(all) == 1 && all[0].Draft == "half a thought"
	})
	ana.do(chromedp.Reload())
	ana.until("the draft is back", `document.querySelector(".composer-field")?.value === "half a thought"`)
	ana.click(".composer-field", "")
	ana.until("it is selected", `(document.querySelector(".composer-field").select(), true)`)
	ana.click("button", "Emoji")
	ana.click(".emoji-one", "🎉")
	ana.until("it stands in the composer", `document.querySelector(".composer-field").value === "🎉"`)
	ana.press("Enter", 0)
	ben.see(".message-theirs", "🎉")
}

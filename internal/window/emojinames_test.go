package window_test

import (
	"context"
	"testing"
)

// emojiNames writes emoji by their names: in the composer at a colon, in the picker by what is searched. A colon in code, in a time or in a word stays one.
func emojiNames(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Dmitri Dubois")
	b.until("one can write", `document.activeElement.matches(".composer-field")`)
	has := func(text string) {
		t.Helper()
		b.until("the composer says "+text, `document.querySelector(".composer-field").value === %s`, text)
	}
	b.typeText("Well done :smi")
	b.see("#emoji-names .completion-choice", "😄smile laugh")
	b.until("the choice is told to those who do not see it", `document.activeElement.getAttribute("aria-activedescendant") === "emoji-names-0" && document.getElementById("emoji-names-0").getAttribute("aria-selected") === "true" && document.activeElement.getAttribute("aria-controls") === "emoji-names"`)
	b.looks("emoji-names")
	b.size(320, 640, 1)
	b.fits("emoji-names-320")
	b.size(1280, 800, 1)
	b.press("Enter", 0)
	has("Well done 😄 ")
	b.typeText(":par")
	b.press("ArrowDown", 0)
	b.press("Tab", 0)
	has("Well done 😄 🥳 ")
	b.typeText("(:thu")
	b.click("#emoji-names .completion-choice", "thumbs down")
	has("Well done 😄 🥳 (👎 ")
	b.typeText(":hea")
	b.see("#emoji-names", "heart")
	b.press("Escape", 0)
	b.until("the list is closed", `!document.querySelector("#emoji-names")`)
	b.press("Enter", 0)
	b.see(".message-mine", "Well done 😄 🥳 (👎 :hea")
	b.until("the composer is empty", `document.activeElement.value === ""`)
	b.typeText("yes :thumbs_up")
	b.typeText(":")
	has("yes 👍")
	b.typeText(" :-1")
	b.typeText(":")
	has("yes 👍 👎")
	b.typeText(" :nothingiscalledso")
	b.typeText(":")
	has("yes 👍 👎 :nothingiscalledso:")
	for _, text := range []string{"at 12:30", "12:smi", "word:smi", "a `let x = :smi", "```js\n:smi", "```\ncode\n:smile", "https://ok.example:smi", "Note: smi", ":s", "://smi", "::smi"} {
		eval[string](b, `(document.querySelector(".composer-field").select(), "")`)
		b.typeText(text)
		b.typeText(":")
		has(text + ":")
		if eval[bool](b, `!!document.querySelector("#emoji-names")`) {
			t.Errorf("%q offers emoji", text)
		}
	}
	eval[string](b, `(document.querySelector(".composer-field").select(), "")`)
	b.typeText("```\ncode\n```\n`x` :smi") // after code it is no code any more
	b.see("#emoji-names", "smile")
	b.press("Escape", 0)

	eval[string](b, `(document.querySelector(".composer-field").select(), "")`)
	b.press("Backspace", 0)
	b.click("button", "Emoji")
	b.until("the search has the focus", `document.activeElement.matches(".emoji input")`)
	b.press("Enter", 0)
	b.typeText("heart")
	b.until("what Enter takes is marked", `document.querySelector(".emoji-first")?.textContent === "❤️" && document.querySelectorAll(".emoji-first").length === 1`)
	b.looks("emoji-found")
	b.press("Enter", 0)
	has("❤️")
	b.until("the picker is closed, and one goes on writing", `!document.querySelector(".emoji") && document.activeElement.matches(".composer-field")`)
	b.press("Enter", 0)
	b.see(".message-mine", "❤️")
}

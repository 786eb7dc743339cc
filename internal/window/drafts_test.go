package window_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// drafts: what is kept as a draft is what waits to be sent: neither the words of a message that is being changed, though the page keeps a draft only a moment after
// the last letter, nor what was sent.
func drafts(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	kept := func() []string {
		c.mu.Lock()
		defer c.mu.Unlock()
		return slices.Clone(c.drafts)
	}
	b.click(".person", "Ana Almeida")
	b.see(".message", "signed version")
	b.until("one can write", `document.activeElement.matches(".composer-field")`)
	b.typeText("half")
	b.until("the menu of an own message opens", `(() => { const row = [...document.querySelectorAll(".message-row")].find((r) => r.textContent.includes("signed version")); const button = row?.querySelector(".message-menu button"); button?.click(); return !!button; })()`)
	b.click(".menu-item", "Edit")
	b.until("it is edited", `document.querySelector(".composer-field").value.startsWith("One more thing")`)
	eventually(t, "a draft is kept", func() bool { return len(kept()) > 0 })
	if got := kept(); got[len(got)-1] != "half" {
		t.Errorf("kept while a message is changed: %q", got)
	}
	b.press("Escape", 0)
	b.until("the draft is back", `document.activeElement.value === "half"`)
	b.press("Enter", 0)
	b.see(".message-mine", "half")
	eventually(t, "nothing is kept of what was sent", func() bool { got := kept(); return got[len(got)-1] == "" })
}

// closedDrafts: who gets blocked while one writes to them takes no words away: neither those of a message that is being changed nor those that waited. They can be copied and thrown away, and are in
// the composer again when the block is undone.
func closedDrafts(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	trust := func(how string) {
		ana := c.snapshot.Peers[0]
		ana.Trust = how
		c.say("presence", ana)
	}
	words := func(want ...string) {
		t.Helper()
		b.until("the words are there", `JSON.stringify([...document.querySelectorAll(".unsent-text")].map((e) => e.value)) === JSON.stringify(%s)`, want)
	}
	b.click("#person-ana", "")
	b.see(".message", "signed version")
	b.until("one can write", `document.activeElement.matches(".composer-field")`)
	b.typeText("half")
	b.until("the menu of an own message opens", `(() => { const row = [...document.querySelectorAll(".message-row")].find((r) => r.textContent.includes("signed version")); const button = row?.querySelector(".message-menu button"); button?.click(); return !!button; })()`)
	b.click(".menu-item", "Edit")
	b.until("it is edited", `document.activeElement.value.startsWith("One more thing")`)
	trust("blocked")
	b.see(".composer-closed", "You blocked this person")
	words("half") // what stands in the message is no loss
	trust("seen")
	b.until("one can write again", `document.querySelector(".composer-field")?.value.startsWith("One more thing")`)
	b.click(".composer-field", "")
	b.press("End", 0)
	b.typeText(" And soon.")
	trust("blocked")
	edited := "One more thing: legal wants the signed version today. And soon."
	words(edited, "half")
	b.looks("blocked-unsent")
	b.size(320, 640, 1)
	b.fits("blocked-unsent-320")
	b.accessible("words to somebody who is blocked", false)
	b.click(".unsent:last-of-type button", "Copy")
	b.toasts("Copied.")
	b.click(".unsent:last-of-type button", "Discard")
	words(edited)
	b.click(".unsent button", "Discard")
	b.until("nothing is left", `!document.querySelector(".unsent")`)
	trust("seen")
	b.until("the composer is empty", `document.querySelector(".composer-field")?.value === ""`)
	eventually(t, "nothing is kept", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.drafts) > 0 && c.drafts[len(c.drafts)-1] == ""
	})
}

// longDrafts: a draft that is too long to be kept is said to be gone with the window, and the window asks before it closes; neither is so of one that can be kept, of a
// message that is being changed, nor of a window that handed its drafts over to another.
func longDrafts(t *testing.T, browser context.Context) {
	const lost = "it is gone when this window closes"
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	said := func() bool {
		return eval[bool](b, `(document.querySelector(".composer .field-problem")?.textContent ?? "").includes(%s)`, lost)
	}
	asks := func() bool { return eval[bool](b, `!dispatchEvent(new Event("beforeunload", {cancelable: true}))`) }
	b.click(".person", "Ana Almeida")
	b.until("one can write", `document.activeElement.matches(".composer-field")`)
	b.typeText(strings.Repeat("é", 64<<10))
	b.see(".composer .field-problem", "longer than a message can be")
	if said() || asks() {
		t.Error("a draft that can be kept is said to be lost, or asked for")
	}
	b.typeText("x")
	b.see(".composer .field-problem", lost)
	if !asks() {
		t.Error("the window closes without a word over a draft that is not kept")
	}
	b.click(".person", "Dmitri")
	b.until("another is open", `document.querySelector(".composer-field").value === ""`)
	if !asks() {
		t.Error("the window closes without a word over a draft elsewhere that is not kept")
	}
	c.say("superseded", line{})
	b.until("another window took its place", `!document.querySelector(".composer-field")`)
	if asks() {
		t.Error("a window that handed its drafts over asks before it closes")
	}
}

// keptDraft: what the agent kept of an earlier window stands in the composer; once it was taken away there, no later connection to the agent brings it back.
func keptDraft(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	at := slices.IndexFunc(c.snapshot.Conversations, func(row api.Conversation) bool { return row.Person == "ana" })
	c.snapshot.Conversations[at].Draft = "kept by the agent"
	b := open(t, browser, c.URL())
	b.click("#person-ana", "")
	b.until("the draft is there", `document.querySelector(".composer-field")?.value === "kept by the agent"`)
	b.until("it is selected", `(document.querySelector(".composer-field").focus(), document.querySelector(".composer-field").select(), true)`)
	b.press("Backspace", 0)
	b.until("it is gone", `document.querySelector(".composer-field").value === ""`)
	c.away()
	b.see(".connection-line", "Lanyard is not running")
	c.back()
	b.until("the agent is there again", `!document.querySelector(".connection-line")`)
	if text := eval[string](b, `document.querySelector(".composer-field").value`); text != "" {
		t.Errorf("in the composer stands %q", text)
	}
}

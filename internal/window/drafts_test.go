package window_test

import (
	"context"
	"slices"
	"testing"
)

// drafts: what is kept as a draft is what waits to be sent: neither the words of a message that is being changed, though the page keeps a draft only a moment after
// the last letter, nor what was sent.
func drafts(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := open(t, browser, c.URL())
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

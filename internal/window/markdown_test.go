package window_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// drawnNow is the last message on the page: the elements of its words by name, with where links lead.
const drawnNow = `(() => {
	const say = (n) => n.nodeType === 3 ? n.data : "<" + n.localName + (n.href ? " " + n.getAttribute("href") : "") + (n.start > 1 ? " " + n.start : "") + ">" + [...n.childNodes].map(say).join("") + "</" + n.localName + ">";
	return [...document.querySelectorAll(".message-text")].at(-1) ? [...[...document.querySelectorAll(".message-text")].at(-1).childNodes].map(say).join("") : "";
})()`

// vector is a text, and the elements that it becomes.
type vector struct{ What, Text, Want string }

// vectors are what the page and the agent, which writes pages of its own, both read as the same.
func vectors(t *testing.T) (all []vector) {
	t.Helper()
	raw, err := os.ReadFile("../markdown/testdata/vectors.json")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatal("no vectors: ", err)
	}
	return all
}

// markdown: what people write by hand is drawn as elements, and what only looks like it stays as it was written. Texts that lie become no link and reach nothing beside them.
func markdown(t *testing.T, browser context.Context) {
	c := newCanned(t)
	c.person("ana", "Ana Almeida", "legal-2", "available", true, time.Now())
	c.add("ana", false, "first", time.Now())
	b := signIn(t, browser, c.URL)
	b.click(".person", "Ana Almeida")
	b.see(".message", "first")
	for _, one := range vectors(t) {
		c.say("message", c.add("ana", false, one.Text, time.Now()))
		b.until(one.What+" is drawn as "+one.Want, drawnNow+` === %s`, one.Want)
	}
	if loose := eval[[]string](b, `[...document.querySelectorAll(".message-text strong, .message-text em, .message-text s, .message-text code, .message-text a, .message-blocks > *, .message-blocks li")].filter((e) => getComputedStyle(e).unicodeBidi !== "isolate").map((e) => e.outerHTML)`); len(loose) > 0 {
		t.Errorf("an override in these turns what stands beside them: %q", loose)
	}
	b.looks("markdown")
	for _, text := range []string{strings.Repeat("**a ", 8000), strings.Repeat("*_", 16000), strings.Repeat("[a](", 8000), strings.Repeat("> ", 16000), strings.Repeat("`", 32000), strings.Repeat("- a\n", 8000), strings.Repeat("```\n", 8000), strings.Repeat("a ```\n", 5000), strings.Repeat("```go\n", 5000), strings.Repeat("\\*", 16000), strings.Repeat("a.\\", 10000), strings.Repeat("~~a ", 8000),
		strings.Repeat("[a](http://x/(", 2000)} {
		c.say("message", c.add("ana", false, text, time.Now()))
		c.say("message", c.add("ana", false, "after "+text[:4], time.Now()))
		b.see(".message-text", "after")
	}
}

// codeByHand: within a block of code that is not closed yet Enter begins its next line, wherever the setting has it send; outside, and with Ctrl, it sends.
func codeByHand(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.see(".message-none", "Dmitri Dubois")
	for _, line := range []string{"so:\n```sh", "echo 1", "echo 2", "```"} {
		b.typeText(line)
		b.press("Enter", 0)
	}
	b.see(".message-mine .message-code", "echo 1\necho 2")
	b.until("one message was sent, and no more", `document.querySelectorAll(".message-mine").length === 1 && document.activeElement.value === ""`)
	b.typeText("```")
	b.press("Enter", 0)
	b.typeText("open")
	b.press("Enter", control)
	b.see(".message-mine:not(.message-pending)", "open")
	b.typeText("``` within a line``` is no block")
	b.press("Enter", 0)
	b.see(".message-mine:not(.message-pending)", "is no block")
	c.mu.Lock()
	sent := len(c.messages["dmitri"])
	c.mu.Unlock()
	if sent != 3 {
		t.Errorf("%d messages were sent, not 3", sent)
	}
}

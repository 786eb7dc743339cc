package window_test

import (
	"context"
	"testing"
)

const (
	alt     = 1
	control = 2
)

// keys goes through the window without a mouse.
func keys(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	b := signIn(t, browser, c.URL)
	on := func(what, selector string) {
		t.Helper()
		b.until("the focus is on "+what, `document.activeElement.matches(%s)`, selector)
	}
	with := func(name string) {
		t.Helper()
		b.until(name+" is on screen and can be written to", `document.querySelector(".head-name")?.textContent === %s && document.activeElement.matches(".composer-field")`, name)
	}
	b.see(".person-name", "Dmitri Dubois")
	b.press("k", control)
	on("the search", "input[type=search]")
	b.typeText("chlo")
	b.press("Enter", 0)
	with("Chloé Cohen")
	b.until("the search is over", `document.querySelector("input[type=search]").value === ""`)

	b.see(".message-mine", "The invoice is in your folder")
	b.press("ArrowUp", 0) // her own words are the last ones
	b.until("the last own message can be changed", `document.querySelector(".composer-field").value === "The invoice is in your folder"`)
	b.press("Escape", 0)
	b.until("it is left as it was", `document.querySelector(".composer-field").value === "" && !document.querySelector(".composer-doing")`)

	names := eval[[]string](b, `[...document.querySelectorAll(".person-name")].map((e) => e.textContent)`)
	at := 0
	for i, name := range names {
		if name == "Chloé Cohen" {
			at = i
		}
	}
	b.press("ArrowUp", alt|shift)
	with("Ben Becker") // the only one with something unread, and the next above her
	b.press("ArrowUp", alt)
	with(names[at-2])
	b.press("ArrowDown", alt)
	with(names[at-1])

	b.press("k", control)
	b.typeText("ana")
	b.press("Enter", 0)
	with("Ana Almeida")
	b.click("button", "Budget 2027")
	b.see(".pane", "Budget 2027")
	b.press("Escape", 0)
	b.until("the pane is closed", `!document.querySelector(".pane")`)
	on("where one writes", ".composer-field")
	b.press("F6", 0)
	on("the list", "#people")
	b.press("F6", 0)
	on("the messages", ".messages")
	b.press("F6", 0)
	on("where one writes", ".composer-field")

	throughMessages(t, b)
	b.click(".message-theirs", "Perfect")
	b.press("x", 0)
	on("where one writes, as a letter was typed", ".composer-field")
	b.until("the letter stands there", `document.activeElement.value === "x"`)
	b.press("Backspace", 0)

	b.click(".composer button", "Emoji")
	on("the search for emoji", ".emoji input")
	b.typeText("party")
	b.press("ArrowDown", 0)
	on("what was found", ".emoji-one")
	b.press("Escape", 0)
	b.until("they are put away", `!document.querySelector(".emoji")`)
	on("where one writes", ".composer-field")

	b.press("/", control)
	b.see(".dialog", "Find people, rooms and messages")
	b.looks("keys")
	b.press("Escape", 0)
	b.until("the dialog is gone", `!document.querySelector(".dialog")`)
	on("where one writes", ".composer-field")
	b.click(".tab", "Shared folders")
	b.press("k", control)
	on("the search for people", `input[aria-label="Search people and messages"]`)
	b.press("Escape", 0)
	on("where one writes", ".composer-field")
	b.size(320, 640, 1)
	b.press("k", control)
	on("the search of a narrow window", "input[type=search]")
}

// throughMessages: the menus of all messages are one stop of the Tab key, and arrow keys go from one to the next.
func throughMessages(t *testing.T, b *tab) {
	t.Helper()
	eval[string](b, `(document.querySelector(".messages").focus(), "")`)
	stops := 0
	for range 60 {
		b.press("Tab", 0)
		if eval[bool](b, `!document.activeElement.closest(".messages")`) {
			break
		}
		if eval[bool](b, `document.activeElement.matches(".message-menu button")`) {
			stops++
		}
	}
	if stops != 1 {
		t.Errorf("the menus of the messages are %d stops of the Tab key", stops)
	}
	const at = `[...document.querySelectorAll("[data-message]")].findIndex((m) => m.contains(document.activeElement))`
	last := eval[int](b, `document.querySelectorAll("[data-message]").length - 1`)
	eval[string](b, `([...document.querySelectorAll(".message-menu button")].find((e) => e.tabIndex === 0).focus(), "")`)
	if got := eval[int](b, at); got != last {
		t.Errorf("the stop is at message %d of %d", got, last)
	}
	b.press("ArrowUp", 0)
	b.press("ArrowUp", 0)
	b.press("ArrowDown", 0)
	if got := eval[int](b, at); got != last-1 {
		t.Errorf("arrow keys go to message %d of %d", got, last)
	}
	b.press("Enter", 0)
	b.see(".message-menu .menu-item", "Reply")
	b.press("Escape", 0)
	b.until("the focus is on the message whose menu it was", `!document.querySelector(".menu-box") && `+at+` === %s`, last-1)
}

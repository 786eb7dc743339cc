package window_test

import "testing"

// roomSearched finds in one conversation what was said there: by keys alone, from the field through what is found to the message, and back to where one writes.
func roomSearched(t *testing.T, ana, ben, _ *desk) {
	rooms, err := ben.Client.Rooms(t.Context())
	if err != nil || len(rooms) != 1 {
		t.Fatalf("%+v, %v", rooms, err)
	}
	for _, said := range [][2]string{{rooms[0].ID, "the first quokka"}, {rooms[0].ID, "the second quokka"}, {ana.Me.Person, "a quokka elsewhere"}} {
		if _, err := ben.Client.Send(t.Context(), said[0], said[1]); err != nil {
			t.Fatal(err)
		}
	}
	ana.see(".message-theirs", "the second quokka")
	ana.see(".person-last", "a quokka elsewhere")
	row := func(n int) {
		t.Helper()
		ana.until("the focus is on what was found", `document.activeElement === document.querySelectorAll(".found-row")[%s]`, n)
	}
	field := func() {
		t.Helper()
		ana.until("the focus is on the search in this room", `document.activeElement.getAttribute("aria-label") === "Search this conversation" && document.querySelector(".narrow select").selectedOptions[0]?.textContent.startsWith(%s) && document.querySelector(".narrow select").title === document.querySelector(".narrow select").selectedOptions[0].textContent`, rooms[0].Name)
	}
	ana.click(".composer-field", "")
	ana.press("f", control)
	field()
	ana.typeText("quokka")
	ana.until("only the room's are found, newest first", `[...document.querySelectorAll(".found-text")].map((e) => e.textContent).join() === "the second quokka,the first quokka"`)
	ana.see(".found-row .person-name", "Ben Becker")
	ana.looks("found-within")
	ana.press("ArrowDown", 0)
	row(0)
	ana.press("ArrowDown", 0)
	row(1)
	ana.press("ArrowDown", 0) // there is no further one
	row(1)
	ana.press("ArrowUp", 0)
	row(0)
	ana.press("ArrowUp", 0)
	field()
	ana.press("ArrowDown", 0)
	ana.press("ArrowDown", 0)
	row(1)
	ana.press("Enter", 0)
	ana.until("the message is in sight", `(() => { const m = document.querySelector(".messages").getBoundingClientRect(), r = [...document.querySelectorAll("[data-message]")].find((e) => e.textContent.includes("the first quokka"))?.getBoundingClientRect(); return r && r.y >= m.y && r.bottom <= m.bottom + 1; })()`)
	row(1)
	ana.press("ArrowUp", alt) // one may look elsewhere meanwhile
	ana.until("another conversation is on screen, and the search is still in the room", `document.querySelector(".head-name").textContent !== %s && document.querySelectorAll(".found-row").length === 2`, rooms[0].Name)
	ana.until("one goes back to what was found", `(document.querySelectorAll(".found-row")[1].focus(), true)`)
	ana.press("Enter", 0)
	ana.see(".head-name", rooms[0].Name)
	ana.see(".message-theirs", "the first quokka")
	ana.press("f", control|shift)
	ana.until("all conversations are searched for the same", `document.activeElement.getAttribute("aria-label") === "Search people and messages" && document.activeElement.value === "quokka" && document.querySelectorAll(".found-row").length === 3`)
	ana.until("what was said in a room is told from what one was told alone", `[...document.querySelectorAll(".found-row")].every((e) => !!e.querySelector(".icon-people") !== e.textContent.includes("elsewhere"))`)
	ana.looks("found-everywhere")
	if _, err := ana.Star(t.Context(), ana.rowOf(".message-theirs", "the first quokka"), true); err != nil {
		t.Fatal(err)
	}
	more(ana, rooms[0].Name, "Starred messages…")
	ana.see(".dialog .quote", "Ben Beckerroom \u2068"+rooms[0].Name+"\u2069the first quokka")
	ana.click(".dialog button", "Close")
	ana.click("input[type=search]", "Search people and messages")
	ana.press("Escape", 0)
	ana.press("Escape", 0)
	ana.until("the search is over", `document.activeElement.matches(".composer-field") && !document.querySelector(".found, .narrow") && document.querySelector("input[type=search]").value === ""`)

	ana.click(".head button", "More for "+rooms[0].Name)
	ana.click(".menu-item", "Find in it…")
	field()
	ana.typeText("quokka")
	ana.see(".found-head", "2 messages")
	ana.click(".search button", "Narrow the search")
	ana.see(".found-head", "3 messages")
	ana.see(".found-text", "a quokka elsewhere")
	ana.click("input[type=search]", "Search people and messages")
	ana.press("Escape", 0)
	ana.until("nothing is searched", `!document.querySelector(".found") && !!document.querySelector("#people")`)
}

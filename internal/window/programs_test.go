package window_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// roomGroup names a group on the room's page and mentions it; whoever is in it sees that they are meant.
func roomGroup(t *testing.T, ana, ben, carla *desk) {
	ben.see(".pane h3", "Groups to mention")
	ben.click(".pane button", "New group…")
	ben.until("it needs a name and somebody", `[...document.querySelectorAll(".dialog .button-main")].every((b) => b.disabled)`)
	ben.typeText("Figures")
	ben.click(".person-choice", "Ben Becker")
	ben.click(".dialog input[role=searchbox]", "")
	ben.typeText("nobody")
	ben.see(".dialog .quiet", "No member is called")
	ben.press("Escape", 0)
	ben.typeText("carl")
	ben.until("one is left", `[...document.querySelectorAll(".dialog .person-choice")].map((e) => e.querySelector("span:not([class])")?.textContent).join() === "Carla Conti"`)
	ben.press("Enter", 0)
	ben.until("both are chosen, and all members are there again", `document.querySelectorAll(".dialog .person-choice input:checked").length === 2 && document.querySelectorAll(".dialog .person-choice").length > 2 && ["Ben Becker", "Carla Conti"].every((name) => document.querySelector(".dialog .picker-note").textContent.includes(name))`)
	ben.looks("room-group")
	ben.click(".dialog button", "Name the group")
	ben.see(".room-groups .member", "@Figures")
	ben.see(".room-groups .member", "Ben Becker and Carla Conti")
	ana.see(".message-change", "Ben Becker set the group “Figures” to ")
	ana.click(".composer-field", "")
	ana.typeText("@fig")
	ana.see(".completion-choice", "group of 2 members")
	ana.press("Enter", 0)
	ana.typeText("please check")
	ana.press("Enter", 0)
	carla.see(".message-theirs .mention-me", "@Figures")
	ana.see(".message-mine .mention", "@Figures")
	ben.click(".room-groups button", "More for the group Figures")
	ben.click(".menu-item", "Change…")
	ben.click(".person-choice", "Ben Becker")
	ben.click(".dialog button", "Save")
	ben.until("he is out of it", `document.querySelector(".room-groups .member-state")?.textContent === "Carla Conti"`)
	ben.click(".room-groups button", "More for the group Figures")
	ben.click(".menu-item", "Take away…")
	ben.click(".dialog button", "Take away")
	ben.until("it is none", `!document.querySelector(".room-groups")`)
	ana.see(".message-change", "Ben Becker set the group “Figures” to Carla Conti")
	ana.see(".message-change", "Ben Becker took the group “Figures” away")
}

// roomPrograms makes a webhook in the window: a program writes by its address, which the page shows once, and no more when it was removed; a hook that was
// added elsewhere is listed and removed.
func roomPrograms(t *testing.T, ana, ben, _ *desk) {
	rooms, err := ana.Rooms(t.Context())
	at := slices.IndexFunc(rooms, func(r api.Room) bool { return r.Name == "Budget 2027" && r.Member })
	if err != nil || at < 0 {
		t.Fatalf("%+v, %v", rooms, err)
	}
	if _, err := ana.Client.AddHook(t.Context(), rooms[at].ID, api.NewHookRequest{URL: "http://127.0.0.1:1/heard"}); err != nil {
		t.Fatal(err)
	}
	ana.click("button", "More for Budget 2027")
	ana.click(".menu-item", "Programs…")
	ana.see(".dialog", "Programs and Budget 2027")
	ana.see(".program", "http://127.0.0.1:1/heard")
	ana.until("it is said how another is added", `[...document.querySelectorAll(".dialog input[readonly]")].some((e) => e.value === %s)`, "lanyard hook add "+rooms[at].ID+" -- PROGRAM")
	ana.typeText("Night build")
	ana.press("Enter", 0)
	ana.see(".program", "Night build")
	ana.see(".program", "Not used yet")
	ana.see(".program-fresh", "keep it like a password")
	ana.looks("programs")
	ana.size(320, 640, 1)
	ana.fits("programs-320")
	for width := int64(320); width <= 480; width += 8 {
		ana.size(width, 640, 1)
		if broken := eval[[]string](ana.tab, `[...document.querySelectorAll(".program-added code")].filter((e) => e.getClientRects().length > 1).map((e) => e.textContent)`); len(broken) > 0 {
			t.Errorf("at %d pixels words that are to be typed break over two lines: %q", width, broken)
		}
	}
	ana.size(1280, 800, 1)
	ana.until("the address is there", `document.querySelector(".program-fresh input")?.value.includes("/hook/")`)
	address := eval[string](ana.tab, `document.querySelector(".program-fresh input").value`)
	post := func() (int, string) {
		t.Helper()
		got, err := http.Post(address, "text/plain", strings.NewReader("**green** <b>"))
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		said, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		return got.StatusCode, string(said)
	}
	if status, said := post(); status != http.StatusOK {
		t.Fatalf("%d %s", status, said)
	}
	ben.see(".message-theirs", "green <b>")
	ben.see(".message-theirs .message-from", "Through Night build")
	ana.see(".message-mine .message-from", "Through Night build")
	ana.click(".dialog button", "Close")
	ana.click("button", "More for Budget 2027")
	ana.click(".menu-item", "Programs…")
	ana.see(".program", "Last used")
	ana.until("the address is not shown again", `!document.querySelector(".program-fresh") && !document.body.textContent.includes("/hook/")`)
	ana.click(".program button", "Remove…")
	ana.see(".dialog", "are refused from then on")
	ana.click(".dialog button", "Remove")
	ana.until("the question is closed", `!document.querySelector(".dialog")`)
	if status, _ := post(); status != http.StatusNotFound {
		t.Errorf("a removed webhook answers %d", status)
	}
	ana.click("button", "More for Budget 2027")
	ana.click(".menu-item", "Programs…")
	ana.click(".program button", "Remove…")
	ana.see(".dialog", "The program is given nothing more.")
	ana.click(".dialog button", "Remove")
	ana.until("the question is closed", `!document.querySelector(".dialog")`)
	if all, err := ana.Client.Hooks(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("hooks: %+v, %v", all, err)
	}
}

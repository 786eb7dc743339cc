package window_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/agenttest"
	"lanyard/internal/lantest"
)

// TestOffice: everybody's row stands at the top; what is announced there is asked for once more, counted for its author, read by all, and answered in private.
func TestOffice(t *testing.T) {
	browser := chromium(t)
	t.Setenv("HOME", t.TempDir())
	for _, v := range []string{"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"} {
		t.Setenv(v, "") // nothing of this test opens on the desk of whoever runs it
	}
	ana := sit(t, browser, "Ana Almeida", "legal-2")
	ben := sit(t, browser, "Ben Becker", "sales-7")
	ana.until("nobody is there, and no office", `document.querySelector(".empty") && !document.querySelector(".person")`)
	if _, err := ana.Add(t.Context(), ben.address()); err != nil {
		t.Fatal(err)
	}
	ana.see(".person-name", "Ben Becker")
	ana.until("the office stands first", `document.querySelector(".person .person-name").textContent === "Office"`)
	ana.click(".person", "Office")
	ana.see(".message-none", "Nothing announced yet")
	ana.see(".head-where", "Announcements for everybody · 1 person")
	ana.looks("office-empty")

	ana.typeText("There is :birthd")
	ana.see("#emoji-names .completion-choice", "🎂")
	ana.press("Enter", 0)
	ana.until("nothing is announced by that, but the emoji written", `document.querySelector(".composer-field").value === "There is 🎂 " && !document.querySelector(".dialog")`)
	eval[string](ana.tab, `(document.querySelector(".composer-field").select(), "")`)
	ana.typeText("The lift is **out of order** until noon")
	ana.press("Enter", 0)
	ana.see(".dialog", "To everybody in the office: 1 person")
	ana.looks("office-ask")
	ana.press("Escape", 0)
	ana.until("nothing was said", `!document.querySelector(".dialog") && document.querySelector(".composer-field").value.startsWith("The lift") && !document.querySelector(".message")`)
	ana.click(".button-send", "")
	ana.click(".dialog button", "Announce")
	ana.see(".message-mine", "The lift is out of order")
	ana.until("the field is empty", `document.querySelector(".composer-field").value === ""`)
	ana.see(".message-reach", "With 1 of 1 colleague")

	ben.until("it is unread", `document.querySelector(".person .badge")?.textContent === "1"`)
	ben.see(".person", "Ana Almeida: The lift is out of order")
	ben.click(".person", "Office")
	ben.see(".message-author", "Ana Almeida")
	ana.see(".message-reach", "With 1 of 1 colleague, read by 1")
	ben.click(".message-row .message-menu button", "")
	ben.until("one can neither react nor pin", `document.querySelector(".menu-item") && ![...document.querySelectorAll(".menu-item")].some((i) => /React|Pin/.test(i.textContent))`)
	ben.click(".menu-item", "Reply to Ana Almeida")
	ben.see(".head-name", "Ana Almeida")
	ben.see(".composer-doing", "The lift is out of order")
	ben.typeText("Thanks, I walk")
	ben.press("Enter", 0)
	ana.click(".person", "Ben Becker")
	ana.see(".quote", "The lift is out of order")
	ana.see(".quote-name", "Ana Almeida to everybody in the office")
	ana.looks("office-reply")
	ana.click(".quote", "")
	ana.see(".head-name", "Office")
	ana.see(".message-mine", "The lift is out of order")

	ana.click(".composer-field", "")
	ana.press("ArrowUp", 0)
	ana.see(".composer-doing", "Edit announcement")
	ana.until("the words are selected", `(() => { const f = document.querySelector(".composer-field"); if (!f.value.startsWith("The lift")) return false; f.focus(); f.select(); return true; })()`)
	for _, at := range []string{".emoji input", ".composer-field"} {
		ana.click(".composer button", "Emoji")
		ana.until("emoji are offered", `document.activeElement.matches(".emoji input")`)
		ana.click(at, "")
		ana.press("Escape", 0)
		ana.until("emoji are put away, and it is still being edited", `!document.querySelector(".emoji") && document.querySelector(".composer-doing") && document.activeElement.matches(".composer-field")`)
	}
	ana.until("the words are selected again", `(() => { document.activeElement.select(); return true; })()`)
	ana.typeText("The lift is fine again")
	ana.press("Enter", 0)
	ben.see(".person", "Ana Almeida: The lift is fine again")

	home := t.TempDir()
	carla := agenttest.Agent{T: t, Options: agent.Options{Name: "Carla Costa", Machine: "front-1", Headless: true, Silent: true, Port: lantest.Port(t), Profile: filepath.Join(home, "profile"), Folder: filepath.Join(home, "Lanyard"),
		Log: slog.New(slog.DiscardHandler)}}
	carla.Start()
	t.Cleanup(carla.End)
	if _, err := carla.Add(t.Context(), ana.address()); err != nil {
		t.Fatal(err)
	}
	ana.see(".head-machine", "2 people")
	if _, err := carla.Announce(t.Context(), "I am new here, hello"); err != nil {
		t.Fatal(err)
	}
	ana.see(".message-author", "Carla Costa")
	ana.see(".message-reach", "With 2 of 2 colleagues")
	ana.until("the message that the quote led to is lit up no more", `document.querySelector(".message-row:has(.message-mine)").getAnimations().length === 0`)
	ana.looks("office")
	ana.size(320, 640, 1)
	ana.fits("office-320")
	ana.accessible("office at 320 pixels", false)
	ana.size(1280, 657, 1)
	ana.drop("[data-drop=conversation]", write(t, ana.path("lease.txt"), "signed"))
	ana.toasts("not to everybody in the office")

	shut := true
	for _, decide := range []func(context.Context, string) error{ana.Client.Block, ana.Client.Unblock} { // elsewhere, while the announcements are on the screen
		if err := decide(t.Context(), carla.Me.Person); err != nil {
			t.Fatal(err)
		}
		ana.until("who is blocked goes from the screen", `!document.querySelector(".message-theirs") === `+strconv.FormatBool(shut))
		shut = !shut
	}
	ana.click(".person-name", "Carla Costa")
	ana.see(".head-name", "Carla Costa")
	ana.click("header button", "More for Carla Costa")
	ana.click(".menu-item", "Block")
	ana.see(".composer-closed", "You blocked this person")
	ana.click(".person", "Office")
	ana.see(".message-mine", "The lift is fine again")
	ana.until("who is blocked is not read here", `!document.querySelector(".message-theirs") && document.querySelector(".head-machine").textContent === "1 person"`)
}

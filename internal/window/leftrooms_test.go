package window_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// TestRoomsThatAreOver: a room into which somebody was brought and from which they were removed, before they opened it, is in no row of the list; it stands below, where it can be opened and
// forgotten, and is not offered as one that may be joined.
func TestRoomsThatAreOver(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ana, ben := sit(t, browser, "Ana Almeida", "legal-2"), sit(t, browser, "Ben Becker", "sales-7")
	ana.on(t)
	ben.on(t)
	if _, err := ana.Add(t.Context(), ben.address()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Plain", "Open hours"} {
		if name == "Open hours" { // by a stranger, and by somebody to whom he wrote
			if _, err := ben.Client.Send(t.Context(), ana.Me.Person, "Hello"); err != nil {
				t.Fatal(err)
			}
		}
		made, err := ana.CreateRoom(t.Context(), api.NewRoomRequest{Name: name, With: []string{ben.Me.Person}, Open: name != "Plain"})
		if err != nil {
			t.Fatal(err)
		}
		ben.see(".person", name)
		if _, err := ana.RemoveFromRoom(t.Context(), made.ID, ben.Me.Person); err != nil {
			t.Fatal(err)
		}
		ben.see(".left-room", name)
	}
	over := func(inList, below, open int) {
		t.Helper()
		ben.until("the rooms stand where they belong", `[...document.querySelectorAll(".person")].filter((e) => /Plain|Open hours/.test(e.textContent)).length === %s
			&& document.querySelectorAll(".left-room").length === %s && document.querySelectorAll(".open-room:not(.left-room)").length === %s`, inList, below, open)
	}
	over(0, 2, 0)
	ben.see(".left-room", "You were removed, today")
	ben.looks("rooms-over")
	ben.size(320, 640, 1)
	ben.fits("rooms-over-320")
	ben.accessible("rooms that are over at 320 pixels", false)
	ben.size(1280, 800, 1)
	ben.do(chromedp.Reload())
	over(0, 2, 0)
	ben.click(".left-room .button", "Forget… Plain")
	ben.see(".dialog", "Take the room \u2068Plain\u2069 off your list?")
	ben.click(".dialog button", "Delete and take off")
	over(0, 1, 0)
	ben.click(".left-room button", "Open hours")
	ben.see(".message-change", "Ana Almeida removed you")
	ben.see(".composer-closed", "Ana Almeida removed you from this room")
	over(1, 0, 0)
}

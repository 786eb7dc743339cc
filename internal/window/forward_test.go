package window_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/internal/api"
)

// TestForwardedFile: what was received goes on from its menu, to a person and into a room at once, and says from whom it came; what is not here, or not any more
// as it came, is told in the dialog.
func TestForwardedFile(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ana := seat(t, "Ana Almeida", "legal-2")
	ben, cleo := sit(t, browser, "Ben Becker", "sales-7"), sit(t, browser, "Cleo Clark", "yard-1")
	for _, other := range []*desk{ana, cleo} {
		if _, err := ben.Client.Add(t.Context(), other.address()); err != nil {
			t.Fatal(err)
		}
		ben.see(".person-name", other.Me.Name)
	}
	room, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Budget 2027", With: []string{cleo.Me.Person}})
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, filepath.Join(t.TempDir(), "Lease contract.txt"), "signed")
	if _, err := ana.SendFiles(t.Context(), ben.Me.Person, []string{path}); err != nil {
		t.Fatal(err)
	}
	ben.click(".person-name", "Ana Almeida")
	ben.see("[data-file-state=offered] .card-name", "Lease contract.txt")
	forward := func(choices ...string) {
		t.Helper()
		ben.click(".message-file .message-menu button", "")
		ben.click(".menu-item", "Forward…")
		for _, choice := range choices {
			ben.click(".person-choice", choice)
		}
	}
	forward("Cleo Clark")
	ben.click(".dialog .button-main", "Forward")
	ben.see(".dialog [role=alert]", "accept it first")
	ben.looks("forward-file-refused")
	ben.click(".dialog button", "Cancel")
	ben.click("[data-file-state=offered] button", "Accept")
	ben.see("[data-file-state=received]", "Lease contract.txt")
	forward("Cleo Clark", "Budget 2027")
	ben.looks("forward-file")
	ben.click(".dialog .button-main", "Forward")
	ben.until("the dialog is closed", `!document.querySelector(".dialog")`)

	cleo.click(".person-name", "Ben Becker")
	cleo.see(".message-from", "Forwarded from Ana Almeida")
	cleo.click("[data-file-state=offered] button", "Accept")
	cleo.see("[data-file-state=received]", "Lease contract.txt")
	cleo.says("signed", "Received", "Lease contract.txt")
	cleo.looks("forwarded-file")
	cleo.click(".person-name", "Budget 2027")
	cleo.see(".message-from", "Forwarded from Ana Almeida")
	if page, err := cleo.Client.Messages(t.Context(), room.ID, api.Query{}); err != nil || !slices.ContainsFunc(page.Messages, func(m api.Message) bool { return m.File != nil && m.File.State == "offered" }) {
		t.Errorf("nothing came into the room: %+v %v", page, err)
	}

	if err := os.Remove(ben.path("Received", "Lease contract.txt")); err != nil {
		t.Fatal(err)
	}
	forward("Cleo Clark")
	ben.click(".dialog .button-main", "Forward")
	ben.see(".dialog [role=alert]", "send it from where it lies now")
	if page, err := cleo.Client.Messages(t.Context(), ben.Me.Person, api.Query{}); err != nil || len(page.Messages) != 1 {
		t.Errorf("Cleo got %d messages: %v", len(page.Messages), err)
	}
}

package window_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSenderSeesWhatCannotBeReceived: the card says who cannot receive a file and what helps, until they try again.
func TestSenderSeesWhatCannotBeReceived(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ben := seat(t, "Ben Becker", "sales-7")
	ana := sit(t, browser, "Ana Almeida", "legal-2")
	if _, err := ana.Client.Add(t.Context(), ben.address()); err != nil {
		t.Fatal(err)
	}
	ana.click(".person-name", "Ben Becker")
	write(t, ben.path("Received"), "no folder")
	sent, err := ana.SendFiles(t.Context(), ben.Me.Person, []string{write(t, filepath.Join(t.TempDir(), "Lease contract.txt"), "signed")})
	if err != nil {
		t.Fatal(err)
	}
	id := sent[0].ID
	eventually(t, "Ben takes it", func() bool { _, err := ben.AcceptFile(t.Context(), id); return err == nil })
	ana.see("[data-file-state=problem] .card-problem", "Ben Becker cannot receive it: Lanyard on that computer says why and what to do")
	ana.see("[data-file-state=problem] button", "Take back")
	ana.looks("cannot-receive")
	if err := os.Remove(ben.path("Received")); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.ResumeFile(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	ana.see("[data-file-state=received] .card-state", "Ben Becker has it, checked")
}

// TestSenderSeesWhatWindowsCannotStore: whoever drops a folder with names that only Windows cannot store is told so at once, and it is offered all the same.
func TestSenderSeesWhatWindowsCannotStore(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ben := seat(t, "Ben Becker", "sales-7")
	ana := sit(t, browser, "Ana Almeida", "legal-2")
	if _, err := ana.Client.Add(t.Context(), ben.address()); err != nil {
		t.Fatal(err)
	}
	ana.click(".person-name", "Ben Becker")
	folder := filepath.Join(t.TempDir(), "Plans")
	write(t, filepath.Join(folder, "What now?.txt"), "soup")
	write(t, filepath.Join(folder, "fine.txt"), "cake")
	ana.drop("[data-drop=conversation]", folder)
	ana.click(".choice", "Send a copy")
	ana.see(".toast", "Windows cannot store 1 name in \u2068Plans\u2069 (\u2068What now?.txt\u2069): who has Windows cannot receive it until you rename it and send it again.")
	ana.looks("unportable")
	ana.see("[data-file-state=offered] .card-name", "Plans")
}

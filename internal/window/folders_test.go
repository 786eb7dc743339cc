package window_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/api"
)

func shareCopy(t *testing.T, ana, ben *desk, home string) {
	folder := filepath.Join(home, "Projects", "Budget 2027")
	write(t, filepath.Join(folder, "Rent.txt"), "1200")
	write(t, filepath.Join(folder, "Figures", "Sheet.txt"), "a;b")
	if err := os.MkdirAll(filepath.Join(folder, "Empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	ana.drop(`.person[data-person="`+ben.Me.Person+`"]`, folder)
	ana.see(".dialog", "Make a shared copy in Lanyard")
	ana.looks("drop-folder")
	ana.click(".choice", "Make a shared copy in Lanyard")
	ana.see(".pane", "Budget 2027")
	ana.says("1200", "Budget 2027", "Rent.txt")
	ben.see(".card-invite", "Ana Almeida wants to share this folder with you")
	ana.see(".member", "Invited, has not answered yet")
	ben.click(".card-invite button", "Accept")
	ben.see("[data-share-state=in-sync]", "Up to date")
	ben.says("1200", "Budget 2027", "Rent.txt")
	ben.says("a;b", "Budget 2027", "Figures", "Sheet.txt")
	if info, err := os.Stat(ben.path("Budget 2027", "Empty")); err != nil || !info.IsDir() {
		t.Errorf("the empty folder did not come: %v", err)
	}
	ana.see("[data-share-state=in-sync] .member:not(:first-child) .member-state", "Has everything")
	write(t, ana.path("Budget 2027", "Rent.txt"), "1300")
	ben.says("1300", "Budget 2027", "Rent.txt")
	for _, d := range []*desk{ana, ben} {
		d.click(".pane .tab", "What happened")
	}
	ben.see("[data-notice=changed]", "Ana Almeida changed Rent.txt")
	ana.see("[data-notice=changed]", "You changed Rent.txt")
	if body, err := os.ReadFile(filepath.Join(folder, "Rent.txt")); err != nil || string(body) != "1200" {
		t.Errorf("the original, which is not shared, says %q, %v", body, err)
	}
}

func undo(t *testing.T, ana, ben *desk, _ string) {
	if err := os.Remove(ben.path("Budget 2027", "Figures", "Sheet.txt")); err != nil {
		t.Fatal(err)
	}
	ana.see("[data-notice=deleted]", "Benedikt Becker deleted Figures/Sheet.txt")
	ana.click("[data-notice=deleted] button", "Undo")
	ana.says("a;b", "Budget 2027", "Figures", "Sheet.txt")
	ben.says("a;b", "Budget 2027", "Figures", "Sheet.txt")
	ana.until("what is undone cannot be undone again", `!document.querySelector("[data-notice=deleted] button")`)

	ben.click(".pane button", "More for Budget 2027")
	ben.click(".menu-item", "Pause")
	ben.see("[data-share-state=paused]", "Paused")
	write(t, ana.path("Budget 2027", "Rent.txt"), "1400 says Ana")
	write(t, ben.path("Budget 2027", "Rent.txt"), "1500 says Ben")
	ana.see("[data-notice=changed]", "You changed Rent.txt")
	ben.click(".pane .button-main", "Go on")
	ana.see("[data-notice=conflict]", "at the same time. Both are kept")
	ben.see("[data-notice=conflict]", "at the same time. Both are kept")
	for _, d := range []*desk{ana, ben} { // which of the two versions keeps the name is not decided here
		d.until("both authors are named", `/(you and (Ana|Benedikt))|((Ana Almeida|Benedikt Becker) and you)/i.test(document.querySelector("[data-notice=conflict]").textContent)`)
	}
	ana.looks("conflict")
	ben.click(".tab", "Deleted and replaced")
	ben.see("[data-trash]", "Replaced by Ana Almeida")
	ben.see(".keeping", "Kept for 30 days, in at most 10 % of the disk")
	ben.click(".keeping button", "Change…")
	ben.see(".dialog", "Nothing goes within a day")
	ben.looks("keeping")
	ben.click(".dialog input[type=checkbox]", "")
	ben.until("the field holds another number", `(() => { const e = document.querySelector(".dialog input[type=number]"); e.value = "90"; e.dispatchEvent(new InputEvent("input", {bubbles: true})); return true; })()`)
	ben.click(".dialog button", "Save")
	ben.see(".keeping", "Kept for 90 days, in at most 10 % of the disk")
	ben.looks("trash")
	ben.click(`[data-trash="Rent.txt"] button`, "Restore")
	ben.toasts("is back")
	eventually(t, "what was replaced is beside the others", func() bool {
		found, err := filepath.Glob(ben.path("Budget 2027", "Rent*"))
		return err == nil && len(found) == 3
	})
	settleConflict(t, ana, ben)
	ana.click(".pane button", "Close")
	ben.click(".pane button", "Close")
	sendShared(t, ana, ben)
}

// settleConflict: both see the card of their conflict, in the folder and in their conversation; what one of them says is so for both.
func settleConflict(t *testing.T, ana, ben *desk) {
	for _, d := range []*desk{ana, ben} {
		d.see(".pane .card-conflict", "Both are kept until one of you says which stays")
		d.until("the conversation with the other has it too", `document.querySelectorAll(".conversation .card-conflict").length === 1`)
	}
	ana.until("the card is in sight", `(document.querySelector(".pane .card-conflict").scrollIntoView(), true)`)
	ana.looks("conflict-card")
	ana.click(".pane .card-conflict button", "Keep both")
	ana.toasts("Both are kept")
	for _, d := range []*desk{ana, ben} {
		d.until("the conflict is over", `!document.querySelector(".card-conflict")`)
	}
	eventually(t, "no name says conflict any more", func() bool {
		found, err := filepath.Glob(ben.path("Budget 2027", "*conflict*"))
		all, _ := filepath.Glob(ben.path("Budget 2027", "Rent*"))
		return err == nil && len(found) == 0 && len(all) == 3
	})
}

// folderFiles: what lies in a folder is seen file by file, found by name, and what it was before comes back in its place.
func folderFiles(t *testing.T, ana, ben *desk, _ string) {
	for _, d := range []*desk{ana, ben} {
		d.click(".pane .tab", "Files")
	}
	ana.see("[data-file=Figures]", "Figures")
	ana.see(`[data-file="Rent.txt"]`, "you")
	ben.see(`[data-file="Rent.txt"]`, "Ana Almeida")
	ben.looks("files")
	ben.click("[data-file=Figures]", "")
	ben.see(`[data-file="Figures/Sheet.txt"]`, "Sheet.txt")
	ben.click(".files-way button", "Budget 2027")
	ben.see("[data-file=Empty]", "Empty")
	ben.click(".files-find input", "")
	ben.typeText("figures sheet")
	ben.until("only what was looked for is listed", `[...document.querySelectorAll(".files [data-file]")].map((e) => e.dataset.file).join() === "Figures/Sheet.txt"`)
	for range "figures sheet" {
		ben.press("Backspace", 0)
	}
	ben.click(`[data-file="Rent.txt"]`, "")
	ben.see(".dialog", "All 2 have it")
	ben.see(".dialog [data-version]", "Replaced by Ana Almeida")
	ben.looks("file-versions")
	ben.click(".dialog [data-version] button", "Restore")
	ana.says("1200", "Budget 2027", "Rent.txt")
	ben.see(".dialog [data-version]", "Replaced by you")
	ben.click(".dialog [data-version] button", "Restore")
	ana.says("1300", "Budget 2027", "Rent.txt")
	ben.see(".dialog [data-version]:nth-child(3)", "Replaced by")
	ben.click(".dialog button", "Close")
	write(t, ben.path("Budget 2027", "Late.txt"), "late")
	ana.see(`[data-file="Late.txt"]`, "Benedikt Becker")
	folderRules(t, ana, ben)
	folderTaken(t, ana, ben)
	for _, d := range []*desk{ana, ben} {
		d.click(".pane .tab", "What happened")
	}
}

// folderRules: what a folder does not share is said in a dialog, which tells beforehand what that would be; both see it.
func folderRules(t *testing.T, ana, ben *desk) {
	ana.click(".pane button", "More for Budget 2027")
	ana.click(".menu-item", "What is not shared…")
	ana.see(".dialog .rules-would", "What is left out stays where it is")
	ana.click(".dialog .rules-text", "")
	ana.typeText("[late")
	ana.see(".dialog .rules-would", "line 1: a bracket has no end")
	ana.until("they cannot be saved", `document.querySelector(".dialog .button-main").disabled`)
	for range "[late" {
		ana.press("Backspace", 0)
	}
	ana.typeText("late.*")
	ana.see(".dialog .rules-would", "1 file (4 bytes) would be left out. What is left out stays")
	ana.see(".dialog .rules-files", "Late.txt")
	ana.looks("rules")
	ana.click(".dialog .button-main", "Save")
	for _, d := range []*desk{ana, ben} {
		d.see(`[data-file="Late.txt"]`, "the folder’s rules leave it out")
	}
	ben.looks("files-ignored")
	ben.click(".pane button", "More for Budget 2027")
	ben.click(".menu-item", "What is not shared…")
	ben.see(".dialog .rules-would", "1 file that the folder once shared is left out now")
	ben.until("the rules stand there", `document.querySelector(".rules-text").value === "late.*"`)
	ben.click(".dialog button", "Cancel")
}

// folderTaken: a folder goes off one computer and comes back; who alone has it keeps it.
func folderTaken(t *testing.T, ana, ben *desk) {
	ben.click("[data-file=Figures]", "")
	ben.click(".folder-taken-ask button", "Not on this computer…")
	ben.see(".folder-taken", "Nobody else loses anything")
	ben.looks("deselect")
	ben.click(".folder-taken button", "Take it off")
	ben.see(".folder-taken", "is not on this computer; colleagues have it")
	ben.see(`[data-file="Figures/Sheet.txt"]`, "Not on this computer")
	ben.looks("not-here")
	if _, err := os.Stat(ben.path("Budget 2027", "Figures")); !os.IsNotExist(err) {
		t.Errorf("the folder is there still: %v", err)
	}
	ana.says("a;b", "Budget 2027", "Figures", "Sheet.txt")
	ana.click("[data-file=Figures]", "")
	ana.until("nobody counts as lacking it", `!document.querySelector('[data-file="Figures/Sheet.txt"] .file-row-reach')`)
	ana.click(".folder-taken-ask button", "Not on this computer…")
	ana.click(".folder-taken button", "Take it off")
	ana.see(".folder-taken .field-problem", "on no other computer that takes the whole folder")
	ben.click(".folder-taken button", "Take it here")
	ben.says("a;b", "Budget 2027", "Figures", "Sheet.txt")
	for _, d := range []*desk{ana, ben} {
		d.click(".files-way button", "Budget 2027")
		d.see("[data-file=Empty]", "Empty")
	}
}

// sendShared: a copy of a shared folder goes to somebody with all that lies in it but what Lanyard keeps there, which is told.
func sendShared(t *testing.T, ana, ben *desk) {
	write(t, ana.path("Budget 2027", "~$Rent.docx"), "Ana")
	write(t, ana.path("Budget 2027", "Icon\r"), "the picture of a Mac folder, whose name nobody can change")
	ana.drop("[data-drop=conversation]", ana.path("Budget 2027"))
	ana.click(".choice", "Send a copy")
	ana.toasts("2 items in \u2068Budget 2027\u2069 left out, since Lanyard's own folders, and system or temporary files that cannot be read or named, are not sent: \u2068.lanyard\u2069, \u2068Icon")
	ben.see("[data-file-state=offered] .card-name", "Budget 2027")
	ben.click("[data-file-state=offered] button", "Accept")
	ana.see("[data-file-state=received]", "Benedikt Becker has it, checked")
	eventually(t, "the lock file came with the copy", func() bool {
		found, err := filepath.Glob(ben.path("Received", "Budget 2027", "~$Rent.docx"))
		return err == nil && len(found) == 1
	})
}

func shareFound(t *testing.T, ana, ben *desk, home string) {
	folder := filepath.Join(home, "Pictures", "Posters")
	write(t, filepath.Join(folder, "one.txt"), "first poster")
	write(t, filepath.Join(folder, "two.txt"), "second poster")
	ana.drop("[data-drop=conversation]", folder)
	ana.click(".choice", "Share this folder")
	ana.until("the path is shown for consent", `document.querySelector(".dialog .path-found")?.textContent === %s`, folder)
	ana.looks("consent")
	ana.click(".dialog .button-main", "Share this folder")
	ana.see(".pane", folder)
	ben.see(".card-invite", "Posters")
	ben.looks("invited")
	ben.click(".card-invite button", "Accept into another folder")
	ben.see(".dialog", "Where should")
	ben.until("a path can be typed", `(() => { const e = document.querySelector(".dialog input.path"); e?.focus(); return document.activeElement === e; })()`)
	ben.typeText(ben.path("Walls"))
	ben.click(".dialog .button-main", "Accept")
	ben.says("first poster", "Walls", "one.txt")
	write(t, ben.path("Walls", "one.txt"), "first poster, larger")
	eventually(t, "the folder that was dropped changes where it lies", func() bool {
		body, err := os.ReadFile(filepath.Join(folder, "one.txt"))
		return err == nil && string(body) == "first poster, larger"
	})
	ana.click(".pane button", "More for Posters")
	ana.click(".menu-item", "Leave this folder")
	ana.see(".dialog", "Leave “Posters”?")
	ana.looks("leave")
	ana.click(".dialog .button-danger", "Leave")
	ana.until("the pane is closed", `!document.querySelector(".pane")`)
	ana.until("it is no longer shared", `![...document.querySelectorAll(".head-shared-text")].some((e) => e.textContent.includes("2 shared"))`)
}

// shareNew begins where the tray's menu does.
func shareNew(t *testing.T, ana, ben *desk, home string) {
	folder := filepath.Join(home, "Minutes")
	write(t, filepath.Join(folder, "monday.txt"), "all agreed")
	if err := ana.Client.TrayClicked(context.Background(), api.Notification{Share: api.NewShare}); err != nil {
		t.Fatal(err)
	}
	ana.see(".dialog", "With whom?")
	ana.until("a path can be typed", `(() => { const e = document.querySelector(".dialog input.path"); e?.focus(); return document.activeElement === e; })()`)
	ana.typeText(folder)
	ana.click(".person-choice", "Benedikt Becker")
	ana.looks("share-new")
	ana.click(".dialog .button-main", "Share this folder")
	ana.see(".pane", "Minutes")
	ben.see(".card-invite", "Minutes")
	ben.click(".tab", "Shared folders")
	ben.see(".folders .card-invite", "Minutes")
	ben.looks("folders-offered")
	ben.click(".folders .card-invite button", "Decline")
	ben.until("the invitation is gone", `!document.querySelector(".card-invite")`)
	ben.click(".tab", "People")
	ana.see(".member", "Declined")
	if err := ana.Client.TrayClicked(context.Background(), api.Notification{Conversation: ben.Me.Person}); err != nil {
		t.Fatal(err)
	}
	ana.until("a click on a notification shows the conversation", `!document.querySelector(".pane") && document.querySelector(".head-name").textContent === "Benedikt Becker"`)
}

package window_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestTwoDesks is the main job as two people see it: two real agents, two windows of one real browser, each in a profile of its own. The parts build on each other, as a day does.
func TestTwoDesks(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	home, err := os.UserHomeDir() // where the agent looks for a folder that is dropped
	if err != nil {
		t.Fatal(err)
	}
	ana := sit(t, browser, "Ana Almeida", "legal-2")
	ben := sit(t, browser, "Ben Becker", "sales-7")
	for _, part := range []struct {
		name string
		run  func(t *testing.T, ana, ben *desk, home string)
	}{
		{"an empty list says why, and an address ends it", meet},
		{"a message is written, delivered and read", talk},
		{"a message is answered, changed and taken back", amend},
		{"a text is sent later, a reminder rings", postpone},
		{"a person is mentioned, a message is linked to", point},
		{"what was said is exported, kept for so long, and checked", recorded},
		{"a name changes everywhere at once", rename},
		{"a dropped file is sent, accepted and there", sendFile},
		{"a pasted picture is seen, a sound is heard", pictures},
		{"a film is played", film},
		{"a thin picture stays small", thin},
		{"a file is held and goes on", held},
		{"a small file of somebody known comes by itself", unasked},
		{"a dropped folder becomes a shared copy", shareCopy},
		{"the files of a folder are seen one by one, and come back", folderFiles},
		{"a deletion is undone, a conflict is told", undo},
		{"somebody may only read", readOnly},
		{"a dropped folder is found and shared where it lies", shareFound},
		{"an existing folder is shared with chosen people", shareNew},
		{"a message waits for somebody who is away", away},
		{"what was said is found and shown in its place", find},
		{"a room is on the list, and tells who wrote what", room},
		{"the window outlives its agent", outlive},
		{"hostile names and texts stay texts", hostile},
	} {
		ok := t.Run(part.name, func(t *testing.T) {
			ana.on(t)
			ben.on(t)
			part.run(t, ana, ben, home)
		})
		ana.on(t)
		ben.on(t)
		if !ok {
			return
		}
	}
}

func meet(_ *testing.T, ana, ben *desk, _ string) {
	ana.see(".empty", "Nobody else")
	ana.looks("empty")
	ana.click(".empty button", "Add by address…")
	ana.see(".dialog", "Yours is "+ana.Me.Addresses[0])
	ana.typeText(ben.address())
	ana.press("Enter", 0)
	ana.see(".head-name", "Ben Becker")
	ana.see(".head-where", "Available · sales-7")
	ben.see(".person-name", "Ana Almeida")
}

func talk(t *testing.T, ana, ben *desk, _ string) {
	ana.write("Good morning, Ben")
	ana.see(".message-state", "Delivered")
	ben.see(".person .badge", "1")
	ben.until("the title tells of it", `document.title === "(1) Lanyard"`)
	ben.click(".person", "Ana Almeida")
	ben.see(".message-unread", "New messages")
	ben.see(".message-theirs", "Good morning, Ben")
	ana.see(".message-state", "Read")
	ben.until("nothing is unread", `document.title === "Lanyard" && !document.querySelector(".badge")`)
	ben.write("Good morning! https://wiki.example/plan")
	ana.see(".message-theirs a", "https://wiki.example/plan")
	ben.see(".message-state", "Read")
	page, err := ana.Client.Messages(context.Background(), ben.Me.Person, api.Query{})
	if err != nil || len(page.Messages) != 2 {
		t.Fatalf("the agent has %d messages, %v", len(page.Messages), err)
	}
}

func room(t *testing.T, ana, ben *desk, _ string) {
	made, err := ana.CreateRoom(context.Background(), api.NewRoomRequest{Name: "Budget 2027", With: []string{ben.Me.Person}})
	if err != nil {
		t.Fatal(err)
	}
	ben.click(".person", "Budget 2027")
	ben.see(".head-machine", "2 members")
	ben.write("The numbers are in")
	ana.see(".person", "Benedikt Becker: The numbers are in")
	ana.click(".person", "Budget 2027")
	ana.see(".message-author", "Benedikt Becker")
	var face bytes.Buffer
	if err := png.Encode(&face, image.NewGray(image.Rect(0, 0, 96, 96))); err != nil {
		t.Fatal(err)
	}
	picture := face.Bytes()
	if _, err := ben.Client.SetCard(t.Context(), api.CardRequest{Picture: &picture}); err != nil {
		t.Fatal(err)
	}
	ana.until("the picture of his card stands at what he said", `document.querySelector(".message-author .portrait")?.naturalWidth === 96`)
	ben.see(".message-state", "Read")
	ana.see(".message-change", "You made this room")
	ana.see(".message-change", "You invited Benedikt Becker")
	ben.see(".message-change", "Ana Almeida invited you")
	ana.looks("room")
	picture = []byte{}
	if _, err := ben.Client.SetCard(t.Context(), api.CardRequest{Picture: &picture}); err != nil {
		t.Fatal(err)
	}
	ana.until("the picture is gone", `!document.querySelector(".portrait")`)
	if _, err := ana.LeaveRoom(context.Background(), made.ID); err != nil {
		t.Fatal(err)
	}
	ben.see(".head-machine", "1 member")
	ben.see(".message-change", "Ana Almeida left")
	ben.click(".person", "Ana Almeida")
	ana.click(".person", "Benedikt Becker")
	for _, d := range []*desk{ana, ben} { // what comes next may end an agent, and the page that was asked for with it
		d.see(".message-text", "line 149 of a long talk")
	}
}

func rename(_ *testing.T, ana, ben *desk, _ string) {
	ben.click(".own-name", "Ben Becker")
	ben.until("the name can be written", `document.activeElement.className === "own-field"`)
	ben.typeText("Benedikt Becker") // the whole name is selected
	ben.press("Enter", 0)
	ben.see(".own-name", "Benedikt Becker")
	ana.see(".head-name", "Benedikt Becker")
	ana.see(".person-name", "Benedikt Becker")
	ben.click("button", "Presence: Available")
	ben.click(".menu-item", "Busy")
	ana.see(".head-where", "Busy")
	ben.click("button", "Presence: Busy")
	ben.click(".menu-item", "Available")
	ana.see(".head-where", "Available")
}

func sendFile(t *testing.T, ana, ben *desk, home string) {
	ana.drop("[data-drop=conversation]", write(t, filepath.Join(home, "Lease contract.txt"), "signed"), write(t, filepath.Join(home, "Floor plan.txt"), "third floor"))
	ana.see(".dialog", "Lease contract.txt and Floor plan.txt")
	ana.looks("drop-files")
	ana.click(".dialog .button-main", "Send")
	ben.see("[data-file-state=offered] .card-name", "Lease contract.txt")
	ben.see("[data-file-state=offered] .card-name", "Floor plan.txt")
	ana.see(".card-state", "Waiting for Benedikt Becker to accept")
	ben.click(".message-row:has([data-file]) button", "Accept")
	ben.see("[data-file-state=received]", "Lease contract.txt")
	ben.says("signed", "Received", "Lease contract.txt")
	ana.see("[data-file-state=received]", "Benedikt Becker has it, checked")
	ben.click("[data-file-state=offered] button", "Decline")
	ana.see("[data-file-state=declined]", "Benedikt Becker declined")
	if _, err := os.Stat(ben.path("Received", "Floor plan.txt")); err == nil {
		t.Error("what was declined came all the same")
	}
	ana.looks("files")
	longText(t, ana, ben)
}

func away(_ *testing.T, ana, ben *desk, _ string) {
	ana.click(".person", "Benedikt Becker")
	ben.End()
	ana.see(".head-where", "Not here since")
	ben.see(".connection-line", "Lanyard is not running")
	ana.write("Call me when you are back")
	ana.see(".message-state", "Waiting until they are here")
	ana.looks("away")
	ben.Start() // his window still shows this conversation: what comes is read at once
	ben.until("the line is gone", `!document.querySelector(".connection-line")`)
	ben.click(".person", "Ana Almeida")
	ben.see(".message-theirs", "Call me when you are back")
	ana.see(".message-state", "Read")
}

func find(t *testing.T, ana, ben *desk, _ string) {
	for i := range 150 {
		if _, err := ana.Client.Send(context.Background(), ben.Me.Person, fmt.Sprintf("line %d of a long talk", i)); err != nil {
			t.Fatal(err)
		}
	}
	ben.see(".message-text", "line 149 of a long talk")
	eventually(t, "Ben has read them before he goes elsewhere", func() bool {
		with, err := ben.Conversation(t.Context(), ana.Me.Person)
		return err == nil && with.Unread == 0
	})
	ana.click("input[type=search]", "Search people and messages")
	ana.typeText("good mor")
	ana.see(".found-head", "2 messages")
	ana.see(".found-row mark", "Good")
	ana.see(".found-row mark", "mor")
	ana.until("that nobody is called so takes no room", `!document.querySelector(".empty")`)
	ana.looks("found")
	narrowed(t, ana, ben)
	ana.click(".found-row", "Good morning, Ben")
	ana.until("the message is in sight", `(() => { const m = document.querySelector(".messages"), r = [...document.querySelectorAll("[data-message]")].find((e) => e.textContent.includes("Good morning, Ben"));
		if (!r) return false; const y = r.getBoundingClientRect().y - m.getBoundingClientRect().y; return y >= 0 && y < m.clientHeight; })()`)
	ana.see(".to-end", "Newest")
	ana.click("input[type=search]", "Search people and messages")
	ana.press("Escape", 0)
	ana.until("the search is over", `!document.querySelector(".found") && document.querySelector("input[type=search]").value === ""`)
	ana.click(".to-end", "Newest")
	ana.see(".message-row", "line 149 of a long talk")
}

// longText: what is longer than a message goes as a file, and leaves the composer when it does.
func longText(t *testing.T, ana, ben *desk) {
	t.Helper()
	long := strings.Repeat("Minutes of a long meeting. ", 1300)
	ana.click(".composer-field", "")
	ana.typeText(long)
	ana.see(".composer .field-problem", "longer than a message can be")
	ana.looks("too-long")
	ana.click(".composer .button", "Send as a file")
	ben.see("[data-file-state=offered] .card-name", "Text ")
	ana.until("the composer is empty", `document.querySelector(".composer-field").value === "" && !document.querySelector(".composer .field-problem")`)
	ben.click("[data-file-state=offered] button", "Accept")
	ben.see("[data-file-state=received] .card-name", "Text ")
	came, err := filepath.Glob(ben.path("Received", "Text *.txt"))
	if err != nil || len(came) != 1 {
		t.Fatalf("%q came, %v", came, err)
	}
	if body, err := os.ReadFile(came[0]); err != nil || string(body) != long {
		t.Errorf("%d bytes came of %d, %v: %.40q … %.40q", len(body), len(long), err, body, body[max(0, len(body)-30):])
	}
}

// narrowed asks for less of what is found, by each of the filters, and for all of it again.
func narrowed(t *testing.T, ana, ben *desk) {
	t.Helper()
	choose := func(field, value string) {
		t.Helper()
		ana.until(field+" can be chosen", `(() => { const e = [...document.querySelectorAll(".narrow label")].find((l) => l.textContent.startsWith(%s))?.querySelector("select, input"); if (!e) return false;
			e.value = %s; e.dispatchEvent(new Event(e.tagName === "SELECT" ? "change" : "input", {bubbles: true})); return e.value === %s; })()`, field, value, value)
	}
	today := time.Now()
	day := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	ana.click(".search button", "Narrow the search")
	choose("Since", day(1))
	ana.see(".found-head", "No messages")
	choose("Since", day(-1))
	choose("Until", day(1))
	ana.see(".found-head", "2 messages")
	choose("Until", day(-2))
	ana.see(".found-head", "No messages")
	choose("Until", "")
	choose("In", ben.Me.Person)
	ana.see(".found-head", "2 messages")
	ana.looks("narrowed")
	ana.size(320, 640, 1)
	ana.fits("narrowed-320")
	ana.size(1280, 800, 1)
	choose("In", eval[string](ana.tab, `[...document.querySelectorAll(".narrow option")].find((o) => o.textContent === "Office").value`))
	ana.see(".found-head", "No messages")
	choose("In", "")
	found := func(who, text string) {
		t.Helper()
		ana.until("only what was written by "+who, `document.querySelector(".found-head").textContent === "1 message" && document.querySelector(".found-row").textContent.includes(%s)`, text)
	}
	choose("From", ben.Me.Person)
	found("Ben", "Good morning! https:")
	choose("From", ana.Me.Person)
	found("Ana herself", "You: Good morning, Ben")
	choose("From", "")
	ana.see(".found-head", "2 messages")
	ana.click(".narrow label", "Only files")
	ana.see(".found-head", "No files")
	ana.click("input[type=search]", "Search people and messages")
	eval[string](ana.tab, `(() => { const e = document.querySelector("input[type=search]"); e.value = ""; e.dispatchEvent(new InputEvent("input", {bubbles: true})); return ""; })()`)
	ana.until("only files are found, without a word", `document.querySelectorAll(".found-row").length > 0 && [...document.querySelectorAll(".found-row")].every((r) => r.querySelector(".icon-file"))`)
	ana.press("Escape", 0)
	ana.until("nothing narrows the search any more", `!document.querySelector(".narrow") && !document.querySelector(".found")`)
	ana.typeText("good mor")
	ana.see(".found-head", "2 messages")
}

func outlive(t *testing.T, ana, ben *desk, _ string) {
	loaded := eval[float64](ana.tab, `performance.timeOrigin`)
	ana.End()
	ana.see(".connection-line", "Lanyard is not running")
	ana.looks("not-running")
	ana.write("written while the agent was away")
	ana.see(".message-problem", "Try again")
	ana.Start()
	ana.until("the line is gone", `!document.querySelector(".connection-line")`)
	ben.see(".message-theirs", "written while the agent was away")
	ana.see(".message-state", "Read")
	if again := eval[float64](ana.tab, `performance.timeOrigin`); again != loaded {
		t.Error("the window was loaded anew")
	}
	if n := eval[int](ben.tab, `[...document.querySelectorAll(".message-theirs")].filter((e) => e.textContent.includes("while the agent was away")).length`); n != 1 {
		t.Errorf("the message came %d times", n)
	}
	ben.see(".head-where", "Available")
}

func hostile(t *testing.T, ana, ben *desk, _ string) {
	ctx := context.Background()
	ben.click(".person", "Ana Almeida")
	for _, text := range hostileTexts() {
		var refused *api.Error
		if _, err := ana.Client.Send(ctx, ben.Me.Person, text); err != nil && !(errors.As(err, &refused) && refused.Code == api.CodeUsage) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	const name = `<img src=x onerror=alert(1)>`
	if _, err := ana.Client.SetName(ctx, name); err != nil {
		t.Fatal(err)
	}
	if _, err := ana.Client.SetPresence(ctx, "away", `<svg onload=alert(1)>`); err != nil {
		t.Fatal(err)
	}
	ben.see(".head-name", name)
	ben.see(".head-where", `<svg onload=alert(1)>`)
	if _, err := ana.Client.Send(ctx, ben.Me.Person, "the last of them"); err != nil {
		t.Fatal(err)
	}
	ben.see(".message-theirs", "the last of them")
	ben.harmless()
	write(t, ana.path("Budget 2027", "\u202Etxt.exe"), "reversed")
	write(t, ana.path("Budget 2027", "&lt;b&gt; {{x}} ${y}.txt"), "markup")
	ben.click(".head-shared", "Budget 2027") // the other one is no longer shared with her, who left it
	ben.shot("about")
	ben.click(".pane button", "Close")
	ben.click(".tab", "Shared folders")
	ben.click(".folder", "Posters")
	ben.shot("left")
	ben.click(".folder", "Budget 2027")
	ben.click(".tab", "People")
	ben.click(".pane .tab", "What happened")
	ben.see("[data-notice=added]", "&lt;b&gt; {{x}} ${y}.txt")
	ben.looks("hostile-agents")
	ben.harmless()
	ana.click(".person", "Benedikt Becker")
	ana.see(".message-mine", "the last of them")
	ana.harmless()
}

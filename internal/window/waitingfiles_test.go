package window_test

import (
	"context"
	"testing"
	"time"

	"lanyard/internal/api"
)

// whoseFiles: a file for somebody who is not here waits on this computer, whoever carries its offer, and claims no speed; a program says what it is.
func whoseFiles(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	file := func(i int, mine bool, state string, more api.File) {
		m := c.add("dmitri", mine, more.Name, time.Now())
		more.ID, more.Conversation, more.Mine, more.State, more.Size, more.Files = m.ID, m.Conversation, mine, state, 120_000_000, 1
		more.From, more.To = m.Author, api.Author{ID: "dmitri", Name: "Dmitri Dubois"}
		c.messages["dmitri"][i].Kind, c.messages["dmitri"][i].File = "file", &more
		c.snapshot.Files = append(c.snapshot.Files, more)
	}
	file(0, true, "accepted", api.File{Name: "Backup.iso", Progress: api.Progress{Done: 25_700_000, Total: 120_000_000, Rate: 2_800_000, Left: 34}})
	file(1, false, "received", api.File{Name: "Invoice.pdf.exe", Media: "program", Path: "/home/carla/Lanyard/Received/Invoice.pdf.exe"})
	file(2, true, "offered", api.File{Name: "note.txt"})
	c.rowLocked("dmitri")
	c.got("dmitri", 2, "carried", "Ben", "Eva")
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	b.see("[data-file-state=accepted] .card-state", "Goes on when Dmitri Dubois is here")
	b.see("[data-file-state=offered] .card-state", "Waits on your computer until Dmitri Dubois and you are here")
	b.see(".message-state", "The offer is on its way, kept by Ben and Eva")
	b.until("no speed is claimed", `document.querySelector(".progress-words").textContent.includes("120 MB") && !/left|\/s/.test(document.querySelector(".progress-words").textContent)`)
	b.see("[data-file-state=received] .card-program", "A program")
	b.until("it is shown in its folder and not opened", `[...document.querySelectorAll("[data-file-state=received] button")].map((e) => e.textContent).join() === "Show in folder"`)
	b.looks("files-waiting")
	c.say("presence", api.Peer{ID: "dmitri-machine", Person: "dmitri", Name: "Dmitri Dubois", Machine: "front-desk", Presence: "available", Link: true, LastSeen: time.Now(), Trust: "seen", Addresses: []string{}})
	b.see("[data-file-state=offered] .card-state", "Waiting for Dmitri Dubois to accept")
	b.see(".progress-words", "34 seconds left")
}

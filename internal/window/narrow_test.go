package window_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lanyard/internal/api"
)

// narrow is a window of 320 pixels, or one zoomed to twice the size: what can be done with a message can be reached, of whoever it is and whatever it holds.
func narrow(t *testing.T, browser context.Context) {
	c := newCanned(t)
	now := time.Now()
	c.person("ben", "Ben Becker", "sales-7", "available", true, now)
	c.add("ben", false, "Could you send me the plan of the third floor, the one with the new walls, before we meet at eleven?", now)
	c.add("ben", true, "Here it is; the walls on it are those of last week, as far as I know nothing has changed since then", now)
	file := func(mine bool, name, state string, picture *api.Picture) {
		m := c.add("ben", mine, name, now)
		f := api.File{ID: fmt.Sprintf("%064x", len(c.snapshot.Files)), Conversation: m.Conversation, From: m.Author, To: api.Author{ID: "ben", Name: "Ben Becker"}, Mine: mine, Name: name, Size: 4_812_331, Files: 1, State: state, Picture: picture}
		last := len(c.messages["ben"]) - 1
		c.messages["ben"][last].Kind, c.messages["ben"][last].File = "file", &f
		c.rowLocked("ben")
		c.snapshot.Files = append(c.snapshot.Files, f)
	}
	file(true, "Plan of the third floor.pdf", "received", nil)
	file(true, "Third floor.png", "offered", &api.Picture{Width: 1600, Height: 900})
	file(false, "Sketch of the kitchen.png", "offered", &api.Picture{Width: 900, Height: 900})
	file(false, "Minutes of the meeting about the third floor.odt", "received", nil)
	b := signIn(t, browser, c.URL)
	b.click(".person", "Ben Becker")
	b.see(".card-name", "Minutes of the meeting")
	b.looks("files-1280")
	b.size(320, 640, 1)
	for _, direction := range []string{"ltr", "rtl"} {
		eval[string](b, `document.documentElement.dir = %s`, direction)
		b.fits("files-320-" + direction)
		if away := eval[[]string](b, `(() => { const m = document.querySelector(".messages"), box = m.getBoundingClientRect(), to = box.left + m.clientWidth;
			return [...m.querySelectorAll(".message-menu button")].filter((e) => { const r = e.getBoundingClientRect(); return r.left < box.left || r.right > to; }).map((e) => e.closest("article").innerText.slice(0, 40)); })()`); len(away) > 0 {
			t.Errorf("%s: the menu of %q lies outside the list", direction, away)
		}
		if aside := eval[float64](b, `(() => { const m = document.querySelector(".messages"); return m.scrollWidth - m.clientWidth; })()`); aside > 0 {
			t.Errorf("%s: the list can be scrolled sideways, by %v pixels", direction, aside)
		}
	}
	eval[string](b, `document.documentElement.dir = ""`)
	b.click(".message-mine.message-file:has([data-file-state=received]) .message-menu button", "")
	b.see(".menu-item", "Delete for everybody…")
	b.fits("files-320-menu")
	b.press("Escape", 0)
}

package window_test

import (
	"context"
	"fmt"
	"testing"
)

// rowsThere counts the messages that exist in the page.
const rowsThere = `document.querySelectorAll("[data-message]").length`

// manyRows: of a conversation in which more and more is said the window keeps 500 rows; what it dropped is loaded again by whoever scrolls there.
func manyRows(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 495, 495)
	b := open(t, browser, c.URL())
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 494")
	b.until("all of them are loaded", `(() => { document.querySelector(".messages").scrollTop = 0; return document.querySelector("[data-message]").dataset.message === "m0000"; })()`)
	b.click(".to-end", "Newest")
	b.until("they are at the end", `!document.querySelector(".to-end") && `+atBottom)
	for i := range 8 {
		c.comes(b, fmt.Sprintf("live %d", i))
	}
	if n := eval[int](b, rowsThere); n != 500 {
		t.Errorf("%d rows exist", n)
	}
	b.see(".message-edge", "Loading earlier messages")
}

// manyRowsRead: so it is for somebody who reads on through more.
func manyRowsRead(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 750, 50)
	b := open(t, browser, c.URL())
	b.click(".person", "Dora Lind")
	b.see(".message-unread", "New messages")
	most := eval[int](b, `new Promise((done) => { let most = 0; const on = () => { const m = document.querySelector(".messages"); m.scrollTop = 1e9;
		most = Math.max(most, `+rowsThere+`); if (document.querySelector("[data-message=m0749]")) return done(most); requestAnimationFrame(on); }; on(); })`)
	if most != 500 {
		t.Errorf("%d rows existed at most", most)
	}
	b.until("the beginning is loaded again", `(() => { document.querySelector(".messages").scrollTop = 0; return document.querySelector("[data-message]").dataset.message === "m0000"; })()`)
}

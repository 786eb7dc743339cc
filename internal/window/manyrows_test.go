package window_test

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// rowsThere counts the messages that exist in the page.
const rowsThere = `document.querySelectorAll("[data-message]").length`

// manyRows: of a conversation in which more and more is said the window keeps 500 rows; what it dropped is loaded again by whoever scrolls there.
func manyRows(t *testing.T, browser context.Context) {
	c := newCanned(t)
	dora(c, 100, 100)
	b := open(t, browser, c.URL())
	b.click(".person", "Dora Lind")
	b.see(".message", "flood 99")
	for i := range 450 {
		c.say("message", c.add("dora", false, fmt.Sprintf("live %d", i), time.Now()))
	}
	b.see(".message", "live 449")
	b.until("they are at the end", `!document.querySelector(".to-end") && `+atBottom)
	c.comes(b, "one more")
	if n := eval[int](b, rowsThere); n != 500 {
		t.Errorf("%d rows exist", n)
	}
	b.until("the oldest are loaded again", `(() => { document.querySelector(".messages").scrollTop = 0; return document.querySelector("[data-message]").dataset.message === "m0000"; })()`)
	if n := eval[int](b, rowsThere); n > 500 {
		t.Errorf("%d rows exist at the beginning", n)
	}
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

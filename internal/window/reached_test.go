package window_test

import (
	"context"
	"testing"

	"lanyard/internal/api"
)

// whoHasIt: of a message to many it is told who has read it, and who has not.
func whoHasIt(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	aRoom(c)
	c.messages["move"] = c.messages["move"][:1]
	c.messages["move"][0].States = []api.State{{ID: "ana", Name: "Ana Almeida", State: "read"}, {ID: "ben", Name: "Ben Becker", State: "delivered"}, {ID: "eva", Name: "Eva Egger", State: "waiting"}}
	b := signIn(t, browser, c.URL)
	b.click("#person-move", "")
	b.see(".message-state", "Read by 1 of 3")
	b.click(".message-menu button", "")
	b.click(".menu-item", "Who has it…")
	b.until("each is told", `document.querySelector(".reached")?.textContent === "Read\u2068Ana Almeida\u2069 (\u2068legal-2\u2069)Delivered, not read yetBen BeckerWaiting until they are hereEva Egger"`)
	b.looks("who-has-it")
	b.size(390, 800, 1)
	b.fits("who-has-it-390")
}

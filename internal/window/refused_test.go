package window_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"lanyard/internal/api"
)

// TestRefused: who was removed while nobody reached them sees what they wrote meanwhile, as refused: at once when it is learnt, with what can be done about it, and as long as they keep it. What they changed meanwhile is told, and its words are kept.
func TestRefused(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ana, ben := seat(t, "Ana Almeida", "legal-2"), seat(t, "Ben Becker", "sales-7")
	if _, err := ana.Add(t.Context(), ben.address()); err != nil {
		t.Fatal(err)
	}
	made, err := ana.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans", With: []string{ben.Me.Person}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ana.Send(t.Context(), made.ID, "Hello all"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Ben has it", func() bool {
		p, err := ben.Messages(t.Context(), made.ID, api.Query{})
		return err == nil && len(p.Messages) > 2
	})
	var said []api.Message
	for _, text := range []string{"Lunch is at noon", "My password is plum"} {
		m, err := ben.Send(t.Context(), made.ID, text)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, m)
		eventually(t, "Ana has it, and Ben knows", func() bool {
			m, err := ben.Message(t.Context(), m.ID)
			return err == nil && len(m.States) == 1 && m.States[0].State == "delivered"
		})
	}
	ben.End()
	if _, err := ana.RemoveFromRoom(t.Context(), made.ID, ben.Me.Person); err != nil {
		t.Fatal(err)
	}
	ana.End()
	ben.Start()
	ben.tab = signIn(t, browser, ben.url)
	ben.click(".person", "Plans")
	for _, text := range []string{"The offer is ready", "Shall I send it?", "Somebody there?"} {
		ben.write(text)
		ben.see(".message-mine", text)
	}
	ben.see(".message-state", "Waiting until they are here")
	if _, err := ben.Edit(t.Context(), said[0].ID, "Lunch is at one"); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Delete(t.Context(), said[1].ID); err != nil {
		t.Fatal(err)
	}
	ben.see(".message", "This message was deleted.")
	ana.Start()
	ben.until("what Ben wrote is refused", `document.querySelectorAll("[data-state=refused] .message-state").length === 3 && !document.body.textContent.includes("Waiting until they are here")`)
	ben.see(".composer-closed", "Only you see the 3 messages that you wrote without knowing it")
	ben.see(".composer-closed", "2 changes of yours were refused: a deletion, an edit.")
	ben.see(".message-row", "You deleted this in vain: the others still see it")
	ben.see(".message", "My password is plum")
	ben.see(".message-row", "Your change was refused: Show versions, in the menu, has its words")
	ben.click(`[data-message="`+said[0].ID+`"] [aria-label="What to do with this message"]`, "")
	ben.click(".menu button", "Show versions")
	ben.see(".versions li", "Refused: only you see this")
	ben.until("the versions are told apart", `/^Now[^]*noon$/.test(document.querySelectorAll(".versions li")[0].innerText.trim()) && /one$/.test(document.querySelectorAll(".versions li")[1].innerText.trim())`)
	ben.click(".dialog button", "Close")
	ben.looks("refused")
	ben.do(chromedp.Reload())
	ben.see("[data-state=refused]", "Somebody there?")
	ben.click(`[data-state=refused] [aria-label="What to do with this message"]`, "")
	ben.see(".menu", "Forward…")
	ben.until("nothing is offered that is refused", `!/Reply|React|Edit|Pin|Copy link|everybody/.test(document.querySelector(".menu").textContent)`)
	ben.click(".menu button", "Delete…")
	ben.see(".dialog", "Nobody else sees it: then it is nowhere any more.")
	ben.click(".dialog button", "Delete")
	ben.see(".message", "This message was deleted.")
	ben.do(chromedp.Reload())
	ben.until("two are left", `document.querySelectorAll("[data-state=refused]").length === 2`)
	if _, err := ana.InviteToRoom(t.Context(), made.ID, ben.Me.Person); err != nil {
		t.Fatal(err)
	}
	ben.until("he can write again", `!document.querySelector(".composer-closed")`)
	ben.write("Here again")
	ben.see(".message-state", "Delivered")
	ben.until("what was refused stays so", `document.querySelectorAll("[data-state=refused] .message-state").length === 2`)
	ben.looks("refused-invited")
	p, err := ana.Messages(t.Context(), made.ID, api.Query{Search: "offer"})
	if err != nil || len(p.Messages) > 0 {
		t.Errorf("Ana finds %+v, %v", p.Messages, err)
	}
	ben.size(320, 640, 1)
	ben.fits("refused-320")
	ben.size(1280, 800, 1)
}

package window_test

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/internal/api"
)

// TestPictureOfTheWindow is the picture in the README: five agents of an office on an ordinary morning. It wants a font that has emoji.
//
//	LANYARD_SCREENS=/tmp/screens go test ./internal/window -run TestPictureOfTheWindow && cp /tmp/screens/window.png docs/
func TestPictureOfTheWindow(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	ana, ben, chloe := seat(t, "Ana Almeida", "legal-2"), seat(t, "Ben Becker", "sales-7"), seat(t, "Chloé Cohen", "accounts-1")
	dmitri, noa := seat(t, "Dmitri Dubois", "front-desk"), seat(t, "נועה לוי", "hr-3")
	all := []*desk{ana, ben, chloe, dmitri, noa}
	acquaint(t, all)
	conversed(t, ana, ben, chloe, dmitri, noa)

	ana.tab = signIn(t, browser, ana.url)
	ana.size(1280, 800, 1)
	ana.click(".person", "Dmitri Dubois")
	ana.click("[data-file-state=offered] button", "Accept")
	ana.see("[data-file-state=received]", "Floor plan")
	ana.until("the plan is drawn", `(() => { const i = document.querySelector("img.picture"); return i?.complete && i.naturalWidth > 0 && i.dataset.kind === "content"; })()`)
	dmitri.End()
	ana.see(".head-where", "Not here since")
	ana.write("Lovely. The keys are at the front desk from seven.")
	ana.see(".message-state", "On its way, kept by")
	ana.see(".reaction", "👍")
	ana.see(".message .quote-text", "eleven")
	ana.see(".person", "Budget 2027")
	ana.see(".head-shared", "Plans")
	ana.until("only what is looked at has the focus", `(document.querySelector(".composer-field").focus(), true)`)
	ana.shot("window")
}

// acquaint has everybody meet everybody.
func acquaint(t *testing.T, all []*desk) {
	t.Helper()
	for i, one := range all {
		for _, other := range all[i+1:] {
			if _, err := one.Client.Add(t.Context(), other.address()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, one := range all {
		eventually(t, one.Options.Machine+" has met all", func() bool {
			peers, err := one.Peers(t.Context())
			here := 0
			for _, p := range peers {
				if p.Link {
					here++
				}
			}
			return err == nil && here == len(all)-1
		})
	}
}

// conversed has them say what people say, and share a folder.
func conversed(t *testing.T, ana, ben, chloe, dmitri, noa *desk) {
	t.Helper()
	post := func(d *desk, to, text, reply string) string {
		t.Helper()
		m, err := d.Client.Post(t.Context(), to, api.PostRequest{Text: text, ReplyTo: reply})
		if err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	has := func(d *desk, id string) {
		t.Helper()
		eventually(t, d.Options.Machine+" has a message", func() bool { _, err := d.Client.Message(t.Context(), id); return err == nil })
	}
	for _, room := range []struct{ name, text string }{{"Budget 2027", "The rent was counted twice; I **corrected** it"}, {"Move to Station Road", "The movers come on Friday at eight"}} {
		made, err := ana.CreateRoom(t.Context(), api.NewRoomRequest{Name: room.name, With: []string{ben.Me.Person, chloe.Me.Person}})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "Ben is a member", func() bool {
			rooms, err := ben.Rooms(t.Context())
			return err == nil && slices.ContainsFunc(rooms, func(r api.Room) bool { return r.ID == made.ID && r.Member })
		})
		has(ana, post(ben, made.ID, room.text, ""))
	}
	has(ana, post(noa, ana.Me.Person, "3 קבצים חדשים בתיקייה", ""))
	has(ana, post(chloe, ana.Me.Person, "Could you look at invoice 4711?", ""))

	has(ana, post(dmitri, ana.Me.Person, "Morning! The painters are **done with the third floor**.", ""))
	question := post(ana, dmitri.Me.Person, "Thank you! Can I see the plan before we meet at eleven?", "")
	has(dmitri, question)
	_, reacted := dmitri.Client.React(t.Context(), question, "👍", true)
	_, read := dmitri.Client.Read(t.Context(), ana.Me.Person, question)
	if err := errors.Join(reacted, read); err != nil {
		t.Fatal(err)
	}
	has(ana, post(dmitri, ana.Me.Person, "Of course. Your room is the green one:", question))
	drawn := filepath.Join(t.TempDir(), "Floor plan.png")
	if err := floorPlan(drawn); err != nil {
		t.Fatal(err)
	}
	if _, err := dmitri.SendFiles(t.Context(), ana.Me.Person, []string{drawn}); err != nil {
		t.Fatal(err)
	}
	shared(t, ana, dmitri)
	for d, what := range map[*desk][2]string{ben: {"busy", "in a meeting until eleven"}, chloe: {"away", ""}} {
		if _, err := d.SetPresence(t.Context(), what[0], what[1]); err != nil {
			t.Fatal(err)
		}
	}
}

// shared has two of them share a folder.
func shared(t *testing.T, ana, dmitri *desk) {
	t.Helper()
	share, err := ana.AddShare(t.Context(), filepath.Dir(write(t, ana.path("Plans", "third floor.txt"), "plan")), "Plans", []string{dmitri.Me.Person})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "Dmitri is invited", func() bool {
		_, err := dmitri.AcceptShare(t.Context(), share.ID, "")
		return err == nil
	})
	dmitri.says("plan", "Plans", "third floor.txt")
}

// floorPlan draws rooms along a corridor.
func floorPlan(path string) error {
	plan := image.NewRGBA(image.Rect(0, 0, 640, 300))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(plan, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	wall := color.RGBA{0x33, 0x41, 0x4a, 0xff}
	fill(plan.Bounds(), color.RGBA{0xf7, 0xf5, 0xef, 0xff})
	rooms := []color.RGBA{{0xcf, 0xe3, 0xee, 0xff}, {0xf3, 0xdd, 0xc4, 0xff}, {0xd6, 0xe8, 0xd0, 0xff}, {0xe6, 0xd9, 0xee, 0xff}}
	for i := range 4 {
		for side, y := range []int{20, 180} {
			r := image.Rect(20+150*i, y, 170+150*i, y+100)
			fill(r, wall)
			fill(r.Inset(4), rooms[(i+side)%len(rooms)])
			door := image.Rect(r.Min.X+55, r.Max.Y-4, r.Min.X+90, r.Max.Y)
			if side == 1 {
				door = image.Rect(r.Min.X+55, r.Min.Y, r.Min.X+90, r.Min.Y+4)
			}
			fill(door, color.RGBA{0xf7, 0xf5, 0xef, 0xff})
			desk := image.Rect(r.Min.X+18, r.Min.Y+30, r.Min.X+58, r.Min.Y+52)
			fill(desk, wall)
			fill(desk.Inset(2), color.White)
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return png.Encode(file, plan)
}

package window_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/input"
)

// drag tells the page of files that are dragged over it, and waits until it has drawn what came of it.
func (b *tab) drag(kind input.DispatchDragEventType, x, y float64, path string) {
	b.t.Helper()
	send(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: x, Y: y, Data: &input.DragData{Items: []*input.DragDataItem{}, Files: []string{path}, DragOperationsMask: 1}})
	eval[bool](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
}

// dropAnew: what lies below the pointer is drawn anew while files are dragged over it: they can be dropped all the same, and once they are gone nothing says that they are there.
func dropAnew(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	path := write(t, t.TempDir()+"/plan.txt", "x")
	b := signIn(t, browser, c.URL)
	b.click("#person-dmitri", "")
	x, y := b.spot("the conversation", `document.querySelector(".conversation")`)
	besideX, besideY := b.spot("the list", `document.querySelector(".sidebar")`)
	veiled := func() bool { return eval[bool](b, `!!document.querySelector(".drop-veil")`) }
	other := func(is bool) {
		eval[bool](b, fill(`(() => { document.querySelector("#anew")?.remove(); if (!%s) return true; const e = document.createElement("p"); e.id = "anew";
			e.style.cssText = "position: absolute; inset: 0; z-index: 4"; document.querySelector(".conversation").append(e); return true; })()`, []any{is}))
	}

	b.drag(input.DispatchDragEventTypeDragEnter, x, y, path)
	if !veiled() {
		t.Fatal("nothing says that files are over the conversation")
	}
	other(true)
	b.drag(input.DispatchDragEventTypeDragOver, x, y, path)
	other(false)
	b.drag(input.DispatchDragEventTypeDragOver, x, y, path)
	b.drag(input.DispatchDragEventTypeDragOver, besideX, besideY, path)
	if veiled() {
		t.Error("it is still said that files are over the conversation")
	}

	b.drag(input.DispatchDragEventTypeDragEnter, x, y, path)
	other(true)
	b.drag(input.DispatchDragEventTypeDragOver, x, y, path)
	b.drag(input.DispatchDragEventTypeDrop, x, y, path)
	b.see(".dialog .dropped", "plan.txt")
}

package window_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience guards against a hang; no test waits this long to pass.
const patience = 2 * time.Minute

// tab is one open window in a real browser. What the page complains of fails the test.
type tab struct {
	ctx context.Context
	t   *testing.T

	mu         sync.Mutex
	complaints []string
	requests   []string
	refusals   []string // what the agent refused, to be told when a test fails
}

// chromium is the browser of all these tests: a start of its own for each would cost more than most of them take. Every window has a profile of its own in it. Without a
// browser the test is left out.
func chromium(t *testing.T) context.Context {
	t.Helper()
	ctx, err := theBrowser.get()
	if errors.Is(err, errNoBrowser) {
		t.Skip("needs Chromium: apt-get install chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// open opens a window in a profile of its own. What its page complains of fails the test.
func open(t *testing.T, browser context.Context, url string) *tab {
	t.Helper()
	b := visit(t, browser, url)
	t.Cleanup(b.check)
	return b
}

// signIn opens the window by a one-time address. Such a one is good for half a minute: where the browser took longer, it gets another one.
func signIn(t *testing.T, browser context.Context, address func() string) *tab {
	t.Helper()
	b := open(t, browser, "about:blank")
	for range 5 {
		b.do(chromedp.Navigate(address()))
		const refused = `document.querySelector(".notice")?.textContent.includes("Open Lanyard from its icon")`
		b.until("it is told whether the address is good", refused+` || performance.getEntriesByType("resource").some((e) => e.name.endsWith("/window/session") && e.responseEnd > 0)`)
		if !eval[bool](b, refused+` ?? false`) {
			return b
		}
		b.do(chromedp.Navigate("about:blank")) // an address that differs behind its # alone would not be loaded
	}
	t.Fatal("no address is good for long enough")
	return nil
}

// visit opens any page in a profile of its own.
func visit(t *testing.T, browser context.Context, url string) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	b := &tab{ctx: ctx, t: t}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	send(b, log.Enable, cdp.Empty{})
	send(b, network.Enable, network.EnableParams{})
	send(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	for _, script := range []string{
		`addEventListener("securitypolicyviolation", (e) => console.error("CSP " + e.violatedDirective + " " + e.blockedURI + " " + e.sample))`,
		`new MutationObserver((all) => { for (const m of all) for (const n of m.addedNodes) if (n.classList?.contains("toast")) (window.toasted ??= []).push(n.textContent); }).observe(document, {childList: true, subtree: true})`,
	} {
		send(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	}
	b.do(chromedp.Navigate(url))
	return b
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+fmt.Sprintf("%s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			var words []string
			for _, a := range e.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			b.complaints = append(b.complaints, "console: "+strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if strings.Contains(e.Entry.Text, "Content Security Policy") || strings.Contains(e.Entry.Text, "Trusted") || strings.Contains(e.Entry.Text, "Unrecognized feature") {
			b.complaints = append(b.complaints, "log: "+e.Entry.Text)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			b.refusals = append(b.refusals, fmt.Sprintf("%d %s", int(e.Response.Status), e.Response.URL))
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

func (b *tab) check() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("the page complains: %s", c)
	}
}

func (b *tab) do(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	get(b, action)
}

func get[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
	return out
}

// send sends one command of the browser's protocol.
func send[P, R any](b *tab, command cdp.Command[P, R], parameters P) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, parameters)
		return err
	}))
}

// eval runs an expression in the page and decodes what it gives.
func eval[T any](b *tab, expression string, args ...any) T {
	b.t.Helper()
	return get(b, chromedp.Evaluate[T](fill(expression, args), chromedp.EvalAwaitPromise))
}

func fill(expression string, args []any) string {
	quoted := make([]any, len(args))
	for i, a := range args {
		j, _ := json.Marshal(a)
		quoted[i] = string(j)
	}
	return fmt.Sprintf(expression, quoted...)
}

// until waits until an expression is true in the page: it is asked again with every frame drawn. Of an element that is not there yet it may throw.
func (b *tab) until(what, expression string, args ...any) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	asked := `(async () => { try { const is = await (` + fill(expression, args) + `); window.threw = ""; return is; } catch (e) { window.threw = "" + e; return false; } })()`
	_, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](asked, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		b.shot(b.t.Name())
		b.mu.Lock()
		refusals := strings.Join(b.refusals, "\n")
		b.mu.Unlock()
		b.t.Fatalf("waiting until %s: %v\nthrown: %s\nrefused: %s\npage: %s", what, err, eval[string](b, `window.threw ?? ""`), refusals, eval[string](b, `document.body.innerText.slice(0, 3000)`))
	}
}

// see waits until a text stands in what a selector finds.
func (b *tab) see(selector, text string) {
	b.t.Helper()
	b.until(selector+" shows "+text, `[...document.querySelectorAll(%s)].some((e) => e.textContent.includes(%s))`, selector, text)
}

// toasts waits until a sentence was shown that goes again by itself after some seconds, maybe before anybody looks; the same one again is another one.
func (b *tab) toasts(text string) {
	b.t.Helper()
	b.until("a toast says "+text, `(() => { const all = window.toasted ?? [], at = all.findIndex((t) => t.includes(%s)); if (at < 0) return false; all.splice(at, 1); return true; })()`, text)
}

// spot waits until the element that an expression finds lies still and nothing lies over it, and returns its middle: what the agent tells moves things.
func (b *tab) spot(what, find string) (x, y float64) {
	b.t.Helper()
	b.until(what+" lies still", `(() => { const sought = () => `+find+`; const e = sought(); if (!e) return false; e.scrollIntoView({block: "nearest"});
		const r = e.getBoundingClientRect(), at = [r.x + r.width / 2, r.y + r.height / 2], still = "" + window.spot === "" + at;
		window.spot = at; if (!still || !e.contains(document.elementFromPoint(...at))) return false;
		if (!window.aimed) addEventListener("pointerdown", (p) => { window.hit = window.aimed(p.target) ? "" : p.target.outerHTML.slice(0, 200); }, true);
		window.aimed = (target) => e.contains(target) || !!sought()?.contains(target); window.hit = ""; return true; })()`)
	at := eval[[]float64](b, `window.spot`)
	return at[0], at[1]
}

// click clicks the first visible element of the selector that holds the text, as a person with a mouse does.
func (b *tab) click(selector, text string) {
	b.t.Helper()
	find := fill(`[...document.querySelectorAll(%s)].find((e) => (e.textContent.includes(%s) || e.getAttribute("aria-label") === %s) && e.getClientRects().length && !e.disabled)`, []any{selector, text, text})
	for range 5 {
		b.do(chromedp.MouseClickXY(b.spot(selector+" "+text, find)))
		hit := eval[string](b, `window.hit ?? ""`) // a page that was left for another says nothing
		if hit == "" {
			return
		}
		b.t.Logf("%s %s moved between the look and the click, which hit %s", selector, text, hit)
	}
	b.t.Fatalf("%s %s does not stand still long enough to be clicked", selector, text)
}

// rightClick clicks the middle of an element with the other button.
func (b *tab) rightClick(selector string) {
	b.t.Helper()
	x, y := b.spot(selector, fill(`document.querySelector(%s)`, []any{selector}))
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonRight, ClickCount: 1})
	}
}

func (b *tab) typeText(text string) {
	b.t.Helper()
	send(b, input.InsertText, input.InsertTextParams{Text: text})
}

const shift = 8 // the modifier, as the browser's protocol numbers it

// press presses and lets go of a key. One event carries key and text, so that a page which prevents the one prevents the other.
func (b *tab) press(key string, modifiers int64) {
	b.t.Helper()
	known := map[string]input.DispatchKeyEventParams{
		"Enter": {Text: "\r", WindowsVirtualKeyCode: 13}, "Escape": {WindowsVirtualKeyCode: 27}, "Tab": {WindowsVirtualKeyCode: 9}, "Backspace": {WindowsVirtualKeyCode: 8}, "ArrowDown": {WindowsVirtualKeyCode: 40}, "ArrowUp": {WindowsVirtualKeyCode: 38}, "End": {WindowsVirtualKeyCode: 35},
		"x": {Text: "x", WindowsVirtualKeyCode: 88}, "F6": {WindowsVirtualKeyCode: 117}, "ContextMenu": {WindowsVirtualKeyCode: 93}, "k": {WindowsVirtualKeyCode: 75}, "f": {WindowsVirtualKeyCode: 70}, "/": {WindowsVirtualKeyCode: 191},
	}
	k, ok := known[key]
	if !ok {
		b.t.Fatalf("this test's keyboard has no %s", key)
	}
	k.Key, k.Code, k.Modifiers = key, key, modifiers
	k.Type = input.DispatchKeyEventTypeRawKeyDown
	if k.Text != "" {
		k.Type = input.DispatchKeyEventTypeKeyDown
	}
	send(b, input.DispatchKeyEvent, k)
	k.Type, k.Text = input.DispatchKeyEventTypeKeyUp, ""
	send(b, input.DispatchKeyEvent, k)
}

// drop drops files and folders of the disk on an element, by the browser's own drag events.
func (b *tab) drop(selector string, paths ...string) {
	b.t.Helper()
	x, y := b.spot(selector, fill(`document.querySelector(%s)`, []any{selector}))
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		send(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: x, Y: y, Data: data})
	}
}

func (b *tab) size(width, height int64, scale float64) {
	b.t.Helper()
	send(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: scale})
}

// dark chooses what the system would tell the page of light and dark.
func (b *tab) dark(on bool) {
	b.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
}

// shot keeps a picture of the window where LANYARD_SCREENS says, for a person to look at.
func (b *tab) shot(name string) {
	dir := os.Getenv("LANYARD_SCREENS")
	if dir == "" {
		return
	}
	png := get(b, chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".png"), png, 0o644); err != nil {
		b.t.Error(err)
	}
}

// accessible runs axe-core over the page as it stands: all its rules, or with contrast only the one that depends on light and dark.
func (b *tab) accessible(state string, contrast bool) {
	b.t.Helper()
	if !eval[bool](b, `"axe" in window`) {
		source, err := os.ReadFile("testdata/axe.min.js")
		if err != nil {
			b.t.Fatal(err)
		}
		b.do(chromedp.Evaluate[chromedp.Void](string(source) + ";0"))
	}
	rules := []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}
	if contrast {
		rules = []string{"color-contrast"}
	}
	found := eval[[]string](b, `axe.run(document, {resultTypes: ["violations"], runOnly: %s})
		.then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 200) + " " + n.failureSummary)))`, rules)
	for _, f := range found {
		b.t.Errorf("axe, %s: %s", state, f)
	}
}

// looks takes pictures in dark and light; nothing is wider than the window, and axe finds nothing in either.
func (b *tab) looks(name string) {
	b.t.Helper()
	b.dark(true)
	b.fits(name + "-dark")
	b.accessible(name+", dark", true)
	b.dark(false)
	b.fits(name)
	b.accessible(name+", light", false)
}

func (b *tab) fits(name string) {
	b.t.Helper()
	b.shot(name)
	if over := eval[float64](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s: %v pixels wider than the window", name, over)
	}
}

// write writes a message and sends it.
func (b *tab) write(text string) {
	b.t.Helper()
	b.click(".composer-field", "")
	b.typeText(text)
	b.press("Enter", 0)
	b.see(".message-mine", text)
}

// calendar is how the picture begins that the browser itself draws in a field for a date; it goes nowhere.
const calendar = "data:image/svg+xml;base64,"

// harmless looks for what a text may never become: an element, a link that was not one, a request to elsewhere.
func (b *tab) harmless() {
	b.t.Helper()
	if bad := eval[[]string](b, `[...document.querySelectorAll("img:not(.picture[src^='/content/']), script:not([src^='/']), iframe, object, embed, form, base, [onerror], [onload], [srcdoc], [style*='url']")].map((e) => e.outerHTML)`); len(bad) > 0 {
		b.t.Errorf("elements came of texts: %q", bad)
	}
	if bad := eval[[]string](b, `[...document.querySelectorAll("a")].filter((a) => !/^https?:\/\/[\w.]+\/[\w()/]*$/.test(a.getAttribute("href")) || a.getAttribute("href") !== a.textContent).map((a) => a.outerHTML)`); len(bad) > 0 {
		b.t.Errorf("links: %q", bad)
	}
	if over := eval[float64](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("a text makes the window %v pixels too wide", over)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requests {
		if !strings.HasPrefix(url, "http://127.0.0.1:") && !strings.HasPrefix(url, "ws://127.0.0.1:") && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, calendar) {
			b.t.Errorf("a request left: %.100s", url)
		}
	}
}

package window_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// attempts is what another page in the same browser tries: on another port of this machine, and under a name of its own that suddenly means this machine. Each gives what it got.
const attempts = `(async () => {
	const at = %s, api = at + "/api/v1/";
	const got = {};
	const tried = async (name, run) => { try { got[name] = await run(); } catch (e) { got[name] = "failed"; } };
	const read = (url, options) => async () => { const a = await fetch(url, options); return a.type === "opaque" ? "opaque" : a.status + " " + (await a.text()); };
	const loaded = (tag, set) => () => new Promise((resolve) => { const e = document.createElement(tag); e.onload = () => resolve("loaded"); e.onerror = () => resolve("failed"); set(e); document.body.append(e); });
	await tried("read", read(api + "status", {credentials: "include"}));
	await tried("read the page", read(at + "/"));
	await tried("read with a header", read(api + "status", {headers: {Authorization: "Bearer x"}}));
	await tried("blind read", read(api + "status", {mode: "no-cors"}));
	await tried("blind write", read(api + "me/name", {method: "POST", mode: "no-cors", body: '{"name":"Mallory"}'}));
	await tried("write", read(api + "me/name", {method: "PUT", headers: {"Content-Type": "application/json"}, body: '{"name":"Mallory"}'}));
	await tried("sign in", read(api + "window/session", {method: "POST", headers: {"Content-Type": "application/json"}, body: '{"token":"x"}'}));
	await tried("script", loaded("script", (e) => { e.src = at + "/state.js"; e.type = "module"; }));
	await tried("style", loaded("link", (e) => { e.href = at + "/styles/base.css"; e.rel = "stylesheet"; }));
	await tried("image", loaded("img", (e) => { e.src = at + "/icon.svg"; }));
	await tried("frame", () => new Promise((resolve) => { const e = document.createElement("iframe"); e.name = "target"; e.onload = () => { try { resolve(e.contentDocument ? "mine" : "failed"); } catch { resolve("failed"); } }; e.src = at + "/"; document.body.append(e); }));
	await tried("socket", () => new Promise((resolve) => { const s = new WebSocket(at.replace("http", "ws") + "/api/v1/live", ["lanyard.v1", "auth.x"]); s.onopen = () => resolve("open"); s.onerror = () => resolve("failed"); }));
	await tried("events", () => new Promise((resolve) => { const s = new EventSource(api + "events", {withCredentials: true}); s.onopen = () => resolve("open"); s.onerror = () => { s.close(); resolve("failed"); }; }));
	await tried("form", () => new Promise((resolve) => { const f = document.createElement("form"); f.method = "post"; f.action = api + "stop"; f.target = "target"; document.querySelector("iframe").onload = () => resolve("failed"); document.body.append(f); f.submit(); }));
	return got;
})()`

// attackers opens pages of other origins beside the window. Nothing of theirs gets past the gate, and nothing of Lanyard's reaches them.
func attackers(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	own := signIn(t, browser, c.URL)
	own.see(".person-name", "Ana Almeida")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<!doctype html><title>attacker</title><body>"))
	}))
	defer evil.Close()
	at := "http://" + c.authority
	_, port, err := net.SplitHostPort(c.authority)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	before := len(c.asked)
	c.mu.Unlock()

	other := visit(t, browser, evil.URL)
	for name, got := range eval[map[string]string](other, attempts, at) {
		if got != "failed" && got != "opaque" {
			t.Errorf("from another port: %s: %.200s", name, got)
		}
	}
	rebound := visit(t, browser, "http://rebound.test:"+port+"/")
	for name, got := range eval[map[string]string](rebound, attempts, "http://rebound.test:"+port) {
		if got != "failed" && got != "opaque" && !strings.HasPrefix(got, "421 ") && !(name == "frame" && got == "mine") { // the frame holds the refusal, which belongs to the attacker's name
			t.Errorf("after rebinding: %s: %.200s", name, got)
		}
	}
	if text := eval[string](rebound, `document.documentElement.textContent`); strings.Contains(text, "Lanyard") && !strings.Contains(text, "refused") {
		t.Errorf("the page stands under another name: %.200s", text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, asked := range c.asked[before:] {
		if asked != "PUT /api/v1/attention" { // the window itself tells when it is looked at
			t.Errorf("got past the gate: %s", asked)
		}
	}
}

// spentAddress opens the address of a window a second time, as somebody would who found it in a history.
func spentAddress(t *testing.T, browser context.Context) {
	c := newCanned(t)
	office(c)
	var url string
	signIn(t, browser, func() string { url = c.URL(); return url }).see(".person-name", "Ana Almeida")
	open(t, browser, url).see(".notice", "Open Lanyard from its icon")
	open(t, browser, "http://"+c.authority+"/").see(".notice", "Open Lanyard from its icon")
}

package window_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"

	"github.com/chromedp/chromedp"
)

var errNoBrowser = errors.New("there is no Chromium on this machine")

// theBrowser starts with the first test that wants it; TestMain ends it.
var theBrowser sharedBrowser

type sharedBrowser struct {
	mu  sync.Mutex
	ctx context.Context // nil until it was asked for
	err error
	end func()
}

func (b *sharedBrowser) get() (context.Context, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ctx == nil && b.err == nil {
		b.ctx, b.end, b.err = startChromium()
	}
	return b.ctx, b.err
}

// stop ends the browser, if there is one, and waits for it.
func (b *sharedBrowser) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != nil {
		b.end()
	}
}

// startChromium starts a browser with a fresh profile and returns a context for tabs.
func startChromium() (ctx context.Context, end func(), err error) {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, nil, errNoBrowser
	}
	profile, err := os.MkdirTemp("", "lanyard-browser")
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Flag("headless", "new"), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "en-US"),
		chromedp.Flag("host-resolver-rules", "MAP rebound.test 127.0.0.1, MAP evil.test ~NOTFOUND"), // a name of the attacker's that points here, as after DNS rebinding
		chromedp.WindowSize(1280, 800), chromedp.WSURLReadTimeout(patience))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endTab := chromedp.NewContext(allocator)
	end = func() {
		endTab()
		endAllocator()
		os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil {
		end()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return ctx, end, nil
}

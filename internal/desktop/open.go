package desktop

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
)

// acting are names that run something when opened. A colleague's file of such a kind is shown in its folder, never opened by Lanyard.
const acting = " .appimage .application .bat .bash .cmd .com .command .cpl .csh .deb .desktop .dll .dmg .exe .gadget .hta .inf .jar .js .jse .ksh .library-ms .lnk .msc .msi .msp .pif .pkg .ps1 .py .pyw .reg .rpm .run .scf .scr .sh .terminal .url .vb .vbe .vbs .website .workflow .ws .wsf .wsh .xbap .zsh "

// ErrActs means that opening the file could run it.
var ErrActs = errors.New("this kind of file can run something when it is opened, so Lanyard does not open it; open it from its folder if you trust it")

// Acts reports whether opening a file of this name may run something.
func Acts(path string) bool {
	extension := strings.ToLower(filepath.Ext(strings.TrimRight(path, ". ")))
	return extension != "" && strings.Contains(acting, " "+extension+" ")
}

// OpenFile opens a file or folder with the program that the person chose for its kind. ErrActs: it may run something, nothing was opened.
func OpenFile(ctx context.Context, path string) error {
	if Acts(path) {
		return ErrActs
	}
	if !filepath.IsAbs(path) {
		return fmt.Errorf("open %q: not a whole path", path)
	}
	return start(ctx, "open "+path, opener(path))
}

// Reveal shows a file in its folder, marked where the file manager can.
func Reveal(ctx context.Context, path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("show %q: not a whole path", path)
	}
	return reveal(ctx, path)
}

// OpenURL opens an http or https address in the default browser.
func OpenURL(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return fmt.Errorf("open %q: only http and https addresses are opened", address)
	}
	return start(ctx, "open the browser", opener(parsed.String()))
}

// start runs a program that hands over and ends; its failure is told, its success awaited, for openers end quickly by convention.
func start(ctx context.Context, doing string, command []string) error {
	if !FindSession(ctx).Display {
		return fmt.Errorf("%s: %w", doing, ErrNoSession)
	}
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s with %s: %w %s", doing, command[0], err, strings.TrimSpace(string(out[:min(len(out), 200)])))
	}
	return nil
}

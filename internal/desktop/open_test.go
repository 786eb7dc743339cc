package desktop

import (
	"errors"
	"testing"
)

func TestActsWhenOpened(t *testing.T) {
	for path, want := range map[string]bool{
		"/r/plan.pdf": false, "/r/Budget.xlsx": false, "/r/photo.JPG": false, "/r/README": false, "/r/a.tar.gz": false,
		"/r/setup.exe": true, "/r/SETUP.EXE": true, "/r/invoice.pdf.lnk": true, "/r/run.sh": true, "/r/x.desktop": true, "/r/trick.exe.": true,
		"/r/trick.exe ": true, "/r/page.url": true, "/r/.js": true,
	} {
		if Acts(path) != want {
			t.Errorf("Acts(%q) = %v", path, !want)
		}
		if err := OpenFile(t.Context(), path); want && !errors.Is(err, ErrActs) {
			t.Errorf("OpenFile(%q) = %v", path, err)
		}
	}
}

func TestOnlyWebAddressesAreOpened(t *testing.T) {
	for _, address := range []string{"", "file:///etc/passwd", "javascript:alert(1)", "-x", "http:", "ms-settings:", "http://", "smb://h/x"} {
		if err := OpenURL(t.Context(), address); err == nil || errors.Is(err, ErrNoSession) {
			t.Errorf("OpenURL(%q) = %v, want a refusal before anything is started", address, err)
		}
	}
}

func TestQuoteExec(t *testing.T) {
	for in, want := range map[string]string{
		"/usr/bin/lanyard":   `"/usr/bin/lanyard"`,
		"/home/a b/lanyard":  `"/home/a b/lanyard"`,
		`/x/100%/"q"$HOME`:   `"/x/100%%/\\"q\\"\\$HOME"`,
		"/x/`id`/\\/lanyard": "\"/x/\\\\`id\\\\`/\\\\\\\\/lanyard\"",
	} {
		if got := quoteExec(in); got != want {
			t.Errorf("quoteExec(%q) = %s, want %s", in, got, want)
		}
	}
}

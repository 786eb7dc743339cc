//go:build !notray && cgo

package tray

/*
#cgo pkg-config: glib-2.0
#include <glib.h>
#include <string.h>
#include <unistd.h>

static void critical(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer pipe) {
	g_log_default_handler(domain, level, message, NULL);
	if (strstr(message, "g_dbus_proxy_new: assertion 'G_IS_DBUS_CONNECTION") == NULL) return;
	if (write(GPOINTER_TO_INT(pipe), "", 1) != 1) g_warning("cannot tell that the panel was missed");
}

static guint watch(int pipe) {
	return g_log_set_handler("GLib-GIO", G_LOG_LEVEL_CRITICAL, critical, GINT_TO_POINTER(pipe));
}

static void unwatch(guint handler) {
	g_log_remove_handler("GLib-GIO", handler);
}
*/
import "C"

import (
	"fmt"
	"os"
	"sync"
)

// watchMissed calls missed once if the library behind the icon misses the desktop's panel: it asks for the panel and for the bus at once, and where it hears of the
// panel first it wants to tell it of the icon over a bus that it does not have. Nothing but a complaint in GLib's log tells of that, and it never tries again.
// What it returns ends the watch.
func watchMissed(missed func()) (end func(), err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("watch the icon's library: %w", err)
	}
	handler := C.watch(C.int(write.Fd()))
	var reader sync.WaitGroup
	reader.Go(func() {
		if n, _ := read.Read(make([]byte, 1)); n == 1 { // otherwise the watch ended
			missed()
		}
	})
	return func() {
		C.unwatch(handler)
		_ = write.Close() // the reader's end
		reader.Wait()
		_ = read.Close() // nothing was written to it
	}, nil
}

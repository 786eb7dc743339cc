// Loaded before the tray program's libraries: the icon's library hears of the panel before it hears of the session's bus, as on a machine with much to do.
// The file that LATEBUS names has one byte for each start at which it is so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <unistd.h>

typedef void (*get)(GBusType, GCancellable *, GAsyncReadyCallback, gpointer);
typedef void (*proxy)(GDBusConnection *, GDBusProxyFlags, GDBusInterfaceInfo *, const gchar *, const gchar *, const gchar *, GCancellable *, GAsyncReadyCallback, gpointer);

static struct {
	gboolean waits;
	GBusType type;
	GCancellable *cancellable;
	GAsyncReadyCallback callback;
	gpointer data;
} asked;

static gboolean late(void) {
	gchar *left = NULL;
	gsize starts = 0;
	const char *path = getenv("LATEBUS");
	if (path == NULL || !g_file_get_contents(path, &left, &starts, NULL)) return FALSE;
	g_free(left);
	return starts > 0 && truncate(path, (off_t)starts - 1) == 0;
}

// The icon's library asks for the bus: held back until it has heard of the panel.
void g_bus_get(GBusType type, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data) {
	if (asked.waits || !late()) {
		((get)dlsym(RTLD_NEXT, "g_bus_get"))(type, cancellable, callback, data);
		return;
	}
	asked.waits = TRUE;
	asked.type = type, asked.cancellable = cancellable, asked.callback = callback, asked.data = data;
}

// It heard of the panel, and wants to talk to it.
void g_dbus_proxy_new(GDBusConnection *connection, GDBusProxyFlags flags, GDBusInterfaceInfo *info, const gchar *name, const gchar *path, const gchar *interface,
	GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data) {
	((proxy)dlsym(RTLD_NEXT, "g_dbus_proxy_new"))(connection, flags, info, name, path, interface, cancellable, callback, data);
	if (asked.waits) ((get)dlsym(RTLD_NEXT, "g_bus_get"))(asked.type, asked.cancellable, asked.callback, asked.data);
	asked.waits = FALSE;
}

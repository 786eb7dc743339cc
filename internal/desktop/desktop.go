// Package desktop is what differs from desktop to desktop: notifications, idle time, the folder dialog, start at login, opening a link, a file or
// Lanyard's window. Agent and tray program share it; it is pure Go on every system and never runs a shell, so that no text of a colleague can become
// a command.
//
// Nothing here starts by itself. Functions take a context and return within it; a desktop that lacks something answers with an error whose text is one
// sentence for people (ErrNoDialog, ErrNoSession, ...), never with a hang: programs that could block are given up on when the context ends.
// Which notification to show is decided by a pure function (Rule.Decide); showing it is Notifier's work.
//
// Left out: sounds, badges on the taskbar, focus modes of the system.
package desktop

import "errors"

// ErrNoSession means that this process has no desktop session: no display can be reached.
var ErrNoSession = errors.New("no desktop session: there is no display this program can reach")

// ErrNoDialog means that no folder dialog can be shown here; the person may type the folder's path instead.
var ErrNoDialog = errors.New("this desktop offers no folder dialog (install zenity or kdialog); type the folder's path instead")

// ErrCancelled means that the person closed the dialog without choosing.
var ErrCancelled = errors.New("cancelled")

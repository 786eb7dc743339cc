//go:build !linux

package desktop

import "context"

// FindSession: Windows and macOS start this program inside the person's session, and their taskbars always show icons.
func FindSession(context.Context) Session {
	return Session{Display: true, Bus: true, TrayHost: true}
}

package desktop

// Session says what the desktop around this process offers. It is a reading of this moment: people log out, panels crash.
type Session struct {
	Display  bool // windows and dialogs can be shown
	Bus      bool // the session's message bus is there (Linux); true elsewhere with Display
	TrayHost bool // something shows tray icons
}

// Package tray is the icon in the notification area and its menu: from a snapshot of what to show (State) to what the person clicked (Click).
//
// It holds no truth: whoever runs it hands in a new State whenever something changed, and the whole icon and menu follow. Show may be called from any
// goroutine and never blocks; only the newest State counts and the menu is redrawn at most twice a second, because each redraw travels over the desktop's
// bus. Clicks come in order from one goroutine.
//
// Run must be called from main's goroutine, once per process, and only where a display answers: on Linux the toolkit ends the process when there is none, when the
// X server goes, or when the session's bus goes; and its library can miss the panel for good (ErrMissed). Therefore the icon lives in a program of its own (cmd/lanyard-tray) which the agent starts again.
//
// The menu is built once from a fixed pool of entries, because the library (getlantern/systray) cannot remove one. Entries that are out of use are hidden, and never
// updated while hidden: an update would show them again.
//
// Where the program is built without cgo on Linux or macOS there is no icon: Supported is false and Run returns ErrUnsupported.
package tray

import (
	"context"
	"errors"
)

// ErrUnsupported means that this program was built without an icon.
var ErrUnsupported = errors.New("this program was built without the tray icon")

// ErrMissed means that the icon was never told to the desktop's panel and will not be: only a program that starts anew shows one.
var ErrMissed = errors.New("the icon's library missed the panel")

// MaxRecent is how many colleagues the menu can list.
const MaxRecent = 10

// State is everything that icon and menu show.
type State struct {
	Name      string // one's own
	Presence  string // available, away, busy, invisible
	Unread    int
	Problem   string   // one sentence, empty: none
	Recent    []Person // at most MaxRecent are shown
	Autostart bool     // Lanyard starts at login
}

// Person is one colleague in the menu.
type Person struct {
	ID     string
	Name   string
	Online bool
	Unread int
}

// Action is what a click asks for.
type Action string

// The actions of the menu.
const (
	OpenWindow       Action = "open"
	OpenConversation Action = "conversation" // Click.Value: the person's ID
	ShareFolder      Action = "share"
	SetPresence      Action = "presence"  // Click.Value: available, away, busy, invisible
	SetAutostart     Action = "autostart" // Click.Value: on or off
	Quit             Action = "quit"
)

// Click is one choice from the menu.
type Click struct {
	Action Action
	Value  string
}

// Tray is the icon. Make it with New, then call Run from main's goroutine.
type Tray struct {
	clicked func(Click)
	states  chan State // holds the newest state that is not drawn yet
}

// New makes a tray; clicked is called for each click, from one goroutine, and may block: further clicks wait.
func New(clicked func(Click)) *Tray {
	return &Tray{clicked: clicked, states: make(chan State, 1)}
}

// Show makes s what icon and menu show from now on.
func (t *Tray) Show(s State) {
	for {
		select {
		case t.states <- s:
			return
		default:
		}
		select {
		case <-t.states: // an older one that nobody needs any more
		default:
		}
	}
}

// Run shows the icon until ctx ends. See the package comment for where it may be called.
func (t *Tray) Run(ctx context.Context, ready func()) error { return t.run(ctx, ready) }

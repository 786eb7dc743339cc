// Package settings holds what a person chose once and wants to find again: a handful of values in one small file of the profile.
//
// # Use
//
//	s, err := settings.Load(profile)       // the defaults if there is no file
//	s.Name = "Ada"
//	err = s.Save(profile)                  // durable when this returns nil
//
// Settings is a plain value. The agent owns it and hands values to the parts that need them; nobody else reads the file. It may be
// edited by hand while the agent is stopped.
//
// # Promises
//
// Load reads at most 64 KiB, takes a byte order mark and any line ends, and refuses what it does not understand with one sentence
// that names the file and the remedy; it never changes the file. Keys of a newer program are kept by Save. Save replaces the file whole or
// not at all, and only its owner can read it. Both block on the disk only; neither may run twice at once for one profile, which the
// caller sees to.
//
// # Left out
//
// The window's secret and the identity, which are no choices; presence and blocked people, which are in the database; starting with the
// desktop, which the system remembers.
package settings

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// FileName is the name of the file in the profile.
const FileName = "settings.json"

// The sizes that text can have in the window, in percent of the usual one.
const (
	MinTextSize   = 50
	UsualTextSize = 100
	MaxTextSize   = 200
)

// MaxAcceptFiles is the highest size up to which files can be taken unasked, in megabytes.
const MaxAcceptFiles = 1_000_000

// How long shared folders can keep what was replaced or deleted, and in how much of the disk.
const (
	MaxKeepDays    = 3650
	MaxKeepPercent = 90
)

const (
	maxFile = 64 << 10 // bytes
	maxName = 160      // bytes of a display name, as in docs/protocol.md
	maxPath = 4096     // bytes
	maxPort = 65535
)

// The bounds of ShareUp and ShareDown, in KiB, when they are not 0.
const (
	MinShareRate = 64
	MaxShareRate = 16 << 20
)

// Settings is what can be set. The zero value of a field that is not in the file is its default, but for AcceptFiles and those that are true without a file.
type Settings struct {
	Name          string // display name; empty = the system's name of the user
	Folder        string // where shared and received files lie, a full path; empty = ~/Lanyard
	Port          int    // TCP port for links; 0 = the usual one
	WindowPort    int    // TCP port of the window on the loopback interface; 0 = not chosen yet
	AcceptShares  bool   // take invitations to shared folders without asking
	AcceptFiles   int    // files of people known up to so many megabytes (10^6 bytes) are taken unasked, 0 = none; 20 without a file
	Notifications bool   // tell on the desktop about messages; true without a file
	Quiet         string // daily hours in which what would be told on the desktop waits, as ParseSpan reads them; empty = none
	EnterBreaks   bool   // where one writes, Enter begins a line and Ctrl+Enter sends
	ShareUp       int    // KiB that all shared folders together send in a second, 0 = no limit
	ShareDown     int    // KiB that they take
	KeepDays      int    // for how many days shared folders keep what was replaced or deleted; 0 = as usual
	KeepPercent   int    // and how much of the disk they may take for it; 0 = as usual
	TextSize      int    // of the window, in percent of the usual one; 0 = the usual one

	// What others are told, and therefore shown of others; each true without a file.
	ReadMarks bool // what our person has read
	Typing    bool // that they are writing
	LastSeen  bool // when they were last here

	unknown map[string]raw // keys of a newer program; never written to
}

// ErrDamaged is wrapped by errors about a file whose contents cannot be used.
var ErrDamaged = errors.New("the settings cannot be used")

// Default returns the settings of a new profile.
func Default() Settings {
	return Settings{Notifications: true, AcceptFiles: 20, ReadMarks: true, Typing: true, LastSeen: true}
}

// fields names each setting in the file. A key, once used, keeps its meaning.
func (s *Settings) fields() map[string]any {
	return map[string]any{
		"name":          &s.Name,
		"folder":        &s.Folder,
		"port":          &s.Port,
		"windowPort":    &s.WindowPort,
		"acceptShares":  &s.AcceptShares,
		"acceptFiles":   &s.AcceptFiles,
		"notifications": &s.Notifications,
		"quiet":         &s.Quiet,
		"enterBreaks":   &s.EnterBreaks,
		"textSize":      &s.TextSize,
		"shareUp":       &s.ShareUp,
		"shareDown":     &s.ShareDown,
		"keepDays":      &s.KeepDays,
		"keepPercent":   &s.KeepPercent,
		"readMarks":     &s.ReadMarks,
		"typing":        &s.Typing,
		"lastSeen":      &s.LastSeen,
	}
}

// RateFits reports whether ShareUp or ShareDown can have a value.
func RateFits(n int) bool { return n == 0 || n >= MinShareRate && n <= MaxShareRate }

// check refuses values that no part of the program could use.
func (s Settings) check() error {
	switch {
	case len(s.Name) > maxName || !utf8.ValidString(s.Name):
		return fmt.Errorf("name must have at most %d bytes", maxName)
	case len(s.Folder) > maxPath || strings.ContainsRune(s.Folder, 0) || !utf8.ValidString(s.Folder) || (s.Folder != "" && !filepath.IsAbs(s.Folder)):
		return fmt.Errorf("folder must be a full path, not %q", s.Folder)
	case s.Port < 0 || s.Port > maxPort:
		return fmt.Errorf("port must be between 0 and %d, not %d", maxPort, s.Port)
	case s.AcceptFiles < 0 || s.AcceptFiles > MaxAcceptFiles:
		return fmt.Errorf("acceptFiles must be between 0 and %d megabytes, not %d", MaxAcceptFiles, s.AcceptFiles)
	case s.TextSize != 0 && (s.TextSize < MinTextSize || s.TextSize > MaxTextSize):
		return fmt.Errorf("textSize must be between %d and %d percent, not %d", MinTextSize, MaxTextSize, s.TextSize)
	case !RateFits(s.ShareUp) || !RateFits(s.ShareDown):
		return fmt.Errorf("shareUp and shareDown must be 0, or between %d and %d KiB in a second, not %d and %d", MinShareRate, MaxShareRate, s.ShareUp, s.ShareDown)
	case s.KeepDays < 0 || s.KeepDays > MaxKeepDays || s.KeepPercent < 0 || s.KeepPercent > MaxKeepPercent:
		return fmt.Errorf("keepDays must be between 0 and %d, keepPercent between 0 and %d, not %d and %d", MaxKeepDays, MaxKeepPercent, s.KeepDays, s.KeepPercent)
	case s.WindowPort < 0 || s.WindowPort > maxPort:
		return fmt.Errorf("windowPort must be between 0 and %d, not %d", maxPort, s.WindowPort)
	}
	_, err := ParseSpan(s.Quiet)
	return err
}

package api

import "context"

// Settings is what a person switches on and off or sets. Who does not tell something is not shown it of others.
type Settings struct {
	Notifications bool   `json:"notifications"` // on the desktop
	ReadMarks     bool   `json:"readMarks"`     // what I have read
	Typing        bool   `json:"typing"`        // that I am writing
	LastSeen      bool   `json:"lastSeen"`      // when I was last here
	AcceptFiles   int    `json:"acceptFiles"`   // up to how many megabytes a file from somebody known is taken by itself, 0 for none
	Quiet         string `json:"quiet"`         // daily hours in which notifications wait, such as 22:00-07:00; empty: none
	EnterBreaks   bool   `json:"enterBreaks"`   // in the window Enter begins a line and Ctrl+Enter sends
	TextSize      int    `json:"textSize"`      // of the window, in percent of the usual one
	ShareUp       int    `json:"shareUp"`       // KiB that all shared folders together send in a second, 0 = no limit
	ShareDown     int    `json:"shareDown"`     // KiB that they take
}

// SettingsRequest is the body of PUT /settings: what is left out stays as it is.
type SettingsRequest struct {
	Notifications *bool   `json:"notifications,omitempty"`
	ReadMarks     *bool   `json:"readMarks,omitempty"`
	Typing        *bool   `json:"typing,omitempty"`
	LastSeen      *bool   `json:"lastSeen,omitempty"`
	AcceptFiles   *int    `json:"acceptFiles,omitempty"`
	Quiet         *string `json:"quiet,omitempty"` // empty: none any more
	EnterBreaks   *bool   `json:"enterBreaks,omitempty"`
	TextSize      *int    `json:"textSize,omitempty"`
	ShareUp       *int    `json:"shareUp,omitempty"` // KiB that all shared folders together send in a second, 0 = no limit
	ShareDown     *int    `json:"shareDown,omitempty"`
}

// Settings tells what is switched on.
func (c *Client) Settings(ctx context.Context) (Settings, error) {
	var v Settings
	return v, c.call(ctx, "GET", "/settings", nil, &v)
}

// SetSettings switches some of them.
func (c *Client) SetSettings(ctx context.Context, r SettingsRequest) (Settings, error) {
	var v Settings
	return v, c.call(ctx, "PUT", "/settings", r, &v)
}

package api

import "context"

// Office is where everybody in the office announces.
type Office struct {
	ID     string `json:"id"`     // of the conversation, the same everywhere
	People int    `json:"people"` // to whom an announcement goes: those on the list who are not blocked

	Problem string `json:"problem,omitempty"` // why nobody would take an announcement now
	Remedy  string `json:"remedy,omitempty"`
}

// Reach is how far one of our announcements got: with Delivered of Of people, and read by Read of them, as far as they tell.
type Reach struct {
	Of        int `json:"of"`
	Delivered int `json:"delivered"`
	Read      int `json:"read"`
}

// ReachChange tells that an announcement of ours got further.
type ReachChange struct {
	ID           string `json:"id"` // of the announcement
	Conversation string `json:"conversation"`
	Reach
}

// AnnounceRequest is the body of POST /announcements.
type AnnounceRequest struct {
	Text string `json:"text"`
}

// Office tells what everybody's conversation is, and how many people an announcement would go to.
func (c *Client) Office(ctx context.Context) (Office, error) {
	var v Office
	return v, c.call(ctx, "GET", "/office", nil, &v)
}

// Announce writes to everybody in the office.
func (c *Client) Announce(ctx context.Context, text string) (Message, error) {
	var v Message
	return v, c.call(ctx, "POST", "/announcements", AnnounceRequest{Text: text}, &v)
}

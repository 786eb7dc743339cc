package api

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"time"
)

// SearchQuery asks for messages of all conversations. Text may be empty with Files.
type SearchQuery struct {
	Text         string
	With         []string  // people and rooms by ID, name or ID prefix; none: everybody
	From         []string  // who wrote it, as With; none: anybody
	Since, Until time.Time // not earlier, earlier than this
	Files        bool      // only offers of files
	Before       string    // Next of the page before
	Limit        int       // 1..1000; 0: 100
}

// Hit is a message that was found. Matches are from and to of each place, in characters (Unicode code points) of Excerpt.
type Hit struct {
	Message
	Person  string   `json:"person"` // the other person of the conversation
	Name    string   `json:"name"`
	Apart   string   `json:"apart,omitempty"` // as of a Conversation
	Excerpt string   `json:"excerpt"`
	Matches [][2]int `json:"matches"`
}

// In is what the conversation is called, as of a Conversation.
func (h *Hit) In() string { return distinct(h.Name, h.Apart) }

// Hits is a page of what was found, newest first. With More, the next page is asked for with Next. Indexed less than Total: so many messages cannot
// be found yet, as they are indexed in the background.
type Hits struct {
	Hits    []Hit  `json:"hits"`
	More    bool   `json:"more"`
	Next    string `json:"next"`
	Indexed int    `json:"indexed"`
	Total   int    `json:"total"`
}

// Verification is what verifying the log of one conversation found. Dropped events are those without words, which is no alteration; Gone tells why they have none.
type Verification struct {
	Conversation string       `json:"conversation"`
	Person       string       `json:"person"`
	Name         string       `json:"name"`
	Altered      bool         `json:"altered"`
	Logs         int          `json:"logs"`
	Events       int          `json:"events"`
	Dropped      int          `json:"dropped"`
	Gone         Gone         `json:"gone"`
	Signatures   int          `json:"signatures"` // that are right
	Refused      int          `json:"refused"`    // messages of ours that only we see, as we were no member any more
	Unverified   int          `json:"unverified"` // events of authors whose key is not known any more
	Alterations  []Alteration `json:"alterations"`
	More         int          `json:"more"` // alterations beyond those listed
}

// Gone counts events without words by why they have none.
type Gone struct {
	Deleted     int `json:"deleted"`     // by their author
	TooOld      int `json:"tooOld"`      // for how long messages are kept here, or announcements passed on
	Forgotten   int `json:"forgotten"`   // with a room that our person forgot
	NotOurs     int `json:"notOurs"`     // they were written for others, or count nothing
	Awaited     int `json:"awaited"`     // they came without, and others are asked for them
	Unexplained int `json:"unexplained"` // nothing here tells why
}

// Alteration is one place where a conversation is not what its authors signed. Event is the number in the author's log, 0 for the log as a whole.
type Alteration struct {
	Author  Author    `json:"author"`
	Machine string    `json:"machine"` // peer ID
	Log     string    `json:"log"`
	Event   int       `json:"event"`
	Time    time.Time `json:"time,omitzero"`
	Text    string    `json:"text"`
}

// Retention says for how many days messages are kept, 0 for ever: all, and conversations that differ.
type Retention struct {
	Days          int             `json:"days"`
	Conversations []RetentionWith `json:"conversations"`
}

// RetentionWith is a conversation that is kept in its own way.
type RetentionWith struct {
	Conversation string `json:"conversation"`
	Person       string `json:"person"`
	Name         string `json:"name"`
	Days         int    `json:"days"`
}

// RetentionRequest is the body of PUT /retention. An empty Conversation means all; Default lets a conversation be kept as all are.
type RetentionRequest struct {
	Conversation string `json:"conversation,omitempty"`
	Days         int    `json:"days"`
	Default      bool   `json:"default,omitempty"`
}

// Formats of an export.
const (
	FormatHTML = "html"
	FormatJSON = "json"
	FormatCSV  = "csv"
)

// Search looks for messages in all conversations.
func (c *Client) Search(ctx context.Context, q SearchQuery) (Hits, error) {
	v := url.Values{}
	set := func(key, text string) {
		if text != "" {
			v.Set(key, text)
		}
	}
	set("text", q.Text)
	set("before", q.Before)
	if q.Files {
		set("files", "true")
	}
	if !q.Since.IsZero() {
		set("since", q.Since.Format(time.RFC3339Nano))
	}
	if !q.Until.IsZero() {
		set("until", q.Until.Format(time.RFC3339Nano))
	}
	if q.Limit > 0 {
		set("limit", strconv.Itoa(q.Limit))
	}
	for _, with := range q.With {
		v.Add("with", with)
	}
	for _, from := range q.From {
		v.Add("from", from)
	}
	var hits Hits
	return hits, c.call(ctx, "GET", "/search?"+v.Encode(), nil, &hits)
}

// Verify verifies the logs of one conversation, or of all with an empty to.
func (c *Client) Verify(ctx context.Context, to string) ([]Verification, error) {
	path := "/verify"
	if to != "" {
		path += "?" + url.Values{"conversation": {to}}.Encode()
	}
	var v []Verification
	return v, c.call(ctx, "GET", path, nil, &v)
}

// Retention returns for how long messages are kept: of one conversation, or of all with an empty to.
func (c *Client) Retention(ctx context.Context, to string) (Retention, error) {
	path := "/retention"
	if to != "" {
		path += "?" + url.Values{"conversation": {to}}.Encode()
	}
	var v Retention
	return v, c.call(ctx, "GET", path, nil, &v)
}

// SetRetention sets it.
func (c *Client) SetRetention(ctx context.Context, r RetentionRequest) (Retention, error) {
	var v Retention
	return v, c.call(ctx, "PUT", "/retention", r, &v)
}

// Export returns one conversation, or all with an empty to, in one of the formats. What it reads is whole only if the reader ends with io.EOF.
func (c *Client) Export(ctx context.Context, format, to string) (io.ReadCloser, error) {
	v := url.Values{"format": {format}}
	if to != "" {
		v.Set("conversation", to)
	}
	return c.request(ctx, "GET", "/export?"+v.Encode(), "", nil)
}

package api

import "time"

// NameRequest is the body of PUT /me/name.
type NameRequest struct {
	Name string `json:"name"`
}

// PresenceRequest is the body of PUT /me/presence.
type PresenceRequest struct {
	Presence string `json:"presence"`
	Text     string `json:"text,omitempty"`
}

// AddRequest is the body of POST /peers: HOST or HOST:PORT of a colleague.
type AddRequest struct {
	Address string `json:"address"`
}

// TextRequest is a line of POST /conversations/{to}/stream.
type TextRequest struct {
	Text string `json:"text"`
}

// ReadRequest is the body of PUT /conversations/{to}/read. An empty UpTo means everything.
type ReadRequest struct {
	UpTo string `json:"upTo"`
}

// PathsRequest is the body of POST /conversations/{to}/files: absolute paths on this machine.
type PathsRequest struct {
	Paths []string `json:"paths"`
}

// Query selects messages of a conversation. With no field set it is the newest page.
type Query struct {
	Before, After, Around string // message IDs; at most one of them
	Since                 time.Time
	Search                string
	Limit                 int // 1..1000; 0: 100
}

// Page is a page of messages, oldest first.
type Page struct {
	Messages    []Message `json:"messages"`
	More        bool      `json:"more"`        // more lie beyond, in the direction asked for
	FirstUnread string    `json:"firstUnread"` // ID of the oldest unread message of the whole conversation

	// Of a search with More, which may hold fewer than Limit, or none: the message that was looked at last, for Before or After of the next page, and its time.
	Next     string     `json:"next,omitempty"`
	Searched *time.Time `json:"searched,omitempty"`
}

// Sent is one line of the answer to POST /conversations/{to}/stream. Line counts the request's lines from 1. Without Peer the message is
// durable here; with Peer and State it got to the awaited state with that person; with Error the line was not sent.
type Sent struct {
	Line  int    `json:"line"`
	ID    string `json:"id,omitempty"`
	Text  string `json:"text"`
	Peer  string `json:"peer,omitempty"`
	State string `json:"state,omitempty"`
	To    int    `json:"to,omitempty"` // of a message that is durable: its recipients,

	Differs string `json:"differs,omitempty"` // and what the one is called with whom compared words differ
	Error   *Error `json:"error,omitempty"`

	Through []Author `json:"through,omitempty"` // carried: whose machines keep it
}

// UploadRequest is the body of POST /uploads: what the page is about to send. Bytes and Files are totals.
type UploadRequest struct {
	Name   string `json:"name"`
	Folder bool   `json:"folder"`
	Bytes  int64  `json:"bytes"`
	Files  int    `json:"files"`
}

// Upload names an upload in progress.
type Upload struct {
	ID string `json:"id"`
}

// LeaveOutRequest is the body of POST /uploads/{id}/leave-out: what of a folder cannot be read or stored. Of a file its bytes as the upload counted them.
type LeaveOutRequest struct {
	Path   string `json:"path"`
	Folder bool   `json:"folder,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
}

// FinishRequest is the body of POST /uploads/{id}/finish. Action "send" needs To, "share" needs With.
type FinishRequest struct {
	Action string   `json:"action"`
	To     string   `json:"to,omitempty"`
	With   []string `json:"with,omitempty"`
	Name   string   `json:"name,omitempty"`
}

// Actions of a FinishRequest.
const (
	ActionSend  = "send"
	ActionShare = "share"
)

// LocateRequest is the body of POST /shares/locate: a folder's name and some of what lies in it.
type LocateRequest struct {
	Name    string        `json:"name"`
	Entries []LocateEntry `json:"entries"`
}

// LocateEntry is one file of a dropped folder: its path below the folder and its size.
type LocateEntry struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
}

// LocateAnswer holds the folders that fit, best first.
type LocateAnswer struct {
	Paths []string `json:"paths"`
}

// ShareRequest is the body of POST /shares. An empty Name is the folder's own.
type ShareRequest struct {
	Path string   `json:"path"`
	Name string   `json:"name"`
	With []string `json:"with"`
	Role string   `json:"role"` // what they may do: rw (also when empty), ro, keeper
}

// AcceptRequest is the body of POST /shares/{id}/accept. An empty At means a new folder under ~/Lanyard.
type AcceptRequest struct {
	At string `json:"at"`
}

// WithRequest is the body of POST /shares/{id}/invite.
type WithRequest struct {
	With []string `json:"with"`
	Role string   `json:"role"` // of those who do not take part yet: rw (also when empty), ro, keeper
}

// RoleRequest is the body of POST /shares/{id}/role.
type RoleRequest struct {
	Person string `json:"person"`
	Role   string `json:"role"` // rw, ro, keeper
}

// PersonRequest is the body of POST /shares/{id}/remove and /shares/{id}/owner.
type PersonRequest struct {
	Person string `json:"person"`
}

// PathRequest is the body of POST /shares/{id}/reveal and open, where an empty Path is the folder itself, and of select and deselect.
type PathRequest struct {
	Path string `json:"path"`
}

// FilesQuery selects files of a share: the children of the folder Under, or with Find the files at any depth below it whose paths have these words.
type FilesQuery struct {
	Under, Find string
	After       string // the Next of the page before
	Limit       int    // 1..1000; 0: 100
}

// RestoreRequest is the body of POST /shares/{id}/restore. An empty Trash means the newest entry of Path, or all that was deleted below it. With By all that
// this person has replaced and deleted since Since is taken back, and nothing else is asked for.
type RestoreRequest struct {
	Path    string     `json:"path,omitempty"`
	Trash   string     `json:"trash,omitempty"`
	Replace bool       `json:"replace,omitempty"` // what lies at the path by now gives way and goes to the trash
	By      string     `json:"by,omitempty"`
	Since   *time.Time `json:"since,omitempty"`
}

// Restored says under which path of the share the content is back, or how many files are.
type Restored struct {
	Path    string `json:"path,omitempty"`
	Trash   string `json:"trash,omitempty"` // what gave way
	Files   int    `json:"files"`
	Skipped int    `json:"skipped,omitempty"` // so many were left as they are, since others have changed them
}

// ShareRulesRequest is the body of PUT /shares/{id}/ignore and, without Before, of POST /shares/{id}/ignore/preview. With Before nothing is done where the
// rules are others by now.
type ShareRulesRequest struct {
	Text   string  `json:"text"`
	Before *string `json:"before,omitempty"`
}

// ShareRetentionRequest is the body of PUT /shares/retention, which is for all shares, and of PUT /shares/{id}/retention. Both 0: as usual, of one share as all.
type ShareRetentionRequest struct {
	Days    int `json:"days"`
	Percent int `json:"percent"`
}

// SettleRequest is the body of POST /shares/{id}/settle. Keep is "name", "copy" or "both".
type SettleRequest struct {
	Copy string `json:"copy"`
	Keep string `json:"keep"`
}

// Settled says where what was kept of a conflict lies; of both, where the copy does.
type Settled struct {
	Path string `json:"path"`
}

// DialogRequest is the body of POST /dialogs/folder.
type DialogRequest struct {
	Title string `json:"title"`
}

// Chosen is the folder that the person at the desk chose.
type Chosen struct {
	Path string `json:"path"`
}

// WindowRequest is the body of POST /window. Print: make the URL and open nothing.
type WindowRequest struct {
	Print bool `json:"print"`
}

// WindowAnswer holds the one-time URL, and whether a window was opened with it.
type WindowAnswer struct {
	URL    string `json:"url"`
	Opened bool   `json:"opened"`
}

// IdleReport is the body of PUT /idle: for how long nobody touched keyboard and mouse.
type IdleReport struct {
	Seconds float64 `json:"seconds"`
}

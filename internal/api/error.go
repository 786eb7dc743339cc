package api

import (
	"errors"
	"net/http"
)

// ErrNotRunning says that no agent serves the profile.
var ErrNotRunning = errors.New("Lanyard is not running")

// ErrBehind says that a stream of events ended because its reader was too slow: the agent goes on, and what happened meanwhile was missed.
var ErrBehind = errors.New("this reader of the events was too slow and was cut off: some events are missing; begin again, and see in lanyard history what was said meanwhile")

// Codes of an Error, for programs.
const (
	CodeUsage     = "usage"      // the request itself is wrong
	CodeUnknown   = "unknown"    // nobody and nothing has this name or ID
	CodeAmbiguous = "ambiguous"  // several have it: see Candidates
	CodeNotFound  = "not-found"  // no such endpoint, message, file or entry
	CodeTooLong   = "too-long"   // text or body over its limit
	CodeConflict  = "conflict"   // not possible in the present state
	CodeCancelled = "cancelled"  // the person at the desk closed the dialog
	CodeRefused   = "refused"    // not allowed
	CodeOffline   = "offline"    // needs a peer who is not here
	CodeDiskFull  = "disk-full"  // no room left
	CodeNoDialog  = "no-dialog"  // no desktop that could show a dialog
	CodeStopping  = "stopping"   // the agent is ending
	CodeStarting  = "starting"   // the agent looks through its database before it can do anything else
	CodeGone      = "gone"       // it was there and is no more
	CodeTooOften  = "too-often"  // more at once than is allowed: later it is
	CodeInternal  = "internal"   // anything else
	CodeMediaType = "media-type" // a body that is not declared as JSON
)

// Error is what the agent answers to a request that it does not carry out. Text is one sentence with a remedy.
type Error struct {
	Code       string      `json:"code"`
	Text       string      `json:"text"`
	Candidates []Candidate `json:"candidates,omitempty"`
}

// Candidate is one of several that an ambiguous name may mean.
type Candidate struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Machine string `json:"machine,omitempty"`
	By      string `json:"by,omitempty"` // of a room: the name of who made it
}

func (e *Error) Error() string { return e.Text }

// Status is the HTTP status that goes with the code.
func (e *Error) Status() int {
	switch e.Code {
	case CodeUsage:
		return http.StatusBadRequest
	case CodeUnknown, CodeNotFound:
		return http.StatusNotFound
	case CodeAmbiguous, CodeConflict, CodeCancelled:
		return http.StatusConflict
	case CodeTooLong:
		return http.StatusRequestEntityTooLarge
	case CodeRefused:
		return http.StatusForbidden
	case CodeOffline, CodeStopping, CodeStarting:
		return http.StatusServiceUnavailable
	case CodeGone:
		return http.StatusGone
	case CodeTooOften:
		return http.StatusTooManyRequests
	case CodeDiskFull:
		return http.StatusInsufficientStorage
	case CodeNoDialog:
		return http.StatusNotImplemented
	case CodeMediaType:
		return http.StatusUnsupportedMediaType
	}
	return http.StatusInternalServerError
}

// ErrorBody is the JSON around an Error in an answer.
type ErrorBody struct {
	Error *Error `json:"error"`
}

// CodeOf returns the code of the Error in err's chain, "" if there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

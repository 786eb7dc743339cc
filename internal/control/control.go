// Package control serves the local API: one HTTP handler for /api/v1, over small interfaces that it defines and the agent fills.
//
// # Use
//
//	c := control.New(control.Config{Agent: ..., Roster: ..., ...}) // an adapter for each part
//	srv := http.Server{Handler: c.Handler()}                       // on the control socket; behind the gate on the window's port
//	c.Hub().Publish(api.EventMessage, message)                     // from a part's callback: never blocks
//	c.Hub().Close()                                                // ends the streams, so that the server can shut down
//
// docs/api.md describes the endpoints; the types of bodies and answers are in package api.
//
// # Promises
//
// Bodies are bounded and decoded strictly: an unknown or repeated field, trailing data, text that is not UTF-8, an unknown query parameter is
// refused with a sentence and changes nothing. An adapter's [*api.Error] goes out with its own status; any other error is "internal" with
// its own text. A stream of events begins with its first line before anything that happens later is published, so nothing is missed;
// each line leaves at once, several together only when they already wait; a reader who falls too far behind is cut off instead of
// slowing others down, and starts again with the whole picture.
//
// # Left out
//
// Who may call: the socket's folder and the window's gate decide that before the handler is reached. What a name means: the
// adapters resolve it.
package control

import (
	"net/http"

	"lanyard/internal/api"
)

// Config holds the parts behind the endpoints. All are needed.
type Config struct {
	Agent         Agent
	Roster        Roster
	Conversations Conversations
	Messages      Messages
	Rooms         Rooms
	Office        Office
	Records       Records
	Files         Files
	Uploads       Uploads
	Shares        Shares
	Members       Members
	Trash         Trash
	Held          Held
	ShareRules    ShareRules
	Desk          Desk
	Tray          Tray
	Writing       Writing
	Marks         Marks
	Settings      Settings
	Cards         Cards
	Hooks         Hooks
	Words         Words
}

// Control is the local API of one agent. It is safe for concurrent use.
type Control struct {
	parts   Config
	hub     *Hub
	windows windows
}

// New builds the API. It starts nothing.
func New(parts Config) *Control {
	return &Control{parts: parts, hub: NewHub()}
}

// Hub is where the parts publish what happens.
func (c *Control) Hub() *Hub { return c.hub }

// Handler returns the handler of everything below /api/v1.
func (c *Control) Handler() http.Handler {
	mux := http.NewServeMux()
	c.routeAgent(mux)
	c.routeRoster(mux)
	c.routeConversations(mux)
	c.routeMessages(mux)
	c.routeRooms(mux)
	c.routeOffice(mux)
	c.routeRecords(mux)
	c.routeFiles(mux)
	c.routeUploads(mux)
	c.routeShares(mux)
	c.routeDesk(mux)
	c.routeWriting(mux)
	c.routeMarks(mux)
	c.routeSettings(mux)
	c.routeCards(mux)
	c.routeWords(mux)
	c.routeHooks(mux)
	mux.Handle("GET /api/v1/events", handler(c.events))
	mux.Handle("GET /api/v1/live", handler(c.live))
	mux.Handle("/", handler(func(_ http.ResponseWriter, r *http.Request) error {
		return &api.Error{Code: api.CodeNotFound, Text: "there is no " + r.Method + " " + r.URL.Path + " in this version; docs/api.md lists what there is"}
	}))
	return mux
}

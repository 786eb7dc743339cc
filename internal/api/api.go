// Package api holds the types and the client of the local API: what window, tray, command line and other people's scripts say to the agent.
//
// # Use
//
//	c, err := api.Open(profile)            // errors.Is(err, api.ErrNotRunning): nobody is there
//	m, err := c.Send(ctx, "Ben", "Hello")  // returns once the message is durable on this machine
//	s, err := c.Events(ctx)                // first event "ready", then everything that happens after it
//	e, err := s.Next()
//
// A Client talks HTTP over the Unix socket whose path the agent wrote into the file [ControlFile] of its profile; the folder around the
// socket admits its owner only, so there is no token. docs/api.md describes every endpoint. [Decode] reads bodies as strictly as that page says, at each door that takes some.
//
// # Promises
//
// A Client is safe for concurrent use and holds no state but idle connections. Every method waits for the agent's answer or for ctx; there
// is no other time limit, because some answers take as long as a person or a disk does. What the agent refuses comes back as an [*Error]
// with a code for programs and one sentence for people. Nothing is tried twice: a request whose answer was lost may have been carried out.
//
// # Left out
//
// The WebSocket of the window (GET /live) and the window's bootstrap: only a browser speaks them. Reading a share's files: they lie in an
// ordinary folder.
package api

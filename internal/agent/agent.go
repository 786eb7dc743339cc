// Package agent is Lanyard as one value: it builds every part, runs them, and stops them in order.
//
// # Use
//
//	a := agent.New(agent.Options{Profile: dir, Headless: true})
//	err := a.Run(ctx) // until ctx ends, or somebody stops it over the local API
//	errors.Is(err, agent.ErrHeld) // another agent serves this profile: see HandOver
//
// A test runs ten of them in one process, each with its own profile and, if it likes, a LAN in memory.
//
// # What runs
//
// One profile folder has one agent, by a file lock. It holds the key, one database of people and conversations, one database for each share,
// settings, the log, and, while the agent runs, the file that says where the control socket is. Parts are built in New's order and
// stopped in the reverse: first the streams of the local API, then discovery, the tray, the parts that talk to peers, then the roster, and
// last the database.
//
// # Promises
//
// New does no I/O and starts nothing. Run returns when everything it started has ended. A part that cannot do its work is told as a problem,
// in one sentence, and the others go on; only a profile that cannot be used (locked, not writable, a damaged or newer database or key) ends
// the agent, and then nothing in it was changed. Damage of a large database may be found after the start only: it is such a problem then.
//
// The adapters between the parts and the local API are in one file per part: roster.go, chat.go, files.go, shares.go, desk.go, tray.go ... They
// translate; what they decide is in small pure functions.
package agent

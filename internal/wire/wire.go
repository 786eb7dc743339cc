// Package wire is how frames look on a connection: the numbers and size limits of their kinds, reading and writing them, and the one
// strict way to encode and decode what is in them. docs/protocol.md section 4 is the table that kind.go implements.
//
// # Use
//
//	out, err := wire.Append(nil, wire.KindPing, body)      // then one Write for one or many frames
//
//	frames := wire.NewReader(conn, wire.MaxLinkFrame)
//	for {
//		frame, err := frames.Read()                    // frame.Body is valid until the next Read
//		if err != nil { ... }                          // the connection is of no more use
//		var ping Ping
//		if frame.Kind == wire.KindPing {
//			err = wire.Unmarshal(frame.Body, &ping)
//		}
//	}
//
// A frame is length (4 bytes), kind (2 bytes), body; big endian; the length counts kind and body. The structs behind the bodies live
// in the packages that own the kinds: wire knows nothing of what is said.
//
// # Promises
//
// A Reader never allocates more than the limit of the kind that was announced, and refuses a frame by its header, before its body. It
// asks its source for bytes only in Read, blocks as the source blocks, and is for one goroutine. Unmarshal gives a whole value or an
// error and a zero value, never something half filled. Append, Marshal and Unmarshal keep no state and are safe for concurrent use.
//
// # Left out
//
// Deadlines, encryption and closing are the connection's; order and priority the sender's; a meaning for the bodies their owners'.
package wire

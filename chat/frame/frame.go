// Package frame is the bodies of the frames that conversations exchange: what somebody has (vectors, states, tips), what they tell of (rooms, announcements, files that
// are held) and changes that come alone. docs/protocol.md, section 6, is the format; the kinds' numbers and caps are package wire's.
//
// # Use
//
//	f := frame.Vectors{Conversation: id[:], Vector: ours}     // a frame is filled in and encoded by wire.Marshal
//	f, err := frame.ReadVectors(body)                         // whatever came: strictly decoded and bounded
//
//	signed, err := frame.State{ ... }.Sign(identity)          // what this machine says of itself
//	s, err := frame.ReadState(signed.Body)                    // what another one says
//	err = identity.Verify(key, frame.StateContext, signed.Body, signed.Signature)
//
// # Promises
//
// Distrust: what a function named Read gives keeps the limits named beside it, and everything in it that has a fixed length has it. An error comes without a value.
// What a frame claims is not judged here: a state may be signed by nobody, a vector may name logs that nobody wrote.
//
// Newer versions: fields that are not known are left out in reading. What somebody signed is passed on as the bytes that came, and so loses none.
//
// All of it is values and pure functions: nothing blocks, and there is no disk, clock or lock.
//
// # Left out
//
// The frame that carries events, which is package event's: event.Run. The frames of carriers, which belong to the mail in them. Whom a frame is told, when, and what
// follows from one: that is package chat's.
package frame

// Package lantest gives tests a LAN: one in memory, quick and obedient, and one of Linux network namespaces with real processes.
//
// # In memory
//
// New makes a [LAN]; its Host method adds a machine. A [Host] listens and dials like package net (it is a peer.Network), and its Discovery
// method is a twin of package discovery, so that whole agents meet each other inside one process:
//
//	lan := lantest.New(seed)
//	anna, ben := lan.Host("anna", "10.0.0.1"), lan.Host("ben", "10.0.0.2")
//	l, err := anna.Listen(ctx, ":26426")
//	c, err := ben.Dial(ctx, "10.0.0.1:26426")
//	lan.Partition([]*lantest.Host{anna}, []*lantest.Host{ben}) // nothing moves; dials wait
//	lan.Heal()                                                  // what was written meanwhile arrives
//
// Faults follow TCP. A cut path loses nothing: bytes wait and arrive when it is mended, and a path cut one way starves the other way too
// once the sender's window is full, since no acknowledgement returns. A host that goes down resets its connections. A frozen host still
// completes handshakes (its kernel would) but moves no byte; its timers run on, because its goroutines do: a true SIGSTOP needs a process.
//
// All methods are safe for concurrent use and none calls out while it holds the LAN's lock. Everything blocks on channels and timers only,
// so a LAN made inside a testing/synctest bubble lets the bubble's clock advance. The seed decides labels, ports, delays and the order of
// sightings; the scheduler decides the rest.
//
// Left out: UDP, name service beyond the hosts' own names, loss of single packets (TCP hides it), and routing: every host hears every other.
package lantest

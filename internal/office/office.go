// Package office holds tests of whole offices: real Lanyard processes, each on a machine of its own made of a network namespace, driven through the
// command line as people and scripts drive it, and observed through `lanyard watch --json`. It has no code besides its tests.
//
// # What they prove
//
// That the promises hold for the program as it is shipped, with everything that only exists between processes: multicast, cables, ports, locks,
// kill -9, full disks. What one package can prove alone is proved there; what one machine can prove without a network of its own is in the scripts of
// cmd/lanyard.
//
// # How to use
//
//	go test ./internal/office                                  # one to two minutes on two cores
//	go test -run RealInput ./internal/office                   # one of them
//	LANYARD_WHOLE=1 go test -run RealInput ./internal/office   # with the whole source tree of the Go toolchain
//	LANYARD_OFFICE_RACE=1 go test ./internal/office            # agents with the race detector
//	LANYARD_OFFICE_KEEP=DIR go test ./internal/office          # the homes of a test that fails are copied there
//
// Each test opens an office of its own:
//
//	o := open(t, "Anna", "Ben")                  // machines on one LAN, one desk each; nothing runs yet
//	anna, ben := o.desks[0], o.desks[1]
//	o.start(anna, ben)                           // both run and have the other on the list
//	anna.do("send", "Ben", "Lunch?", "--wait", "delivered")
//	ben.until("the message", func() bool { return len(ben.history("Anna")) == 1 })
//
// # Order, waiting and safety
//
// until looks again after every event of the agent's own stream, so nothing is slept for. Where the thing awaited lies on a disk and no event is
// promised, it looks a few times a second besides. Every wait has a limit that only guards against hanging.
//
// The tests need the programs ip, unshare, nsenter and setpriv of Linux, and root or unprivileged user namespaces; without them they leave themselves
// out and say so. Disks and networks that they make are in namespaces of the test's process and vanish with it, however it ends.
//
// # Left out
//
// Windows and macOS, the window, the tray: they have tests of their own.
package office

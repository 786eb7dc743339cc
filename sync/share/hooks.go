package share

// hooks are what only tests of this package set.
type hooks struct {
	deaf   bool   // no watcher tells what happens on disk, and none is missed: the test does
	sent   func() // a frame of records or knowledge leaves
	mutant mutant
}

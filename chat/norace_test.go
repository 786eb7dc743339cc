//go:build !race

package chat

// simulations is how many seeds TestSimulation runs.
const simulations = 200

// flood is how many reactions come one by one.
const flood = 10_000

//go:build race

package chat

// simulations is how many seeds TestSimulation runs with the race detector, which makes each ten times as slow. make test runs more without it.
const simulations = 8

// flood is how many reactions come one by one.
const flood = 1000

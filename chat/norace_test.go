//go:build !race

package chat

// simulations is how many seeds TestSimulation runs.
const simulations = 200

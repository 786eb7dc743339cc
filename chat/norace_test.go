//go:build !race

package chat

// simulations is how many seeds TestSimulation runs.
const simulations = 200

// flood is how many reactions come one by one.
const flood = 10_000

// passersOn is how many are in the room in which messages go through whoever is online.
const passersOn = 50

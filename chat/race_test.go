//go:build race

package chat

// simulations is how many seeds TestSimulation runs with the race detector, which makes each ten times as slow. make test runs more without it.
const simulations = 8

// flood is how many reactions come one by one.
const flood = 1000

// passersOn is how many are in the room in which messages go through whoever is online. What its members sign for grows with more than the square of it: with the
// race detector 50 took a quarter of the package's time and a gigabyte. make test has 50 in it without it.
const passersOn = 20

package chat

import (
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wiretest"
)

func seedVector() vector.Vector {
	v := vector.Vector{}
	v.Advance(vector.Log{ID: vector.LogID{1}}, vector.Mark{}, vector.Mark{Number: 3, Hash: vector.Hash{4}})
	return v
}

func FuzzVectors(f *testing.F) {
	wiretest.Fuzz(f, decodeVectors, vectorsFrame{Conversation: make([]byte, 32), Vector: seedVector(), States: []signedState{{Body: []byte{1}, Signature: []byte{2}}}, Holds: []identity.PeerID{{1}}})
}

func FuzzStates(f *testing.F) {
	wiretest.Fuzz(f, decodeStates, statesFrame{States: []signedState{{Body: []byte{1}, Signature: []byte{2}}}})
}

func FuzzState(f *testing.F) {
	wiretest.Fuzz(f, decodeState, state{Conversation: make([]byte, 32), Counter: 1, Delivered: seedVector(), Read: seedVector()})
}

func FuzzPause(f *testing.F) {
	wiretest.Fuzz(f, decodePause, pauseFrame{Offer: make([]byte, 32), Paused: 1, Done: 7, NoRoom: 1})
}

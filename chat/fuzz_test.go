package chat

import (
	"bytes"
	"testing"

	"lanyard/chat/event"
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

func FuzzManifest(f *testing.F) {
	for _, m := range []manifest{{}, {fileEntry("a", "x")}, {{Path: "a/"}, fileEntry("a/b", "x")}, {fileEntry("../a", "x")}} {
		b, err := m.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint64(1), uint64(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, size, files uint64) {
		m, err := decodeManifest(b, event.File{Size: size, Files: files, Folder: 1})
		if err != nil {
			return
		}
		for _, e := range m {
			if bytes.Contains([]byte(e.Path), []byte("..")) && e.check() != nil {
				t.Errorf("%q was taken", e.Path)
			}
		}
		again, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeManifest(again, event.File{Size: size, Files: files, Folder: 1}); err != nil {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}

func FuzzPause(f *testing.F) {
	wiretest.Fuzz(f, decodePause, pauseFrame{Offer: make([]byte, 32), Paused: 1, Done: 7, NoRoom: 1})
}

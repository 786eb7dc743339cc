// Package vector says what somebody has of the numbered, hash-chained logs of others.
package vector

import "lanyard/internal/identity"

// LogID is the random part of a log's name.
type LogID [16]byte

// Hash is a SHA-256 chain hash: of an event's header in a conversation, of a record and its predecessor's hash in a share.
type Hash [32]byte

// Log names one author's log in one conversation or share.
type Log struct {
	_    struct{}        `cbor:",toarray"`
	Peer identity.PeerID // the author's machine
	ID   LogID           // random, new after a lost, restored or copied database
}

// Mark is a point in a log: everything up to and including Number on the branch whose chain hash there is Hash. Numbers start at 1.
type Mark struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Hash   Hash
}

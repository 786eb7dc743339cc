package identity

import "crypto/sha256"

// PeerID names one running agent's key: the SHA-256 of its public key in SubjectPublicKeyInfo form. It prints as base32 in groups with
// check characters, e.g. "MFZWI3D-BONSGYC-...".
type PeerID [sha256.Size]byte

// PersonID names a person: the PeerID of the first machine on their signed list. It stays when machines join or leave.
type PersonID [sha256.Size]byte

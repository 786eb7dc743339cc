// Package identity says who a machine is: its key, the IDs of peers and persons, what it signs, and the TLS settings by which two
// machines prove to each other who they are.
//
// # Use
//
//	me, err := identity.Open(profile)           // made at the first start, the same for ever after
//	listener = tls.NewListener(l, me.ServerTLS(identity.LinkProtocol, identity.BulkProtocol))
//	conn := tls.Client(c, me.ClientTLS(identity.LinkProtocol))
//	who, key, err := identity.PeerOf(conn.ConnectionState())    // after the handshake
//
// An address says where somebody might be and a name what they are called; only the key says who they are. A PeerID is the hash of
// a machine's key. A PersonID names a person, who may come to have several machines: it is the PeerID of the first one, and a signed,
// numbered PersonList tells which machines are theirs now. A shared folder or a conversation belongs to persons, a link to peers.
//
// # Promises
//
// An Identity never changes and is safe for concurrent use. Nothing here keeps state, starts a goroutine or logs. Open is the only
// function that touches the disk: it never overwrites a key file, not even a damaged one, because the key is the only thing that a
// person cannot get back. All that is decoded here is bounded and checked first; no input makes a function panic.
//
// # Left out
//
// Who is trusted, blocked or known (package peer); the bytes on the wire around a PersonList (package wire). The key is not
// encrypted at rest: whoever can read this user's files can read the conversations as well.
package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"time"
)

// Identity is this machine's key with its certificate. Get one from Open or Generate.
type Identity struct {
	key         ed25519.PrivateKey
	certificate []byte // DER
	peer        PeerID
	joined      *PersonID // nil: the person is this machine's own
}

// Generate makes a new identity in memory.
func Generate() (*Identity, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make an identity key: %w", err)
	}
	certificate, err := selfSigned(key)
	if err != nil {
		return nil, err
	}
	return &Identity{key: key, certificate: certificate, peer: PeerIDOf(public)}, nil
}

// PeerID returns the ID of this machine.
func (id *Identity) PeerID() PeerID { return id.peer }

// Person returns the person whose machine this is: when it has joined nobody, its own PeerID.
func (id *Identity) Person() PersonID {
	if id.joined != nil {
		return *id.joined
	}
	return PersonID(id.peer)
}

// Joined returns this machine as one of a person's. Only that person's list, which has to hold its key, makes it so for others.
func (id *Identity) Joined(person PersonID) *Identity {
	joined := *id
	joined.joined = &person
	return &joined
}

// Public returns the public key. It must not be changed.
func (id *Identity) Public() ed25519.PublicKey {
	return id.key.Public().(ed25519.PublicKey)
}

// selfSigned wraps the key's public half into the smallest certificate that TLS takes. It holds no name, and its dates are as wide
// as the format allows, because office clocks are wrong and nobody looks at them.
func selfSigned(key ed25519.PrivateKey) ([]byte, error) {
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // "no well-defined expiration date", RFC 5280 4.1.2.5
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate of the identity: %w", err)
	}
	return der, nil
}

func (id *Identity) tlsCertificate() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{id.certificate}, PrivateKey: id.key}
}

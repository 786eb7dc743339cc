package identity

import (
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
)

// The application protocols (ALPN, RFC 7301) that a connection may be for.
const (
	LinkProtocol = "lanyard-link/1" // the long-lived link of a pair
	BulkProtocol = "lanyard-bulk/1" // content
)

// ErrHandshake is wrapped by every error about what the other side presented in a handshake. The text holds nothing that came from there.
var ErrHandshake = errors.New("the other side is no Lanyard")

// ServerTLS returns settings for the side that was dialled. They require TLS 1.3, one of the given protocols and exactly one
// certificate with an Ed25519 key; nothing else in the certificate is looked at. There are no session tickets, so that every
// connection proves the key anew.
func (id *Identity) ServerTLS(protocols ...string) *tls.Config {
	config := id.baseTLS(protocols)
	config.ClientAuth = tls.RequireAnyClientCert
	return config
}

// ClientTLS returns settings for the side that dials, with the same requirements as ServerTLS. Who was reached is only known from
// PeerOf after the handshake.
func (id *Identity) ClientTLS(protocol string) *tls.Config {
	config := id.baseTLS([]string{protocol})
	config.InsecureSkipVerify = true // there is no authority to ask: VerifyConnection and PeerOf decide by the key
	return config
}

func (id *Identity) baseTLS(protocols []string) *tls.Config {
	protocols = slices.Clone(protocols)
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		MaxVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{id.tlsCertificate()},
		NextProtos:             protocols,
		SessionTicketsDisabled: true,
		// VerifyConnection and not VerifyPeerCertificate, which is skipped when a session is resumed.
		VerifyConnection: func(state tls.ConnectionState) error {
			_, err := keyOf(state, protocols)
			return err
		},
	}
}

// PeerOf tells who is on the other side of a connection whose handshake is complete. It checks again what ServerTLS and ClientTLS
// require, so that a connection made with other settings is refused.
func PeerOf(state tls.ConnectionState) (PeerID, ed25519.PublicKey, error) {
	if !state.HandshakeComplete {
		return PeerID{}, nil, fmt.Errorf("%w: the handshake is not complete", ErrHandshake)
	}
	key, err := keyOf(state, []string{LinkProtocol, BulkProtocol})
	if err != nil {
		return PeerID{}, nil, err
	}
	return PeerIDOf(key), key, nil
}

func keyOf(state tls.ConnectionState, protocols []string) (ed25519.PublicKey, error) {
	if state.Version != tls.VersionTLS13 || state.DidResume {
		return nil, fmt.Errorf("%w: it must be a fresh TLS 1.3 connection", ErrHandshake)
	}
	if !slices.Contains(protocols, state.NegotiatedProtocol) {
		return nil, fmt.Errorf("%w: it asked for no protocol of ours", ErrHandshake)
	}
	if n := len(state.PeerCertificates); n != 1 {
		return nil, fmt.Errorf("%w: it sent %d certificates, not one", ErrHandshake, n)
	}
	key, ok := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok || !validKey(key) {
		return nil, fmt.Errorf("%w: its key is not a sound Ed25519 key", ErrHandshake)
	}
	return key, nil
}

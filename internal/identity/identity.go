// Package identity holds keys, certificates, PeerID, PersonID and TLS settings.
package identity

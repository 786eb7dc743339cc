package identity

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

func generate(t testing.TB) *Identity {
	t.Helper()
	id, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

type outcome struct {
	peer PeerID
	err  error
}

// shake performs a real handshake over loopback, then one byte each way, because in TLS 1.3 the dialler learns only afterwards that its
// certificate was refused.
func shake(t *testing.T, server, client *tls.Config) (atServer, atClient outcome) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	done := make(chan outcome, 1)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			done <- outcome{err: err}
			return
		}
		done <- finish(tls.Server(c, server))
	}()
	c, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	atClient = finish(tls.Client(c, client))
	return <-done, atClient
}

func finish(conn *tls.Conn) outcome {
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return outcome{err: err}
	}
	if err := conn.Handshake(); err != nil {
		return outcome{err: err}
	}
	if _, err := conn.Write([]byte{1}); err != nil {
		return outcome{err: err}
	}
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		return outcome{err: err}
	}
	peer, key, err := PeerOf(conn.ConnectionState())
	if err == nil && PeerIDOf(key) != peer {
		err = errors.New("the key is not the peer's")
	}
	return outcome{peer, err}
}

func TestHandshake(t *testing.T) {
	a, b := generate(t), generate(t)
	for _, protocol := range []string{LinkProtocol, BulkProtocol} {
		atServer, atClient := shake(t, a.ServerTLS(LinkProtocol, BulkProtocol), b.ClientTLS(protocol))
		if atServer.err != nil || atServer.peer != b.PeerID() {
			t.Errorf("%s: the server met %v, %v", protocol, atServer.peer, atServer.err)
		}
		if atClient.err != nil || atClient.peer != a.PeerID() {
			t.Errorf("%s: the client met %v, %v", protocol, atClient.peer, atClient.err)
		}
	}
}

func TestHandshakeRefused(t *testing.T) {
	a, b := generate(t), generate(t)
	with := func(config *tls.Config, change func(*tls.Config)) *tls.Config {
		changed := config.Clone()
		change(changed)
		return changed
	}
	cert := func(certificates ...tls.Certificate) func(*tls.Config) {
		return func(c *tls.Config) { c.Certificates = certificates }
	}
	two := b.tlsCertificate()
	two.Certificate = append(two.Certificate, a.certificate)
	server, client := a.ServerTLS(LinkProtocol), b.ClientTLS(LinkProtocol)
	for _, c := range []struct {
		what           string
		server, client *tls.Config
	}{
		{"client without a protocol", server, with(client, func(c *tls.Config) { c.NextProtos = nil })},
		{"client of another protocol", server, with(client, func(c *tls.Config) { c.NextProtos = []string{"h2"} })},
		{"client with a protocol this server does not take", server, b.ClientTLS(BulkProtocol)},
		{"server without a protocol", with(server, func(c *tls.Config) { c.NextProtos, c.VerifyConnection = nil, nil }), client},
		{"client without certificate", server, with(client, cert())},
		{"client with an RSA certificate", server, with(client, cert(otherCertificate(t, "RSA")))},
		{"client with an ECDSA certificate", server, with(client, cert(otherCertificate(t, "ECDSA")))},
		{"client with two certificates", server, with(client, cert(two))},
		{"server with an ECDSA certificate", with(server, cert(otherCertificate(t, "ECDSA"))), client},
		{"server with two certificates", with(server, cert(two)), client},
		{"client of TLS 1.2", server, with(client, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 })},
		{"server of TLS 1.2", with(server, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }), client},
		{"client with somebody else's certificate", server, with(client, cert(tls.Certificate{Certificate: [][]byte{a.certificate}, PrivateKey: b.key}))},
	} {
		atServer, atClient := shake(t, c.server, c.client)
		if atServer.err == nil || atClient.err == nil {
			t.Errorf("%s: server %v, client %v", c.what, atServer.err, atClient.err)
		}
	}
}

// TestHandshakeErrorsHoldNothingOfThePeer: they go into logs, and a protocol name may hold control characters.
func TestHandshakeErrorsHoldNothingOfThePeer(t *testing.T) {
	state := tls.ConnectionState{HandshakeComplete: true, Version: tls.VersionTLS13, NegotiatedProtocol: "\x1b[2Jhello"}
	if _, _, err := PeerOf(state); !errors.Is(err, ErrHandshake) || strings.Contains(err.Error(), "hello") {
		t.Errorf("%v", err)
	}
}

func TestPeerOfNeedsACompleteHandshake(t *testing.T) {
	if _, _, err := PeerOf(tls.ConnectionState{}); !errors.Is(err, ErrHandshake) {
		t.Errorf("%v", err)
	}
}

// TestNoResumption: even a client that would keep tickets gets none.
func TestNoResumption(t *testing.T) {
	a, b := generate(t), generate(t)
	client := b.ClientTLS(LinkProtocol)
	client.SessionTicketsDisabled = false
	client.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	client.ServerName = "x"
	for range 2 {
		client.VerifyConnection = func(state tls.ConnectionState) error {
			if state.DidResume {
				t.Error("resumed")
			}
			return nil
		}
		if atServer, atClient := shake(t, a.ServerTLS(LinkProtocol), client); atServer.err != nil || atClient.err != nil {
			t.Fatalf("server %v, client %v", atServer.err, atClient.err)
		}
		if _, kept := client.ClientSessionCache.Get("x"); kept {
			t.Error("the server gave a ticket")
		}
	}
}

func TestCertificateSaysNothing(t *testing.T) {
	certificate, err := x509.ParseCertificate(generate(t).certificate)
	if err != nil {
		t.Fatal(err)
	}
	if certificate.Subject.String() != "" || certificate.Issuer.String() != "" || len(certificate.DNSNames) > 0 {
		t.Errorf("it names %q, %q, %v", certificate.Subject, certificate.Issuer, certificate.DNSNames)
	}
}

func otherCertificate(t *testing.T, kind string) tls.Certificate {
	t.Helper()
	var key any
	var public any
	if kind == "RSA" {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		key, public = k, k.Public()
	} else {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		key, public = k, k.Public()
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestSign(t *testing.T) {
	id := generate(t)
	message := []byte("hello")
	signature := id.Sign("events", message)
	if err := Verify(id.Public(), "events", message, signature); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"another context": Verify(id.Public(), "state", message, signature),
		"another message": Verify(id.Public(), "events", []byte("hellO"), signature),
		"another key":     Verify(generate(t).Public(), "events", message, signature),
		"a moved border":  Verify(id.Public(), "event", append([]byte("s\x00"), message...), signature),
		"no signature":    Verify(id.Public(), "events", message, nil),
		"no key":          Verify(ed25519.PublicKey{}, "events", message, signature),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestPeerIDIsTheHashOfTheSPKI compares the constant prefix with what the standard library encodes.
func TestPeerIDIsTheHashOfTheSPKI(t *testing.T) {
	id := generate(t)
	spki, err := x509.MarshalPKIXPublicKey(id.Public())
	if err != nil {
		t.Fatal(err)
	}
	if want := spkiPrefix + string(id.Public()); string(spki) != want {
		t.Errorf("%x, want %x", spki, want)
	}
	if id.Person() != PersonID(id.PeerID()) {
		t.Error("a machine alone is not its own person")
	}
}

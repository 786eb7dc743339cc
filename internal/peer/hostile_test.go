package peer_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// mallory speaks to an agent byte by byte.
type mallory struct {
	t      *testing.T
	id     *identity.Identity
	victim *agent
	conn   *tls.Conn
	frames *wire.Reader
	nonce  []byte // of the victim's hello
}

func (s *site) knock(t *testing.T, at *agent) net.Conn {
	t.Helper()
	var c net.Conn
	var err error
	if s.lan != nil {
		s.hosts++
		c, err = s.host("mallory").Dial(t.Context(), at.address())
	} else {
		c, err = (&net.Dialer{}).DialContext(t.Context(), "tcp", at.address())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// shake completes TLS with the victim.
func (s *site) shake(t *testing.T, at *agent, alpn string) *mallory {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	m := &mallory{t: t, id: id, victim: at}
	m.conn = tls.Client(s.knock(t, at), id.ClientTLS(alpn))
	if err := m.conn.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.frames = wire.NewReader(m.conn, wire.MaxLinkFrame)
	return m
}

// linked shakes hands and exchanges true hellos.
func (s *site) linked(t *testing.T, at *agent) *mallory {
	t.Helper()
	m := s.shake(t, at, identity.LinkProtocol)
	m.send(wire.KindHello, m.hello(nil))
	f, err := m.frames.Read()
	if err != nil || f.Kind != wire.KindHello {
		t.Fatalf("no hello: %v %v", f.Kind, err)
	}
	var h map[int]wire.Raw
	if err := wire.Unmarshal(f.Body, &h); err != nil {
		t.Fatal(err)
	}
	if err := wire.Unmarshal(h[10], &m.nonce); err != nil {
		t.Fatal(err)
	}
	at.await(t, "mallory's link", func() bool { _, ok := at.Link(m.id.PeerID()); return ok })
	return m
}

// hello is a true one, with some fields replaced; nil leaves a field out.
func (m *mallory) hello(replace map[int]any) []byte {
	fields := map[int]any{1: 1, 2: 77, 3: "Mallory", 4: "mal-pc", 6: 26426, 7: m.id.FirstPersonList(), 8: 1, 10: make([]byte, 16)}
	for k, v := range replace {
		if v == nil {
			delete(fields, k)
		} else {
			fields[k] = v
		}
	}
	return m.encode(fields)
}

func (m *mallory) encode(v any) []byte {
	m.t.Helper()
	b, err := wire.Marshal(v)
	if err != nil {
		m.t.Fatal(err)
	}
	return b
}

func (m *mallory) send(k wire.Kind, body []byte) {
	frame := wire.AppendHeader(nil, k, len(body))
	m.write(append(frame, body...))
}

// write ignores errors: the victim may have hung up, which is what the cases look at.
func (m *mallory) write(b []byte) { _, _ = m.conn.Write(b) }

// closed reads until the connection ends and returns the reason told, if any.
func (m *mallory) closed() (reason peer.CloseReason) {
	for {
		f, err := m.frames.Read()
		if err != nil {
			return reason
		}
		if f.Kind == wire.KindClose {
			var b map[int]wire.Raw
			if err := wire.Unmarshal(f.Body, &b); err != nil {
				m.t.Error(err)
			}
			if err := wire.Unmarshal(b[1], &reason); err != nil {
				m.t.Error(err)
			}
		}
	}
}

// drained reads a raw connection to its end.
func drained(c net.Conn) []byte {
	b, _ := io.ReadAll(c) // how it ended is not asked
	return b
}

func TestWhoDoesNotSpeakTLSIsSentAway(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		sayings := map[string]string{
			"a browser": "GET / HTTP/1.1\r\nHost: anna\r\n\r\n", "SSH": "SSH-2.0-OpenSSH_9\r\n", "SMB": "\x00\x00\x00\x85\xffSMB", "nothing": "",
			"a TLS record of nonsense": "\x16\x03\x01\x40\x00" + strings.Repeat("x", 1<<14), "SSLv2": "\x80\x2e\x01\x00\x02",
		}
		for what, saying := range sayings {
			c := s.knock(t, anna)
			if _, err := c.Write([]byte(saying)); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			if got := drained(c); len(got) > 100 {
				t.Errorf("%s was answered by %q", what, got)
			}
			if took := time.Since(begun); took > 11*time.Second {
				t.Errorf("%s was endured for %v", what, took)
			}
		}
		slow := s.knock(t, anna)
		begun := time.Now()
		for _, b := range []byte("\x16\x03\x01\x02\x00" + strings.Repeat("y", 512)) {
			if _, err := slow.Write([]byte{b}); err != nil {
				break
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(begun); took < 9*time.Second || took > 12*time.Second {
			t.Errorf("a byte a second was endured for %v", took)
		}
		if len(anna.Peers()) != 0 {
			t.Errorf("Anna lists %+v", anna.Peers())
		}
	})
}

func TestWrongTLSIsRefused(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		id, err := identity.Generate()
		if err != nil {
			t.Fatal(err)
		}
		cases := map[string]func(*tls.Config){
			"TLS 1.2":        func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 },
			"another ALPN":   func(c *tls.Config) { c.NextProtos = []string{"h2"} },
			"no ALPN":        func(c *tls.Config) { c.NextProtos = nil },
			"no certificate": func(c *tls.Config) { c.Certificates = nil },
		}
		for what, spoil := range cases {
			config := id.ClientTLS(identity.LinkProtocol)
			config.VerifyConnection = nil
			spoil(config)
			conn := tls.Client(s.knock(t, anna), config)
			err := conn.HandshakeContext(t.Context())
			if err == nil {
				_, err = wire.NewReader(conn, wire.MaxLinkFrame).Read() // the server's refusal comes after the client's end of the handshake
			}
			if err == nil {
				t.Errorf("%s was let in", what)
			}
		}
		if len(anna.Peers()) != 0 {
			t.Errorf("Anna lists %+v", anna.Peers())
		}
	})
}

func TestFalseHellosAreRefused(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		cases := []struct {
			what string
			kind wire.Kind
			body func(*mallory) []byte
			want peer.CloseReason
		}{
			{"the identity of another", wire.KindHello, func(m *mallory) []byte { return m.hello(map[int]any{7: ben.id.FirstPersonList()}) }, peer.CloseBreach},
			{"version 0", wire.KindHello, func(m *mallory) []byte { return m.hello(map[int]any{1: 0}) }, peer.CloseVersion},
			{"no nonce", wire.KindHello, func(m *mallory) []byte { return m.hello(map[int]any{10: nil}) }, peer.CloseBreach},
			{"a wrong type", wire.KindHello, func(m *mallory) []byte { return m.hello(map[int]any{3: 5}) }, peer.CloseBreach},
			{"nonsense", wire.KindHello, func(*mallory) []byte { return []byte{0xff, 0x00} }, peer.CloseBreach},
			{"events first", wire.KindEvents, func(*mallory) []byte { return []byte{0xa0} }, peer.CloseBreach},
			{"ping first", wire.KindPing, func(m *mallory) []byte { return m.encode(map[int]any{1: 1, 2: 1}) }, peer.CloseBreach},
			{"an unknown kind first", 0x7777, func(*mallory) []byte { return nil }, peer.CloseBreach},
		}
		for _, c := range cases {
			m := s.shake(t, anna, identity.LinkProtocol)
			m.send(c.kind, c.body(m))
			if got := m.closed(); got != c.want {
				t.Errorf("%s: told %q, want %q", c.what, got, c.want)
			}
		}
		late := s.shake(t, anna, identity.LinkProtocol)
		time.Sleep(11 * time.Second)
		late.send(wire.KindHello, late.hello(nil))
		late.closed()
		synctest.Wait()
		if len(anna.Peers()) != 0 {
			t.Errorf("Anna lists %+v", anna.Peers())
		}
	})
}

func TestBreachesEndTheLink(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		cases := []struct {
			what string
			do   func(*mallory)
			want peer.CloseReason
		}{
			{"hello twice", func(m *mallory) { m.send(wire.KindHello, m.hello(nil)) }, peer.CloseBreach},
			{"a ping that is none", func(m *mallory) { m.send(wire.KindPing, []byte{0x01}) }, peer.CloseBreach},
			{"a profile with no person list", func(m *mallory) { m.send(wire.KindProfile, m.encode(map[int]any{3: "Boss"})) }, peer.CloseBreach},
			{"gossip of a strange address", func(m *mallory) {
				m.send(wire.KindGossip, m.encode(map[int]any{1: [][]any{{make([]byte, 32), [][]byte{{1, 2, 3}}}}}))
			}, peer.CloseBreach},
			{"bulk-please from the dialler", func(m *mallory) { m.send(wire.KindBulkPlease, m.encode(map[int]any{1: make([]byte, 16)})) }, peer.CloseBreach},
			{"length 0", func(m *mallory) { m.write(make([]byte, 6)) }, peer.CloseBreach},
			{"length 2^32-1", func(m *mallory) { m.write(bytes.Repeat([]byte{0xff}, 6)) }, peer.CloseBreach},
			{"length 2^31", func(m *mallory) { m.write([]byte{0x80, 0, 0, 0, 0, 2}) }, peer.CloseBreach},
			{"a ping over its cap", func(m *mallory) { m.send(wire.KindPing, make([]byte, 65)) }, peer.CloseBreach},
			{"one byte over the link's cap", func(m *mallory) { m.write(binary.BigEndian.AppendUint32(nil, 64<<10+3)); m.write([]byte{0x77, 0x77}) }, peer.CloseBreach},
			{"a flood of pings", func(m *mallory) {
				for i := range 1000 {
					m.send(wire.KindPing, m.encode(map[int]any{1: i, 2: 5000}))
				}
			}, peer.CloseBreach},
			{"half a frame, then silence", func(m *mallory) { m.write([]byte{0, 0, 1}); _ = m.conn.CloseWrite() }, peer.CloseNone},
		}
		for _, c := range cases {
			m := s.linked(t, anna)
			c.do(m)
			if got := m.closed(); got != c.want && got != peer.CloseNone { // a flood that resets the connection may take the reason with it
				t.Errorf("%s: told %q, want %q", c.what, got, c.want)
			}
			anna.await(t, "the end after "+c.what, func() bool { _, ok := anna.Link(m.id.PeerID()); return !ok })
		}
	})
}

func TestUnknownKindsAreSkipped(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		var hears ear
		anna := s.start(t, "Anna", listen(&hears, peer.ClassChat))
		m := s.linked(t, anna)
		hears.want(t, "up")
		for _, k := range []wire.Kind{0x000a, 0x0010, 0x001f, wire.KindTyping, wire.KindGet, 0x7777, 0xffff, 0} {
			m.send(k, []byte("whatever"))
		}
		m.send(0x7777, make([]byte, 64<<10))
		m.send(wire.KindEvents, []byte("understood"))
		hears.want(t, "understood")
	})
}

func TestHandshakeFloodKeepsNobodyOut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		flood := s.host("flood")
		for range 1000 {
			c, err := flood.Dial(t.Context(), anna.address())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
		}
		synctest.Wait()
		begun := time.Now()
		ben.meet(t, anna)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("a colleague needed %v during the flood", took)
		}
	})
}

func TestEndlessHandshakeIsCut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		c := s.knock(t, anna)
		begun := time.Now()
		record := append([]byte{0x16, 3, 1, 0x40, 0}, make([]byte, 1<<14)...)
		copy(record[5:], []byte{1, 0, 0xff, 0xff}) // a client hello of 64 KiB that goes on and on
		var err error
		sent := 0
		for err == nil && sent < 4<<20 {
			var n int
			n, err = c.Write(record)
			sent += n
		}
		if err == nil || time.Since(begun) > 11*time.Second {
			t.Errorf("%d bytes were taken in %v: %v", sent, time.Since(begun), err)
		}
	})
}

func TestWhoNeverReadsLosesTheLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		m := s.linked(t, anna)
		l, _ := anna.Link(m.id.PeerID())
		quiet := make(chan struct{})
		go func() { // it pings, so that it does not look dead
			defer close(quiet)
			for {
				if _, err := m.conn.Write(append(wire.AppendHeader(nil, wire.KindPing, 6), m.encode(map[int]any{1: 1, 2: 1000})...)); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		var err error
		for err == nil {
			err = l.Send(context.Background(), wire.KindEvents, make([]byte, 32<<10))
		}
		if !errors.Is(err, peer.ErrLinkEnded) {
			t.Errorf("sending ended by %v", err)
		}
		<-quiet
	})
}

func TestFalseBulkConnectionsAreRefused(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		served := 0
		anna := s.start(t, "Anna", with(func(r *peer.Roster) {
			r.ServeBulk(func(_ context.Context, _ *peer.Link, c net.Conn) { served++; drained(c) })
		}))
		m := s.linked(t, anna)
		bulk := func(id *identity.Identity, body any) {
			t.Helper()
			conn := tls.Client(s.knock(t, anna), id.ClientTLS(identity.BulkProtocol))
			if err := conn.HandshakeContext(t.Context()); err != nil {
				t.Fatal(err)
			}
			b := m.encode(body)
			if _, err := conn.Write(append(wire.AppendHeader(nil, wire.KindBulkHello, len(b)), b...)); err != nil {
				t.Fatal(err)
			}
			if got := drained(conn); len(got) > 0 {
				t.Errorf("answered by %q", got)
			}
		}
		stranger, err := identity.Generate()
		if err != nil {
			t.Fatal(err)
		}
		bulk(m.id, map[int]any{1: 77, 2: make([]byte, 16), 3: 0}) // wrong nonce
		bulk(m.id, map[int]any{1: 78, 2: m.nonce, 3: 0})          // wrong instance
		bulk(m.id, map[int]any{1: 77, 2: m.nonce, 3: 1})          // nobody asked for it
		bulk(m.id, map[int]any{1: 77, 2: m.nonce, 3: 2})          // no such requester
		bulk(m.id, map[int]any{1: 77, 2: m.nonce[:8], 3: 0})      // short nonce
		bulk(m.id, "nonsense")                                    // no map
		bulk(stranger, map[int]any{1: 77, 2: m.nonce, 3: 0})      // another key
		if served != 0 {
			t.Errorf("%d false ones were served", served)
		}
	})
}

func TestCrowdOfStrangersIsBounded(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		crowd := s.host("crowd")
		for range 200 {
			id, err := identity.Generate()
			if err != nil {
				t.Fatal(err)
			}
			c, err := crowd.Dial(t.Context(), anna.address())
			if err != nil {
				t.Fatal(err)
			}
			m := &mallory{t: t, id: id, victim: anna, conn: tls.Client(c, id.ClientTLS(identity.LinkProtocol))}
			m.frames = wire.NewReader(m.conn, wire.MaxLinkFrame)
			if m.conn.HandshakeContext(t.Context()) == nil {
				m.send(wire.KindHello, m.hello(nil))
			}
			synctest.Wait()
			defer c.Close()
		}
		if n := len(anna.Peers()); n == 0 || n > 70 {
			t.Errorf("%d strangers of one address are listed", n)
		}
	})
}

package peer

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

func nobody(identity.PersonID) (identity.PersonList, identity.SignedPersonList, bool) {
	return identity.PersonList{}, identity.SignedPersonList{}, false
}

// goodHello is a hello of a fresh identity, to be spoilt by cases.
func goodHello(t testing.TB) (hello, ed25519.PublicKey) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	list := id.FirstPersonList()
	return hello{
		Version: 1, Instance: 5, Nonce: bytes.Repeat([]byte{9}, 16), Capabilities: []string{"typing"},
		profile: profile{Name: "Anna", Machine: "pc", Label: "abc123", Port: 26426, List: &list, Presence: 3, Text: "lunch"},
	}, id.Public()
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := wire.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadHello(t *testing.T) {
	other, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	otherList := other.FirstPersonList()
	cases := []struct {
		what  string
		spoil func(*hello)
		ok    bool
	}{
		{"a good one", func(*hello) {}, true},
		{"a newer version that speaks ours", func(h *hello) { h.Version = 9 }, true},
		{"no version", func(h *hello) { h.Version = 0 }, false},
		{"a short nonce", func(h *hello) { h.Nonce = h.Nonce[:15] }, false},
		{"no nonce", func(h *hello) { h.Nonce = nil }, false},
		{"no person list", func(h *hello) { h.List = nil }, false},
		{"the person list of somebody else", func(h *hello) { h.List = &otherList }, false},
		{"a forged person list", func(h *hello) { h.List.Signature = bytes.Clone(h.List.Signature); h.List.Signature[0] ^= 1 }, false},
		{"a label that is none", func(h *hello) { h.Label = "a b" }, false},
		{"a label too long", func(h *hello) { h.Label = strings.Repeat("a", 64) }, false},
		{"too many capabilities", func(h *hello) { h.Capabilities = make([]string, 65) }, false},
		{"a capability too long", func(h *hello) { h.Capabilities = []string{strings.Repeat("x", 33)} }, false},
		{"a presence of a newer version", func(h *hello) { h.Presence = 99 }, true},
		{"no names at all", func(h *hello) { h.Name, h.Machine = "", "" }, true},
	}
	for _, c := range cases {
		h, key := goodHello(t)
		c.spoil(&h)
		g, err := readHello(encode(t, h), key, nobody)
		if c.ok != (err == nil) {
			t.Errorf("%s: %v", c.what, err)
		}
		if err == nil && (g.card.name == "" || g.instance != 5 || g.card.presence.Choice < Available || g.card.presence.Choice > Invisible) {
			t.Errorf("%s: %+v", c.what, g)
		}
		if c.what == "no version" && !errors.Is(err, errVersion) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestHostileNamesAreCleaned(t *testing.T) {
	for _, hostile := range []string{
		"", "   ", "\x1b[31mAnna", "Anna\u202egnp.exe", "An\u200bna", strings.Repeat("a", 5000), strings.Repeat("a\u0301\u0301\u0301", 100), "You", "\u2800\u3164", "<script>alert(1)</script>", "a\nb",
	} {
		h, key := goodHello(t)
		h.Name, h.Machine, h.Text = hostile, hostile, hostile
		g, err := readHello(encode(t, h), key, nobody)
		if err != nil {
			t.Errorf("%.20q: %v", hostile, err)
			continue
		}
		for _, shown := range []string{g.card.name, g.card.machine, g.card.presence.Text} {
			if len(shown) > 160 || !utf8.ValidString(shown) || strings.ContainsAny(shown, "\x1b\n\u202e\u200b\u2800") {
				t.Errorf("%.20q is shown as %q", hostile, shown)
			}
		}
		if g.card.name == "" || g.card.name == "You" {
			t.Errorf("%.20q is called %q", hostile, g.card.name)
		}
	}
}

// TestNewerListCounts: a person whose machines change signs a list with the next number; an older list brings back nobody.
func TestNewerListCounts(t *testing.T) {
	first, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	second, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	one := first.FirstPersonList()
	listOne, err := one.Open(nil)
	if err != nil {
		t.Fatal(err)
	}
	listTwo := identity.PersonList{Person: first.Person(), Number: 2, Machines: []ed25519.PublicKey{second.Public()}}
	two := first.SignPersonList(listTwo)
	knows := func(list identity.PersonList, signed identity.SignedPersonList) lists {
		return func(of identity.PersonID) (identity.PersonList, identity.SignedPersonList, bool) {
			return list, signed, of == list.Person
		}
	}
	h, _ := goodHello(t)
	h.List = &two
	if g, err := readHello(encode(t, h), second.Public(), knows(listOne, one)); err != nil || g.card.list.Number != 2 || g.card.list.Person != first.Person() {
		t.Errorf("the new machine with the new list: %+v, %v", g.card.list, err)
	}
	if _, err := readHello(encode(t, h), second.Public(), nobody); err == nil {
		t.Error("a list number 2 out of nothing was believed")
	}
	h.List = &one
	if _, err := readHello(encode(t, h), first.Public(), knows(listTwo, two)); err == nil {
		t.Error("a machine that was taken off came back with the old list")
	}
}

func FuzzReadHello(f *testing.F) {
	h, key := goodHello(f)
	f.Add(encode(f, h))
	f.Add([]byte{0xa0})
	f.Add([]byte{0xbf, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := readHello(b, key, nobody)
		if err != nil {
			if g.card.name != "" || g.instance != 0 {
				t.Fatalf("a value beside an error: %+v", g)
			}
			return
		}
		if g.card.name == "" || len(g.card.name) > 160 || !g.card.list.Has(identity.PeerIDOf(key)) {
			t.Fatalf("accepted: %+v", g)
		}
	})
}

func FuzzReadProfile(f *testing.F) {
	h, key := goodHello(f)
	f.Add(encode(f, h.profile))
	f.Add([]byte{0xa1, 0x03, 0x60})
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := readProfile(b, key, nobody); err == nil && (c.name == "" || len(c.name) > 160) {
			t.Fatalf("accepted: %+v", c)
		}
	})
}

// FuzzOwnFrames feeds bodies of every small frame to its decoder: whatever is accepted is encoded to the same bytes again.
func FuzzOwnFrames(f *testing.F) {
	f.Add(encode(f, pingBody{1, 30000, 1795000000000}))
	f.Add(encode(f, pongBody{1, 1795000000000}))
	f.Add(encode(f, closeBody{CloseCopied, "x"}))
	f.Add(encode(f, bulkPleaseBody{make([]byte, 16)}))
	f.Add(encode(f, bulkHelloBody{1, make([]byte, 16), 1}))
	f.Add(encode(f, gossipBody{[]gossipPeer{{Peer: make([]byte, 32), Addresses: [][]byte{make([]byte, 6)}}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		sameAgain[pingBody](t, b)
		sameAgain[closeBody](t, b)
		sameAgain[bulkHelloBody](t, b)
		sameAgain[gossipBody](t, b)
		sameAgain[listsPleaseBody](t, b)
		sameAgain[listsBody](t, b)
		var g gossipBody
		if wire.Unmarshal(b, &g) != nil {
			return
		}
		for _, p := range g.Peers {
			if id, list, err := p.check(nil, false); err == nil && (len(list) > maxAddresses || len(id) != len(p.Peer)) {
				t.Fatalf("accepted: %v %v", id, list)
			}
		}
	})
}

// sameAgain: a value that was decoded decodes again from its own encoding to the same encoding.
func sameAgain[T any](t *testing.T, b []byte) {
	var v, w T
	if wire.Unmarshal(b, &v) != nil {
		return
	}
	once := encode(t, v)
	if err := wire.Unmarshal(once, &w); err != nil {
		t.Fatalf("%x became %x: %v", b, once, err)
	}
	if twice := encode(t, w); !bytes.Equal(once, twice) {
		t.Fatalf("%x became %x", once, twice)
	}
}

// FuzzLists feeds answers with lists to the one who asked for them: what is believed follows from list 1 of that very person.
func FuzzLists(f *testing.F) {
	first, err := identity.Generate()
	if err != nil {
		f.Fatal(err)
	}
	second, err := identity.Generate()
	if err != nil {
		f.Fatal(err)
	}
	two := first.SignPersonList(identity.PersonList{Person: first.Person(), Number: 2, Machines: []ed25519.PublicKey{first.Public(), second.Public()}})
	three := second.SignPersonList(identity.PersonList{Person: first.Person(), Number: 3, Machines: []ed25519.PublicKey{second.Public()}})
	f.Add(encode(f, listsBody{[]identity.SignedPersonList{first.FirstPersonList(), two, three}}))
	f.Add(encode(f, listsBody{[]identity.SignedPersonList{first.FirstPersonList(), three}}))
	f.Add(encode(f, listsBody{}))
	f.Add(encode(f, listsPleaseBody{2}))
	r := New(Config{Identity: first})
	f.Fuzz(func(t *testing.T, b []byte) {
		with, _, err := r.learnedFrom(b, first.Person())
		if err != nil {
			return
		}
		list, _, ok := with(first.Person())
		if ok && (list.Person != first.Person() || list.Number > 3) {
			t.Fatalf("believed: %+v", list)
		}
	})
}

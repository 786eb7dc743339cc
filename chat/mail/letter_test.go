package mail

import (
	"bytes"
	"testing"
	"time"

	"lanyard/internal/identity"
)

// sealed returns mail from one identity to another's key, and that key.
func sealed(t testing.TB, from, to *identity.Identity) (*Parcel, OwnKey) {
	t.Helper()
	key, err := MakeKey(to, 0, time.UnixMilli(1e12))
	if err != nil {
		t.Fatal(err)
	}
	p := &Parcel{Depositor: from.PeerID(), Recipient: to.PeerID(), Number: 7, Key: key.ID, Expiry: 1e12}
	l := Letter{List: from.FirstPersonList(), Name: "Anna", Key: key.Signed, Events: [][]byte{[]byte("one")}}
	if err := p.Seal(from, &key.Key, l); err != nil {
		t.Fatal(err)
	}
	return p, key
}

func newIdentity(t testing.TB) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestLetter(t *testing.T) {
	anna, ben := newIdentity(t), newIdentity(t)
	p, key := sealed(t, anna, ben)
	signed, l, err := p.Open(&key)
	if err != nil {
		t.Fatal(err)
	}
	if l.Name != "Anna" || len(l.Events) != 1 || string(l.Events[0]) != "one" {
		t.Errorf("the letter says %+v", l)
	}
	if err := p.Verify(anna.Public(), signed); err != nil {
		t.Error(err)
	}
	if bytes.Contains(p.Sealed, []byte("Anna")) {
		t.Error("the depositor's name can be read from outside")
	}
}

// TestAlteredMail: each byte of the sealed mail counts, and so does each thing that names it.
func TestAlteredMail(t *testing.T) {
	anna, ben := newIdentity(t), newIdentity(t)
	p, key := sealed(t, anna, ben)
	refused := func(what string, change func(*Parcel)) {
		other := *p
		other.Sealed = bytes.Clone(p.Sealed)
		change(&other)
		if _, _, err := other.Open(&key); err == nil {
			t.Errorf("taken: mail with %s", what)
		}
	}
	for i := range p.Sealed {
		refused("a bit flipped", func(o *Parcel) { o.Sealed[i] ^= 1 << (i % 8) })
	}
	for n := range p.Sealed {
		if n%7 == 0 {
			refused("its end cut off", func(o *Parcel) { o.Sealed = o.Sealed[:n] })
		}
	}
	refused("another depositor", func(o *Parcel) { o.Depositor[0]++ })
	refused("another recipient", func(o *Parcel) { o.Recipient[0]++ })
	refused("another number", func(o *Parcel) { o.Number++ })
	refused("another expiry", func(o *Parcel) { o.Expiry++ })
	refused("another key's ID", func(o *Parcel) { o.Key[0]++ })
}

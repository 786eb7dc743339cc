package identity

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
)

func list(number uint64, person *Identity, machines ...*Identity) PersonList {
	l := PersonList{Person: person.Person(), Number: number}
	for _, m := range machines {
		l.Machines = append(l.Machines, m.Public())
	}
	return l
}

func TestFirstPersonList(t *testing.T) {
	a := generate(t)
	signed := a.FirstPersonList()
	got, err := signed.Open(nil)
	if err != nil || !got.equal(list(1, a, a)) || !got.Has(a.PeerID()) || got.Has(PeerID{}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if again, err := signed.Open(&got); err != nil || !again.equal(got) {
		t.Errorf("met again: %v", err)
	}
	if second := a.FirstPersonList(); !bytes.Equal(second.Body, signed.Body) || !bytes.Equal(second.Signature, signed.Signature) {
		t.Error("the first list is not the same each time")
	}
}

func TestPersonListChain(t *testing.T) {
	a, b, c := generate(t), generate(t), generate(t)
	one := list(1, a, a)
	two := list(2, a, a, b)
	three := list(3, a, b) // a left, b signs: the person stays a
	for _, step := range []struct {
		what     string
		signed   SignedPersonList
		previous *PersonList
		want     error
	}{
		{"two follows one", a.SignPersonList(two), &one, nil},
		{"three by a newer machine", b.SignPersonList(three), &two, nil},
		{"three by a machine that leaves", a.SignPersonList(three), &two, nil},
		{"two by the newcomer", b.SignPersonList(two), &one, ErrPersonList},
		{"two by a stranger", c.SignPersonList(two), &one, ErrPersonList},
		{"two without one", a.SignPersonList(two), nil, ErrListGap},
		{"three after one", a.SignPersonList(three), &one, ErrListGap},
		{"one after two", a.SignPersonList(one), &two, ErrOldList},
		{"another two", a.SignPersonList(list(2, a, a, c)), &two, ErrPersonList},
		{"two of another person", b.SignPersonList(list(2, b, b)), &one, ErrPersonList},
		{"one by a stranger", c.SignPersonList(one), nil, ErrPersonList},
		{"two again", a.SignPersonList(two), &two, nil},
	} {
		if _, err := step.signed.Open(step.previous); !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.what, err, step.want)
		}
	}
}

func TestOpenChain(t *testing.T) {
	a, b := generate(t), generate(t)
	one, two, three := list(1, a, a), list(2, a, a, b), list(3, a, b)
	s1, s2, s3 := a.SignPersonList(one), a.SignPersonList(two), b.SignPersonList(three)
	long := []SignedPersonList{s1, s2}
	for n := uint64(3); n <= MaxListChain+1; n++ {
		long = append(long, a.SignPersonList(list(n, a, a, b)))
	}
	for _, c := range []struct {
		what     string
		chain    []SignedPersonList
		previous *PersonList
		number   uint64 // of the newest, 0 = refused
		want     error
	}{
		{"from the first", []SignedPersonList{s1, s2, s3}, nil, 3, nil},
		{"the first alone", []SignedPersonList{s1}, nil, 1, nil},
		{"from the one known", []SignedPersonList{s2, s3}, &one, 3, nil},
		{"the longest", long[:MaxListChain], nil, MaxListChain, nil},
		{"too long", long, nil, 0, ErrPersonList},
		{"none", nil, nil, 0, ErrPersonList},
		{"without the first", []SignedPersonList{s2, s3}, nil, 0, ErrListGap},
		{"with a gap", []SignedPersonList{s1, s3}, nil, 0, ErrListGap},
		{"with what is known", []SignedPersonList{s1, s2}, &one, 0, ErrOldList},
		{"older than known", []SignedPersonList{s1}, &two, 0, ErrOldList},
		{"backwards", []SignedPersonList{s1, s2, s1}, nil, 0, ErrOldList},
		{"a forged link", []SignedPersonList{s1, b.SignPersonList(two), s3}, nil, 0, ErrPersonList},
	} {
		got, signed, err := OpenChain(c.chain, c.previous)
		if !errors.Is(err, c.want) || got.Number != c.number || (c.number > 0 && !bytes.Equal(signed.Body, c.chain[len(c.chain)-1].Body)) {
			t.Errorf("%s: list %d, %v; want list %d, %v", c.what, got.Number, err, c.number, c.want)
		}
	}
}

func TestPersonListRefused(t *testing.T) {
	a, b := generate(t), generate(t)
	small := list(1, a, a)
	small.Machines = append(small.Machines, make(ed25519.PublicKey, 32))
	zero := list(0, a, a)
	many := list(2, a)
	for range MaxMachines + 1 {
		many.Machines = append(many.Machines, generate(t).Public())
	}
	former := list(1, a, a)
	former.Former = make([]PersonID, MaxFormer+1)
	for what, l := range map[string]PersonList{
		"no machine":           list(1, a),
		"two at first":         list(1, a, a, b),
		"another machine":      list(1, a, b),
		"repeated machine":     list(2, a, a, a),
		"key of small order":   small,
		"number zero":          zero,
		"too many machines":    many,
		"too many former":      former,
		"a key of three bytes": {Person: a.Person(), Number: 1, Machines: []ed25519.PublicKey{{1, 2, 3}}},
	} {
		if _, err := a.SignPersonList(l).Open(nil); !errors.Is(err, ErrPersonList) {
			t.Errorf("%s: %v", what, err)
		}
	}
	long := a.FirstPersonList()
	long.Body = append(long.Body, make([]byte, MaxPersonList)...)
	if _, err := long.Open(nil); !errors.Is(err, ErrPersonList) {
		t.Errorf("a long list: %v", err)
	}
	forged := a.FirstPersonList()
	forged.Signature[5] ^= 1
	if _, err := forged.Open(nil); !errors.Is(err, ErrSignature) {
		t.Errorf("a wrong signature: %v", err)
	}
}

// TestPersonListKeepsUnknownFields: a newer program may say more; the signature is over the bytes, so it stays valid.
func TestPersonListKeepsUnknownFields(t *testing.T) {
	a := generate(t)
	body, err := encoding().Marshal(map[int]any{1: a.Person(), 2: 1, 3: [][]byte{a.Public()}, 9: "new"})
	if err != nil {
		t.Fatal(err)
	}
	signed := SignedPersonList{Body: body, Signer: a.PeerID(), Signature: a.Sign(personListContext, body)}
	if _, err := signed.Open(nil); err != nil {
		t.Error(err)
	}
}

func FuzzPersonList(f *testing.F) {
	a, b := generate(f), generate(f)
	f.Add(a.FirstPersonList().Body)
	f.Add(a.SignPersonList(list(2, a, a, b)).Body)
	f.Add(a.SignPersonList(PersonList{Person: a.Person(), Number: 1<<64 - 1, Machines: []ed25519.PublicKey{b.Public()}, Former: []PersonID{{1}}}).Body)
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := decodePersonList(body)
		if err != nil {
			if l.Machines != nil || l.Number != 0 {
				t.Errorf("a list with the error %v", err)
			}
			return
		}
		again, err := decodePersonList(a.SignPersonList(l).Body)
		if err != nil || !again.equal(l) {
			t.Errorf("%+v became %+v, %v", l, again, err)
		}
	})
}

package wire_test

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"lanyard/internal/wire"
)

type inner struct {
	_ struct{} `cbor:",toarray"`
	A uint64
	B []byte
}

type sample struct {
	Number uint64   `cbor:"1,keyasint"`
	Text   string   `cbor:"2,keyasint,omitempty"`
	Bytes  []byte   `cbor:"3,keyasint,omitempty"`
	Inner  []inner  `cbor:"4,keyasint,omitempty"`
	Kept   wire.Raw `cbor:"5,keyasint,omitempty"`
	Signed int64    `cbor:"6,keyasint,omitempty"`
}

func whole() sample {
	return sample{Number: math.MaxUint64, Text: "ä", Bytes: []byte{1}, Inner: []inner{{A: 1, B: []byte{2}}, {B: []byte{}}}, Kept: wire.Raw{0x83, 1, 2, 3}, Signed: -7}
}

func TestMarshalIsDeterministicAndComesBack(t *testing.T) {
	want := whole()
	b, err := wire.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got := sample{Text: "left over"}
	if err := wire.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	m, err := wire.Marshal(map[int]int{-1: 1, 300: 2, 5: 3, 24: 4})
	if err != nil || !bytes.Equal(m, []byte{0xa4, 5, 3, 0x18, 24, 4, 0x19, 1, 44, 2, 0x20, 1}) {
		t.Errorf("keys are not in bytewise order: %x, %v", m, err)
	}
}

func TestNilIsEmpty(t *testing.T) {
	b, err := wire.Marshal([]any{[]byte(nil), []int(nil), [2]byte{1, 2}})
	if err != nil || !bytes.Equal(b, []byte{0x83, 0x40, 0x80, 0x42, 1, 2}) {
		t.Errorf("%x, %v", b, err)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	deep := func(n int) []byte { return append(append([]byte{0xa1, 9}, bytes.Repeat([]byte{0x81}, n-1)...), 0) }
	manyKeys := []byte{0xb8, 65}
	for i := range 65 {
		manyKeys = append(manyKeys, 0x19, 1, byte(i), 0)
	}
	for _, c := range []struct {
		what string
		body []byte
	}{
		{"nothing", nil},
		{"trailing byte", []byte{0xa1, 1, 5, 0}},
		{"duplicate key", []byte{0xa2, 1, 5, 1, 6}},
		{"duplicate unknown key", []byte{0xa3, 1, 5, 9, 6, 9, 7}},
		{"indefinite map", []byte{0xbf, 1, 5, 0xff}},
		{"indefinite array", []byte{0xa1, 4, 0x9f, 0xff}},
		{"indefinite string", []byte{0xa1, 3, 0x5f, 0x41, 0, 0xff}},
		{"tag", []byte{0xa1, 1, 0xc1, 5}},
		{"bignum", []byte{0xa1, 1, 0xc2, 0x41, 5}},
		{"not UTF-8", []byte{0xa1, 2, 0x61, 0xff}},
		{"9 levels", deep(9)},
		{"10000 levels", deep(10000)},
		{"65 keys", manyKeys},
		{"8193 items", append([]byte{0xa1, 9, 0x99, 0x20, 1}, make([]byte, 8193)...)},
		{"a claim of 2^31 items", []byte{0xa1, 4, 0x9a, 0x80, 0, 0, 0}},
		{"a claim of 2^63 bytes", []byte{0xa1, 3, 0x5b, 0x80, 0, 0, 0, 0, 0, 0, 0}},
		{"text for a number", []byte{0xa1, 1, 0x61, 'x'}},
		{"negative for a count", []byte{0xa1, 1, 0x20}},
		{"array of wrong length", []byte{0xa1, 4, 0x81, 0x81, 1}},
		{"infinity", []byte{0xa1, 9, 0xf9, 0x7c, 0}},
		{"an array instead of a map", []byte{0x81, 1}},
		{"cut off", []byte{0xa2, 1, 5}},
	} {
		got := whole()
		if err := wire.Unmarshal(c.body, &got); err == nil || !reflect.DeepEqual(got, sample{}) {
			t.Errorf("%s: %+v, %v", c.what, got, err)
		}
	}
	var got sample
	if err := wire.Unmarshal(deep(8), &got); err != nil {
		t.Errorf("8 levels: %v", err)
	}
	if err := wire.Unmarshal([]byte{0xa1, 1, 5}, got); err == nil || !strings.Contains(err.Error(), "pointer") {
		t.Errorf("no pointer: %v", err)
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	var got sample
	if err := wire.Unmarshal([]byte{0xa3, 1, 5, 0x18, 99, 0x81, 0x61, 'x', 0x61, 'y', 0xf4}, &got); err != nil || got.Number != 5 {
		t.Errorf("%+v, %v", got, err)
	}
}

// FuzzUnmarshal: no value on an error; what was taken is encoded to bytes that decode to the same and encode to the same.
func FuzzUnmarshal(f *testing.F) {
	b, err := wire.Marshal(whole())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0xa0})
	f.Add([]byte{0xa2, 1, 5, 1, 6})
	f.Add([]byte{0xa1, 9, 0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second sample
		if err := wire.Unmarshal(data, &first); err != nil {
			if !reflect.DeepEqual(first, sample{}) {
				t.Errorf("%+v with the error %v", first, err)
			}
			return
		}
		once, err := wire.Marshal(first)
		if err != nil {
			t.Fatalf("%+v: %v", first, err)
		}
		if err := wire.Unmarshal(once, &second); err != nil {
			t.Fatalf("%x became %x: %v", data, once, err)
		}
		if twice, err := wire.Marshal(second); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%x, then %x, %v", once, twice, err)
		}
	})
}

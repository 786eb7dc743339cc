// Package wiretest checks decoders of what comes over the wire. Only tests import it.
package wiretest

import (
	"bytes"
	"reflect"
	"testing"

	"lanyard/internal/wire"
)

// Fuzz checks one decoder: it gives a value or an error, never both, and what is taken is taken again when it was encoded. The seeds are values that it takes.
func Fuzz[T any](f *testing.F, decode func([]byte) (T, error), seeds ...T) {
	f.Helper()
	for _, seed := range seeds {
		b, err := wire.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := decode(body)
		if err == nil {
			SameAgain(t, v, decode)
			return
		}
		if reflect.ValueOf(v).Kind() == reflect.Struct && !reflect.ValueOf(v).IsZero() {
			t.Errorf("%+v beside %v", v, err)
		}
	})
}

// SameAgain fails the test when a value that was taken is not taken again, or is another, after encoding.
func SameAgain[T any](t *testing.T, v T, decode func([]byte) (T, error)) {
	t.Helper()
	b, err := wire.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	back, err := decode(b)
	if err != nil {
		t.Fatalf("what was taken is not taken again: %v", err)
	}
	second, err := wire.Marshal(back)
	if err != nil || !bytes.Equal(b, second) {
		t.Fatalf("%x became %x: %v", b, second, err)
	}
}

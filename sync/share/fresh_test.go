package share

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// filled is a content of its own for each number.
func filled(i, size int) []byte { return bytes.Repeat([]byte{byte(i), byte(i >> 8)}, size/2) }

func TestFreshKeepsUntilEverybodyHasTaken(t *testing.T) {
	var f fresh
	content := filled(1, 4096)
	f.put(hashBytes(content), content, 2)
	f.put(hashBytes(content), content, 2)
	for taker := range 2 {
		if got := f.take(hashBytes(content)); !bytes.Equal(got, content) {
			t.Errorf("member %d gets %d bytes", taker, len(got))
		}
	}
	if f.take(hashBytes(content)) != nil || f.bytes != 0 || len(f.contents) != 0 {
		t.Errorf("%d bytes are kept that everybody has", f.bytes)
	}
	f.put(hashBytes(content), content, 0)
	if f.bytes != 0 {
		t.Error("a content is kept though nobody is here to take it")
	}
}

func TestFreshIsBoundedAndForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f fresh
		large := make([]byte, inMemory+1)
		f.put(hashBytes(large), large, 1)
		if f.bytes != 0 {
			t.Fatal("a large content is kept")
		}
		for i := range 2 * freshBytes / inMemory {
			f.put(hashBytes(filled(i, inMemory)), filled(i, inMemory), 2)
		}
		if f.bytes > freshBytes || f.bytes != inMemory*len(f.contents) {
			t.Errorf("%d bytes of %d contents are kept", f.bytes, len(f.contents))
		}
		first := hashBytes(filled(0, inMemory))
		if f.take(first) == nil || f.take(hashBytes(filled(2*freshBytes/inMemory-1, inMemory))) != nil {
			t.Error("what is asked for next is not what is kept")
		}
		time.Sleep(freshFor - time.Second)
		f.expire(time.Now())
		if f.bytes == 0 {
			t.Error("forgotten too early")
		}
		time.Sleep(time.Second)
		if f.until().After(time.Now()) {
			t.Error("it is kept for longer than told")
		}
		f.expire(time.Now())
		if f.take(first) != nil || f.bytes != 0 || !f.until().IsZero() {
			t.Error("nothing is forgotten")
		}
	})
}

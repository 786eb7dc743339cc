package share

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

func TestFreshIsBoundedAndForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f fresh
		first := bytes.Repeat([]byte{1}, inMemory)
		f.put(hashBytes(first), first)
		f.put(hashBytes(first), first)
		large := make([]byte, inMemory+1)
		f.put(hashBytes(large), large)
		if got := f.get(hashBytes(first)); !bytes.Equal(got, first) || f.bytes != inMemory || f.get(hashBytes(large)) != nil {
			t.Fatalf("%d bytes are kept", f.bytes)
		}
		var last []byte
		for i := range 2 * freshBytes / inMemory {
			last = bytes.Repeat([]byte{byte(i), byte(i >> 8)}, inMemory/2)
			f.put(hashBytes(last), last)
		}
		if f.bytes > freshBytes || f.bytes != inMemory*len(f.contents) || len(f.order) != len(f.contents) {
			t.Errorf("%d bytes of %d contents are kept, %d in order", f.bytes, len(f.contents), len(f.order))
		}
		if f.get(hashBytes(first)) != nil || f.get(hashBytes(last)) == nil {
			t.Error("the newest are not those that are kept")
		}
		time.Sleep(freshFor - time.Second)
		f.expire(time.Now())
		if f.get(hashBytes(last)) == nil {
			t.Error("forgotten too early")
		}
		time.Sleep(freshFor)
		if f.until().After(time.Now()) {
			t.Error("it is kept for longer than told")
		}
		f.expire(time.Now())
		if f.get(hashBytes(last)) != nil || f.bytes != 0 || !f.until().IsZero() {
			t.Error("nothing is forgotten")
		}
	})
}

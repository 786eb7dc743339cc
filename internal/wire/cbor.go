package wire

import (
	"fmt"
	"reflect"

	"github.com/fxamacker/cbor/v2"
)

// Limits of what Unmarshal takes.
const (
	MaxDepth = 8
	MaxArray = 8192
	MaxMap   = 64
)

// Raw is a CBOR item kept as the bytes that came, to relay it or to decode it later.
type Raw = cbor.RawMessage

// Marshal encodes a value in the core deterministic form of RFC 8949 section 4.2.1. Structs have integer keys by the tag
// `cbor:"1,keyasint"`; nil slices are empty, arrays of bytes are byte strings. The error is the programmer's: a type that has no form.
func Marshal(v any) ([]byte, error) {
	b, err := encoder.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode a %T: %w", v, err)
	}
	return b, nil
}

// Unmarshal decodes exactly one item into the value that v points to. It refuses duplicate keys, indefinite lengths, tags, text that is
// not UTF-8, infinities and what is no number, and more than MaxDepth levels, MaxArray array items or MaxMap map pairs. Unknown map
// keys are ignored. On an error *v is zero, and it is zero before, so that nothing of an earlier value stays.
//
// A byte array such as [16]byte takes a string of any length, cut or filled up: a type whose length matters needs its own UnmarshalCBOR,
// as the IDs have, or a []byte and a check.
func Unmarshal(b []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode into a %T: it is no pointer", v)
	}
	target.Elem().SetZero()
	if err := decoder.Unmarshal(b, v); err != nil {
		target.Elem().SetZero()
		return fmt.Errorf("decode a %s: %w", target.Elem().Type(), err)
	}
	return nil
}

// Both modes are made once, never change and are safe for concurrent use.
var (
	encoder = mustEncoder()
	decoder = mustDecoder()
)

func mustEncoder() cbor.EncMode {
	options := cbor.CoreDetEncOptions()
	options.NilContainers = cbor.NilContainerAsEmpty
	options.ByteArray = cbor.ByteArrayToByteSlice
	options.IndefLength = cbor.IndefLengthForbidden
	options.TagsMd = cbor.TagsForbidden
	mode, err := options.EncMode()
	if err != nil {
		panic("wire: constant options: " + err.Error())
	}
	return mode
}

func mustDecoder() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:   MaxDepth,
		MaxArrayElements:  MaxArray,
		MaxMapPairs:       MaxMap,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		UTF8:              cbor.UTF8RejectInvalid,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		NaN:               cbor.NaNDecodeForbidden,
		Inf:               cbor.InfDecodeForbidden,
	}.DecMode()
	if err != nil {
		panic("wire: constant options: " + err.Error())
	}
	return mode
}

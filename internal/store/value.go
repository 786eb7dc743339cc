package store

import (
	"fmt"
	"reflect"
)

// plain turns byte arrays (IDs and hashes) into the blobs that SQLite knows, so that they can be given to Exec and Query as they are.
func plain(args []any) []any {
	for i, arg := range args {
		switch arg.(type) {
		case nil, []byte, string, int, int64, uint64, bool:
			continue
		}
		if v := reflect.ValueOf(arg); v.Kind() == reflect.Array && v.Type().Elem().Kind() == reflect.Uint8 {
			blob := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(blob), v)
			args[i] = blob
		}
	}
	return args
}

// Into returns what Scan needs to fill an ID or hash: tx.QueryRow(...).Scan(store.Into(id[:])). A blob of another length is an error.
func Into(array []byte) *Blob { return &Blob{array} }

// Blob is the destination that Into makes.
type Blob struct{ into []byte }

// Scan implements sql.Scanner.
func (b *Blob) Scan(value any) error {
	blob, ok := value.([]byte)
	if !ok || len(blob) != len(b.into) {
		return fmt.Errorf("a %T of %d bytes where a blob of %d is needed", value, len(blob), len(b.into))
	}
	copy(b.into, blob)
	return nil
}

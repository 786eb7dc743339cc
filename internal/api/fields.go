package api

import (
	"encoding/json"
	"reflect"
	"strings"
)

// fieldsOf returns the names of all fields that a body of a type may have, in whatever depth: the decoder tells where each belongs, and would take them in any case.
func fieldsOf(t reflect.Type) (names []string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return fieldsOf(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) { // such as a time, which is a text
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		} else if !f.Anonymous {
			names = append(names, f.Name)
		}
		names = append(names, fieldsOf(f.Type)...)
	}
	return names
}

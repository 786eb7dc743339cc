package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// noNull refuses null where a body of a type must have a value: encoding/json takes it for an empty text, for 0 or for false, and so for an order that nobody gave. It may stand for a list, which is
// written so when it is empty, and for a field that may be left out to change nothing, which is a pointer. What is no JSON it leaves to the decoder.
func noNull(raw []byte, t reflect.Type) error {
	if !bytes.Contains(raw, []byte("null")) {
		return nil
	}
	var body any
	if json.NewDecoder(bytes.NewReader(raw)).Decode(&body) != nil {
		return nil
	}
	if body == nil {
		return usage("the body must be %s, not null", jsonKind(t))
	}
	return valued(body, t, "")
}

// valued walks through what stands in a field.
func valued(v any, t reflect.Type, field string) error {
	switch within := v.(type) {
	case nil:
		if t.Kind() != reflect.Pointer && t.Kind() != reflect.Slice {
			return usage("the body does not fit: %q must be %s, not null", field, jsonKind(t))
		}
	case []any:
		return eachValued(within, t, field)
	case map[string]any:
		return fieldsValued(within, t)
	}
	return nil
}

func eachValued(list []any, t reflect.Type, field string) error {
	t = pointed(t)
	if t.Kind() != reflect.Slice {
		return nil // the decoder says that it does not fit
	}
	for _, one := range list {
		if one == nil {
			return usage("the body does not fit: %q has null in its list", field)
		}
		if err := valued(one, t.Elem(), field); err != nil {
			return err
		}
	}
	return nil
}

func fieldsValued(object map[string]any, t reflect.Type) error {
	t = pointed(t)
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		var err error
		if v, there := object[name]; there {
			err = valued(v, f.Type, name)
		} else if name == "" && f.Anonymous { // its fields stand in the object itself
			err = fieldsValued(object, f.Type)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

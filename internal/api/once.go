package api

import (
	"bytes"
	"encoding/json"
	"slices"
)

// maxDepth bounds objects and arrays within each other in a body.
const maxDepth = 8

// onceEach refuses a field that stands twice in one object, one that is none of those known, also by its case alone, and nesting beyond maxDepth. It walks over the bytes by itself, as each line of a stream
// goes through here; what is no JSON it leaves to the decoder.
func onceEach(raw []byte, known []string) error {
	var open [maxDepth]level
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{', '[':
			if depth == maxDepth {
				return usage("the body is nested more than %d deep", maxDepth)
			}
			open[depth] = level{object: raw[i] == '{', key: raw[i] == '{'}
			depth++
		case '}', ']':
			if depth == 0 {
				return nil
			}
			depth--
		case ',':
			if depth > 0 {
				open[depth-1].key = open[depth-1].object
			}
		case '"':
			end := textEnd(raw, i)
			if depth > 0 && open[depth-1].key {
				if err := open[depth-1].add(raw[i:end], known); err != nil {
					return err
				}
			}
			i = end - 1
		}
	}
	return nil
}

// textEnd returns where the text in quotes that begins at i is over.
func textEnd(raw []byte, i int) int {
	for i++; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(raw)
}

// level is one open object or array while a body is walked.
type level struct {
	object bool
	key    bool // the next text is a field's name
	seen   [][]byte
}

// add notes a field's name, as it stands in the body, unless the object has it already or there is none of that name.
func (l *level) add(quoted []byte, known []string) error {
	l.key = false
	name := quoted
	if bytes.IndexByte(quoted, '\\') >= 0 {
		var text string
		if json.Unmarshal(quoted, &text) != nil {
			return nil // the decoder says what is wrong
		}
		name = append(append([]byte{'"'}, text...), '"')
	}
	for _, other := range l.seen {
		if bytes.EqualFold(other, name) {
			return usage("field %s stands twice in the body", quoted)
		}
	}
	if !slices.ContainsFunc(known, func(one string) bool { return len(name) == len(one)+2 && string(name[1:len(name)-1]) == one }) {
		return usage("the body does not fit: unknown field %s", quoted)
	}
	l.seen = append(l.seen, name)
	return nil
}

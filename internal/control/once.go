package control

import (
	"bytes"
	"encoding/json"
)

// maxDepth bounds objects and arrays within each other in a body.
const maxDepth = 8

// onceEach refuses a field that stands twice in one object, in whatever case, and nesting beyond maxDepth. It walks over the bytes by itself, as each line of a stream
// goes through here; what is no JSON it leaves to the decoder.
func onceEach(raw []byte) error {
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
			if depth > 0 && open[depth-1].key && !open[depth-1].add(raw[i:end]) {
				return usage("field %s stands twice in the body", raw[i:end])
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

// add notes a field's name, as it stands in the body; false if the object has it already.
func (l *level) add(quoted []byte) bool {
	l.key = false
	name := quoted
	if bytes.IndexByte(quoted, '\\') >= 0 {
		var text string
		if json.Unmarshal(quoted, &text) != nil {
			return true // the decoder says what is wrong
		}
		name = append(append([]byte{'"'}, text...), '"')
	}
	for _, other := range l.seen {
		if bytes.EqualFold(other, name) {
			return false
		}
	}
	l.seen = append(l.seen, name)
	return true
}

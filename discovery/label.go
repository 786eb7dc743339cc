package discovery

import "crypto/rand"

const (
	labelLength  = 12
	labelLetters = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// newLabel returns a random label: 62 bits, letters and digits only, because the library mangles anything else.
func newLabel() string {
	label := make([]byte, 0, labelLength)
	const fair = 256 - 256%len(labelLetters) // bytes from here on would favour the first letters
	for len(label) < labelLength {
		var random [2 * labelLength]byte
		rand.Read(random[:]) // never fails
		for _, b := range random {
			if int(b) < fair && len(label) < labelLength {
				label = append(label, labelLetters[int(b)%len(labelLetters)])
			}
		}
	}
	return string(label)
}

func validLabel(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(s) == labelLength
}

package verify

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"fmt"
	"strings"
)

// list are 256 words that are easily said, heard and told apart: any two differ in three letters or more, and in their first four. Whoever changes it makes
// words that older versions do not show.
//
//go:embed list.txt
var list string

// Words are what people compare. The zero value is none.
type Words struct {
	Words  [4]string
	Digits string // the same as a number of two groups of five digits
}

// wordsOf are the words of two values over a connection.
func wordsOf(bound []byte, beginner, answerer, first, second value) Words {
	listed := sha256.Sum256([]byte(list))
	h := sha256.New()
	h.Write([]byte("lanyard words\x00")) // a hash never fails
	for _, part := range [][]byte{bound, beginner[:], answerer[:], first[:], second[:], listed[:]} {
		h.Write(part)
	}
	sum := h.Sum(nil)
	all := strings.Fields(list)
	var w Words
	for i := range w.Words {
		w.Words[i] = all[sum[i]]
	}
	number := binary.BigEndian.Uint32(sum)
	w.Digits = fmt.Sprintf("%05d %05d", number/100_000, number%100_000)
	return w
}

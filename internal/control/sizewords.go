package control

import "strconv"

// sizeWords is a number of bytes as the window tells it: in units of 1000, with one digit after the point where it says something.
func sizeWords(n int64) string {
	if n < 1000 {
		if n == 1 {
			return "1 byte"
		}
		return strconv.FormatInt(n, 10) + " bytes"
	}
	value, unit := float64(n)/1000, 0
	for ; value >= 999.5 && unit < len(units)-1; unit++ {
		value /= 1000
	}
	digits := 1
	if value >= 99.95 {
		digits = 0
	}
	words := strconv.FormatFloat(value, 'f', digits, 64)
	if digits == 1 && words[len(words)-1] == '0' {
		words = words[:len(words)-2]
	}
	return words + " " + units[unit:unit+1] + "B"
}

const units = "kMGT"

package agent

import "unicode"

// Parts of emoji that are none by themselves.
const (
	joiner       = 0x200D
	asText       = 0xFE0E
	asEmoji      = 0xFE0F
	keycap       = 0x20E3 // around a digit, # or *
	emojiSymbols = "\u203c\u2049\u2139\u3030\u303d"
)

// isEmoji tells what a person can mean as a reaction: one symbol, with what joins and tints it (UTS #51), and no letters and digits but in keycaps.
// It is lenient with symbols: which of them are drawn as emoji is a matter of the reader's fonts, and new ones come every year.
func isEmoji(s string) bool {
	shown, key, joined, flags := 0, false, false, 0 // flags counts the letters of a flag, of which two are one
	for _, r := range s {
		switch {
		case r == asText || r == asEmoji || 0xE0020 <= r && r <= 0xE007F: // tags of flags
		case r == joiner:
			joined = shown > 0
		case '0' <= r && r <= '9' || r == '#' || r == '*':
			if key {
				return false
			}
			key = true
		case r == keycap:
			if !key {
				return false
			}
			key = false
			shown++
		case 0x1F1E6 <= r && r <= 0x1F1FF:
			if flags++; flags%2 == 1 {
				shown++
			}
		case 0x1F3FB <= r && r <= 0x1F3FF && shown > 0: // a tint
		case isSymbol(r):
			if !joined {
				shown++
			}
			joined = false
		default:
			return false
		}
	}
	return shown == 1 && !key
}

func isSymbol(r rune) bool {
	switch {
	case 0x1F000 <= r && r <= 0x1FAFF: // also those that this program's Unicode does not know yet
		return true
	case r < 0x2000 || r >= 0xFFF0: // beyond: what stands for something that could not be read
		return false
	case unicode.In(r, unicode.So, unicode.Sm):
		return true
	}
	for _, one := range emojiSymbols {
		if r == one {
			return true
		}
	}
	return false
}

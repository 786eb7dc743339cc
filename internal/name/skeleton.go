package name

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// confusables maps folded letters to the Latin ones that they are drawn like. A selection from the data of Unicode Technical Standard 39 (Unicode
// Security Mechanisms, confusables.txt): the Cyrillic, Greek, Armenian and Latin letters that European keyboards and fonts offer. Fullwidth and
// mathematical letters need no row: compatibility decomposition maps them.
var confusables = pairs(
	"аa", "вb", "сc", "ԁd", "еe", "ёe", "һh", "нh", "іl", "їl", "јj", "кk", "ӏl", "мm", "пn", "оo", "рp", "ԛq", "гr", "ѕs", "тt", "υu", "ѵv", "ԝw", "шw", "хx", "уy", "үy",
	"αa", "βb", "ϲc", "εe", "γy", "ηn", "ιl", "κk", "μu", "νv", "οo", "ρp", "σo", "τt", "χx", "ωw",
	"օo", "սu", "ոn", "հh", "ցg", "յj", "զq",
	"ıl", "il", "1l", "|l", "!l", "ɩl", "ǀl", "0o", "øo", "đd", "łl", "ħh", "ŧt", "ɑa", "ɡg", "ʏy", "ᴏo", "ꜱs", "ʀr", "ɴn", "ʟl", "ɪl", "ʜh", "ᴍm", "ᴛt", "ᴠv", "ᴡw", "ᴢz", "ᴀa", "ʙb", "ᴄc", "ᴅd", "ᴇe", "ᴊj", "ᴋk", "ᴘp", "ᴜu", "5s",
)

// capitals are mapped before folding since they resemble another letter than their small forms do: "Ν" is drawn like "N", "ν" like "v".
var capitals = pairs("Νn", "Ηh", "Υy", "Βb", "Ζz", "Μm")

func pairs(list ...string) map[rune]rune {
	m := make(map[rune]rune, len(list))
	for _, pair := range list {
		r := []rune(pair)
		m[r[0]] = r[len(r)-1]
	}
	return m
}

// clusters are letters that together are drawn like another.
var clusters = strings.NewReplacer("rn", "m", "vv", "w")

// Skeleton maps names that look alike to one key: case and compatibility forms, spaces, punctuation, invisible characters and marks are dropped, then
// letters of other scripts are mapped to the Latin ones they resemble. The idea is the skeleton of UTS 39, section 4; the table is a small part of its
// data, and it is blinder on purpose ("l", "I", "i" and "1" are one): equal keys are a reason to mark two names, never to refuse or join them. Names in
// scripts that the table does not cover compare by themselves. Case twins are Same's: a few Greek capitals resemble other letters than their small forms.
func Skeleton(s string) string {
	s = strings.Map(func(r rune) rune {
		if latin, ok := capitals[r]; ok {
			return latin
		}
		return r
	}, norm.NFKC.String(strings.ToValidUTF8(s, "")))
	s = norm.NFKD.String(Fold(s))
	s = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '|' && r != '!' || invisible(r) {
			return -1
		}
		if latin, ok := confusables[r]; ok {
			return latin
		}
		return r
	}, Fold(s))
	return clusters.Replace(s)
}

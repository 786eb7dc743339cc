package markdown

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

const (
	longestAddress = 2048 // a longer one is no address that a person follows
	longestLabel   = 200
	longestTarget  = 2000
	longestInner   = 200 // between parentheses within an address
)

const tail = ".,;:!?)]}'\"»”…" // what ends a sentence does not belong to the address in it

// addressed returns where the runes end that an address at this place could have, 0 if none begins.
func addressed(text []rune, i int) int {
	from := i
	for _, scheme := range []string{"http://", "https://"} {
		if has(text, i, scheme) {
			from = i + len(scheme)
		}
	}
	if from == i {
		return 0
	}
	end := run(text, from, len(text), func(r rune) bool { return !space(r) && !strings.ContainsRune("<>\"'`", r) })
	if end == from {
		return 0
	}
	return end
}

// linked are words and the addresses among them.
func linked(carried []rune) (all []part) {
	text := []rune(asWritten(carried))
	from := 0
	for i := 0; i < len(text); i++ {
		end := 0
		if !ascii(at(text, i-1)) {
			end = addressed(text, i)
		}
		if end == 0 {
			continue
		}
		if address := trimmed(text[i:end]); safe(address) {
			if i > from {
				all = append(all, part{kind: words, text: string(text[from:i])})
			}
			all = append(all, part{kind: link, text: address, to: address})
			from = i + len(address) // it is ASCII
		}
		i = end - 1
	}
	if from < len(text) {
		all = append(all, part{kind: words, text: string(text[from:])})
	}
	return all
}

// trimmed is an address without what ends the sentence. A closing parenthesis belongs to it if it was opened there.
func trimmed(found []rune) string {
	end := len(found)
	for end > 0 && strings.ContainsRune(tail, found[end-1]) {
		end--
	}
	open := count(found[:end], '(') - count(found[:end], ')')
	for ; open > 0 && end < len(found) && found[end] == ')'; open-- {
		end++
	}
	return string(found[:end])
}

func count(text []rune, sign rune) (n int) {
	for _, r := range text {
		if r == sign {
			n++
		}
	}
	return n
}

// plainAddress is narrower than what browsers take: a host that they would read as another one is no link.
var plainAddress = regexp.MustCompile(`^(?i:https?)://(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?#][\x21-\x7e]*)?$`)

func safe(address string) bool {
	if len(address) > longestAddress || !plainAddress.MatchString(address) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if strings.HasPrefix(u.Host, "[") || last == "" || digit(rune(last[0])) {
		_, err = netip.ParseAddr(host)
	}
	return err == nil
}

// named reads a link whose words are not its address. Words that could pass for an address, or that turn the text, make none: then the address alone is found, as in any words.
func named(text []rune, i int) (end int, p *part) {
	to := run(text, i+1, longestLabel, func(r rune) bool { return r != '[' && r != ']' && r != '\n' })
	if to == i+1 || !has(text, to, "](") {
		return 0, nil
	}
	from := to + 2
	end = target(text, from)
	if end == 0 || at(text, end) != ')' {
		return 0, nil
	}
	label, address := asWritten(text[i+1:to]), asWritten(text[from:end])
	u, err := url.Parse(address)
	if err != nil || !safe(address) || trimmed([]rune(address)) != address || misleading(label) {
		return end + 1, nil
	}
	return end + 1, &part{kind: link, text: label, to: address, host: hostOf(u)}
}

// addressLike is what in the words of a link could be read as where it leads.
var addressLike = regexp.MustCompile(`(?i)://|(?:^|[^a-z0-9_])www\.|[a-z0-9_]\.[a-z0-9_]`)

// turning are the characters that turn the text around them.
const turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

func misleading(label string) bool {
	return strings.ContainsAny(label, turning) || addressLike.MatchString(label) || strings.TrimFunc(label, space) == ""
}

// target returns where the address of a named link ends, 0 if there is none. It may hold parentheses, not within each other.
func target(text []rune, from int) int {
	i := from
	for _, scheme := range []string{"http://", "https://"} {
		if has(text, from, scheme) {
			i = from + len(scheme)
		}
	}
	ordinary := func(r rune) bool { return !space(r) && !strings.ContainsRune("()<>\"'`", r) }
	begin := i
	for n := 0; n < longestTarget && i < len(text); n++ {
		next := i + 1
		if text[i] == '(' {
			next = run(text, i+1, longestInner, ordinary)
			if at(text, next) != ')' {
				break
			}
			next++
		} else if !ordinary(text[i]) {
			break
		}
		i = next
	}
	if begin == from || i == begin {
		return 0
	}
	return i
}

// hostOf is the host of an address as browsers name it: in small letters and without the port that goes without saying.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if strings.EqualFold(u.Scheme, "http") {
		return strings.TrimSuffix(host, ":80")
	}
	return strings.TrimSuffix(host, ":443")
}

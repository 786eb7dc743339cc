package chat

import "slices"

// What a machine lacks is words of events of a room that are owed to its person: it has their headers alone. That is not delivered: docs/protocol.md, section 6,
// rooms, "What is lacked".

// capabilityLacks says that what is lacked is not told as delivered. Who offers it gets headers without words from who was not to have the words themselves.
const capabilityLacks = "lacks"

// span is numbers of a branch.
type span struct{ first, last uint64 }

// lacking are the events that somebody lacks, by the branch that holds them: stretches in order that do not touch.
type lacking map[*branch][]span

func (l lacking) has(b *branch, number uint64) bool {
	return slices.ContainsFunc(l[b], func(s span) bool { return s.first <= number && number <= s.last })
}

// stretchOf returns where the stretch is that holds a number, of stretches in order that do not touch.
func stretchOf(all []span, number uint64) (at int, is bool) {
	return slices.BinarySearchFunc(all, number, func(s span, number uint64) int {
		switch {
		case s.last < number:
			return -1
		case s.first > number:
			return 1
		}
		return 0
	})
}

// add adds a stretch behind those that are there of a branch.
func (l lacking) add(b *branch, s span) {
	if last := len(l[b]) - 1; last >= 0 && l[b][last].last+1 >= s.first {
		l[b][last].last = max(l[b][last].last, s.last)
		return
	}
	l[b] = append(l[b], s)
}

// take takes a number out of the stretches of a branch, and reports whether it was in one.
func (l lacking) take(b *branch, number uint64) bool {
	at, is := stretchOf(l[b], number)
	if !is {
		return false
	}
	s := l[b][at]
	var rest []span
	if s.first < number {
		rest = append(rest, span{s.first, number - 1})
	}
	if number < s.last {
		rest = append(rest, span{number + 1, s.last})
	}
	if l[b] = slices.Replace(l[b], at, at+1, rest...); len(l[b]) == 0 {
		delete(l, b)
	}
	return true
}

// bounds returns the first and the last number that is lacked of a branch's history up to a number; 0 and 0 if none is.
func (l lacking) bounds(b *branch, number uint64) (first, last uint64) {
	if b.base != nil {
		first, last = l.bounds(b.base, min(b.fork, number))
	}
	for i, all := len(l[b]), l[b]; i > 0; i-- {
		if s := all[i-1]; s.first <= number {
			if last = min(s.last, number); first == 0 {
				first = all[0].first
			}
			return first, last
		}
	}
	return first, last
}

// upTo returns what is lacked of a branch's history: also of what it has in common with those that it forked from.
func (l lacking) upTo(b *branch, number uint64) (all []span) {
	if b.base != nil {
		all = l.upTo(b.base, min(b.fork, number))
	}
	for _, s := range l[b] {
		if s.first <= number {
			all = append(all, span{s.first, min(s.last, number)})
		}
	}
	return all
}

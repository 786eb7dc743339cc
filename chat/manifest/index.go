package manifest

import (
	"iter"

	"lanyard/chat/event"
)

// maxTwins is how many files with the same content are found, so that it takes no long time where many have been changed.
const maxTwins = 16

// Index finds the files of an offered folder by their hashes; [NewIndex] makes it.
type Index struct {
	encoded []byte
	list    List
	byHash  map[[hashSize]byte][]*Entry
	before  map[[hashSize]byte]int64 // bytes that stand before the content in the list; none where it stands there several times
}

// NewIndex reads a list as [Read] does.
func NewIndex(encoded []byte, offer event.File) (*Index, error) {
	l, err := Read(encoded, offer)
	if err != nil {
		return nil, err
	}
	x := &Index{encoded: encoded, list: l, byHash: make(map[[hashSize]byte][]*Entry, len(l)), before: make(map[[hashSize]byte]int64, len(l))}
	bytes := int64(0)
	for i := range l {
		if l[i].IsFolder() {
			continue
		}
		hash := [hashSize]byte(l[i].Hash)
		if x.byHash[hash] == nil {
			x.before[hash] = bytes
		} else {
			delete(x.before, hash)
		}
		x.byHash[hash] = append(x.byHash[hash], &l[i])
		bytes += int64(l[i].Size)
	}
	for hash, all := range x.byHash {
		if len(all) > 1 {
			x.byHash[hash] = foremost(all)
		}
	}
	return x, nil
}

// foremost returns the first of some files, with debris behind what may be somebody's work: that stays as it is for longer.
func foremost(all []*Entry) []*Entry {
	isWork := func(e *Entry) bool { return !e.IsDebris() }
	some := make([]*Entry, 0, min(len(all), maxTwins))
	for _, wanted := range []func(*Entry) bool{isWork, (*Entry).IsDebris} {
		for _, e := range all {
			if len(some) < maxTwins && wanted(e) {
				some = append(some, e)
			}
		}
	}
	return some
}

// Encoded is the list as it was read.
func (x *Index) Encoded() []byte { return x.encoded }

// Find returns files with a content of this BLAKE3 hash, a few of them where many have it, debris last. They must not be changed.
func (x *Index) Find(hash [hashSize]byte) []*Entry { return x.byHash[hash] }

// Before returns how many bytes of contents stand before one in the list; once is false where it stands there several times, or not at all.
func (x *Index) Before(hash [hashSize]byte) (bytes int64, once bool) {
	bytes, once = x.before[hash]
	return bytes, once
}

// Entries gives all that the list holds, in its order. They must not be changed.
func (x *Index) Entries() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for i := range x.list {
			if !yield(&x.list[i]) {
				return
			}
		}
	}
}

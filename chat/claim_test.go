package chat

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// wordSize is how much each of the words counts that are claimed by chance.
const wordSize = 16

// bringing is what should be true of words that many bring.
type bringing struct {
	flows
	t       *testing.T
	chance  *rand.Rand
	who     identity.PersonID
	all     []*bringer
	counted map[event.ID]bool
	stored  map[event.ID]bool
}

// bringer brings some words, and then waits for what comes of them.
type bringer struct {
	claims []event.ID
	takes  bool // it has those stored that it claims, and does not only look
}

// TestClaimsByChance: whoever brings which words, in whatever order they look, take, store and give up, what is stored counts once, and what is not counts only while somebody brings it.
func TestClaimsByChance(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		b := &bringing{t: t, chance: chance, who: identity.PersonID{1}, counted: map[event.ID]bool{}, stored: map[event.ID]bool{}}
		b.of, b.flows.claims = map[identity.PersonID]*flow{}, map[event.ID]*claim{}
		for range 100 {
			b.step(chance.IntN(3) == 0)
			b.check()
		}
		for len(b.all) > 0 {
			b.step(false)
			b.check()
		}
		if n := len(b.flows.claims); n != 0 {
			t.Fatalf("%d claims are left", n)
		}
	}
}

// step has one bring something, or one of those who do go on.
func (b *bringing) step(begins bool) {
	if begins || len(b.all) == 0 {
		b.look()
		return
	}
	i := b.chance.IntN(len(b.all))
	if one := b.all[i]; !one.takes {
		b.take(one)
		return
	}
	b.settle(b.all[i].claims)
	b.all = slices.Delete(b.all, i, i+1)
}

// look claims some words; those that are there are not missing.
func (b *bringing) look() {
	one := &bringer{}
	for range 1 + b.chance.IntN(3) {
		one.claims = append(one.claims, event.ID{byte(b.chance.IntN(8))})
	}
	b.claim(one.claims)
	one.claims = slices.DeleteFunc(one.claims, func(id event.ID) bool {
		if b.stored[id] {
			b.unclaim([]event.ID{id})
		}
		return b.stored[id]
	})
	b.all = append(b.all, one)
}

func (b *bringing) take(one *bringer) {
	looked, taken := one.claims, map[event.ID]bool{}
	for _, id := range looked {
		if taken[id] {
			continue
		}
		_, err := b.takeClaimed(id, b.who, came{fresh: wordSize, held: 1}, 1<<20, time.Now())
		if errors.Is(err, errRaced) != b.stored[id] {
			b.t.Fatalf("taken while stored is %v: %v", b.stored[id], err)
		}
		if err == nil {
			taken[id], b.counted[id] = true, true
		}
	}
	b.unclaim(looked)
	one.claims, one.takes = slices.Collect(maps.Keys(taken)), true
}

// settle has words stored, or given up.
func (b *bringing) settle(words []event.ID) {
	if b.chance.IntN(2) == 0 {
		b.storedClaims(words)
		for _, id := range words {
			b.stored[id] = true
		}
	}
	b.unclaim(words)
}

func (b *bringing) check() {
	b.t.Helper()
	maps.DeleteFunc(b.counted, func(id event.ID, _ bool) bool {
		return !b.stored[id] && !slices.ContainsFunc(b.all, func(one *bringer) bool { return slices.Contains(one.claims, id) })
	})
	got := b.bytesOf(b.who)
	if got != int64(wordSize*len(b.counted)) {
		b.t.Fatalf("%d bytes count of %d words", got, len(b.counted))
	}
	b.flows.mu.Lock()
	defer b.flows.mu.Unlock()
	if got -= b.unsettledLocked(b.who, nil).fresh; got != int64(wordSize*len(b.stored)) {
		b.t.Fatalf("%d bytes are settled of %d words", got, len(b.stored))
	}
}

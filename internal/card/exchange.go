package card

import (
	"context"
	"time"

	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

const capability = "card"

// Answers that one link gets: at once, and then one more in a while.
const (
	answersAtOnce = 4
	answerEvery   = 10 * time.Second
)

// hashBody is an offer or a request.
type hashBody struct {
	Hash []byte `cbor:"1,keyasint,omitempty"`
}

// answers counts what one link was given.
type answers struct {
	left int
	at   time.Time // when left was last raised
}

func (a *answers) take(now time.Time) bool {
	if a.at.IsZero() {
		a.left, a.at = answersAtOnce, now
	}
	if more := int(now.Sub(a.at) / answerEvery); more > 0 {
		a.left, a.at = min(answersAtOnce, a.left+more), a.at.Add(time.Duration(more)*answerEvery)
	}
	if a.left == 0 {
		return false
	}
	a.left--
	return true
}

// offer tells the other side which card we have.
func (cs *Cards) offer(ctx context.Context, l *peer.Link) {
	if !l.Offers(capability) {
		return
	}
	cs.mu.Lock()
	h := hashOf(cs.own)
	cs.mu.Unlock()
	cs.say(ctx, l, wire.KindCardOffer, bodyOf(h))
}

func bodyOf(h Hash) hashBody {
	if h == (Hash{}) {
		return hashBody{}
	}
	return hashBody{Hash: h[:]}
}

func readHash(body []byte) (h Hash, ok bool) {
	var b hashBody
	if wire.Unmarshal(body, &b) != nil || len(b.Hash) != 0 && len(b.Hash) != len(h) {
		return h, false
	}
	copy(h[:], b.Hash)
	return h, true
}

func (cs *Cards) say(ctx context.Context, l *peer.Link, kind wire.Kind, body any) {
	frame, err := wire.Marshal(body)
	if err == nil {
		_ = l.Send(ctx, kind, frame) // the link ended: the next one begins with an offer
	}
}

func (cs *Cards) linkUp(l *peer.Link) { cs.offer(l.Context(), l) }

// linkDown forgets a link, and those that ended before they were in use.
func (cs *Cards) linkDown(l *peer.Link) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for other := range cs.asked {
		if other == l || other.Context().Err() != nil {
			delete(cs.asked, other)
		}
	}
}

func (cs *Cards) askingLocked(l *peer.Link) *asking {
	a := cs.asked[l]
	if a == nil {
		a = &asking{}
		cs.asked[l] = a
	}
	return a
}

// takeOffer asks for a card that we do not have.
func (cs *Cards) takeOffer(l *peer.Link, body []byte) {
	h, ok := readHash(body)
	if !ok {
		return
	}
	cs.mu.Lock()
	have, known := cs.hashes[l.Person()]
	room := known || len(cs.hashes) < maxCards
	ask := h != (Hash{}) && h != have && room
	if ask {
		cs.askingLocked(l).wanted = h
	}
	cs.mu.Unlock()
	switch {
	case ask:
		cs.say(l.Context(), l, wire.KindCardPlease, bodyOf(h))
	case known && h == (Hash{}):
		cs.take(l, nil)
	}
}

// takePlease sends our card to who asks for it as it is now.
func (cs *Cards) takePlease(l *peer.Link, body []byte) {
	h, ok := readHash(body)
	cs.mu.Lock()
	own := cs.own
	give := ok && h != (Hash{}) && h == hashOf(own) && cs.askingLocked(l).given.take(time.Now())
	cs.mu.Unlock()
	if give {
		_ = l.Send(l.Context(), wire.KindCard, own) // the link ended
	}
}

// takeCard stores a card that we asked for.
func (cs *Cards) takeCard(l *peer.Link, body []byte) {
	h := hashOf(body)
	cs.mu.Lock()
	a := cs.askingLocked(l)
	wanted := h != (Hash{}) && a.wanted == h
	if wanted {
		a.wanted = Hash{}
	}
	cs.mu.Unlock()
	if !wanted {
		return
	}
	if _, err := decode(body); err != nil {
		cs.config.Log.Info("card refused", "peer", l.Peer().Short(), "reason", err)
		return
	}
	cs.take(l, body)
}

// take stores what a link told of its person.
func (cs *Cards) take(l *peer.Link, body []byte) {
	if l.Person() == cs.self { // another machine of ours: each tells its own
		return
	}
	if err := cs.store(l.Context(), l.Person(), body); err != nil {
		if l.Context().Err() == nil {
			cs.config.Log.Warn("card not kept", "reason", err)
		}
		return
	}
	cs.config.Told(l.Person())
}

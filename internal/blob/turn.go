package blob

import (
	"encoding/binary"
	"errors"
	"fmt"

	"lanyard/internal/wire"
)

// want is one line of a request and what of it has come.
type want struct {
	item        int // among the items of the fetch
	ask         ask
	first, last bool // the item begins, ends with it
	got         uint64
}

// maxSkipped is how many frames of a newer protocol may stand among the answers to one request.
const maxSkipped = 64

// turn is one request and the state of its answers. It believes nothing that the peer says about numbers and lengths.
type turn struct {
	wants    []want
	at       int // the one that is being answered
	answered bool
	skipped  int            // frames of unknown kinds
	giveUp   func(item int) // the rest of this item is not to be asked for
}

func (t *turn) done() bool { return t.at == len(t.wants) }

// answer takes the next frame. The delivery points into its body.
func (t *turn) answer(frame wire.Frame) (delivery, error) {
	switch frame.Kind {
	case wire.KindPiece:
		return t.piece(frame.Body)
	case wire.KindPack:
		return t.pack(frame.Body)
	case wire.KindGone:
		return t.gone(frame.Body)
	}
	if frame.Kind.Known() {
		return delivery{}, fmt.Errorf("a %s where content is due", frame.Kind)
	}
	if t.skipped++; t.skipped > maxSkipped {
		return delivery{}, fmt.Errorf("%d frames of unknown kinds", t.skipped)
	}
	return delivery{}, nil
}

// current returns the want that number must be of.
func (t *turn) current(number uint64) (*want, error) {
	if t.done() {
		return nil, errors.New("more answers than questions")
	}
	if number != uint64(t.at) {
		return nil, fmt.Errorf("item %d where %d is due", number, t.at)
	}
	return &t.wants[t.at], nil
}

func (t *turn) piece(body []byte) (delivery, error) {
	if len(body) <= pieceHeader {
		return delivery{}, errors.New("a piece of nothing")
	}
	w, err := t.current(uint64(binary.BigEndian.Uint32(body)))
	if err != nil {
		return delivery{}, err
	}
	content := body[pieceHeader:]
	if uint64(len(content)) > w.ask.Length-w.got {
		return delivery{}, fmt.Errorf("%d bytes where %d are due", len(content), w.ask.Length-w.got)
	}
	return delivery{parts: []part{t.advance(w, content)}}, nil
}

func (t *turn) pack(body []byte) (delivery, error) {
	var d delivery
	for len(body) > 0 {
		number, content, rest, err := nextEntry(body)
		if err != nil {
			return delivery{}, err
		}
		w, err := t.current(uint64(number))
		if err != nil {
			return delivery{}, err
		}
		if w.got > 0 || uint64(len(content)) != w.ask.Length {
			return delivery{}, fmt.Errorf("an entry of %d bytes where %d are due", len(content), w.ask.Length-w.got)
		}
		d.parts = append(d.parts, t.advance(w, content))
		body = rest
	}
	if len(d.parts) == 0 {
		return delivery{}, errors.New("an empty pack")
	}
	return d, nil
}

func (t *turn) gone(body []byte) (delivery, error) {
	var g gone
	if err := wire.Unmarshal(body, &g); err != nil {
		return delivery{}, err
	}
	w, err := t.current(g.Item)
	if err != nil {
		return delivery{}, err
	}
	p := part{item: w.item, first: w.first && w.got == 0, last: true, err: g.Reason.err()}
	t.giveUp(w.item)
	t.at++
	return delivery{parts: []part{p}}, nil
}

func (t *turn) advance(w *want, content []byte) part {
	p := part{item: w.item, content: content, first: w.first && w.got == 0}
	w.got += uint64(len(content))
	if w.got == w.ask.Length {
		p.last = w.last
		t.at++
	}
	return p
}

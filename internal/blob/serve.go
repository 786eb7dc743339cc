package blob

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// patience is how long one frame may take to be written or to come.
const patience = 60 * time.Second

// serve answers the requests on a connection until it or its link ends.
func (e *Exchange) serve(ctx context.Context, l *peer.Link, conn net.Conn) {
	frames := wire.NewReader(conn, wire.MaxLinkFrame) // requests are small
	for {
		frame, err := frames.Read()
		if err == nil && frame.Kind.Known() {
			err = e.answer(ctx, l, conn, frame)
		}
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, io.EOF) {
				e.log.Debug("content: a connection ended", "peer", l.Peer().Short(), "err", err)
			}
			return
		}
	}
}

func (e *Exchange) answer(ctx context.Context, l *peer.Link, conn net.Conn, frame wire.Frame) error {
	switch frame.Kind {
	case wire.KindGet:
		scope, asks, err := decodeGet(frame.Body)
		if err != nil {
			return fmt.Errorf("decode a get: %w", err)
		}
		return e.produce(ctx, l, conn, scope, func(p *producer) { p.produce(asks) })
	case wire.KindChunksPlease:
		scope, please, err := decodeChunksPlease(frame.Body)
		if err != nil {
			return fmt.Errorf("decode a request for chunks: %w", err)
		}
		return e.produce(ctx, l, conn, scope, func(p *producer) { p.list(please) })
	}
	return fmt.Errorf("a %s where a request is due", frame.Kind)
}

// produce sends what is made for one request.
func (e *Exchange) produce(ctx context.Context, l *peer.Link, conn net.Conn, scope Scope, do func(*producer)) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready := make(chan *[]byte, 1)
	p := &producer{exchange: e, link: l, scope: scope, ctx: ctx, ready: ready}
	go func() {
		defer close(ready)
		do(p)
	}()
	for frame := range ready { // the next frame is read from the disk while this one is encrypted and sent
		if err == nil {
			if err = e.beforeSending(ctx, scope, len(*frame)); err == nil {
				err = conn.SetWriteDeadline(time.Now().Add(patience))
			}
			if err == nil {
				_, err = conn.Write(*frame)
			}
			if err != nil {
				cancel() // the producer stops; what it has ready is taken back
			}
		}
		e.give(frame)
	}
	return err
}

// producer reads what was asked for and makes frames of it, on a goroutine of its own.
type producer struct {
	exchange *Exchange
	link     *peer.Link
	scope    Scope
	ctx      context.Context // ends when the frames are wanted no more
	ready    chan<- *[]byte
	pack     *[]byte // being filled, or nil
	open     Content // what was read from last, or nil; the next ask is often for more of it
	opened   Hash    // its hash
}

func (p *producer) produce(asks []ask) {
	for number, a := range asks {
		if p.ctx.Err() != nil {
			break
		}
		p.produceItem(uint32(number), a)
	}
	p.flush()
	p.close()
}

func (p *producer) produceItem(number uint32, a ask) {
	content, err := p.content(a)
	if err != nil {
		p.gone(number, err)
		return
	}
	if a.Length <= smallItem {
		err = p.packItem(number, a, content)
	} else {
		p.flush()
		err = p.pieces(number, a, content)
	}
	if err != nil {
		p.close() // it may be another one by now
		p.gone(number, err)
	}
}

// content opens what is asked for, unless it is open.
func (p *producer) content(a ask) (Content, error) {
	if p.open != nil && p.opened != a.Hash {
		p.close()
	}
	if p.open == nil {
		source := p.exchange.sources[p.scope.Kind]
		if source == nil {
			return nil, ErrGone
		}
		content, err := source.Open(p.ctx, p.link.Person(), p.scope, a.Hash)
		if err != nil {
			return nil, err
		}
		p.open, p.opened = content, a.Hash
	}
	if p.open.Size() != int64(a.Size) {
		return nil, ErrChanged
	}
	return p.open, nil
}

func (p *producer) close() {
	if p.open == nil {
		return
	}
	if err := p.open.Close(); err != nil {
		p.exchange.log.Debug("content: close", "hash", p.opened, "err", err)
	}
	p.open = nil
}

// packItem adds a small item to the pack.
func (p *producer) packItem(number uint32, a ask, content Content) error {
	length := int(a.Length)
	if p.pack != nil && len(*p.pack)+entryHeader+length > frameHeader+payload {
		p.flush()
	}
	if p.pack == nil {
		p.pack = p.exchange.take()
		*p.pack = (*p.pack)[:frameHeader]
	}
	at := len(*p.pack)
	frame := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(*p.pack, number), uint32(length))
	frame = frame[:at+entryHeader+length]
	if err := readFull(content, frame[at+entryHeader:], int64(a.Offset)); err != nil {
		return err // the pack is as it was
	}
	*p.pack = frame
	return nil
}

func (p *producer) pieces(number uint32, a ask, content Content) error {
	for done := uint64(0); done < a.Length && p.ctx.Err() == nil; {
		size := int(min(a.Length-done, uint64(p.exchange.pieceSize(p.scope))))
		frame := p.exchange.take()
		*frame = binary.BigEndian.AppendUint32((*frame)[:frameHeader], number)[:frameHeader+pieceHeader+size]
		if err := readFull(content, (*frame)[frameHeader+pieceHeader:], int64(a.Offset+done)); err != nil {
			p.exchange.give(frame)
			return err
		}
		p.send(wire.KindPiece, frame)
		done += uint64(size)
	}
	return nil
}

// readFull is io.ReadFull at an offset; content that ends early is io.EOF.
func readFull(content Content, into []byte, at int64) error {
	n, err := content.ReadAt(into, at)
	if n == len(into) {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

func (p *producer) gone(number uint32, why error) {
	p.flush()
	reason := reasonOf(why)
	if reason == reasonUnreadable {
		p.exchange.log.Warn("content: cannot be read", "peer", p.link.Peer().Short(), "err", why)
	}
	body, err := wire.Marshal(gone{Item: uint64(number), Reason: reason})
	if err != nil {
		panic("blob: a gone frame has only fields that can be encoded: " + err.Error())
	}
	frame := p.exchange.take()
	*frame = append((*frame)[:frameHeader], body...)
	p.send(wire.KindGone, frame)
}

func (p *producer) flush() {
	if p.pack != nil {
		p.send(wire.KindPack, p.pack)
		p.pack = nil
	}
}

// send puts the header into the space left for it and hands the frame over. Whoever takes frames takes all until the channel is closed.
func (p *producer) send(kind wire.Kind, frame *[]byte) {
	wire.AppendHeader((*frame)[:0], kind, len(*frame)-frameHeader)
	p.ready <- frame
}

func (e *Exchange) take() *[]byte { return e.buffers.Get().(*[]byte) }

// give takes a buffer of take back; nil is none.
func (e *Exchange) give(b *[]byte) {
	if b == nil {
		return
	}
	*b = (*b)[:cap(*b)]
	e.buffers.Put(b)
}

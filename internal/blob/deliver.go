package blob

import "errors"

// delivery is what came in one frame, on its way to the sink.
type delivery struct {
	parts  []part
	buffer *[]byte // that the parts point into; nil if they point into none of ours
	failed error   // the sink could not give the beginning of an item
}

// size is how many bytes of content came.
func (d delivery) size() (n int) {
	for _, p := range d.parts {
		n += len(p.content)
	}
	return n
}

// part is the next bytes of an item.
type part struct {
	item        int
	content     []byte
	first, last bool
	err         error // of the item, with last
}

// deliverer calls the sink, and keeps its promise that each Begin has its End.
type deliverer struct {
	sink       Sink
	items      []Item
	begun      int   // the item that has not ended, or -1
	mismatches int   // all of it came now
	misfits    int   // its beginning was there: that may be what is wrong
	err        error // the first one: nothing but an End goes to the sink after it
}

func (d *deliverer) take(next delivery) error {
	for _, p := range next.parts {
		switch {
		case !errors.Is(p.err, ErrMismatch):
		case d.items[p.item].Offset == 0:
			d.mismatches++
		default:
			d.misfits++
		}
		if d.err == nil {
			d.err = d.deliver(p)
		}
	}
	if d.err == nil {
		d.err = next.failed
	}
	return d.err
}

func (d *deliverer) deliver(p part) error {
	if p.first {
		d.begun = p.item
		if err := d.sink.Begin(p.item); err != nil {
			d.begun = -1
			return err
		}
	}
	if len(p.content) > 0 {
		if err := d.sink.Write(p.item, p.content); err != nil {
			return err
		}
	}
	if p.last {
		d.begun = -1
		return d.sink.End(p.item, p.err)
	}
	return nil
}

// finish ends an item that was cut short, given why nothing more comes, and returns the outcome of the whole.
func (d *deliverer) finish(why error) error {
	if d.err == nil {
		d.err = why
	}
	if d.begun >= 0 {
		if err := d.sink.End(d.begun, d.err); err != nil && !errors.Is(d.err, err) {
			d.err = errors.Join(d.err, err)
		}
	}
	return d.err
}

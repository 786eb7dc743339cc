package share

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
	"lanyard/sync/role"
)

// The owner hands a share over in two steps: their list offers it to a member (an offer is signed by itself), and that member signs the next list as its owner,
// in which the offer stands among those that were taken. So everybody who knows some list of the share can follow the chain of offers from its owner to the
// newest one, whatever lists they missed.

// handoverContext is that of an offer's signature (docs/protocol.md, section 1).
const handoverContext = "share handover"

// maxHandovers is how often a share may change hands: the list carries all of it.
const maxHandovers = 32

// handover is the owner's word that somebody else may own the share.
type handover struct {
	Share  ID                `cbor:"1,keyasint"`
	From   identity.PersonID `cbor:"2,keyasint"`
	To     identity.PersonID `cbor:"3,keyasint"`
	Number uint64            `cbor:"4,keyasint"` // of the list that offers it first
}

// openHandover verifies an offer by the keys of a list.
func openHandover(s signed, share ID, keys map[identity.PersonID][]ed25519.PublicKey) (handover, error) {
	var h handover
	if err := wire.Unmarshal(s.Body, &h); err != nil {
		return h, fmt.Errorf("%w: a handover: %w", errList, err)
	}
	ok := slices.ContainsFunc(keys[h.From], func(key ed25519.PublicKey) bool {
		return identity.Verify(key, handoverContext, s.Body, s.Signature) == nil
	})
	if !ok || h.Share != share || h.From == h.To || keys[h.To] == nil {
		return h, fmt.Errorf("%w: a handover that its owner has not signed", errList)
	}
	return h, nil
}

// openHandovers verifies that the chain leads to the owner, and the offer that stands.
func (m *membership) openHandovers() error {
	if len(m.list.Handovers) > maxHandovers {
		return fmt.Errorf("%w: %d handovers", errList, len(m.list.Handovers))
	}
	for i, s := range m.list.Handovers {
		h, err := openHandover(s, m.list.Share, m.keys)
		if err != nil {
			return err
		}
		if i > 0 && m.handed[i-1].To != h.From || h.Number >= m.list.Number {
			return fmt.Errorf("%w: a handover that does not follow the one before", errList)
		}
		m.handed = append(m.handed, h)
	}
	if n := len(m.handed); n > 0 && m.handed[n-1].To != m.list.Owner {
		return fmt.Errorf("%w: the share was handed to somebody else", errList)
	}
	if m.list.Offer == nil {
		return nil
	}
	h, err := openHandover(*m.list.Offer, m.list.Share, m.keys)
	if err == nil && h.From != m.list.Owner {
		err = fmt.Errorf("%w: an offer that is not the owner's", errList)
	}
	m.offer = h
	return err
}

// founder is who made the share.
func (m membership) founder() identity.PersonID {
	if len(m.handed) > 0 {
		return m.handed[0].From
	}
	return m.list.Owner
}

// handedFurther compares by whose hands two lists have gone: above 0 when m counts for that alone, below when the other does. Of two offers of one owner that were
// both taken the newer one counts.
func (m membership) handedFurther(o membership) int {
	for i := range min(len(m.handed), len(o.handed)) {
		a, b := m.handed[i], o.handed[i]
		if d := cmp.Or(cmp.Compare(a.Number, b.Number), bytes.Compare(a.To[:], b.To[:])); d != 0 {
			return d
		}
	}
	return cmp.Compare(len(m.handed), len(o.handed))
}

// heirs returns who can own the share, in the order in which they came to it.
func (m membership) heirs() []identity.PersonID {
	var out []identity.PersonID
	for _, e := range m.list.Members {
		if e.Person != m.list.Owner && e.Role == role.ReadWrite && m.takesPart(e.Person) {
			out = append(out, e.Person)
		}
	}
	return out
}

// offerTo puts an offer on a list that is about to be signed as the one after m.
func (e *Engine) offerTo(list *memberList, m membership, person identity.PersonID) error {
	if len(list.Handovers) >= maxHandovers {
		return fmt.Errorf("this share has changed hands %d times, which is as often as it can: share the folder anew", maxHandovers)
	}
	body, err := wire.Marshal(handover{Share: list.Share, From: list.Owner, To: person, Number: m.list.Number + 1})
	if err != nil {
		return err
	}
	list.Offer = &signed{Body: body, Signature: e.cfg.Identity.Sign(handoverContext, body)}
	return nil
}

// HandOver offers a share to a member who may change everything; it is theirs once they take it. Only its owner can; offered to the owner, no offer stands.
func (e *Engine) HandOver(ctx context.Context, id ID, to identity.PersonID) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error {
		if to == list.Owner {
			list.Offer = nil
			return nil
		}
		if !slices.Contains(m.heirs(), to) {
			return errors.New("a share can be handed over to a member who may change everything in it: invite them, or let them, first")
		}
		return e.offerTo(list, m, to)
	})
}

// TakeOver makes this person the owner of a share that its owner has offered to them.
func (e *Engine) TakeOver(ctx context.Context, id ID) error {
	self := e.cfg.Identity.Person()
	var wrong error
	err := e.amend(ctx, id, func(f folder) (folder, bool) {
		if f.state != joined && f.state != paused {
			wrong = errUnknown
			return f, false
		}
		if f.members.list.Offer == nil || f.members.offer.To != self {
			wrong = errNotOffered
			return f, false
		}
		list := f.members.list
		list.Owner, list.Handovers, list.Offer = self, append(slices.Clip(slices.Clone(list.Handovers)), *list.Offer), nil
		list.Members = slices.Clone(list.Members)
		next, err := signList(e.cfg.Identity, list, &f.members)
		if err != nil {
			wrong = err
			return f, false
		}
		f.members = next
		return f, true
	})
	if _, known := e.folder(id); !known {
		return errUnknown
	}
	return errors.Join(wrong, err)
}

// bequeath has an owner who leaves offer the share to the one who has been in it longest. Without anybody who could have it nothing changes.
func (e *Engine) bequeath(m membership) (membership, error) {
	heirs := m.heirs()
	if m.list.Owner != e.cfg.Identity.Person() || len(heirs) == 0 || m.list.Offer != nil && slices.Contains(heirs, m.offer.To) {
		return m, nil
	}
	list := m.list
	list.Members = slices.Clone(list.Members)
	if err := e.offerTo(&list, m, heirs[0]); err != nil {
		return m, err
	}
	return signList(e.cfg.Identity, list, &m)
}

// Continue goes on with the folder of a share whose owner is gone for good: as a new share of this person, to which all others who take part are invited with what
// they may do. It leaves the old one; whoever accepts does, too, and keeps their folder, whose files are adopted by their content.
func (e *Engine) Continue(ctx context.Context, id ID) (Status, error) {
	f, ok := e.folder(id)
	self := e.cfg.Identity.Person()
	switch {
	case !ok || f.state != joined && f.state != paused:
		return Status{}, errUnknown
	case f.members.list.Owner == self:
		return Status{}, errors.New("this share is yours: there is nothing to continue")
	case !f.members.writes(self):
		return Status{}, errors.New("only who may change everything in a share can continue it: ask one of them")
	}
	list := memberList{Share: newID(), Name: f.members.list.Name, Owner: self, Continues: &id}
	mine, err := e.entry(self, role.ReadWrite)
	if err != nil {
		return Status{}, err
	}
	list.Members = append(list.Members, mine)
	for _, old := range f.members.list.Members {
		if old.Person == self || old.Person == f.members.list.Owner || !f.members.takesPart(old.Person) {
			continue
		}
		en, err := e.entry(old.Person, old.Role)
		if err != nil {
			return Status{}, fmt.Errorf("invite %s: %w", old.Name, err)
		}
		list.Members = append(list.Members, en)
	}
	m, err := signList(e.cfg.Identity, list, nil)
	if err != nil {
		return Status{}, err
	}
	if err := e.Leave(ctx, id); err != nil {
		return Status{}, err
	}
	return e.create(ctx, m, f.path)
}

// create makes a share of ours of a folder.
func (e *Engine) create(ctx context.Context, m membership, root string) (Status, error) {
	id := m.list.Share
	release, err := e.lock(ctx, id)
	if err != nil {
		return Status{}, err
	}
	defer release()
	f := folder{members: m, state: joined, path: root, sender: m.list.Owner, at: time.Now().UnixMilli()}
	if f.marker, err = e.mark(root, id); err != nil {
		return Status{}, err
	}
	if err := e.found(ctx, f, true, false); err != nil {
		return Status{}, errors.Join(err, e.dropMarker(f))
	}
	return e.Get(id)
}

// continued returns the folder of a share that an invitation continues, to be accepted in the same place; "" when it is not here. It is left first.
func (e *Engine) continued(ctx context.Context, f folder) (at string, err error) {
	if f.members.list.Continues == nil {
		return "", nil
	}
	old, ok := e.folder(*f.members.list.Continues)
	from := old.members.list.entry(f.members.list.Owner) // none in the zero folder
	if !ok || old.state != joined && old.state != paused || from == nil || from.State == removed || from.Role != role.ReadWrite {
		return "", nil
	}
	return old.path, e.Leave(ctx, old.id())
}

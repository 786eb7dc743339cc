package share

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// What members say to each other about a share itself: lists, invitations and answers. All of it runs on the links' goroutines.

// maxOffers bounds the invitations that wait for an answer, and those of one person among them.
const (
	maxOffers       = 200
	maxOffersPerson = 20
)

// up greets a peer in each share that concerns them.
func (e *Engine) up(l *peer.Link) {
	if !e.started() {
		return
	}
	for _, f := range e.all() {
		if f.state == offered && f.sender == l.Person() && e.accepts(f) { // came before all were to be accepted
			e.acceptUnasked(f.id())
		}
		if err := e.greet(l, f); err != nil && l.Context().Err() == nil {
			e.cfg.Log.Warn("greet a member", "share", f.id(), "peer", l.Peer().Short(), "error", err)
		}
	}
}

func (e *Engine) down(l *peer.Link) {
	for _, f := range e.all() {
		if f.members.list.entry(l.Person()) != nil {
			e.changed(f.id())
		}
	}
}

// lost has all that was said on a link said again.
func (e *Engine) lost(l *peer.Link) {
	for _, f := range e.all() {
		if s := e.shareOf(f.id()); s != nil {
			if x := s.session(l); x != nil {
				x.note(func() { x.tell, x.flags = true, x.flags|again })
			}
		}
	}
}

// greetAll greets everybody who is here in one share.
func (e *Engine) greetAll(id ID) {
	f, ok := e.folder(id)
	if !ok {
		return
	}
	e.eachLink(f, func(l *peer.Link, _ identity.PersonID) error { return e.greet(l, f) })
}

// eachLink says something to all machines of a share's people that are here.
func (e *Engine) eachLink(f folder, say func(*peer.Link, identity.PersonID) error) {
	for _, entry := range f.members.list.Members {
		for _, machine := range e.cfg.Roster.Machines(entry.Person) {
			l, ok := e.cfg.Roster.Link(machine)
			if !ok {
				continue
			}
			if err := say(l, entry.Person); err != nil && l.Context().Err() == nil {
				e.cfg.Log.Warn("greet a member", "share", f.id(), "peer", machine.Short(), "error", err)
			}
		}
	}
}

// greet says to one peer what concerns them in one share.
func (e *Engine) greet(l *peer.Link, f folder) error {
	them := l.Person()
	if them == e.cfg.Identity.Person() || f.members.list.entry(them) == nil {
		return nil
	}
	switch f.state {
	case joined, paused:
		switch f.members.state(them) {
		case IsOwner, IsMember:
			if err := e.sendMembers(l, f, wire.KindMembers); err != nil {
				return err
			}
			e.attach(l, f.id())
			return nil
		case IsInvited:
			if f.members.list.Owner == e.cfg.Identity.Person() {
				return e.sendMembers(l, f, wire.KindInvite)
			}
			return e.sendAnswer(l, f) // they may be members by now, and we for them only invited
		}
		return e.sendMembers(l, f, wire.KindMembers)
	case refused, over:
		if f.members.list.Owner == e.cfg.Identity.Person() { // they may not know to whom the share was offered
			return e.sendMembers(l, f, wire.KindMembers)
		}
		return e.sendAnswer(l, f)
	}
	return nil
}

func (e *Engine) attach(l *peer.Link, id ID) {
	e.mu.Lock()
	r := e.running[id]
	var s *Share
	if r != nil {
		s = r.share
	}
	e.mu.Unlock()
	if s != nil {
		s.attach(l)
		e.changed(id)
	}
}

func (e *Engine) sendMembers(l *peer.Link, f folder, k wire.Kind) error {
	frame := membersFrame{Share: f.id(), List: f.members.signed.Body, Signature: f.members.signed.Signature, Answers: f.members.signedAnswers()}
	if k == wire.KindInvite {
		if s, err := e.Get(f.id()); err == nil {
			frame.Files, frame.Bytes = s.Files, s.Bytes
		}
	}
	body, err := wire.Marshal(frame)
	if err != nil {
		return err
	}
	return l.Send(l.Context(), k, body)
}

// sendAnswer says our own word, if we have said one.
func (e *Engine) sendAnswer(l *peer.Link, f folder) error {
	a, ok := f.members.answers[e.cfg.Identity.Person()]
	if !ok {
		return nil
	}
	body, err := wire.Marshal(answerFrame{Share: f.id(), Body: a.signed.Body, Signature: a.signed.Signature})
	if err != nil {
		return err
	}
	return l.Send(l.Context(), wire.KindAnswer, body)
}

// listOffer sends our list to a member whose list is older.
func (e *Engine) listOffer(l *peer.Link, id ID, number uint64, hash []byte) {
	f, ok := e.folder(id)
	if !ok || f.members.list.Number < number || bytes.Equal(f.members.hash[:], hash) {
		return
	}
	if err := e.sendMembers(l, f, wire.KindMembers); err != nil && l.Context().Err() == nil {
		e.cfg.Log.Warn("send the member list", "share", id, "peer", l.Peer().Short(), "error", err)
	}
}

// invited takes an invitation.
func (e *Engine) invited(ctx context.Context, l *peer.Link, f membersFrame) error {
	if err := e.await(ctx); err != nil {
		return err
	}
	if _, known := e.folder(f.Share); known {
		return errors.Join(e.membersCame(ctx, l, f), e.recounted(ctx, l, f))
	}
	m, err := openMembers(signed{Body: f.List, Signature: f.Signature})
	if err != nil {
		return err
	}
	m = m.withAnswers(f.Answers)
	self := e.cfg.Identity.Person()
	if m.list.Share != f.Share || m.list.Owner != l.Person() || m.state(self) != IsInvited && m.state(self) != IsMember {
		return errors.New("an invitation that is not from the owner, or not to us")
	}
	if err := e.room(l.Person()); err != nil {
		return err
	}
	fo := folder{members: m, state: offered, sender: l.Person(), files: max(f.Files, 0), bytes: max(f.Bytes, 0), at: time.Now().UnixMilli()}
	if err := e.put(ctx, fo); err != nil {
		return err
	}
	e.offer(fo)
	return nil
}

// recounted takes an invitation that says once more how much there is: the first one comes before the owner has looked.
func (e *Engine) recounted(ctx context.Context, l *peer.Link, frame membersFrame) error {
	release, err := e.lock(ctx, frame.Share)
	if err != nil {
		return err
	}
	defer release()
	f, ok := e.folder(frame.Share)
	files, bytes := max(frame.Files, 0), max(frame.Bytes, 0)
	if !ok || f.state != offered || f.members.list.Owner != l.Person() || f.files == files && f.bytes == bytes {
		return nil
	}
	f.files, f.bytes = files, bytes
	if err := e.put(ctx, f); err != nil {
		return err
	}
	inv := e.invitation(f)
	inv.Again = true
	e.news.add(Change{Invitation: &inv})
	return nil
}

// inviteAgain tells those who have not answered yet, and are here, how much there is now.
func (e *Engine) inviteAgain(id ID) {
	f, ok := e.folder(id)
	if !ok || f.members.list.Owner != e.cfg.Identity.Person() {
		return
	}
	e.eachLink(f, func(l *peer.Link, person identity.PersonID) error {
		if f.members.state(person) != IsInvited {
			return nil
		}
		return e.sendMembers(l, f, wire.KindInvite)
	})
}

// offer tells people of an invitation, or accepts it where that is wanted.
func (e *Engine) offer(f folder) {
	if e.accepts(f) {
		e.acceptUnasked(f.id())
		return
	}
	inv := e.invitation(f)
	e.news.add(Change{Invitation: &inv})
}

// accepts reports whether an invitation is taken without asking.
func (e *Engine) accepts(f folder) bool { return e.cfg.Accept != nil && e.cfg.Accept(f.sender) }

// acceptUnasked accepts in the background: it is called on a link's goroutine, which must go on.
func (e *Engine) acceptUnasked(id ID) {
	e.mu.Lock()
	ctx := e.ctx
	e.mu.Unlock()
	e.tasks.Go(func() {
		_, err := e.accept(ctx, id, "", offered)
		if err != nil && !errors.Is(err, errNotInvited) && ctx.Err() == nil { // answered meanwhile: by hand, or on another link
			e.cfg.Log.Error("an invitation could not be accepted", "share", id, "error", err)
		}
	})
}

// room refuses more invitations than anybody would answer.
func (e *Engine) room(from identity.PersonID) error {
	all, theirs := 0, 0
	for _, f := range e.all() {
		if f.state == offered {
			all++
			if f.sender == from {
				theirs++
			}
		}
	}
	if all >= maxOffers || theirs >= maxOffersPerson {
		return fmt.Errorf("%d invitations wait for an answer, %d of them from %s", all, theirs, from.Short())
	}
	return nil
}

// membersCame takes a member list and answers.
func (e *Engine) membersCame(ctx context.Context, l *peer.Link, frame membersFrame) error {
	if err := e.await(ctx); err != nil {
		return err
	}
	f, known := e.folder(frame.Share)
	if !known || f.members.list.entry(l.Person()) == nil {
		return nil
	}
	m, err := openMembers(signed{Body: frame.List, Signature: frame.Signature})
	if err != nil {
		return err
	}
	return e.amend(ctx, frame.Share, func(f folder) (folder, bool) {
		changed := m.follows(f.members)
		if changed {
			f.members = m.withAnswers(f.members.signedAnswers())
		}
		for _, s := range frame.Answers {
			next, newer, err := f.members.withAnswer(s)
			if err == nil && newer {
				f.members, changed = next, true
			}
		}
		return f, changed
	})
}

// answerCame takes somebody's word on taking part.
func (e *Engine) answerCame(ctx context.Context, l *peer.Link, a answerFrame) error {
	if err := e.await(ctx); err != nil {
		return err
	}
	var wrong error
	err := e.amend(ctx, a.Share, func(f folder) (folder, bool) {
		next, newer, err := f.members.withAnswer(signed{Body: a.Body, Signature: a.Signature})
		if err != nil {
			wrong = err
			return f, false
		}
		f.members = next
		return f, newer
	})
	return errors.Join(err, wrong)
}

// amend changes a folder's membership, stores it, and does what follows from it: greets who now takes part, passes news on, ends what is over.
func (e *Engine) amend(ctx context.Context, id ID, change func(folder) (folder, bool)) error {
	release, err := e.lock(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	f, ok := e.folder(id)
	if !ok {
		return nil
	}
	before := f.members
	f, changed := change(f)
	if !changed {
		return nil
	}
	expelled := f.members.state(e.cfg.Identity.Person()) == "" && (f.state == joined || f.state == paused || f.state == offered)
	expelled = expelled || f.state == offered && f.members.deserted()
	was := f.state
	if expelled {
		f.state = over
	}
	f, asked, err := e.askedAgain(f)
	if err != nil {
		return err
	}
	if err := e.put(ctx, f); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what follows from what is stored is done, also if the link ends that brought it
	if asked == offeredAgain {
		e.offer(f)
		return nil
	}
	if asked == confirmed {
		defer e.spread(f)
	}
	if expelled {
		return e.expelled(ctx, f, was)
	}
	if f.state == joined || f.state == paused {
		e.learn(ctx, f.members)
		if err := e.abide(ctx, id, before, f.members); err != nil {
			return err
		}
		e.greetAll(id)
		if s := e.shareOf(id); s != nil {
			s.advanced() // with the new list's number, so that others notice
		}
	}
	e.changed(id)
	return nil
}

// abide has a share at work begin anew when a new list means something for what it holds.
func (e *Engine) abide(ctx context.Context, id ID, was, now membership) error {
	s := e.shareOf(id)
	if s == nil {
		return nil // it does so when it begins
	}
	must, err := s.mustAbide(ctx, was, now)
	if err != nil || !must {
		return err
	}
	if err := e.stop(ctx, id); err != nil {
		return err
	}
	e.start(id)
	return nil
}

// expelled ends a share from which the owner has removed us. The files stay.
func (e *Engine) expelled(ctx context.Context, f folder, was standingHere) error {
	id := f.id()
	if was == offered {
		e.news.add(Change{Answered: &id})
		return nil
	}
	err := e.stop(ctx, id)
	if err == nil {
		err = e.dropMarker(f)
	}
	e.news.add(Change{Gone: &id})
	return err
}

// learn keeps the members' keys and names, so that people know who they are before they meet.
func (e *Engine) learn(ctx context.Context, m membership) {
	for _, entry := range m.list.Members {
		if entry.Person == e.cfg.Identity.Person() {
			continue
		}
		if err := e.cfg.Roster.Learn(ctx, []identity.SignedPersonList{entry.List}, entry.Name); err != nil && ctx.Err() == nil {
			e.cfg.Log.Warn("remember a member", "share", m.list.Share, "person", entry.Person.Short(), "error", err)
		}
	}
}

func (e *Engine) knowledgeCame(ctx context.Context, l *peer.Link, f knowledgeFrame) error {
	s := e.shareOf(f.Share)
	if s == nil || !s.members().takesPart(l.Person()) {
		return nil
	}
	if s.session(l) == nil {
		e.attach(l, f.Share)
	}
	return s.receiveKnowledge(ctx, l, f)
}

func (e *Engine) recordsCame(ctx context.Context, l *peer.Link, f recordsFrame) error {
	s := e.shareOf(f.Share)
	if s == nil || !s.members().takesPart(l.Person()) {
		return nil
	}
	return s.receiveRecords(ctx, l, f)
}

package share

import (
	"fmt"
	"time"
)

// What follows at the desk of somebody whom the owner has invited once more: their last word named an earlier invitation and counts no more
// (docs/protocol.md, "Answer"). An old list or answer that comes again brings nothing back, since its number is known already.

// asked says what a new invitation means here.
type asked int

const (
	notAsked     asked = iota
	offeredAgain       // they had declined, left or were removed: it is offered as if for the first time
	confirmed          // they take part, and say so again: the owner had not heard of it, or had removed them while they were away
)

// askedAgain looks whether an invitation stands that this person has not answered, and changes the folder to what follows from it.
func (e *Engine) askedAgain(f folder) (folder, asked, error) {
	if f.members.state(e.cfg.Identity.Person()) != IsInvited || f.members.deserted() {
		return f, notAsked, nil
	}
	switch f.state {
	case refused, over:
		if err := e.room(f.members.list.Owner); err != nil {
			return f, notAsked, err
		}
		f.state, f.sender, f.at = offered, f.members.list.Owner, time.Now().UnixMilli()
		f.files, f.bytes = 0, 0 // the invitation itself says how much there is
		return f, offeredAgain, nil
	case joined, paused:
		word, err := signAnswer(e.cfg.Identity, f.members, accepted, time.Now().UnixMilli())
		if err == nil {
			f.members, _, err = f.members.withAnswer(word)
		}
		if err != nil {
			return f, notAsked, fmt.Errorf("confirm taking part in share %s: %w", f.id(), err)
		}
		return f, confirmed, nil
	}
	return f, notAsked, nil
}

package share

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
	"lanyard/sync/role"
)

// What a command may be refused for.
var (
	errUnknown    = errors.New("there is no such share: list them with \"lanyard share list\"")
	errNotOwner   = errors.New("only the share's owner can do this: ask them")
	errOwnerGone  = errors.New("the share's owner has left, so nobody can do this any more: take the share over if it was offered to you, or continue it as yours with \"lanyard share continue\"")
	errDeserted   = errors.New("the person who invited you has left this share, and nobody else is in it: ask them to share the folder anew")
	errNotOffered = errors.New("nobody has offered this share to you: its owner can, with \"lanyard share owner\"")
	errNotInvited = errors.New("there is no such invitation: list them with \"lanyard share invites\"")
	ErrBlocked    = errors.New("you have blocked this person: unblock them first")
)

// lock keeps commands and lists of one share apart.
func (e *Engine) lock(ctx context.Context, id ID) (release func(), err error) {
	if err := e.await(ctx); err != nil {
		return nil, err
	}
	for {
		e.mu.Lock()
		if !e.busy[id] {
			e.busy[id] = true
			e.mu.Unlock()
			return func() { e.unlock(id) }, nil
		}
		freed := e.freed
		e.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (e *Engine) unlock(id ID) {
	e.mu.Lock()
	delete(e.busy, id)
	close(e.freed)
	e.freed = make(chan struct{})
	e.mu.Unlock()
}

// Add is AddAs with the role of those who may change everything.
func (e *Engine) Add(ctx context.Context, dir, title string, with []identity.PersonID) (Status, error) {
	return e.AddAs(ctx, dir, title, with, role.ReadWrite)
}

// AddAs shares the directory dir with people under a name ("" = the directory's) and invites them, each to the same role. dir must exist.
func (e *Engine) AddAs(ctx context.Context, dir, title string, with []identity.PersonID, as Role) (Status, error) {
	if err := e.await(ctx); err != nil {
		return Status{}, err
	}
	root, err := e.checkRoot(dir, ID{})
	if err != nil {
		return Status{}, err
	}
	if title == "" {
		title, err = name.Display(filepath.Base(root)) // nobody chose it: what is too long is cut
	} else {
		title, err = name.Typed(title)
	}
	if err != nil {
		return Status{}, fmt.Errorf("the share's name cannot be used: %w", err)
	}
	list := memberList{Share: newID(), Name: title, Owner: e.cfg.Identity.Person()}
	for _, p := range append([]identity.PersonID{list.Owner}, with...) {
		if list.entry(p) != nil {
			continue
		}
		may := as
		if p == list.Owner {
			may = role.ReadWrite
		}
		entry, err := e.entry(p, may)
		if err != nil {
			return Status{}, err
		}
		list.Members = append(list.Members, entry)
	}
	m, err := signList(e.cfg.Identity, list, nil)
	if err != nil {
		return Status{}, err
	}
	return e.create(ctx, m, root)
}

// Accept makes the folder and joins. at "" is Folder/NAME, or "NAME (2)" and so on when that is taken; else at itself becomes the folder, made if
// missing: what lies in it is adopted where its bytes are equal and becomes a conflict copy where they differ. Where the share has nothing it stays on this
// machine only, until Publish: it may be what the others have deleted, or nobody else's business.
func (e *Engine) Accept(ctx context.Context, id ID, at string) (Status, error) {
	return e.accept(ctx, id, at, offered, refused, over)
}

// accept is Accept where the share stands as one of from here.
func (e *Engine) accept(ctx context.Context, id ID, at string, from ...standingHere) (Status, error) {
	release, err := e.lock(ctx, id)
	if err != nil {
		return Status{}, err
	}
	defer release()
	f, ok := e.folder(id)
	if !ok || !slices.Contains(from, f.state) || f.members.state(e.cfg.Identity.Person()) == "" {
		return Status{}, errNotInvited
	}
	if f.members.deserted() {
		return Status{}, errDeserted
	}
	if at == "" {
		if at, err = e.continued(ctx, f); err != nil {
			return Status{}, err
		}
	}
	if at == "" {
		at, err = e.freeFolder(f.members.list.Name)
	} else {
		err = makeFolder(at)
	}
	if err != nil {
		return Status{}, err
	}
	if f.path, err = e.checkRoot(at, id); err != nil {
		return Status{}, err
	}
	if f.marker, err = e.mark(f.path, id); err != nil {
		return Status{}, err
	}
	word, err := signAnswer(e.cfg.Identity, f.members, accepted, time.Now().UnixMilli())
	if err == nil {
		f.members, _, err = f.members.withAnswer(word)
	}
	if err != nil {
		return Status{}, err
	}
	f.state = joined
	bare, err := e.bare(f.path)
	if err != nil {
		return Status{}, errors.Join(err, e.dropMarker(f))
	}
	if err := e.found(ctx, f, false, bare); err != nil {
		return Status{}, errors.Join(err, e.dropMarker(f))
	}
	e.spread(f)
	e.news.add(Change{Answered: &id})
	return e.Get(id)
}

// spread says our word to all members who are here.
func (e *Engine) spread(f folder) {
	for _, entry := range f.members.list.Members {
		for _, machine := range e.cfg.Roster.Machines(entry.Person) {
			if l, ok := e.cfg.Roster.Link(machine); ok {
				if err := e.sendAnswer(l, f); err != nil && l.Context().Err() == nil {
					e.cfg.Log.Warn("tell an answer", "share", f.id(), "peer", machine.Short(), "error", err)
				}
			}
		}
	}
}

// Decline refuses an invitation. The owner is told.
func (e *Engine) Decline(ctx context.Context, id ID) error {
	return e.quit(ctx, id, declined, refused, offered)
}

// Leave ends taking part. The files stay where they are; only the marker goes. When the owner leaves, the others go on with each other; the share is offered to
// the one who has been in it longest and may change everything.
func (e *Engine) Leave(ctx context.Context, id ID) error {
	return e.quit(ctx, id, gone, over, joined, paused)
}

// quit says no, now or after all.
func (e *Engine) quit(ctx context.Context, id ID, kind answerKind, to standingHere, from ...standingHere) error {
	release, err := e.lock(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	f, ok := e.folder(id)
	if !ok || !slices.Contains(from, f.state) {
		return errUnknown
	}
	if kind == gone {
		if f.members, err = e.bequeath(f.members); err != nil {
			return err
		}
	}
	word, err := signAnswer(e.cfg.Identity, f.members, kind, time.Now().UnixMilli())
	if err == nil {
		f.members, _, err = f.members.withAnswer(word)
	}
	if err != nil {
		return err
	}
	was := f.state
	f.state = to
	if err := e.put(ctx, f); err != nil {
		return err
	}
	if err := e.stop(ctx, id); err != nil {
		return err
	}
	if f.members.list.Owner == e.cfg.Identity.Person() {
		e.eachLink(f, func(l *peer.Link, _ identity.PersonID) error { return e.sendMembers(l, f, wire.KindMembers) })
	}
	e.spread(f)
	if was == offered {
		e.news.add(Change{Answered: &id})
		return nil
	}
	e.news.add(Change{Gone: &id})
	return errors.Join(e.dropMarker(f), e.removeDatabase(id))
}

// Pause stops everything of a share until Resume, also over restarts. Members who are here are told.
func (e *Engine) Pause(ctx context.Context, id ID) error {
	return e.switchTo(ctx, id, joined, paused, func() error {
		if s := e.shareOf(id); s != nil {
			s.sayPause(ctx)
		}
		return e.stop(ctx, id)
	})
}

// Resume ends a pause.
func (e *Engine) Resume(ctx context.Context, id ID) error {
	return e.switchTo(ctx, id, paused, joined, func() error {
		e.start(id)
		return nil
	})
}

func (e *Engine) switchTo(ctx context.Context, id ID, from, to standingHere, then func() error) error {
	release, err := e.lock(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	f, ok := e.folder(id)
	if !ok || f.state != from && f.state != to {
		return errUnknown
	}
	if f.state == from {
		f.state = to
		if err := e.put(ctx, f); err != nil {
			return err
		}
		if err := then(); err != nil {
			return err
		}
	}
	e.changed(id)
	return nil
}

// Resolve finds shares and invitations by whole name (any case), else by ID or a prefix of at least 8 of its digits.
func (e *Engine) Resolve(q string) []ID {
	var named, prefixed []ID
	low := strings.ToLower(q)
	for _, f := range e.all() {
		if f.state == refused || f.state == over {
			continue
		}
		if name.Same(f.members.list.Name, q) {
			named = append(named, f.id())
		}
		if len(low) >= 8 && strings.HasPrefix(f.id().String(), low) {
			prefixed = append(prefixed, f.id())
		}
	}
	if len(named) > 0 {
		return named
	}
	return prefixed
}

// Subscribe calls fn for each change, in order, from one goroutine; fn must not block. Status changes of one share are joined while fn is busy.
func (e *Engine) Subscribe(fn func(Change)) (cancel func()) { return e.news.subscribe(fn) }

package share

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// What a command may be refused for.
var (
	errUnknown    = errors.New("there is no such share: list them with \"lanyard share list\"")
	errNotOwner   = errors.New("only the share's owner can do this: ask them")
	errOwnerGone  = errors.New("the share's owner has left, so nobody can do this any more: share the folder anew")
	errDeserted   = errors.New("the person who invited you has left this share, and nobody else is in it: ask them to share the folder anew")
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

// Add shares the directory dir with people under a name ("" = the directory's) and invites them. dir must exist.
func (e *Engine) Add(ctx context.Context, dir, title string, with []identity.PersonID) (Status, error) {
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
		entry, err := e.entry(p)
		if err != nil {
			return Status{}, err
		}
		list.Members = append(list.Members, entry)
	}
	m, err := signList(e.cfg.Identity, list, nil)
	if err != nil {
		return Status{}, err
	}
	release, err := e.lock(ctx, list.Share)
	if err != nil {
		return Status{}, err
	}
	defer release()
	f := folder{members: m, state: joined, path: root, sender: list.Owner, at: time.Now().UnixMilli()}
	if f.marker, err = e.mark(root, list.Share); err != nil {
		return Status{}, err
	}
	if err := e.found(ctx, f, true); err != nil {
		return Status{}, errors.Join(err, e.dropMarker(f))
	}
	return e.Get(list.Share)
}

// entry makes the list's entry of a person. Somebody blocked is invited to nothing, as nothing is sent to them.
func (e *Engine) entry(p identity.PersonID) (entry, error) {
	for _, machine := range e.cfg.Roster.Machines(p) {
		if row, ok := e.cfg.Roster.Get(machine); ok && row.Trust == peer.Blocked {
			return entry{}, ErrBlocked
		}
	}
	persons, ok := e.cfg.Roster.PersonList(p)
	if !ok {
		return entry{}, fmt.Errorf("nobody is known by the ID %s", p.Short())
	}
	return entry{Person: p, Name: cutName(e.nameOf(membership{}, p)), Role: ReadWrite, State: active, List: persons}, nil
}

func cutName(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxName)], "") }

// mark makes the folder this share's root.
func (e *Engine) mark(root string, id ID) (tree.Marker, error) {
	disk, err := e.cfg.Disk(root)
	if err != nil {
		return tree.Marker{}, err
	}
	t, err := tree.Create(disk, tree.Marker{Share: id.String()})
	if errors.Is(err, tree.ErrNotThisRoot) {
		return tree.Marker{}, errors.Join(fmt.Errorf("%s is a shared folder already, perhaps of another person on this computer: choose another folder", name.Quote(root)), disk.Close())
	}
	if err != nil {
		return tree.Marker{}, errors.Join(err, disk.Close())
	}
	return t.Marker(), t.Close()
}

// dropMarker makes a root an ordinary folder again. The trash in it stays.
func (e *Engine) dropMarker(f folder) error {
	disk, err := e.cfg.Disk(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := tree.ReadMarker(disk)
	if err == nil && m == f.marker {
		// What lies under another name for the sake of a twin keeps that name now.
		if err = disk.Remove(name.Hidden + "/twins"); err == nil || errors.Is(err, os.ErrNotExist) {
			err = disk.Remove(name.Hidden + "/marker")
		}
	}
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, tree.ErrNotThisRoot) {
		err = nil
	}
	return errors.Join(err, disk.Close())
}

// found makes the database of a share that begins here, stores the share and starts it. own says that this person made it.
func (e *Engine) found(ctx context.Context, f folder, own bool) error {
	id := f.id()
	if err := e.freshDatabase(id, own); err != nil {
		return err
	}
	if err := e.put(ctx, f); err != nil {
		return err
	}
	e.learn(ctx, f.members)
	e.start(id)
	e.greetAll(id)
	e.changed(id)
	return nil
}

// freshDatabase makes an empty database; one of an earlier membership is put aside by being removed: the folder itself is what counts.
func (e *Engine) freshDatabase(id ID, own bool) error {
	if err := e.removeDatabase(id); err != nil {
		return err
	}
	db, err := store.Open(e.database(id), e.cfg.Log, folderPart())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- db.Run(ctx) }()
	value := 0
	if own {
		value = 1
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(setFact(tx, "joined", value), setFact(tx, "adopted", value))
	})
	cancel()
	return errors.Join(err, <-done, db.Close())
}

func (e *Engine) removeDatabase(id ID) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(e.database(id) + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the old database of the share: %w", err)
		}
	}
	return nil
}

// Accept makes the folder and joins. at "" is Folder/NAME, or "NAME (2)" and so on when that is taken; else at itself becomes the folder, made if
// missing: what lies in it is adopted where its bytes are equal, becomes a conflict copy where they differ, and is added where the share has nothing.
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
	if err := e.found(ctx, f, false); err != nil {
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

// Leave ends taking part. The files stay where they are; only the marker goes. When the owner leaves, the
// others go on with each other, and nobody can invite any more.
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
	e.spread(f)
	if was == offered {
		e.news.add(Change{Answered: &id})
		return nil
	}
	e.news.add(Change{Gone: &id})
	return errors.Join(e.dropMarker(f), e.removeDatabase(id))
}

// Pause stops everything of a share until Resume, also over restarts.
func (e *Engine) Pause(ctx context.Context, id ID) error {
	return e.switchTo(ctx, id, joined, paused, func() error { return e.stop(ctx, id) })
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

// Invite offers the share to more people, or once more to those who declined, left or were removed, or have not answered. Only its owner can.
func (e *Engine) Invite(ctx context.Context, id ID, with []identity.PersonID) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error {
		for _, p := range with {
			fresh, err := e.entry(p)
			if err != nil {
				return err
			}
			if known := list.entry(p); known != nil {
				if fresh.Invited = known.Invited; !m.takesPart(p) {
					fresh.Invited = m.list.Number + 1 // what they said so far counts no more
				}
				*known = fresh
			} else {
				list.Members = append(list.Members, fresh)
			}
		}
		return nil
	})
}

// Remove ends somebody's membership. Only the owner can; the files they have stay theirs.
func (e *Engine) Remove(ctx context.Context, id ID, person identity.PersonID) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error {
		known := list.entry(person)
		if known == nil || person == list.Owner {
			return errors.New("this person is no member whom you could remove")
		}
		cuts, err := e.cutsOf(ctx, id, m, person)
		known.State, known.Cuts = removed, cuts
		return err
	})
}

// cutsOf returns how far the logs of a person's machines count.
func (e *Engine) cutsOf(ctx context.Context, id ID, m membership, person identity.PersonID) ([]cut, error) {
	if err := e.opened(ctx, id); err != nil {
		return nil, err
	}
	s := e.shareOf(id)
	if s == nil {
		return nil, errors.New("the share must be at work for this: resume it")
	}
	var cuts []cut
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		for _, b := range all {
			if p, ok := m.personOf(b.log.Peer); ok && p == person {
				cuts = append(cuts, cut{Peer: b.log.Peer, ID: b.log.ID, Number: b.number})
			}
		}
		return err
	})
	return cuts, err
}

// relist signs a new member list.
func (e *Engine) relist(ctx context.Context, id ID, change func(membership, *memberList) error) error {
	var wrong error
	err := e.amend(ctx, id, func(f folder) (folder, bool) {
		if f.members.list.Owner != e.cfg.Identity.Person() {
			if wrong = errNotOwner; f.members.state(f.members.list.Owner) == IsGone {
				wrong = errOwnerGone
			}
			return f, false
		}
		if f.state != joined && f.state != paused {
			wrong = errUnknown
			return f, false
		}
		list := f.members.list
		list.Members = slices.Clone(list.Members)
		if wrong = change(f.members, &list); wrong != nil {
			return f, false
		}
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

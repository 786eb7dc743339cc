package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/chat/event"
	"lanyard/chat/manifest"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
)

// Forward passes a message on into a conversation: a text with the name of who wrote it, a file or folder by a new offer of the same content, from where it
// lies on this machine and without reading it; called returns what we call a person. Of a file: ErrNotHere, ErrOnItsWay, ErrNotTaken and ErrTakenBack say why
// it is not here, ErrMoved that it is not any more as it was sent or received.
func (c *Chat) Forward(ctx context.Context, id event.ID, to event.ConversationID, called func(identity.PersonID) string) (Message, error) {
	m, err := c.said(ctx, id)
	switch {
	case err != nil:
		return Message{}, err
	case m.Opaque:
		return Message{}, ErrNoPlace
	}
	from := m.From
	if from == "" && !m.Mine {
		from = called(m.Author)
	}
	if m.Kind == event.KindFile {
		return c.forwardFile(ctx, m.ID, to, from)
	}
	return c.Post(ctx, to, Post{Text: m.Text, From: from})
}

// forwardFile offers anew what an offer was about.
func (c *Chat) forwardFile(ctx context.Context, id event.ID, to event.ConversationID, from string) (Message, error) {
	v, err := c.reachable(ctx, to)
	if err != nil {
		return Message{}, err
	}
	t, err := c.files.find(id)
	if err != nil {
		return Message{}, err
	}
	body, err := c.files.bodyOf(ctx, t)
	if err != nil {
		return Message{}, err
	}
	offer, err := event.ReadFile(body)
	if err != nil {
		return Message{}, fmt.Errorf("read an offer: %w", err)
	}
	h, err := c.files.lying(ctx, t)
	if err != nil {
		return Message{}, err
	}
	offer = h.offered(offer)
	offer.From = from
	if body, err = wire.Marshal(offer); err != nil {
		return Message{}, err
	}
	sent, err := c.write(ctx, v, []writing{{kind: event.KindFile, body: body, path: h.path, with: func(tx *store.Tx, _ *event.Event, place int64) error {
		return insertFile(tx, place, h.path, h.mtime, h.manifest)
	}}})
	return firstOf(sent), err
}

// bodyOf reads the body of the event that offers a file, with its small picture; empty once it was dropped.
func (f *files) bodyOf(ctx context.Context, t *transfer) (body []byte, err error) {
	err = f.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT body FROM chat_event WHERE place = ?`, t.place).Scan(&body)
	})
	if err != nil {
		return nil, fmt.Errorf("look up an offer: %w", err)
	}
	return body, nil
}

// here is where an offered content lies on this machine, as it was when it was offered or received.
type here struct {
	path     string
	mtime    int64         // of a file
	manifest []byte        // of a folder
	without  manifest.List // of a folder: debris that was offered, is not there as it was and not in this manifest
}

// offered is an offer of what is here, which was offered as this.
func (h *here) offered(offer event.File) event.File {
	if len(h.without) == 0 {
		return offer
	}
	sum := blake3.Sum256(h.manifest)
	offer.Hash, offer.Manifest = sum[:], uint64(len(h.manifest))
	files, bytes := h.without.Files()
	return offer.Without(uint64(len(h.without)), files, bytes)
}

// lying finds what an offer of ours is of, or what was received of theirs, and that it is there as it was.
func (f *files) lying(ctx context.Context, t *transfer) (h here, err error) {
	if h.path, err = f.whole(t); err != nil {
		return here{}, err
	}
	if t.offer.Folder == 1 {
		h.manifest, h.without, err = f.wholeFolder(ctx, t, h.path)
	} else {
		h.mtime, err = f.wholeFile(ctx, t, h.path)
	}
	if errors.Is(err, blob.ErrChanged) || errors.Is(err, blob.ErrUnreadable) {
		err = fmt.Errorf("look at what is offered: %w: %w", err, ErrMoved)
	}
	return h, err
}

// whole returns the path of what is all here, as far as its offer and the answers tell.
func (f *files) whole(t *transfer) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case t.mine || t.fate.received:
	case t.fate.declined:
		return "", ErrNotTaken
	case t.fate.withdrawn:
		return "", ErrTakenBack
	case t.fate.accepted && t.problem == "":
		return "", ErrOnItsWay
	default:
		return "", ErrNotHere
	}
	if t.path == "" {
		return "", ErrMoved // where it lies was forgotten, as this profile was put back from a copy
	}
	return t.path, nil
}

// wholeFile looks at a file, and returns when it was last changed. One of which that was not noted when it was received is compared by its content.
func (f *files) wholeFile(ctx context.Context, t *transfer, path string) (mtime int64, err error) {
	noted, err := f.mtime(t)
	if err != nil {
		return 0, err
	}
	content, err := f.openHere(t)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	if noted != 0 {
		return noted, nil
	}
	before, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("%w (%w)", blob.ErrChanged, err)
	}
	hash, _, err := hashOf(untilEnd{ctx, content})
	if err == nil && hash != blob.Hash(t.offer.Hash) {
		err = blob.ErrChanged
	}
	return before.ModTime().UnixNano(), err
}

// untilEnd is a content that can be read until the request ends.
type untilEnd struct {
	ctx context.Context
	io.ReaderAt
}

func (u untilEnd) ReadAt(p []byte, at int64) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.ReaderAt.ReadAt(p, at)
}

// wholeFolder looks at all that an offered folder holds, and returns the list of it, without debris that is not as it was. What somebody put into the folder besides is no part of the offer.
func (f *files) wholeFolder(ctx context.Context, t *transfer, path string) (list []byte, without manifest.List, err error) {
	folder, err := f.folderOf(t)
	if err != nil {
		return nil, nil, err
	}
	disk, err := f.chat.config.Disk(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%w)", blob.ErrChanged, err)
	}
	defer func() { err = errors.Join(err, disk.Close()) }()
	var all manifest.List
	for e := range folder.index.Entries() {
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		_, s, err := folder.names.Stored(disk, e.Name())
		switch {
		case err == nil && isStill(e, s):
			all = append(all, *e)
		case e.IsDebris():
			without = append(without, *e)
		case err != nil:
			return nil, nil, fmt.Errorf("%w (%w)", blob.ErrChanged, err)
		default:
			return nil, nil, fmt.Errorf("%w: %s", blob.ErrChanged, filepath.Join(path, filepath.FromSlash(e.Name())))
		}
	}
	if len(without) == 0 {
		return folder.index.Encoded(), nil, nil
	}
	list, err = all.Encode()
	return list, without, err
}

// isStill reports whether something in an offered folder is as the list says.
func isStill(e *manifest.Entry, s tree.Stat) bool {
	if e.IsFolder() {
		return s.Kind == tree.KindDir
	}
	return s.Kind == tree.KindFile && s.Size == int64(e.Size) && time.Unix(0, s.Mtime).UnixMilli() == e.Time
}

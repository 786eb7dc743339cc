package chat

import (
	"context"
	"fmt"
	"path/filepath"

	"lanyard/internal/blob"
	"lanyard/internal/media"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// Picture is what the offer of a picture says about it, so that its place on the screen is known before it is here.
type Picture struct {
	Width, Height int // pixels, upright, as the sender says
}

// maxPictureSide is the longest side of a picture that an offer may give.
const maxPictureSide = 65535

// picture returns what the offer says about a picture, nil if it says nothing that keeps the rules.
func (b *fileBody) picture() *Picture {
	if b.Folder != 0 || len(b.Small) == 0 || len(b.Small) > media.MaxThumbnail || b.Width < 1 || b.Width > maxPictureSide || b.Height < 1 || b.Height > maxPictureSide {
		return nil
	}
	return &Picture{Width: int(b.Width), Height: int(b.Height)}
}

// picture adds the small picture of a file to its offer, if it is a picture. Without one it is offered as any other file.
func (p *preparation) picture(disk tree.FS, path string) error {
	f, err := disk.Open(path)
	if err != nil {
		return fmt.Errorf("open %s for its small picture: %w", path, err)
	}
	if small, ok := p.maker.Thumbnail(f, int64(p.body.Size)); ok {
		p.body.Small, p.body.Width, p.body.Height = small.JPEG, uint64(small.Width), uint64(small.Height)
	}
	return f.Close()
}

// Thumbnail returns the small picture of an offered one: a JPEG whose header was looked at, and that this program decodes nowhere. ErrNoPicture: it has
// none that may be shown.
func (c *Chat) Thumbnail(ctx context.Context, id EventID) ([]byte, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	t, err := c.files.find(id)
	if err != nil {
		return nil, err
	}
	var body []byte
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT body FROM chat_event WHERE place = ?`, t.place).Scan(&body)
	})
	if err != nil {
		return nil, fmt.Errorf("look up a small picture: %w", err)
	}
	offer, err := decodeOffer(body)
	if err != nil || offer.picture() == nil {
		return nil, ErrNoPicture // dropped meanwhile, or there never was one
	}
	if _, _, err := media.CheckThumbnail(offer.Small); err != nil {
		return nil, ErrNoPicture
	}
	return offer.Small, nil
}

// Content opens a file that is here and whole: one that was received and verified, or what we offer while it is as it was. ErrNotHere: it is not, or is
// a folder; blob.ErrChanged: something else lies there now.
func (c *Chat) Content(ctx context.Context, id EventID) (blob.Content, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	t, err := c.files.find(id)
	if err != nil {
		return nil, err
	}
	return c.files.openHere(t)
}

// openHere opens a file, no folder, where it lies on this machine.
func (f *files) openHere(t *transfer) (blob.Content, error) {
	f.mu.Lock()
	path := t.path
	f.mu.Unlock()
	if path == "" || t.offer.Folder != 0 {
		return nil, ErrNotHere
	}
	mtime, err := f.mtime(t)
	if err != nil {
		return nil, err
	}
	unchanged := func(s tree.Stat) bool { return mtime == 0 || s.Mtime == mtime }
	return f.openFile(filepath.Clean(path), int64(t.offer.Size), unchanged, func(int64, int) error { return nil })
}

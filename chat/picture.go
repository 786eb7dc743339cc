package chat

import (
	"context"
	"fmt"
	"path/filepath"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/media"
	"lanyard/internal/tree"
)

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
func (c *Chat) Thumbnail(ctx context.Context, id event.ID) ([]byte, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	t, err := c.files.find(id)
	if err != nil {
		return nil, err
	}
	body, err := c.files.bodyOf(ctx, t)
	if err != nil {
		return nil, err
	}
	offer, err := event.ReadFile(body)
	if err != nil || offer.Picture() == nil {
		return nil, ErrNoPicture // dropped meanwhile, or there never was one
	}
	if _, _, err := media.CheckThumbnail(offer.Small); err != nil {
		return nil, ErrNoPicture
	}
	return offer.Small, nil
}

// Content opens a file that is here and whole: one that was received and verified, or what we offer while it is as it was. ErrNotHere: it is not, or is
// a folder; blob.ErrChanged: something else lies there now.
func (c *Chat) Content(ctx context.Context, id event.ID) (blob.Content, error) {
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

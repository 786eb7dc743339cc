package chat

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/media"
	"lanyard/internal/wire"
)

// TestPictureTravelsWithItsOffer: the small picture is there before the file is, the content only once it is whole, and only while it is what came.
func TestPictureTravelsWithItsOffer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 400))); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "Screenshot.png")
		writeFile(t, path, b.Bytes())
		id := anna.offer(t, ben, path)[0].ID
		f := ben.awaitFile(t, id, FileOffered)
		if f.Offer.Picture == nil || *f.Offer.Picture != (event.Picture{Width: 640, Height: 400}) {
			t.Fatalf("Ben knows of the picture: %+v", f.Offer.Picture)
		}
		small, err := ben.Thumbnail(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if w, h, err := media.CheckThumbnail(small); err != nil || w*400 != h*640 {
			t.Errorf("the small picture is %d x %d: %v", w, h, err)
		}
		if _, err := ben.Content(t.Context(), id); !errors.Is(err, ErrNotHere) {
			t.Errorf("its content before it is here: %v", err)
		}
		ben.accept(t, id)
		got := ben.awaitFile(t, id, FileReceived)
		for _, a := range []*agent{anna, ben} {
			if content := a.contentOf(t, id); !bytes.Equal(content, b.Bytes()) {
				t.Errorf("%s has %d bytes of %d", a.name, len(content), b.Len())
			}
		}
		ben.stop()
		ben.run(t)
		if again := ben.awaitFile(t, id, FileReceived); again.Offer.Picture == nil {
			t.Error("after a restart nothing is known of the picture")
		}
		if again, err := ben.Thumbnail(t.Context(), id); err != nil || !bytes.Equal(again, small) {
			t.Errorf("after a restart the small picture is another: %v", err)
		}
		writeFile(t, got.Path, []byte("<html>"))
		if _, err := ben.Content(t.Context(), id); !errors.Is(err, blob.ErrChanged) {
			t.Errorf("what lies there now is no longer what came: %v", err)
		}
	})
}

func (a *agent) contentOf(t testing.TB, id event.ID) []byte {
	t.Helper()
	c, err := a.Content(t.Context(), id)
	if err != nil {
		t.Fatalf("%s: %v", a.name, err)
	}
	defer c.Close()
	b, err := io.ReadAll(io.NewSectionReader(c, 0, c.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestImageBombIsAFile: 20,000 x 20,000 pixels in a few bytes are sent and received as any file, and drawn nowhere.
func TestImageBombIsAFile(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		head := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), 20000), 20000), 8, 6, 0, 0, 0)
		bomb := binary.BigEndian.AppendUint32(append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...), crc32.ChecksumIEEE(head))
		path := filepath.Join(t.TempDir(), "bomb.png")
		writeFile(t, path, bomb)
		id := anna.offer(t, ben, path)[0].ID
		ben.accept(t, id)
		got := ben.awaitFile(t, id, FileReceived)
		if got.Offer.Picture != nil {
			t.Errorf("it counts as a picture: %+v", got.Offer.Picture)
		}
		if _, err := ben.Thumbnail(t.Context(), id); !errors.Is(err, ErrNoPicture) {
			t.Errorf("its small picture: %v", err)
		}
		if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, bomb) {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	})
}

// TestThumbnailsAreLookedAt: what a colleague sends as a small picture is shown only if it is one: the window would draw whatever it is.
func TestThumbnailsAreLookedAt(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		ben := s.start(t, "Ben")
		l := s.lie(t, ben, nil)
		g := l.newLog(event.DirectID(l.id.Person(), ben.person()))
		var good bytes.Buffer
		if err := jpeg.Encode(&good, image.NewGray(image.Rect(0, 0, 40, 40)), nil); err != nil {
			t.Fatal(err)
		}
		huge := bytes.Clone(good.Bytes())
		size := bytes.Index(huge, []byte{0xff, 0xc0}) + 5 // of the frame: height, width
		binary.BigEndian.PutUint32(huge[size:], 65000<<16|65000)
		for _, c := range []struct {
			what  string
			small []byte
			shown bool
		}{
			{"a page", []byte("<html><script>alert(1)</script>"), false},
			{"a bomb", huge, false},
			{"a JPEG that is cut off", good.Bytes()[:20], false},
			{"a small picture", good.Bytes(), true},
		} {
			e := g.event(t, event.KindFile, event.File{Name: "a.png", Size: 5, Hash: make([]byte, 32), Files: 1, Small: c.small, Width: 40, Height: 40}, nil)
			l.send(wire.KindEvents, framed(t, l.id, nil, e))
			ben.awaitFile(t, e.ID, FileOffered)
			small, err := ben.Thumbnail(t.Context(), e.ID)
			switch {
			case !c.shown && !errors.Is(err, ErrNoPicture):
				t.Errorf("%s is shown: %d bytes, %v", c.what, len(small), err)
			case c.shown && !bytes.Equal(small, c.small):
				t.Errorf("%s is not shown: %v", c.what, err)
			}
		}
	})
}

// TestThumbnailsThatLie: what breaks a rule is no thumbnail, and the offer stands.
func TestThumbnailsThatLie(t *testing.T) {
	good := event.File{Name: "a.png", Size: 5, Hash: make([]byte, 32), Files: 1, Small: []byte{1}, Width: 4, Height: 4}
	for what, change := range map[string]func(*event.File){
		"too many bytes": func(b *event.File) { b.Small = make([]byte, media.MaxThumbnail+1) },
		"no width":       func(b *event.File) { b.Width = 0 },
		"no height":      func(b *event.File) { b.Height = 0 },
		"a huge width":   func(b *event.File) { b.Width = 1 << 40 },
		"of a folder":    func(b *event.File) { b.Folder, b.Manifest = 1, 9 },
		"nothing":        func(b *event.File) { b.Small = nil },
	} {
		b := good
		change(&b)
		encoded, err := wire.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		offer, err := event.ReadFile(encoded)
		if err != nil || offer.Picture() != nil {
			t.Errorf("%s: %v, %+v", what, err, offer.Picture())
		}
	}
	if good.Picture() == nil {
		t.Error("the good one is none either")
	}
}

package manifest

import (
	"bytes"
	"testing"

	"lanyard/chat/event"
)

func FuzzRead(f *testing.F) {
	for _, m := range []List{{}, {file("a", "x")}, {{Path: "a/"}, file("a/b", "x")}, {file("../a", "x")}} {
		b, err := m.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint64(1), uint64(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, size, files uint64) {
		m, err := Read(b, event.File{Size: size, Files: files, Folder: 1})
		if err != nil {
			return
		}
		for _, e := range m {
			if bytes.Contains([]byte(e.Path), []byte("..")) && e.check() != nil {
				t.Errorf("%q was taken", e.Path)
			}
		}
		again, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(again, event.File{Size: size, Files: files, Folder: 1}); err != nil {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}

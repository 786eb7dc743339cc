package office

import (
	"crypto/sha256"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/api"
	"lanyard/internal/foldertest"
)

// TestSendFiles: a file and a folder are offered, accepted or declined, and lie whole in the folder for received files; the sender knows.
func TestSendFiles(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	ben.do("files", "unasked", "off")
	drawing := filepath.Join(anna.home, "drawing.pdf")
	sum := noise(t, drawing, 3<<20)
	id := anna.do("send-file", "Ben", drawing)
	offered(ben, id)
	if exists(filepath.Join(ben.folder(), "Received", "drawing.pdf")) {
		t.Error("the file came before anybody accepted it")
	}
	anna.do("send", "Ben", "see the drawing", "--wait", "delivered")
	if state := fileOf(ben, id).State; state != "offered" {
		t.Errorf("the state before accepting is %q", state)
	}
	ben.do("files", "accept", id)
	arrives(anna, ben, id, sum)

	// The same name once more: both stay.
	save(t, drawing, "version 2")
	second := anna.do("send-file", "Ben", drawing)
	offered(ben, second)
	ben.do("files", "accept", second)
	arrives(anna, ben, second, sha256.Sum256([]byte("version 2")))
	if first, again := fileOf(ben, id).Path, fileOf(ben, second).Path; first == again {
		t.Errorf("the second file took the place of the first: %s", first)
	}

	// A folder, whole.
	plans := filepath.Join(anna.home, "Plans")
	want := fill(t, plans, 40)
	folder := anna.do("send-file", "Ben", plans)
	offered(ben, folder)
	ben.do("files", "accept", folder)
	ben.until("the folder", func() bool { return fileOf(ben, folder).State == "received" })
	if now, err := foldertest.Read(fileOf(ben, folder).Path); err != nil || now.Files() != len(want) || !equal([]string{plans, fileOf(ben, folder).Path}) {
		t.Errorf("the folder came as %v, %v", now, err)
	}

	// Declined: the sender is told, and a command that waits fails.
	secret := filepath.Join(anna.home, "no.txt")
	save(t, secret, "no")
	done := make(chan outcome, 1)
	from := ben.mark()
	go func() { done <- anna.try("send-file", "Ben", secret, "--wait", "delivered") }()
	no := told(ben, from, api.EventMessage, func(m api.Message) bool { return m.Kind == "file" && m.Text == "no.txt" })
	ben.do("files", "decline", no.ID)
	complains(t, <-done, 1, "declined")
	anna.until("declined", func() bool { return fileOf(anna, no.ID).State == "declined" })
	if exists(filepath.Join(ben.folder(), "Received", "no.txt")) {
		t.Error("a declined file came")
	}

	// Offered to somebody who is off, accepted while the sender is off.
	ben.stop()
	late := anna.do("send-file", "Ben", secret)
	anna.stop()
	ben.start()
	anna.start()
	offered(ben, late)
	anna.kill()
	ben.do("files", "accept", late)
	anna.start()
	arrives(anna, ben, late, sha256.Sum256([]byte("no")))
}

// TestBrokenTransfer: a large file over a slow link goes on where it was after the receiver was killed in the middle, and after the sender was.
func TestBrokenTransfer(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	const size = 200 << 20
	video := filepath.Join(anna.home, "video.mp4")
	sum := noise(t, video, size)
	id := anna.do("send-file", "Ben", video)
	offered(ben, id)
	o.tc(1, "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "500mbit", "burst", "512kb", "latency", "100ms")
	ben.do("files", "accept", id)
	reaches := func(part int64) (had int64) {
		ben.until("a part of the file", func() bool { had = fileOf(ben, id).Progress.Done; return had >= part })
		return had
	}
	had := reaches(size / 4)
	ben.kill()
	if there, err := os.ReadFile(filepath.Join(ben.folder(), "Received", "video.mp4")); err == nil && sha256.Sum256(there) != sum {
		t.Error("a part of the file has its name")
	}
	ben.start()
	goesOn(ben, id, had)
	had = reaches(size / 2)
	anna.kill()
	anna.start()
	goesOn(ben, id, had)
	arrives(anna, ben, id, sum)
}

// goesOn checks that a transfer that had so many bytes does not begin again from the first one.
func goesOn(d *desk, id string, had int64) {
	d.office.t.Helper()
	d.until("the transfer to go on", func() bool { return fileOf(d, id).Progress.Done > 0 })
	const lost = 32 << 20 // what was not yet flushed may be fetched again
	if now := fileOf(d, id).Progress.Done; now < had-lost {
		d.office.t.Errorf("the transfer had %d bytes and goes on at %d", had, now)
	}
}

// offered waits for the offer of a file.
func offered(d *desk, id string) {
	d.office.t.Helper()
	d.until("the offer", func() bool { return fileOf(d, id).State == "offered" })
}

// arrives waits until both say that the file is received, and compares what lies there.
func arrives(from, to *desk, id string, sum [32]byte) {
	t := to.office.t
	t.Helper()
	to.until("the file", func() bool { return fileOf(to, id).State == "received" })
	from.until("the file to be called received", func() bool { return fileOf(from, id).State == "received" })
	content, err := os.ReadFile(fileOf(to, id).Path)
	must(t, err)
	if sha256.Sum256(content) != sum {
		t.Errorf("%s came with other content", fileOf(to, id).Path)
	}
}

// fileOf is the row of a file; an empty one if it is not known.
func fileOf(d *desk, id string) api.File {
	d.office.t.Helper()
	for _, f := range ask[[]api.File](d, "files") {
		if f.ID == id {
			return f
		}
	}
	return api.File{}
}

// noise writes a file that cannot be made smaller.
func noise(t *testing.T, path string, size int) [32]byte {
	t.Helper()
	content := make([]byte, size)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(content) // it never fails
	must(t, os.WriteFile(path, content, 0o600))
	return sha256.Sum256(content)
}

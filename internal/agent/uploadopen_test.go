package agent

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/api"
)

// slowly gives its content at once and its end when it may.
type slowly struct {
	content string
	waits   chan<- struct{} // closed when all but the end was taken
	may     <-chan struct{}
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.content == "" {
		close(s.waits)
		<-s.may
		return 0, io.EOF
	}
	n := copy(p, s.content)
	s.content = s.content[n:]
	return n, nil
}

// TestUploadIsNotFinishedWhileItIsWritten: an upload of which all bytes came, but a file is still being written, is offered to nobody yet.
func TestUploadIsNotFinishedWhileItIsWritten(t *testing.T) {
	u, offered, _ := uploading(t)
	id := begin(t, u, api.UploadRequest{Name: "Plan.pdf", Bytes: 5, Files: 1})
	waits, may, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { ended <- u.Put(t.Context(), id, "", &slowly{content: "hello", waits: waits, may: may}) }()
	<-waits
	var refused *api.Error
	if _, err := u.Send(t.Context(), id, "Ben"); !errors.As(err, &refused) || refused.Code != api.CodeConflict || len(*offered) > 0 {
		t.Errorf("an upload that is being written is offered: %q, %v", *offered, err)
	}
	close(may)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if _, err := u.Send(t.Context(), id, "Ben"); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile((*offered)[0]); err != nil || string(content) != "hello" || filepath.Base((*offered)[0]) != "Plan.pdf" {
		t.Errorf("%q is offered with %q, %v", *offered, content, err)
	}
}

// TestUploadsUnderWay: so many uploads are under way at once and no more, until one has ended.
func TestUploadsUnderWay(t *testing.T) {
	u, _, _ := uploading(t)
	what := api.UploadRequest{Name: "Plan.pdf", Bytes: 5, Files: 1}
	var ids []string
	for range maxUploads {
		ids = append(ids, begin(t, u, what))
	}
	var refused *api.Error
	if _, err := u.Begin(t.Context(), what); !errors.As(err, &refused) || refused.Code != api.CodeConflict {
		t.Errorf("one more is taken: %v", err)
	}
	for i, id := range ids {
		if err := u.Drop(t.Context(), id); err != nil {
			t.Error(err)
		}
		if i == 0 { // there is room for one again
			ids[0] = begin(t, u, what)
		}
	}
	if err := u.Drop(t.Context(), ids[0]); err != nil {
		t.Error(err)
	}
}

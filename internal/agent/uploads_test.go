package agent

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/chat"
	"lanyard/internal/api"
)

// uploading returns uploads on a real disk; what they would offer and share is noted.
func uploading(t *testing.T) (u *uploads, offered *[]string, shared *[]api.ShareRequest) {
	t.Helper()
	offered, shared = new([]string), new([]api.ShareRequest)
	folder := filepath.Join(t.TempDir(), "Lanyard")
	u = &uploads{profile: t.TempDir(), free: freeSpace, lend: func(string) func() { return func() {} }, folder: func() string { return folder },
		offer: func(_ context.Context, to string, paths []string) ([]api.File, error) {
			if to != "Ben" {
				return nil, told(api.CodeUnknown, "nobody is called so")
			}
			*offered = append(*offered, paths...)
			return []api.File{{ID: "offer"}}, nil
		},
		share: func(_ context.Context, what api.ShareRequest) (api.Share, error) {
			*shared = append(*shared, what)
			return api.Share{ID: "share", Path: what.Path}, nil
		}}
	return u, offered, shared
}

func begin(t *testing.T, u *uploads, what api.UploadRequest) string {
	t.Helper()
	up, err := u.Begin(t.Context(), what)
	if err != nil {
		t.Fatal(err)
	}
	return up.ID
}

func TestUploadOfAFileIsOfferedAndRemovedWhenFetched(t *testing.T) {
	u, offered, _ := uploading(t)
	id := begin(t, u, api.UploadRequest{Name: "Plan.pdf", Bytes: 5, Files: 1})
	if err := u.Put(t.Context(), id, "", strings.NewReader("hello")); err != nil {
		t.Fatal(err)
	}
	if f, err := u.Send(t.Context(), id, "Ben"); err != nil || f.ID != "offer" {
		t.Fatalf("got %+v, %v", f, err)
	}
	path := (*offered)[0]
	if content, err := os.ReadFile(path); err != nil || string(content) != "hello" || filepath.Base(path) != "Plan.pdf" {
		t.Fatalf("offered %s with %q, %v", path, content, err)
	}
	if err := u.clean(); err != nil { // a restart
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("gone before it was fetched: %v", err)
	}
	newCopySweep(u, func(context.Context) ([]chat.File, error) { return nil, nil }, quiet()).sweep(t.Context())
	left, err := os.ReadDir(filepath.Join(u.profile, sentFolder))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestUploadOfDecomposedNames: names as Macs store them are taken, and stored as everybody else does.
func TestUploadOfDecomposedNames(t *testing.T) {
	u, offered, _ := uploading(t)
	for _, c := range []struct {
		what  api.UploadRequest
		below string
		want  string
	}{
		{api.UploadRequest{Name: "cafe\u0301.txt", Bytes: 5, Files: 1}, "", "caf\u00e9.txt"},
		{api.UploadRequest{Name: "cafe\u0301.txt", Bytes: 5, Files: 1}, "cafe\u0301.txt", "caf\u00e9.txt"},
		{api.UploadRequest{Name: "Cafe\u0301s", Folder: true, Bytes: 5, Files: 1}, "e\u0301te\u0301/a\u0308.txt", "Caf\u00e9s/\u00e9t\u00e9/\u00e4.txt"},
	} {
		id := begin(t, u, c.what)
		if err := u.Put(t.Context(), id, c.below, strings.NewReader("hello")); err != nil {
			t.Fatal(err)
		}
		if _, err := u.Send(t.Context(), id, "Ben"); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(filepath.Dir((*offered)[len(*offered)-1]), filepath.FromSlash(c.want))
		if content, err := os.ReadFile(path); err != nil || string(content) != "hello" {
			t.Errorf("%s: %q, %v", path, content, err)
		}
	}
}

func TestUploadOfAFolderBecomesAShare(t *testing.T) {
	u, _, shared := uploading(t)
	if err := os.MkdirAll(filepath.Join(u.folder(), "Notes"), 0o700); err != nil { // the name is taken
		t.Fatal(err)
	}
	id := begin(t, u, api.UploadRequest{Name: "Notes", Folder: true, Bytes: 6, Files: 2})
	for path, content := range map[string]string{"a.txt": "abc", "deep/er/b.txt": "def"} {
		if err := u.Put(t.Context(), id, path, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := u.PutFolder(t.Context(), id, "empty/one"); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Share(t.Context(), id, "", []string{"Ben"}); err != nil {
		t.Fatal(err)
	}
	what := (*shared)[0]
	if what.Path != filepath.Join(u.folder(), "Notes (2)") || what.Name != "Notes" || what.With[0] != "Ben" {
		t.Errorf("shared %+v", what)
	}
	for path, want := range map[string]string{"a.txt": "abc", "deep/er/b.txt": "def"} {
		if got, err := os.ReadFile(filepath.Join(what.Path, path)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if info, err := os.Stat(filepath.Join(what.Path, "empty/one")); err != nil || !info.IsDir() {
		t.Errorf("the empty folder: %v", err)
	}
	left, err := os.ReadDir(filepath.Join(u.profile, spoolFolder))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestUploadsRefuse(t *testing.T) {
	file := api.UploadRequest{Name: "a.txt", Bytes: 5, Files: 1}
	folder := api.UploadRequest{Name: "Notes", Folder: true, Bytes: 5, Files: 1}
	put := func(path, content string) func(*testing.T, *uploads, string) error {
		return func(t *testing.T, u *uploads, id string) error {
			return u.Put(t.Context(), id, path, strings.NewReader(content))
		}
	}
	twice := func(path string) func(*testing.T, *uploads, string) error {
		return func(t *testing.T, u *uploads, id string) error {
			if err := put(path, "")(t, u, id); err != nil {
				t.Fatal(err)
			}
			return put(path, "")(t, u, id)
		}
	}
	for _, c := range []struct {
		about string
		what  api.UploadRequest
		do    func(*testing.T, *uploads, string) error
		code  string
	}{
		{"more bytes than said", file, put("", "longer than five"), api.CodeUsage},
		{"more files than said", folder, func(t *testing.T, u *uploads, id string) error {
			if err := put("a", "")(t, u, id); err != nil {
				t.Fatal(err)
			}
			return put("b", "")(t, u, id)
		}, api.CodeUsage},
		{"a file twice", api.UploadRequest{Name: "Notes", Folder: true, Bytes: 5, Files: 2}, twice("a"), api.CodeConflict},
		{"a path that climbs", folder, put("../a", "x"), api.CodeUsage},
		{"an absolute path", folder, put("/etc/passwd", "x"), api.CodeUsage},
		{"a path that climbs inside", folder, put("a/../../b", "x"), api.CodeUsage},
		{"another name than the file's", file, put("b.txt", "hello"), api.CodeUsage},
		{"a folder in a file", file, func(t *testing.T, u *uploads, id string) error { return u.PutFolder(t.Context(), id, "a") }, api.CodeUsage},
		{"an upload that does not exist", file, func(t *testing.T, u *uploads, _ string) error { return put("", "hello")(t, u, "nonsense") }, api.CodeNotFound},
		{"sending what is not complete", file, func(t *testing.T, u *uploads, id string) error {
			_, err := u.Send(t.Context(), id, "Ben")
			return err
		}, api.CodeConflict},
		{"sending to nobody", file, func(t *testing.T, u *uploads, id string) error {
			if err := put("", "hello")(t, u, id); err != nil {
				t.Fatal(err)
			}
			_, err := u.Send(t.Context(), id, "Carl")
			return err
		}, api.CodeUnknown},
		{"sharing a file", file, func(t *testing.T, u *uploads, id string) error {
			if err := put("", "hello")(t, u, id); err != nil {
				t.Fatal(err)
			}
			_, err := u.Share(t.Context(), id, "", []string{"Ben"})
			return err
		}, api.CodeUsage},
		{"after it was dropped", file, func(t *testing.T, u *uploads, id string) error {
			if err := u.Drop(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			return put("", "hello")(t, u, id)
		}, api.CodeNotFound},
	} {
		t.Run(c.about, func(t *testing.T) {
			u, offered, shared := uploading(t)
			err := c.do(t, u, begin(t, u, c.what))
			if api.CodeOf(err) != c.code {
				t.Errorf("got %v, want code %s", err, c.code)
			}
			if len(*offered)+len(*shared) > 0 {
				t.Errorf("offered %v, shared %v", *offered, *shared)
			}
		})
	}
}

// TestUploadLeavesOut: what of a folder cannot be read or stored is taken off what was said to come, if it is nobody's work; the rest is whole without it.
func TestUploadLeavesOut(t *testing.T) {
	u, offered, _ := uploading(t)
	id := begin(t, u, api.UploadRequest{Name: "Notes", Folder: true, Bytes: 30, Files: 4})
	put := func(path string, content io.Reader) error { return u.Put(t.Context(), id, path, content) }
	if err := put("first.txt", strings.NewReader("hello")); err != nil {
		t.Fatal(err)
	}
	if err := put("Icon\r", strings.NewReader("12345")); err == nil {
		t.Fatal("a name with a control character was stored")
	}
	breaks, end := io.Pipe()
	broken := make(chan error)
	go func() { broken <- put("deep/film.crdownload", breaks) }()
	if _, err := end.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	left := make(chan error)
	go func() { // which waits until that is noticed
		left <- u.LeaveOut(t.Context(), id, api.LeaveOutRequest{Path: "deep/film.crdownload", Bytes: 15})
	}()
	if err := end.CloseWithError(io.ErrUnexpectedEOF); err != nil {
		t.Fatal(err)
	}
	if err := <-broken; err == nil {
		t.Error("half a file was stored")
	}
	if err := <-left; err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what api.LeaveOutRequest
		code string
	}{
		{api.LeaveOutRequest{Path: "first.txt"}, api.CodeUsage},
		{api.LeaveOutRequest{Path: "deep/plan.docx", Bytes: 5}, api.CodeUsage},
		{api.LeaveOutRequest{Path: "plans", Folder: true}, api.CodeUsage},
		{api.LeaveOutRequest{Path: "Icon\r", Bytes: 11}, api.CodeUsage},
		{api.LeaveOutRequest{Path: "Icon\r", Bytes: -1}, api.CodeUsage},
		{api.LeaveOutRequest{Path: "Icon\r", Bytes: 5}, ""},
		{api.LeaveOutRequest{Path: "lost+found", Folder: true}, ""},
		{api.LeaveOutRequest{Path: "$RECYCLE.BIN/x.txt", Bytes: 5}, ""},
		{api.LeaveOutRequest{Path: "Icon\r"}, api.CodeUsage}, // that many were not said
	} {
		if err := u.LeaveOut(t.Context(), id, c.what); api.CodeOf(err) != c.code {
			t.Errorf("%+v: %v", c.what, err)
		}
	}
	if _, err := u.Send(t.Context(), id, "Ben"); err != nil || len(*offered) != 1 {
		t.Errorf("the rest was not offered: %v", err)
	}
	if err := u.LeaveOut(t.Context(), id, api.LeaveOutRequest{Path: "Icon\r"}); api.CodeOf(err) != api.CodeNotFound {
		t.Errorf("after it was sent: %v", err)
	}
}

// TestUploadSaysWhyANameCannotGo: and that it is the name.
func TestUploadSaysWhyANameCannotGo(t *testing.T) {
	u, _, _ := uploading(t)
	id := begin(t, u, api.UploadRequest{Name: "Notes", Folder: true, Bytes: 5, Files: 1})
	if err := u.Put(t.Context(), id, `back\slash.txt`, strings.NewReader("hello")); err == nil || !strings.Contains(err.Error(), "a name has a slash or backslash") || !strings.Contains(err.Error(), "rename it first") {
		t.Errorf("got %v", err)
	}
}

func TestBeginRefuses(t *testing.T) {
	for _, c := range []struct {
		about string
		what  api.UploadRequest
		code  string
	}{
		{"a path for a name", api.UploadRequest{Name: "a/b", Bytes: 1, Files: 1}, api.CodeUsage},
		{"no name", api.UploadRequest{Bytes: 1, Files: 1}, api.CodeUsage},
		{"a negative size", api.UploadRequest{Name: "a", Bytes: -1, Files: 1}, api.CodeUsage},
		{"a size beyond any disk", api.UploadRequest{Name: "a", Bytes: 1 << 62, Files: 1}, api.CodeUsage},
		{"more than the disk holds", api.UploadRequest{Name: "a", Bytes: maxUploadBytes, Files: 1}, api.CodeDiskFull},
		{"too many files", api.UploadRequest{Name: "a", Folder: true, Files: maxUploadFiles + 1}, api.CodeTooLong},
		{"two files that are no folder", api.UploadRequest{Name: "a", Files: 2}, api.CodeUsage},
	} {
		t.Run(c.about, func(t *testing.T) {
			u, _, _ := uploading(t)
			if _, err := u.Begin(t.Context(), c.what); api.CodeOf(err) != c.code {
				t.Errorf("got %v, want code %s", err, c.code)
			}
		})
	}
}

func TestUploadsCountTowardsTheDisk(t *testing.T) {
	u, _, _ := uploading(t)
	u.free = func(string) (int64, error) { return spareBytes + 100, nil }
	begin(t, u, api.UploadRequest{Name: "a", Bytes: 60, Files: 1})
	if _, err := u.Begin(t.Context(), api.UploadRequest{Name: "b", Bytes: 60, Files: 1}); api.CodeOf(err) != api.CodeDiskFull {
		t.Errorf("got %v: the first one's bytes are still to come", err)
	}
	for range maxUploads - 1 {
		begin(t, u, api.UploadRequest{Name: "c", Files: 1})
	}
	if _, err := u.Begin(t.Context(), api.UploadRequest{Name: "d", Files: 1}); api.CodeOf(err) != api.CodeConflict {
		t.Errorf("one too many: %v", err)
	}
}

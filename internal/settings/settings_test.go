package settings

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func write(t testing.TB, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func folder() string {
	if runtime.GOOS == "windows" {
		return `C:\Shared`
	}
	return "/srv/shared folder"
}

func TestSavedSettingsComeBack(t *testing.T) {
	dir := t.TempDir()
	first, err := Load(dir)
	if err != nil || !reflect.DeepEqual(first, Settings{Notifications: true, AcceptFiles: 20, ReadMarks: true, Typing: true, LastSeen: true}) {
		t.Fatalf("without a file: %+v, %v", first, err)
	}
	want := Settings{Name: "Ada \"<ä>\"", Folder: folder(), Port: 1, WindowPort: 65535, AcceptShares: true, Quiet: "22:00-07:00", EnterBreaks: true, TextSize: 115}
	for range 2 {
		if err := want.Save(dir); err != nil {
			t.Fatal(err)
		}
		got, err := Load(dir)
		got.unknown = nil
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestEveryFieldIsStored: a field that somebody adds and forgets in fields would be lost at the next start.
func TestEveryFieldIsStored(t *testing.T) {
	var s Settings
	exported := 0
	for field := range reflect.TypeFor[Settings]().Fields() {
		if field.IsExported() {
			exported++
		}
	}
	if len(s.fields()) != exported {
		t.Errorf("%d fields, %d keys", exported, len(s.fields()))
	}
}

func TestFilesEditedByHand(t *testing.T) {
	for what, text := range map[string]string{
		"a byte order mark": "\xef\xbb\xbf{\"name\": \"Ada\"}",
		"Windows lines":     "{\r\n  \"name\": \"Ada\",\r\n  \"port\": 0\r\n}\r\n",
		"space around":      "\n\n {\t\"name\" : \"Ada\" } \n",
	} {
		dir := t.TempDir()
		write(t, dir, text)
		if s, err := Load(dir); err != nil || s.Name != "Ada" || !s.Notifications {
			t.Errorf("%s: %+v, %v", what, s, err)
		}
	}
}

func TestKeysOfANewerProgramAreKept(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, `{"theme": {"dark": [1, 2.50]}, "Name": "other case", "name": "Ada"}`)
	s, err := Load(dir)
	if err != nil || s.Name != "Ada" {
		t.Fatalf("%+v, %v", s, err)
	}
	copied := s
	copied.Name = "Bo"
	if err := copied.Save(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`2.50`, `"Name": "other case"`, `"name": "Bo"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

func TestDamagedFilesAreRefusedAndStay(t *testing.T) {
	for what, text := range map[string]string{
		"empty":                "",
		"cut off":              `{"name": "Ada"`,
		"a list":               `[]`,
		"nonsense":             "\x00\x01\x02",
		"something after":      `{} {}`,
		"a number as name":     `{"name": 5}`,
		"a text as port":       `{"port": "5"}`,
		"a fraction as port":   `{"port": 5.5}`,
		"null":                 `{"name": null}`,
		"a port too high":      `{"port": 65536}`,
		"a negative port":      `{"windowPort": -1}`,
		"a relative folder":    `{"folder": "here"}`,
		"set twice":            `{"name": "a", "name": "b"}`,
		"a long name":          `{"name": "` + strings.Repeat("x", maxName+1) + `"}`,
		"100 KB":               `{}` + strings.Repeat(" ", 100_000),
		"nested without end":   `{"new": ` + strings.Repeat("[", 20_000),
		"a negative size":      `{"acceptFiles": -1}`,
		"no time of day":       `{"quiet": "late"}`,
		"text that is too big": `{"textSize": 500}`,
		"a comment":            "{// my name\n\"name\": \"Ada\"}",
		"a comma at the end":   `{"name": "Ada",}`,
		"two values for a key": `{"name": "Ada" "Bo"}`,
		"half a character":     `{"name": "Ada \ud83d"}`,
		"half of a newer key":  `{"theme": "\ude00"}`,
		"half in a key":        `{"\ud83d": 1}`,
		"not UTF-8":            "{\"name\": \"Ad\xe9\"}",
	} {
		dir := t.TempDir()
		write(t, dir, text)
		s, err := Load(dir)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), FileName) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
		if err == nil && s.Name != "" {
			t.Errorf("%s: %+v", what, s)
		}
		if after, err := os.ReadFile(filepath.Join(dir, FileName)); err != nil || string(after) != text {
			t.Errorf("%s: the file was changed (%v)", what, err)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("a folder: %v", err)
	}
}

func TestSaveRefusesWhatLoadWould(t *testing.T) {
	dir := t.TempDir()
	if err := (Settings{Name: "Ada"}).Save(dir); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []Settings{{Port: 70000}, {Folder: "here"}, {Name: strings.Repeat("x", 1000)}, {Name: "\xff"}, {Folder: folder() + "\xff"}} {
		if err := bad.Save(dir); err == nil {
			t.Errorf("%+v was stored", bad)
		}
	}
	if after, err := os.ReadFile(filepath.Join(dir, FileName)); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
	if err := (Settings{}).Save(filepath.Join(dir, "none")); err == nil {
		t.Error("stored in a folder that is not there")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"name": "Ada", "port": 5, "new": [1]}`)
	f.Add("\xef\xbb\xbf{}")
	f.Add(`{"folder": "/x", "acceptShares": true, "notifications": false, "windowPort": 1}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := decode([]byte(text))
		if err != nil {
			return
		}
		once, err := s.encode()
		if err != nil {
			return // unknown keys may make the file too large
		}
		again, err := decode(once)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, once, err)
		}
		if twice, err := again.encode(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%q, then %q, %v", once, twice, err)
		}
	})
}

package identity

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestOpenMakesAnIdentityOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile [1] *")
	first, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Open(dir)
	if err != nil || second.PeerID() != first.PeerID() {
		t.Fatalf("%v, then %v, %v", first.PeerID(), second.PeerID(), err)
	}
	if !bytes.Equal(first.certificate, second.certificate) {
		t.Error("the certificate changed")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, FileName): 0o600} {
		if mode := mode(t, path); runtime.GOOS != "windows" && mode != want {
			t.Errorf("%s has mode %o, want %o", path, mode, want)
		}
	}
}

func TestOpenRepairsPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs permissions of Unix: run it on Linux or macOS")
	}
	dir := t.TempDir()
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, FileName)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err != nil || mode(t, path) != 0o600 {
		t.Errorf("mode %o, %v", mode(t, path), err)
	}
}

func TestOpenOverwritesWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "."+FileName+".new"), bytes.Repeat([]byte("x"), 9999), 0o644); err != nil {
		t.Fatal(err)
	}
	first, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Open(dir); err != nil || first.PeerID() != second.PeerID() || mode(t, filepath.Join(dir, FileName)) != 0o600 {
		t.Errorf("%v", err)
	}
}

// TestOpenRefusesADamagedFile cuts the file at every byte and damages it in other ways: always a sentence, never a new key.
func TestOpenRefusesADamagedFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := formatKeyFile(generate(t))
	if err != nil {
		t.Fatal(err)
	}
	half := bytes.Index(whole, []byte("-----BEGIN CERT"))
	otherHalf := bytes.Index(other, []byte("-----BEGIN CERT"))
	bad := map[string][]byte{
		"empty":           {},
		"swapped halves":  append(bytes.Clone(whole[half:]), whole[:half]...),
		"another's cert":  append(bytes.Clone(whole[:half]), other[otherHalf:]...),
		"something after": append(bytes.Clone(whole), "x"...),
		"twice":           append(bytes.Clone(whole), whole...),
		"huge":            append(bytes.Clone(whole), bytes.Repeat([]byte("\n"), maxKeyFile)...),
		"zeros":           make([]byte, len(whole)),
	}
	for cut := range len(whole) - 1 { // the last byte is a line end that nobody needs
		bad[fmt.Sprint("cut at ", cut)] = whole[:cut]
	}
	for what, text := range bad {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); !errors.Is(err, ErrKeyFile) {
			t.Errorf("%s: %v", what, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, text) {
			t.Errorf("%s: the file was changed (%v)", what, err)
		}
	}
}

func TestOpenRefusesOddPlaces(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	keyless := t.TempDir()
	if err := os.WriteFile(filepath.Join(keyless, "lanyard.db"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, dir := range map[string]string{"a folder of that name": folder, "a database without a key": keyless} {
		if _, err := Open(dir); !errors.Is(err, ErrKeyFile) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := os.Stat(filepath.Join(keyless, FileName)); err == nil {
		t.Error("a key was made beside a database")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil {
		t.Error("a file was taken for a profile folder")
	}
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// Package durable writes the small files of a profile, its key, its settings and the like: each is there whole, old or new, whatever happens meanwhile.
//
//	err := durable.Write(filepath.Join(profile, "settings.json"), text)
//
// The file is written beside (".NAME.new"), made durable, renamed over the old one, and the folder is made durable: when Write returns nil, a power cut
// finds the new content; on an error the old file is as it was. What a crash left of an earlier try is overwritten. It belongs to this user alone
// (0600). Write blocks for two waits for the disk. Two writers of one file at a time are kept apart by the caller: for a profile, its lock.
//
// Left out: large files and shared folders (package tree), databases (package store).
package durable

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// Write puts content in the place of the file at path, whose folder must exist.
func Write(path string, content []byte) error {
	dir, base := filepath.Split(path)
	beside := filepath.Join(dir, "."+base+".new")
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, private(file), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	return syncFolder(filepath.Dir(path))
}

// private takes the rights of others away that a file of an earlier try may give. Windows has no such bits.
func private(file *os.File) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	return file.Chmod(0o600)
}

// syncFolder makes the rename durable where a folder can be synced; Windows writes it with the file.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

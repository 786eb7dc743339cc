package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
)

const (
	headerSize  = 100 // bytes, https://www.sqlite.org/fileformat.html section 1.3
	headerMagic = "SQLite format 3\x00"
)

// inspect looks at the file without SQLite, which would take an empty file beside a full WAL for a new database and delete the WAL.
// It reports whether there is no database yet.
func inspect(path string) (fresh bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, checkNoWAL(path)
	}
	if err != nil {
		return false, readOnly(path, err)
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s is %w but a folder or device: move it away", path, ErrNotOurs)
	}
	if info.Size() == 0 {
		return true, checkNoWAL(path)
	}
	return false, checkHeader(path)
}

func checkHeader(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return readOnly(path, err)
	}
	defer file.Close()
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(file, header); errors.Is(err, io.ErrUnexpectedEOF) {
		return corrupt(path, errors.New("it is cut off"))
	} else if err != nil {
		return fmt.Errorf("%w: read %s: %w", ErrBroken, path, err)
	}
	if string(header[:len(headerMagic)]) != headerMagic {
		return corrupt(path, errors.New("it does not begin like a database"))
	}
	return nil
}

// checkNoWAL refuses to start an empty database beside the commits of a lost one.
func checkNoWAL(path string) error {
	info, err := os.Stat(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) || (err == nil && info.Size() == 0) {
		return nil
	}
	if err != nil {
		return readOnly(path, err)
	}
	return corrupt(path, fmt.Errorf("it is missing or empty, but %s-wal is not", filepath.Base(path)))
}

// unclean reports whether the last process that had the file open ended without closing it.
func unclean(path string) (bool, error) {
	info, err := os.Stat(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, readOnly(path, err)
	}
	return info.Size() > 0, nil
}

// prepareFile makes the file and its folder, or takes the rights of others away from the file. SQLite gives the WAL the same rights.
func prepareFile(path string, fresh bool) error {
	if fresh {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return readOnly(path, err)
		}
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return readOnly(path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = file.Chmod(0o600)
	}
	if err != nil {
		return readOnly(path, err)
	}
	return nil
}

// openPool returns connections to the file; mode is rw or ro. None is opened yet.
func openPool(path, mode string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", path, err)
	}
	// As a URI, with ? # and % escaped; a Windows path becomes /C:/...
	name := filepath.ToSlash(absolute)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	uri := url.URL{Scheme: "file", Path: name, OmitHost: true}
	connector, err := sqlite.NewConnector(fmt.Sprintf("%s?mode=%s&_pragma=busy_timeout(%d)", uri.String(), mode, busyTimeout.Milliseconds()))
	if err != nil {
		return nil, fmt.Errorf("name %s to the database: %w", path, err)
	}
	return sql.OpenDB(connector), nil
}

// probe reads from an existing file whether we may open it, and what it says of its check, and is to say. It opens it for reading only: what is refused
// stays as it is.
func probe(ctx context.Context, path string, looks Looks, parts []Part) (was, now mark, err error) {
	dirty, err := unclean(path)
	if err != nil {
		return unmarked, unmarked, err
	}
	pool, err := openPool(path, "ro")
	if err != nil {
		return unmarked, unmarked, err
	}
	c, err := openConn(pool, []string{"PRAGMA query_only = ON"})
	if err == nil {
		was, err = probeConn(c, path, parts)
		if err == nil && (dirty || was != unmarked) { // after a clean end the time is saved
			now, err = examine(ctx, c, path, was, looks)
		}
		err = errors.Join(err, c.close())
	}
	return was, now, told(path, errors.Join(err, pool.Close()))
}

func probeConn(c *conn, path string, parts []Part) (mark, error) {
	var id, format int64
	if err := c.queryRow("PRAGMA application_id").Scan(&id); err != nil {
		return unmarked, err
	}
	if id != applicationID {
		return unmarked, fmt.Errorf("%s is %w: move it away, or choose another folder with --profile", path, ErrNotOurs)
	}
	if err := c.queryRow("PRAGMA user_version").Scan(&format); err != nil {
		return unmarked, err
	}
	if format > formatVersion {
		return unmarked, newer(path)
	}
	versions, err := partVersions(c)
	if err != nil {
		return unmarked, err
	}
	for _, part := range parts {
		if versions[part.Name] > len(part.Migrations) {
			return unmarked, newer(path)
		}
	}
	return mark(versions[""]), nil
}

func newer(path string) error {
	return fmt.Errorf("%s was %w: install the newest version to use it", path, ErrNewer)
}

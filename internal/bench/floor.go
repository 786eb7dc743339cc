package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/fsnotify/fsnotify"
)

// floor is the bare limit: the least that must happen, in the language that Lanyard is written in.
//
//	floor lines-in ADDRESS          lines from standard input over TLS; each answer line is printed
//	floor lines-out ADDRESS         prints each line and answers it
//	floor fan ADDRESS...            lines-in to many: each line goes to all, each answer of each is printed
//	floor files-in ADDRESS DIR      sends whole files of DIR as inotify tells of them
//	floor files-out ADDRESS DIR     writes them beside and renames them
func floor(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: floor lines-in|lines-out|fan|files-in|files-out ADDRESS... [DIR]")
	}
	switch {
	case args[0] == "lines-in":
		return linesIn(args[1])
	case args[0] == "lines-out":
		return linesOut(args[1])
	case args[0] == "fan":
		return fan(args[1:])
	case args[0] == "files-in" && len(args) == 3:
		return filesIn(args[1], args[2])
	case args[0] == "files-out" && len(args) == 3:
		return filesOut(args[1], args[2])
	}
	return fmt.Errorf("floor %q is unknown", args[0])
}

func certificate() (tls.Certificate, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, err
}

func accept(address string) (net.Conn, error) {
	cert, err := certificate()
	if err != nil {
		return nil, err
	}
	l, err := tls.Listen("tcp", address, &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Accept()
}

// dial reaches the other half, which may start a moment later. The floor checks no identity.
func dial(address string) (net.Conn, error) {
	var last error
	for range 500 {
		conn, err := tls.Dial("tcp", address, &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true})
		if err == nil {
			return conn, nil
		}
		last = err
		time.Sleep(10 * time.Millisecond)
	}
	return nil, last
}

func linesIn(address string) error {
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	go func() { _, _ = io.Copy(os.Stdout, conn) }()
	_, err = io.Copy(conn, os.Stdin)
	return err
}

func fan(addresses []string) error {
	var all []io.Writer
	for _, address := range addresses {
		conn, err := dial(address)
		if err != nil {
			return err
		}
		defer conn.Close()
		go func() { _, _ = io.Copy(os.Stdout, conn) }()
		all = append(all, conn)
	}
	_, err := io.Copy(io.MultiWriter(all...), os.Stdin)
	return err
}

func linesOut(address string) error {
	conn, err := accept(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	answers := bufio.NewWriterSize(conn, 64<<10)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return nil // the other half is done
		}
		if _, err := os.Stdout.Write(line); err != nil {
			return err
		}
		if _, err := answers.WriteString("ok\n"); err != nil {
			return err
		}
		if in.Buffered() == 0 {
			if err := answers.Flush(); err != nil {
				return err
			}
		}
	}
}

// filesIn sends each file that appears: name length, name, size, bytes. Folders that appear are watched and walked.
func filesIn(address, dir string) error {
	w, err := fsnotify.NewBufferedWatcher(1 << 16)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.Add(dir); err != nil {
		return err
	}
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	out := bufio.NewWriterSize(conn, 256<<10)
	sent := map[string]time.Time{}
	for {
		select {
		case e := <-w.Events:
			if !e.Has(fsnotify.Create) && !e.Has(fsnotify.Write) {
				continue
			}
			if err := sendBelow(out, w, dir, e.Name, sent); err != nil {
				return err
			}
			if len(w.Events) == 0 {
				if err := out.Flush(); err != nil {
					return err
				}
			}
		case err := <-w.Errors:
			return err
		}
	}
}

func sendBelow(out *bufio.Writer, w *fsnotify.Watcher, dir, path string, sent map[string]time.Time) error {
	return filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if d.IsDir() {
			return w.Add(path)
		}
		info, err := d.Info()
		if err != nil || info.Size() == 0 || sent[path].Equal(info.ModTime()) || filepath.Base(path)[0] == '.' {
			return nil
		}
		sent[path] = info.ModTime()
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return sendFile(out, path, rel, info.Size())
	})
}

func sendFile(out *bufio.Writer, path, rel string, size int64) error {
	f, err := os.Open(path)
	if err != nil {
		return nil // gone again
	}
	defer f.Close()
	header := binary.BigEndian.AppendUint16(nil, uint16(len(rel)))
	header = binary.BigEndian.AppendUint64(append(header, rel...), uint64(size))
	if _, err := out.Write(header); err != nil {
		return err
	}
	_, err = io.CopyN(out, f, size)
	return err
}

func filesOut(address, dir string) error {
	conn, err := accept(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 256<<10)
	for n := 0; ; n++ {
		if err := receiveFile(in, dir, filepath.Join(dir, ".in-"+strconv.Itoa(n))); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func receiveFile(in *bufio.Reader, dir, beside string) error {
	var length [2]byte
	if _, err := io.ReadFull(in, length[:]); err != nil {
		return err
	}
	rest := make([]byte, int(binary.BigEndian.Uint16(length[:]))+8)
	if _, err := io.ReadFull(in, rest); err != nil {
		return err
	}
	name, size := string(rest[:len(rest)-8]), int64(binary.BigEndian.Uint64(rest[len(rest)-8:]))
	f, err := os.Create(beside)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(f, in, size); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	target := filepath.Join(dir, name)
	if err := os.Rename(beside, target); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		return os.Rename(beside, target)
	} else if err != nil {
		return err
	}
	return nil
}

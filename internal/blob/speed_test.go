package blob_test

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

const benchSize = 256 << 20

// BenchmarkLargeFile compares a fetch, hashed, with the bare limit: the same file over one TLS connection with nothing else.
func BenchmarkLargeFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "large")
	if err := os.WriteFile(path, noise(1, benchSize), 0o600); err != nil {
		b.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	b.Run("bare", func(b *testing.B) { bareCopy(b, file) })
	b.Run("fetch", func(b *testing.B) {
		fetcher, server, content := pair(b)
		meet(b, fetcher, server)
		item := content.putReader(sumOf(b, file), file, benchSize)
		b.SetBytes(benchSize)
		for b.Loop() {
			if err := fetcher.fetch(b.Context(), server, &strict{b}, item); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSmallFiles(b *testing.B) {
	fetcher, server, content := pair(b)
	meet(b, fetcher, server)
	var items []blob.Item
	for i := range 10_000 {
		items = append(items, content.put(noise(uint64(i), 4096)))
	}
	for b.Loop() {
		if err := fetcher.fetch(b.Context(), server, &strict{b}, items...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOneSmallFile(b *testing.B) {
	fetcher, server, content := pair(b)
	meet(b, fetcher, server)
	item := content.put(noise(1, 40<<10))
	for b.Loop() {
		if err := fetcher.fetch(b.Context(), server, &strict{b}, item); err != nil {
			b.Fatal(err)
		}
	}
}

// strict is a Sink that drops the bytes and fails on an item that does.
type strict struct{ b *testing.B }

func (s *strict) Begin(int) error         { return nil }
func (s *strict) Write(int, []byte) error { return nil }
func (s *strict) End(_ int, err error) error {
	if err != nil {
		s.b.Error(err)
	}
	return nil
}

func sumOf(b *testing.B, file *os.File) blob.Hash {
	whole := make([]byte, benchSize)
	if _, err := file.ReadAt(whole, 0); err != nil {
		b.Fatal(err)
	}
	return blob.Sum(whole)
}

func bareCopy(b *testing.B, file *os.File) {
	id, err := identity.Generate()
	if err != nil {
		b.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", id.ServerTLS(identity.BulkProtocol))
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	go func() {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buffer := make([]byte, 256<<10)
		for {
			if _, err := io.ReadFull(c, buffer[:1]); err != nil {
				return
			}
			if _, err := io.CopyBuffer(struct{ io.Writer }{c}, io.NewSectionReader(file, 0, benchSize), buffer); err != nil {
				return
			}
		}
	}()
	raw, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	c := tls.Client(raw, id.ClientTLS(identity.BulkProtocol))
	defer c.Close()
	buffer := make([]byte, 256<<10)
	b.SetBytes(benchSize)
	for b.Loop() {
		if _, err := c.Write([]byte{1}); err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.LimitReader(c, benchSize), buffer); err != nil {
			b.Fatal(err)
		}
	}
}

package office

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// hostileVariable makes the test program the hostile client; it holds the address to attack.
const hostileVariable = "LANYARD_OFFICE_HOSTILE"

// squatVariable makes the test program a program that only holds a TCP port; it holds the address to listen on.
const squatVariable = "LANYARD_OFFICE_SQUAT"

// other is the test program as another program on a desk's machine; it runs until the test ends, and has said a line when this returns.
func other(t *testing.T, d *desk, variable, value string) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := d.here(self)
	cmd.Env = append(d.environment(), variable+"="+value)
	lines, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // its end is awaited next
		_ = cmd.Wait()         // killed: the error says so
	})
	if _, err := bufio.NewReader(lines).ReadString('\n'); err != nil {
		t.Fatalf("the other program ended: %v", err)
	}
}

// squat holds a TCP port and never answers.
func squat(address string) int {
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("the port is held")
	for {
		if _, err := l.Accept(); err != nil {
			return 1
		}
	}
}

// hostile connects in every way but the right one until it is ended: noise, silence, half a TLS greeting, TLS without a certificate, a link that
// claims a huge frame. It prints a line when each way was tried once.
func hostile(target string) int {
	ways := []func(net.Conn) error{
		func(c net.Conn) error { return nil }, // silent; the agent must not wait for it for ever
		func(c net.Conn) error {
			noise := make([]byte, 64<<10)
			for i := range noise {
				noise[i] = byte(rand.Uint32())
			}
			_, err := c.Write(noise)
			return err
		},
		func(c net.Conn) error {
			_, err := c.Write([]byte{22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3})
			return err
		},
		func(c net.Conn) error {
			secure := tls.Client(c, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"lanyard-link/1"}})
			if err := secure.Handshake(); err != nil {
				return err
			}
			_, err := secure.Write([]byte{0xff, 0xff, 0xff, 0xff, 0, 1, 0xa0})
			return err
		},
		func(c net.Conn) error {
			_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: lanyard\r\n\r\n")
			return err
		},
	}
	for round := 0; ; round++ {
		var attacks sync.WaitGroup
		for i := range 40 {
			attacks.Go(func() { attack(target, ways[i%len(ways)]) })
		}
		attacks.Wait()
		if round == 0 {
			fmt.Println("every way was tried")
		}
	}
}

func attack(target string, way func(net.Conn) error) {
	c, err := net.DialTimeout("tcp", target, 5*time.Second)
	if err != nil {
		return // refused is what a hostile client expects
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(2 * time.Second)); err != nil || way(c) != nil {
		return
	}
	_, _ = io.Copy(io.Discard, c) // until the agent or the deadline ends it
}

package lantest_test

import (
	"fmt"
	"net"
	"runtime"
	"testing"

	"lanyard/internal/lantest"
)

// TestPort: who was told the number listens there, again and again, and nobody else is given it in between, however many ask for any port.
func TestPort(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux, which goes through all its ports soon: run it there")
	}
	port := lantest.Port(t)
	listen := func(address string) int {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().(*net.TCPAddr).Port
	}
	for _, host := range []string{"", "127.0.0.1"} {
		listen(fmt.Sprintf("%s:%d", host, port))
		for range 25_000 { // a number that is only free comes again after some thousands
			if listen("127.0.0.1:0") == port {
				t.Fatal("it was given to somebody else")
			}
		}
	}
}

package main

import (
	"fmt"
	"strings"
	"testing"
)

// dying is a module whose test programs end before their tests.
var dying = map[string]string{
	"go.mod": "module lanyard\n\ngo 1.26\n",
	"panic/a_test.go": `package panic

import "testing"

func TestBefore(t *testing.T) {}

func TestWaits(t *testing.T) { t.Parallel() }

func TestDies(t *testing.T) {
	t.Run("inside", func(t *testing.T) {
		t.Log("about to write")
		done := make(chan int)
		go func() { panic("the ink is out") }()
		<-done
	})
}
`,
	"exit/a_test.go": `package exit

import (
	"os"
	"testing"
)

func TestLeaves(t *testing.T) {
	println("the door was open")
	os.Exit(3)
}
`,
	"fatal/a_test.go": `package fatal

import (
	"sync"
	"testing"
)

func TestLocks(t *testing.T) {
	for n := range 1000 {
		println("line", n)
	}
	done := make(chan int)
	for range 2000 {
		go func() { <-done }()
	}
	new(sync.Mutex).Unlock()
}
`,
	"killed/a_test.go": `package killed

import (
	"os"
	"testing"
)

func TestShot(t *testing.T) {
	println("before the shot")
	self, _ := os.FindProcess(os.Getpid())
	self.Kill()
	select {}
}
`,
	// What it writes is more than all pipes hold, so that go test has read its first line when it is killed.
	"orphan/a_test.go": `package orphan

import (
	"os"
	"strings"
	"testing"
)

func TestOrphan(t *testing.T) {
	println("before the crash")
	for range 4000 {
		println(strings.Repeat("x", 250))
	}
	parent, _ := os.FindProcess(os.Getppid())
	parent.Kill()
	os.Exit(0)
}
`,
}

// TestDeathIsShown: of a test program that dies, what it said last reaches whoever reads the report, and not more than can be read.
func TestDeathIsShown(t *testing.T) {
	makeModule(t, dying)
	cases := []struct {
		about, pkg string
		says       []string
	}{
		{"a panic in a goroutine", "panic", []string{"lanyard/panic TestDies/inside did not end\n", "about to write", "panic: the ink is out", "did not end and said nothing: TestDies, TestWaits\n"}},
		{"an early exit", "exit", []string{"lanyard/exit TestLeaves did not end\n", "the door was open"}},
		{"a fatal error behind and before much else", "fatal", []string{"lanyard/fatal TestLocks did not end\n", "line 0\n", "fatal error: sync: unlock of unlocked mutex", "goroutine ", " lines ...\n"}},
		{"a killed test program", "killed", []string{"lanyard/killed TestShot did not end\n", "before the shot", "signal: killed"}},
		{"a killed go test", "orphan", []string{"lanyard/orphan TestOrphan did not end\n", "before the crash", " lines ...\n"}},
	}
	for _, c := range cases {
		t.Run(c.about, func(t *testing.T) {
			var said strings.Builder
			r, err := test(t.Context(), &said, arguments(false, "", []string{"./" + c.pkg}))
			if err != nil {
				t.Fatal(err)
			}
			if len(r.broken) != 1 || r.broken[0] != "lanyard/"+c.pkg {
				t.Errorf("broken: %q", r.broken)
			}
			for _, want := range c.says {
				if !strings.Contains(said.String(), want) {
					t.Errorf("does not say %q:\n%s", want, said.String())
				}
			}
			if n := strings.Count(said.String(), "\n"); n > firstLines+deathLines+lastLines+20 {
				t.Errorf("it is %d lines", n)
			}
			if strings.Contains(said.String(), "TestBefore") {
				t.Errorf("tells of a test that passed:\n%s", said.String())
			}
		})
	}
}

// TestExcerpt: short output is whole; of long output the beginning, the death and the end are left.
func TestExcerpt(t *testing.T) {
	lines := func(from, to int) (said []string) {
		for n := from; n < to; n++ {
			said = append(said, fmt.Sprintf("line %d\n", n))
		}
		return said
	}
	short := lines(0, firstLines+lastLines-1)
	if got := excerpt(short); got != strings.Join(short, "") {
		t.Errorf("short output became\n%s", got)
	}
	got := excerpt(append(append(lines(0, 500), "fatal error: all goroutines are asleep\n"), lines(501, 1001)...))
	for _, want := range []string{"line 39\n... 460 lines ...\nfatal error: all", "line 599\n... ", "line 1000\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "line 40\n") || strings.Contains(got, "line 600\n") {
		t.Errorf("is too long:\n%s", got)
	}
	if n := strings.Count(got, "\n"); n > firstLines+deathLines+lastLines+2 {
		t.Errorf("is %d lines", n)
	}
}

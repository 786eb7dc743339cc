package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"lanyard/internal/store"
)

// childEnv makes the test binary a writer: it holds the path of the database.
const childEnv = "STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		os.Exit(child(path))
	}
	os.Exit(m.Run())
}

// child writes rows from several goroutines for ever and prints the number of each that was acknowledged.
func child(path string) int {
	db, err := store.Open(path, quiet(), rowPart)
	if err != nil {
		fmt.Println("open:", err)
		return 1
	}
	ran := make(chan error, 1)
	go func() { ran <- db.Run(context.Background()) }()
	if err := limitFiles(); err != nil {
		fmt.Println("limit:", err)
		return 1
	}
	start, err := strconv.Atoi(os.Getenv(childEnv + "_START"))
	if err != nil {
		fmt.Println("start:", err)
		return 1
	}
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := start + w; ; n += 4 {
				if err := insert(db, n); err != nil {
					fmt.Println("write:", err)
					return
				}
				os.Stdout.WriteString(fmt.Sprintln(n)) // one system call: never half a line
			}
		})
	}
	writers.Wait()
	again := insert(db, -1)
	read := db.Read(context.Background(), func(*store.Tx) error { return nil })
	fmt.Println("later:", again)
	fmt.Println("later:", read)
	fmt.Println("run:", <-ran)
	return 0
}

func startChild(t *testing.T, path string, start int, env ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+path, fmt.Sprint(childEnv, "_START=", start))
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill() // only when the test has failed already
			_ = cmd.Wait()
		}
	})
	return cmd, bufio.NewReader(out)
}

// TestKill: whenever the process is killed, all that it acknowledged is there.
func TestKill(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "x.db")
	acknowledged := map[int]bool{}
	for round := range 6 {
		cmd, out := startChild(t, path, round*1_000_000)
		killAt := random.IntN(400)
		for n := 0; ; n++ {
			if n == killAt {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			line, err := out.ReadString('\n')
			if err == io.EOF {
				break
			}
			number, convErr := strconv.Atoi(strings.TrimSpace(line))
			if err != nil || convErr != nil {
				t.Fatalf("the child said %q, %v", line, err)
			}
			acknowledged[number] = true
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		there := map[int]bool{}
		for _, n := range rows(t, path) {
			there[n] = true
		}
		for n := range acknowledged {
			if !there[n] {
				t.Fatalf("round %d: %d was acknowledged and is gone", round, n)
			}
		}
	}
	t.Logf("%d acknowledged rows survived", len(acknowledged))
}

// TestFailingDisk: after an error of the disk nothing is acknowledged any more, every call says the same, and what was acknowledged is there.
func TestFailingDisk(t *testing.T) {
	if !canLimit {
		t.Skip("needs limits on file sizes, to make writes fail with: run it on Linux or macOS")
	}
	path := filepath.Join(t.TempDir(), "x.db")
	cmd, out := startChild(t, path, 0, childEnv+"_LIMIT=1")
	text, err := io.ReadAll(out)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var acknowledged []int
	told := map[string]int{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if n, err := strconv.Atoi(line); err == nil {
			acknowledged = append(acknowledged, n)
			continue
		}
		_, said, _ := strings.Cut(line, ": ")
		told[said]++
	}
	if len(told) != 1 {
		t.Errorf("not one sentence: %v", told)
	}
	for said, times := range told {
		if times != 7 || !strings.HasPrefix(said, store.ErrBroken.Error()) {
			t.Errorf("said %d times: %s", times, said)
		}
	}
	there := map[int]bool{}
	for _, n := range rows(t, path) {
		there[n] = true
	}
	for _, n := range acknowledged {
		if !there[n] {
			t.Errorf("%d was acknowledged and is gone", n)
		}
	}
	if len(acknowledged) < 10 {
		t.Errorf("only %d rows were acknowledged before the disk failed: the limit is too low to tell anything", len(acknowledged))
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestSendToDyingAgent: exit status 0 means that every message is stored. An agent that took them and ended before it said so leaves that open.
func TestSendToDyingAgent(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	answer := func(line string) string { return fmt.Sprintf("%x\r\n%s\n\r\n", len(line)+1, line) }
	one := answer(`{"line":1,"id":"aa","text":"one","to":1}`)
	differing := answer(`{"line":1,"id":"aa","text":"one","to":1,"differs":"Ben"}`)
	for _, c := range []struct {
		name, answer string
		args         []string
		status       int
		says         string
	}{
		{"killed before any answer", "", []string{"send", "Ben", "one"}, exitFailure, "1 message is stored"},
		{"stopped before any answer", "0\r\n\r\n", []string{"send", "Ben", "one"}, exitFailure, "1 message is stored"},
		{"answered", one + "0\r\n\r\n", []string{"send", "Ben", "one"}, 0, ""},
		{"answered, to one whose words differ", differing + "0\r\n\r\n", []string{"send", "Ben", "one"}, 0, "The words that you and Ben compared differ"},
		{"killed after one of two", one, []string{"send", "Ben", "--stdin"}, exitFailure, "1 message is stored"},
		{"killed before delivery", one, []string{"send", "Ben", "one", "--wait", "delivered"}, exitFailure, "became delivered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			profile, l := listening(t)
			go take(l, func(conn net.Conn) { answerWith(conn, head, c.answer) })
			var out, errs bytes.Buffer
			status := run(t.Context(), append(c.args, "--profile", profile), strings.NewReader("one\ntwo\n"), &out, &errs)
			if status != c.status || !strings.Contains(errs.String(), c.says) || strings.Count(errs.String(), "\n") > 1 {
				t.Errorf("exit status %d, %q; want %d and %q", status, errs.String(), c.status, c.says)
			}
		})
	}
}

// listening makes a profile in which an agent seems to run, and where its requests come in.
func listening(t *testing.T) (profile string, l net.Listener) {
	t.Helper()
	profile = t.TempDir()
	socket := filepath.Join(profile, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if err := os.WriteFile(filepath.Join(profile, api.ControlFile), []byte(socket+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return profile, l
}

// take takes one connection of a command, has it answered, and closes it. It reports whether there was one.
func take(l net.Listener, answer func(net.Conn)) bool {
	c, err := l.Accept()
	if err != nil {
		return false // the test is over
	}
	defer c.Close()
	answer(c)
	return true
}

// answerWith takes a request as the agent does, the head of the answer before the request's body, and gives the answer.
func answerWith(c net.Conn, head, answer string) {
	lines := bufio.NewReader(c)
	var err error
	for _, step := range []struct{ end, answer string }{{"\r\n", head}, {"0\r\n", answer}} { // the end of the head, the last chunk
		for line := ""; line != step.end; {
			if line, err = lines.ReadString('\n'); err != nil {
				return
			}
		}
		_, _ = io.WriteString(c, step.answer) // the command reads it
	}
}

// TestSendWhileAgentIsKilled: who sends lines as they come is told at once that the agent is gone, in one sentence that says how many are stored; it
// does not wait for a line that may never come, and the words of the system stay out of it.
func TestSendWhileAgentIsKilled(t *testing.T) {
	for _, c := range []struct {
		name, lines, says string
		unread            bool // the agent dies with something unread, which resets the connection
	}{
		{"between two lines", "one\n", "Lanyard stopped: 1 message is stored; start it, and send what comes after them again\n", false},
		{"with lines unread", "one\ntwo\n" + strings.Repeat("more\n", 100_000), "Lanyard stopped: 1 message is stored and ", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			profile, l := listening(t)
			go take(l, func(conn net.Conn) { takeOne(conn, c.unread) })
			lines, w := io.Pipe() // which never ends
			defer w.Close()
			go func() { _, _ = io.WriteString(w, c.lines) }()
			var out, errs bytes.Buffer
			status := run(t.Context(), []string{"send", "Ben", "--stdin", "--profile", profile}, lines, &out, &errs)
			if status != exitFailure || !strings.HasPrefix(errs.String(), c.says) || strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("exit status %d, %q; want %q", status, errs.String(), c.says)
			}
		})
	}
}

// TestSendInterrupted: who ends the command in the middle is told how many are stored, and how many may be.
func TestSendInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	status, printed, said := sendIntoSilence(ctx, t, cancel)
	if status != exitFailure || printed != "aa\n" || said != "interrupted: 1 message is stored and 1 more may be\n" {
		t.Errorf("exit status %d, printed %q, said %q", status, printed, said)
	}
}

// TestSendOutOfTime: whoever gives the command too little time is told the same. How much is enough for the first message is a matter of the machine: it gets
// more until it is.
func TestSendOutOfTime(t *testing.T) {
	for limit := time.Second; ; limit *= 2 {
		status, printed, said := sendIntoSilence(t.Context(), t, func() {}, "--timeout", limit.String())
		if printed == "" && limit < hang {
			continue
		}
		if status != exitTimeout || said != "the time is over before the last line: 1 message is stored and 1 more may be\n" {
			t.Errorf("exit status %d, printed %q, said %q", status, printed, said)
		}
		return
	}
}

// TestSendTimeBeginsWhenStored: the time that the agent's own disk takes is none of the waiting, however little time that gets.
func TestSendTimeBeginsWhenStored(t *testing.T) {
	profile, l := listening(t)
	go take(l, func(c net.Conn) {
		takeOne(c, false)
		for take(l, func(net.Conn) {}) { // who carries it is asked, and not answered
		}
	})
	var out, errs bytes.Buffer
	status := run(t.Context(), []string{"send", "Ben", "one", "--wait", "delivered", "--timeout", "1ns", "--profile", profile}, strings.NewReader(""), &out, &errs)
	if want := "stored, but 1 message is not yet delivered: aa\n"; status != exitTimeout || out.String() != "aa\n" || errs.String() != want {
		t.Errorf("exit status %d, printed %q, said %q; want %q", status, out.String(), errs.String(), want)
	}
}

// sendIntoSilence sends two lines to an agent that stores the first, and says nothing more; stored is called then.
func sendIntoSilence(ctx context.Context, t *testing.T, stored func(), args ...string) (status int, printed, said string) {
	t.Helper()
	profile, l := listening(t)
	go take(l, func(c net.Conn) {
		takeOne(c, false)
		_, _ = io.Copy(io.Discard, c) // and is silent until the command has gone
	})
	lines, w := io.Pipe() // which never ends
	defer w.Close()
	go func() { _, _ = io.WriteString(w, "one\ntwo\n") }()
	read, out := io.Pipe()
	all := make(chan string, 1)
	go func() {
		buffered := bufio.NewReader(read)
		first, _ := buffered.ReadString('\n') // the ID of the one, or nothing when the command ended before
		stored()
		rest, _ := io.ReadAll(buffered)
		all <- first + string(rest)
	}()
	var errs bytes.Buffer
	status = run(ctx, append([]string{"send", "Ben", "--stdin", "--profile", profile}, args...), lines, out, &errs)
	_ = out.Close() // it never fails
	return status, <-all, errs.String()
}

// takeOne answers one line of a request and leaves it at that, as a killed agent does, with or without reading what came besides.
func takeOne(c net.Conn, unread bool) {
	var err error
	lines := bufio.NewReaderSize(c, 16)
	for line := ""; line != "\r\n"; {
		if line, err = lines.ReadString('\n'); err != nil {
			return
		}
	}
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") // the command reads it
	for line := ""; !strings.Contains(line, "one"); {
		if line, err = lines.ReadString('\n'); err != nil {
			return
		}
	}
	answer := `{"line":1,"id":"aa","text":"one","to":1}` + "\n"
	if unread {
		_, _ = io.WriteString(c, fmt.Sprintf("%x\r\n%s\r\n", len(answer), answer))
		return // with what came besides unread
	}
	_, _ = lines.ReadString('\n') // the end of the chunk: nothing is left unread
	_, _ = io.WriteString(c, fmt.Sprintf("%x\r\n%s\r\n", len(answer), answer))
}

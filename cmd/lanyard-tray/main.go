// Command lanyard-tray is the small desktop program that the agent starts: the icon and its menu, notifications, idle time, the folder dialog and opening the
// window. It holds nothing: all it shows comes from the agent over the control socket, and it ends when the agent does.
//
// It is a program of its own because the toolkit behind the icon ends its process when the display or the session's bus goes away; the agent lives on
// and starts it again.
//
// Usage: lanyard-tray --socket PATH --browser-profile DIR --lanyard PROGRAM
//
// Where the toolkit misses the panel, the program starts itself anew (tray.ErrMissed).
//
// Exit codes: 0 the agent ended or asked it to; 1 something failed, one line on standard error says what; 2 usage; 3 there is no desktop session here;
// 4 this build has no icon.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/tray"
)

// version is set when the program is built.
var version = "unknown"

const (
	exitFailed    = 1
	exitUsage     = 2
	exitNoSession = 3
	exitNoIcon    = 4

	// patience is how long the toolkit may take to show the icon; a taskbar that is not there yet would block it for ever.
	patience = 10 * time.Second

	// startsVariable tells how often the program has started anew by itself. After mostStarts that is left to the agent, which waits longer and longer.
	startsVariable = "LANYARD_TRAY_STARTS"
	mostStarts     = 5
)

func main() {
	socket := flag.String("socket", "", "the agent's control socket")
	browser := flag.String("browser-profile", "", "folder of the window's browser profile")
	program := flag.String("lanyard", "", "the program that starts at login")
	tell := flag.Bool("version", false, "print the version")
	flag.Parse()
	if *tell {
		fmt.Println("lanyard-tray", version)
		return
	}
	if *socket == "" || *browser == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(exitUsage)
	}
	starts, _ := strconv.Atoi(os.Getenv(startsVariable)) // not set: none
	os.Unsetenv(startsVariable)                          // what the program starts is none of these
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, *socket, *browser, *program)
	if errors.Is(err, tray.ErrMissed) {
		err = startAnew(starts, err)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "lanyard-tray: %v\n", err)
		os.Exit(exitCode(err))
	}
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, desktop.ErrNoSession):
		return exitNoSession
	case errors.Is(err, tray.ErrUnsupported):
		return exitNoIcon
	}
	return exitFailed
}

// startAnew replaces the program, which started anew so many times before, by itself after a race that it lost, and returns only where it has done that too often or cannot.
func startAnew(starts int, why error) error {
	if starts >= mostStarts {
		return fmt.Errorf("started anew %d times, and each time: %w", starts, why)
	}
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program, to start it anew: %w", err)
	}
	fmt.Fprintf(os.Stderr, "lanyard-tray: %v: starting anew\n", why)
	if err := syscall.Exec(path, os.Args, append(os.Environ(), startsVariable+"="+strconv.Itoa(starts+1))); err != nil {
		return fmt.Errorf("start anew: %w", err)
	}
	return nil
}

// run must be on main's goroutine: the toolkit insists.
func run(ctx context.Context, socket, browserProfile, program string) error {
	if !tray.Supported {
		return tray.ErrUnsupported
	}
	// Looked at before the toolkit is started, for it would end the process without a word that the agent could pass on.
	if !desktop.FindSession(ctx).Display {
		return desktop.ErrNoSession
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	d := newDesk(api.New(socket), browserProfile, desktop.Autostart{Executable: program})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cancel(d.run(ctx))
	}()
	late := time.AfterFunc(patience, func() {
		fmt.Fprintln(os.Stderr, "lanyard-tray: the desktop did not show the icon in time")
		os.Exit(exitFailed) // the toolkit's loop cannot be left from here
	})
	defer late.Stop()
	err := d.icon.Run(ctx, func() { late.Stop() })
	cancel(err)
	<-ended
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

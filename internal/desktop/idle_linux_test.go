package desktop

import (
	"context"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"golang.org/x/sys/unix"

	"lanyard/internal/desktest"
)

func TestNextLook(t *testing.T) {
	for name, c := range map[string]struct {
		idle  time.Duration
		known bool
		want  time.Duration
	}{
		"who just typed can be away in five minutes":  {0, true, AwayAfter},
		"who is nearly away is looked at then":        {AwayAfter - 20*time.Second, true, 20 * time.Second},
		"never more often than once a second":         {AwayAfter - time.Millisecond, true, backWithin},
		"who is away is noticed at once when back":    {time.Hour, true, backWithin},
		"a desktop that does not tell is asked again": {0, false, idleAgain},
	} {
		if got := nextLook(c.idle, AwayAfter, c.known); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if Away(AwayAfter-1) || !Away(AwayAfter) {
		t.Error("away at another moment than after AwayAfter")
	}
}

func TestIdleOfRegistry(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"    | |   \"HIDIdleTime\" = 301234567890\n": 301234567890, "\"HIDIdleTime\" = 99999999999999999999999": -1, "": -1, "\"HIDIdleTime\" = ": -1,
	} {
		got, err := idleOfRegistry(text)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
}

// TestWatchIdleOnADisplay: on a real display somebody stops, comes back, and the display goes; GNOME's word counts more than the display's.
func TestWatchIdleOnADisplay(t *testing.T) {
	d := desktest.Start(t)
	d.Use(t)
	conn, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := xtest.Init(conn); err != nil {
		t.Fatal(err)
	}
	const after = 3 * backWithin
	heard := make(chan bool, 16)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		WatchIdle(ctx, after, func(idle time.Duration) { heard <- idle >= after })
	}()
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	await := func(what string, away bool, move <-chan time.Time) {
		t.Helper()
		x := int16(30)
		for limit := time.After(desktest.Patience); ; {
			select {
			case got := <-heard:
				if got == away {
					return
				}
			case <-move:
				x ^= 1
				if err := xtest.FakeInputChecked(conn, xproto.MotionNotify, 0, 0, root, x, 30, 0).Check(); err != nil {
					t.Fatal(err)
				}
			case <-limit:
				t.Fatalf("waited in vain for %s", what)
			}
		}
	}
	await("nobody to be there", true, nil)
	hand := time.NewTicker(100 * time.Millisecond) // a person goes on moving it: a slow machine looks seldom
	await("the mouse to be noticed", false, hand.C)
	hand.Stop()
	await("nobody to be there again", true, nil)
	d.KillDisplay(t)
	await("a person on a display that is gone to count as active", false, nil)
	cancel()
	<-ended
}

// tells waits until the idle time is such: an answer for which a slow machine took too long is none.
func tells(t *testing.T, what string, good func(idle time.Duration) bool) {
	t.Helper()
	desktest.Until(t, what, func() bool {
		idle, err := Idle(t.Context())
		return err == nil && good(idle)
	})
}

// TestIdleOverTheBus: what the compositor says counts, in GNOME's and in KDE's words, with no display at all.
func TestIdleOverTheBus(t *testing.T) {
	d := desktest.Start(t)
	d.Use(t)
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "wayland-9")
	if idle, err := Idle(t.Context()); err == nil {
		t.Errorf("idle for %v, which nobody told", idle)
	}
	desktest.PlayIdle[uint32](t, d, "org.freedesktop.ScreenSaver", "/ScreenSaver", "GetSessionIdleTime", 1500)
	tells(t, "KDE", func(idle time.Duration) bool { return idle == 1500*time.Millisecond })
	desktest.PlayIdle[uint64](t, d, "org.cinnamon.Muffin.IdleMonitor", "/org/cinnamon/Muffin/IdleMonitor/Core", "GetIdletime", 77000)
	tells(t, "Cinnamon", func(idle time.Duration) bool { return idle == 77*time.Second })
	desktest.PlayIdle[uint64](t, d, "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "GetIdletime", 302000)
	tells(t, "GNOME", func(idle time.Duration) bool { return idle == 302*time.Second })
}

// TestIdleOfTheLoginManager: where no compositor tells, or one that says "just now" whatever happens, the session's idle hint counts.
func TestIdleOfTheLoginManager(t *testing.T) {
	d := desktest.Start(t)
	d.Use(t)
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "wayland-9")
	t.Setenv("XDG_SESSION_ID", "1")
	tell := desktest.PlayLogin(t, d, "1")
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		t.Fatal(err)
	}
	away := min(400*time.Second, time.Duration(now.Nano())/2) // the computer may have been switched on just now
	since := uint64((time.Duration(now.Nano()) - away).Microseconds())
	if idle, err := Idle(t.Context()); err == nil {
		t.Errorf("idle for %v, which nobody told", idle)
	}
	tell(true, since)
	tells(t, "the login manager's word", func(idle time.Duration) bool { return idle >= away && idle < away+time.Hour })
	tell(true, uint64(now.Nano()/1000)+3600e6)
	tells(t, "nothing for a time to come", func(idle time.Duration) bool { return idle == 0 })
	desktest.PlayIdle[uint32](t, d, "org.freedesktop.ScreenSaver", "/ScreenSaver", "GetSessionIdleTime", 0)
	tell(true, since)
	tells(t, "the login manager's word beside a compositor that always says 0", func(idle time.Duration) bool { return idle >= away })
	tell(false, 0)
	tells(t, "somebody who is back", func(idle time.Duration) bool { return idle == 0 })
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", ":987")
	desktest.PlayIdle[uint64](t, d, "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "GetIdletime", 1500)
	tell(true, since)
	tells(t, "a compositor that tells counts more", func(idle time.Duration) bool { return idle == 1500*time.Millisecond })
}

package share_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"lanyard/internal/chunk"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// large is content that is alike in every run.
func large(seed byte, size int) string {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return string(b)
}

// overwritten is a content with other bytes from at on.
func overwritten(c string, at, length int) string {
	return c[:at] + large(99, length) + c[at+length:]
}

// arrives has Anna save a file and waits until both have it; it returns what that cost on the wire.
func (o *office) arrives(id share.ID, p, c string) int64 {
	o.t.Helper()
	anna, ben := o.desks[0], o.desks[1]
	before := ben.traffic.Load()
	put(anna, p, c)
	eventually(o.t, p+" is the same on both desks", func() bool {
		share.Look(anna.engine, id)
		return on(ben)[p] == c
	}, ben.state(id))
	o.level(id)
	return ben.traffic.Load() - before
}

// TestOnlyWhatChanged: of a large file that was changed only what changed travels, where it was inserted, overwritten, cut off, or comes back; so it is when
// nobody cut the old version before, and for a file that is like another one. What has nothing in common travels once.
func TestOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	id := o.begin()
	anna, ben := o.desks[0], o.desks[1]
	const size = 9 << 20
	c := large(1, size)
	first := c
	if sent := o.arrives(id, "a.bin", c); sent < size {
		t.Errorf("the first version came with %d bytes", sent)
	}
	few := int64(2 << 20) // what is cut anew, and some frames: always the same, as the contents are
	for _, step := range []struct {
		what string
		path string
		next func(string) string
	}{
		{"inserted at the front", "a.bin", func(c string) string { return "x" + c }},
		{"overwritten in the middle", "a.bin", func(c string) string { return overwritten(c, size/2, 1000) }},
		{"cut off at the end", "a.bin", func(c string) string { return c[:size-5000] }},
		{"another file that is like it", "b.bin", func(c string) string { return c + "and more" }},
		{"cut off in the middle", "a.bin", func(c string) string { return c[:size/3] + c[size/2:] }},
		{"as it was once, from the trash", "a.bin", func(string) string { return first[:size-10] }},
	} {
		c = step.next(c)
		if sent := o.arrives(id, step.path, c); sent > few {
			t.Errorf("%s: %d bytes on the wire", step.what, sent)
		}
	}
	check(t, share.ForgetLists(t.Context(), ben.engine, id))
	c = overwritten(c, 3<<20, 100)
	if sent := o.arrives(id, "a.bin", c); sent > few {
		t.Errorf("without a list of the old version: %d bytes on the wire", sent)
	}
	check(t, share.ForgetLists(t.Context(), anna.engine, id))
	ben.host.Down()
	c = overwritten(c, 5<<20, 100)
	put(anna, "a.bin", c)
	eventually(t, "Anna has published it", func() bool {
		share.Look(anna.engine, id)
		known, _, err := share.Lists(t.Context(), anna.engine, id)
		return err == nil && known == 1
	}, anna.state(id))
	check(t, share.ForgetLists(t.Context(), anna.engine, id))
	ben.host.Up()
	o.meet()
	eventually(t, "it comes whole from who has no list", func() bool { return on(ben)["a.bin"] == c }, ben.state(id))
	o.level(id)
	zeros := strings.Repeat("\x00", size)
	if sent := o.arrives(id, "zeros.bin", zeros); sent > few {
		t.Errorf("zeros: %d bytes on the wire", sent)
	}
}

// TestListsGo: the chunks of a content are forgotten when it lies here no more.
func TestListsGo(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	id := o.begin()
	o.arrives(id, "a.bin", large(1, 2<<20))
	o.arrives(id, "a.bin", large(2, 2<<20))
	lists := func(d *desk, want int) {
		t.Helper()
		state := func() string { return fmt.Sprint(share.Lists(t.Context(), d.engine, id)) }
		eventually(t, d.name+" forgets what is gone", func() bool {
			share.Look(d.engine, id)
			known, stale, err := share.Lists(t.Context(), d.engine, id)
			return err == nil && stale == 0 && known == want
		}, state)
	}
	lists(o.desks[0], 1) // what was there before is nowhere
	lists(o.desks[1], 2) // it lies in the trash
	check(t, o.desks[0].disk.Local().Remove("a.bin"))
	o.level(id)
	lists(o.desks[0], 0)
	lists(o.desks[1], 2)
}

// TestWrongLists: what somebody tells of chunks that is not so costs a second fetch and nothing else; files that lie here are not believed either.
func TestWrongLists(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(chunk.List) chunk.List{
		"another chunk": func(l chunk.List) chunk.List {
			l = slices.Clone(l)
			l[len(l)/2].Hash[0] ^= 1
			return l
		},
		"another order": func(l chunk.List) chunk.List {
			l = slices.Clone(l)
			l[0].Hash, l[len(l)-1].Hash = l[len(l)-1].Hash, l[0].Hash
			return l
		},
		"cut elsewhere": func(l chunk.List) chunk.List {
			l = slices.Clone(l)
			l[0].Length--
			l[1].Length++
			return l
		},
		"one that cannot be": func(l chunk.List) chunk.List {
			l = slices.Clone(l)
			l[0].Length = 1
			return l
		},
		"all alike": func(l chunk.List) chunk.List {
			first := l[0]
			l = slices.Clone(l)
			for i := range l {
				l[i].Hash = first.Hash
			}
			return l
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			o := memoryOffice(t, "Anna", "Ben")
			id := o.begin()
			anna, ben := o.desks[0], o.desks[1]
			c := large(1, 3<<20)
			o.arrives(id, "a.bin", c)
			c = "w" + c
			o.arrives(id, "a.bin", c)
			check(t, share.FalsifyLists(t.Context(), ben.engine, id, change)) // of the version that is replaced
			c = "x" + c
			o.arrives(id, "a.bin", c)

			ben.host.Down()
			c = "y" + c
			put(anna, "a.bin", c)
			eventually(t, "Anna has published it", func() bool {
				share.Look(anna.engine, id)
				_, size := share.Published(t.Context(), anna.engine, id)
				return size == len(c)
			}, anna.state(id))
			check(t, share.FalsifyLists(t.Context(), anna.engine, id, change)) // of what is asked for
			ben.host.Up()
			o.meet()
			eventually(t, "it comes all the same", func() bool { return on(ben)["a.bin"] == c }, ben.state(id))
			o.level(id)
		})
	}
}

// TestBaseChanges: a file of which chunks are just taken over is overwritten; what comes is whole, and what was written stays.
func TestBaseChanges(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	ben := o.desks[1]
	old, other := large(1, 9<<20), large(2, 9<<20)
	var armed atomic.Bool
	var writes atomic.Int64
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && armed.Load() && writes.Add(1) == 5 {
			armed.Store(false)
			check(t, ben.disk.Local().WriteFile("old.bin", []byte(other))) // in place
		}
	})
	id := o.begin()
	o.arrives(id, "old.bin", old)
	armed.Store(true)
	fresh := overwritten(old, 3<<20, 100)
	o.arrives(id, "new.bin", fresh)
	if armed.Load() {
		t.Fatal("nothing was taken over chunk by chunk")
	}
	if got := o.level(id); got["new.bin"] != fresh || got["old.bin"] != other {
		t.Errorf("the folders hold\n%s", listing(got))
	}
}

// TestChunksResume: a fetch by chunks that breaks off goes on where it was, also after the machine lost a part of what it had written; only what is
// missing travels again.
func TestChunksResume(t *testing.T) {
	t.Parallel()
	for _, damage := range []string{"none", "a wrong byte", "too long"} {
		t.Run(damage, func(t *testing.T) {
			t.Parallel()
			o := memoryOffice(t, "Anna", "Ben")
			anna, ben := o.desks[0], o.desks[1]
			const size = 14 << 20 // more than what is fetched ahead
			var broken atomic.Bool
			var writes atomic.Int64
			ben.disk.Hook(func(_ int, doing, p string) {
				if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && writes.Add(1) == 5 && broken.CompareAndSwap(false, true) {
					anna.host.Down()
				}
			})
			id := o.begin()
			c := large(1, size)
			put(anna, "a.bin", c)
			share.Look(anna.engine, id)
			eventually(t, "Ben's fetch breaks off", broken.Load, anna.state(id))
			eventually(t, "Ben is told that it does not come", func() bool { return ben.problem(id, "a.bin") != nil }, ben.state(id))
			ben.shut()
			entries, err := ben.disk.List(".lanyard/in")
			check(t, err)
			if len(entries) != 1 || entries[0].Size < 4*chunk.Min || entries[0].Size >= size {
				t.Fatalf("%+v is kept", entries)
			}
			p := ".lanyard/in/" + entries[0].Name
			b, err := ben.disk.Local().ReadFile(p)
			check(t, err)
			kept := int64(len(b))
			switch damage {
			case "a wrong byte":
				b[len(b)/2] ^= 1
				kept /= 2
			case "too long":
				b = append(b, bytes.Repeat([]byte("x"), 2*size)...)
			}
			check(t, ben.disk.Local().WriteFile(p, b))
			ben.start()
			before := ben.traffic.Load()
			anna.host.Up()
			o.meet()
			eventually(t, "Ben has it", func() bool { return on(ben)["a.bin"] == c }, ben.state(id))
			o.level(id)
			if again := ben.traffic.Load() - before; again > size-kept+2<<20 { // the chunk that is damaged travels whole
				t.Errorf("%d bytes travelled, %d were here", again, kept)
			}
		})
	}
}

// TestSourceChanges: a large file that is changed while it is fetched by chunks arrives as it is in the end.
func TestSourceChanges(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	old := large(1, 9<<20)
	last := overwritten(old, 1<<20, 3<<20)
	var armed atomic.Bool
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && armed.CompareAndSwap(true, false) {
			check(t, anna.disk.Local().WriteFile("a.bin", []byte(last)))
		}
	})
	id := o.begin()
	armed.Store(true)
	put(anna, "a.bin", old)
	eventually(t, "Ben has the last one", func() bool {
		share.Look(anna.engine, id)
		return on(ben)["a.bin"] == last
	}, ben.state(id))
	if got := o.level(id); got["a.bin"] != last || len(got) != 1 {
		t.Errorf("the folders hold\n%s", listing(got))
	}
}

// TestChunksFullDisk: when the disk fills while a large content is put together it is told as one problem, the old version stays, other files come, and it
// comes once there is room.
func TestChunksFullDisk(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	ben := o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "Ben", Size: 16 << 20})
	anna := o.desks[0]
	var armed atomic.Bool
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && armed.CompareAndSwap(true, false) {
			check(t, ben.disk.Local().WriteFile(".lanyard/ballast", make([]byte, 10<<20)))
		}
	})
	id := o.begin()
	old := large(1, 4<<20)
	o.arrives(id, "a.bin", old)
	armed.Store(true)
	put(anna, "a.bin", overwritten(old, 1<<20, 10))
	eventually(t, "Ben is told that it does not fit", func() bool {
		share.Look(anna.engine, id)
		return ben.problem(id, "a.bin") != nil
	}, ben.state(id))
	if armed.Load() {
		t.Error("the disk did not fill")
	}
	put(anna, "b.txt", "small")
	eventually(t, "what is small comes", func() bool {
		share.Look(anna.engine, id)
		return on(ben)["b.txt"] == "small"
	}, ben.state(id))
	if on(ben)["a.bin"] != old {
		t.Error("the old version is not there any more")
	}
	check(t, ben.disk.Local().Remove(".lanyard/ballast"))
	eventually(t, "it comes once there is room", func() bool { return on(ben)["a.bin"] == overwritten(old, 1<<20, 10) }, ben.state(id))
	o.level(id)
}

// TestSourceGone: a large file that is deleted while it is fetched by chunks comes to nobody, leaves nothing behind, and holds nothing else up.
func TestSourceGone(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	var armed atomic.Bool
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && armed.CompareAndSwap(true, false) {
			check(t, anna.disk.Local().Remove("a.bin"))
		}
	})
	id := o.begin()
	armed.Store(true)
	put(anna, "a.bin", large(1, 14<<20)) // more than what is fetched ahead
	put(anna, "b.txt", "small")
	eventually(t, "Ben has what is left", func() bool {
		share.Look(anna.engine, id)
		got := on(ben)
		return len(got) == 1 && got["b.txt"] == "small" && !armed.Load()
	}, ben.state(id))
	o.level(id)
	eventually(t, "what came in part is gone", func() bool {
		entries, err := ben.disk.List(".lanyard/in")
		check(t, err)
		return len(entries) == 0
	}, ben.state(id))
}

// TestFromBeforeChunks: of the large files of a share that was made before there were chunks, too, only what changed travels.
func TestFromBeforeChunks(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	id := o.begin()
	c := large(1, 6<<20)
	o.arrives(id, "a.bin", c)
	for _, d := range o.desks {
		check(t, share.ForgetLists(t.Context(), d.engine, id))
		d.restart()
	}
	o.meet()
	o.level(id)
	if sent := o.arrives(id, "a.bin", "x"+c); sent > 2<<20 {
		t.Errorf("%d bytes on the wire", sent)
	}
}

//go:build !race

package chat

import "testing"

// TestVeryMuchLacked runs without the race detector, which finds nothing in 4,000 messages that it does not in 60 (TestLackedIsKept), and takes a minute for them on a slow machine. Of more events than are looked at one by one those that are lacked are known again once they are fewer, and each header is read a few times at most.
func TestVeryMuchLacked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		const n = gapStep + 300
		room, anna, ben, carla := muchLacked(t, s, n)
		if got := ben.lackedNow(t, room); got.rough || got.noted != n {
			t.Fatalf("Ben lacks %d, roughly %v", got.noted, got.rough)
		}
		ben.stop()
		ben.run(t)
		ben.awaitShown(t, carla.say(t, room, "once more")[0].ID)
		if got := ben.lackedNow(t, room); !got.rough || got.noted != n {
			t.Fatalf("Ben lacks %d, roughly %v", got.noted, got.rough)
		}
		ben.awaitShown(t, carla.say(t, room, "on")[0].ID)
		anna.run(t)
		ben.await(t, "the words", func() bool { return ben.lackedNow(t, room).noted == 0 })
		ben.sameLacked(t, room, "when the words had come")
		if got := ben.lackedNow(t, room); got.rough || len(got.all) > 0 || got.looked > 6*n {
			t.Errorf("%d headers were read, and %v is lacked", got.looked, got.all)
		}
	})
}

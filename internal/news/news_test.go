package news_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/news"
)

// TestNews: changes are told in order, also those that due adds, and due is called when it asked for, at once after a Stir, and not without reason.
func TestNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		var asked []time.Duration
		begun := time.Now()
		next := time.Time{}
		n := news.New(func(s string) { told = append(told, s) })
		ctx, stop := context.WithCancel(t.Context())
		var ran sync.WaitGroup
		ran.Go(func() {
			if err := n.Run(ctx, func(now time.Time) time.Time {
				asked = append(asked, now.Sub(begun))
				if !next.IsZero() && !next.After(now) {
					next = time.Time{}
					n.Add("due")
				}
				return next
			}); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		n.Add("one")
		n.Add("two")
		synctest.Wait()
		time.Sleep(time.Hour)
		synctest.Wait()
		next = time.Now().Add(time.Minute)
		n.Stir()
		time.Sleep(time.Hour)
		synctest.Wait()
		next = time.Now() // over already
		n.Stir()
		synctest.Wait()
		if want := []string{"one", "two", "due", "due"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		asked = slices.Compact(asked) // a change that due adds has it asked once more
		if want := []time.Duration{0, time.Hour, time.Hour + time.Minute, 2 * time.Hour}; !slices.Equal(asked, want) {
			t.Errorf("asked at %v, want %v", asked, want)
		}
		stop()
		ran.Wait()
	})
}

// TestAddedFromEverywhere: nothing that is added while Run tells is lost, and each one's changes stay in order.
func TestAddedFromEverywhere(t *testing.T) {
	const many, each = 8, 1000
	heard := make(chan [2]int, many*each)
	n := news.New(func(c [2]int) { heard <- c })
	ctx, stop := context.WithCancel(t.Context())
	var ran sync.WaitGroup
	ran.Go(func() { _ = n.Run(ctx, func(time.Time) time.Time { return time.Time{} }) })
	for who := range many {
		go func() {
			for i := range each {
				n.Add([2]int{who, i})
			}
		}()
	}
	last := map[int]int{}
	for range many * each {
		c := <-heard
		if c[1] != last[c[0]] {
			t.Fatalf("of %d came %d in the place of %d", c[0], c[1], last[c[0]])
		}
		last[c[0]]++
	}
	stop()
	ran.Wait()
}

package window_test

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// hint: whom one writes to stands in the empty composer, and of a name that is too long for it the beginning, in whatever direction it is written.
func hint(t *testing.T, browser context.Context) {
	c := newCanned(t)
	c.person("short", "Ben", "sales-7", "available", true, time.Now())
	c.person("left", "The yearly budget of the third floor and", "sales-8", "available", true, time.Now())
	c.person("right", "غرفة مشروع الميزانية السنوية للطابق الثا", "sales-9", "available", true, time.Now())
	b := open(t, browser, c.URL())
	for _, width := range []int64{1280, 390, 320} {
		b.size(width, 700, 1)
		for _, who := range []string{"short", "left", "right"} {
			if width < 640 {
				b.click("button", "Back to the list")
			}
			b.click("#person-"+who, "")
			b.until("it says to whom", `document.querySelector(".composer-hint bdi")?.textContent === document.querySelector(".head-name")?.textContent`)
			b.until("the name's first letter is in sight", `(() => {
				const name = document.querySelector(".composer-hint bdi"), first = document.createRange();
				first.setStart(name.firstChild, 0);
				first.setEnd(name.firstChild, 1);
				const letter = first.getBoundingClientRect(), box = name.getBoundingClientRect(), field = document.querySelector(".composer-field").getBoundingClientRect();
				return letter.width > 0 && letter.left >= box.left - 1 && letter.right <= box.right + 1 && box.left >= field.left && box.right <= field.right && box.top >= field.top && box.bottom <= field.bottom;
			})()`)
			b.fits(fmt.Sprint("hint-", who, "-", width))
		}
	}
	b.click(".composer-field", "")
	b.typeText("x")
	b.until("what is written stands alone", `document.querySelector(".composer-hint").offsetWidth === 0`)
	b.press("Backspace", 0)
	b.until("it is empty again", `document.querySelector(".composer-hint").offsetWidth > 0`)
	b.accessible("an empty composer", true)
}

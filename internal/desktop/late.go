package desktop

// maxSaid is how many messages of a conversation that were not told are looked at again before they are; of the rest only the number is kept.
const maxSaid = 20

// remember adds a happening to the newest that were not told. Of what it says no more is kept than is shown.
func remember(said []Happening, h Happening) []Happening {
	h.Text = shorten(oneLine(h.Text))
	said = append(said, h)
	return said[max(0, len(said)-maxSaid):]
}

// asItIs returns what is told late of so many happenings, the newest of which are said: the last that was not deleted meanwhile, with the words that it has by now, and how many are left.
func asItIs(said []Happening, count int) (Happening, int) {
	last := said[len(said)-1]
	last.Text = ""
	for _, h := range said {
		if h.Words == nil {
			last = h
			continue
		}
		text, there := h.Words()
		if !there {
			count--
			continue
		}
		h.Text = text
		last = h
	}
	return last, count
}

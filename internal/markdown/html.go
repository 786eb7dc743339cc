package markdown

import (
	"html"
	"strconv"
	"strings"
)

// HTML is a text as markup. inline is whether it is one paragraph without an element around it; else it consists of blocks: p, pre, blockquote, ul, ol. A link to another message leads
// to #mID on the same page.
func HTML(text string) (markup string, inline bool) {
	all := blocks([]rune(text))
	var b strings.Builder
	if len(all) == 1 && all[0].kind == plain {
		write(&b, all[0].items[0])
		return b.String(), true
	}
	for _, one := range all {
		one.write(&b)
	}
	return b.String(), false
}

func (one block) write(b *strings.Builder) {
	open, shut := "<p dir=\"auto\">", "</p>"
	switch one.kind {
	case fenced:
		b.WriteString(`<pre dir="ltr"><code>` + html.EscapeString(one.text) + "</code></pre>")
		return
	case bullets:
		open, shut = "<ul>", "</ul>"
	case numbers:
		open, shut = `<ol start="`+strconv.Itoa(one.start)+`">`, "</ol>"
	case quote:
		open, shut = "<blockquote dir=\"auto\">", "</blockquote>"
	}
	b.WriteString(open)
	for _, parts := range one.items {
		if one.kind == bullets || one.kind == numbers {
			b.WriteString(`<li dir="auto">`)
			write(b, parts)
			b.WriteString("</li>")
			continue
		}
		write(b, parts)
	}
	b.WriteString(shut)
}

// element is the name of that in which emphasised words stand.
func element(k kind) string {
	switch k {
	case bold:
		return "strong"
	case italic:
		return "em"
	}
	return "s"
}

func write(b *strings.Builder, parts []part) {
	for _, p := range parts {
		text := html.EscapeString(p.text)
		switch p.kind {
		case words:
			b.WriteString(text)
		case code:
			b.WriteString("<code>" + text + "</code>")
		case link:
			b.WriteString(`<a href="` + html.EscapeString(p.to) + `" target="_blank" rel="noopener noreferrer">` + text + "</a>")
			if p.host != "" {
				b.WriteString("<span> (" + html.EscapeString(p.host) + ")</span>")
			}
		case message:
			b.WriteString(`<a href="#m` + text + `">Linked message</a>`)
		default:
			b.WriteString("<" + element(p.kind) + ">")
			write(b, p.parts)
			b.WriteString("</" + element(p.kind) + ">")
		}
	}
}

const (
	gistRead  = 300 // runes that are looked at
	gistShown = 200
)

// Gist is what a text says, on one line and without its markup: for quotes.
func Gist(text string) string {
	all := []rune(text)
	var said []string
	for _, one := range blocks(all[:min(len(all), gistRead)]) {
		items := []string{one.text}
		if one.kind != fenced {
			items = nil
		}
		for _, parts := range one.items {
			items = append(items, says(parts))
		}
		said = append(said, strings.Join(items, ", "))
	}
	line := []rune(strings.Join(strings.Fields(strings.Join(said, " ")), " "))
	return string(line[:min(len(line), gistShown)])
}

func says(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.kind == message:
			b.WriteString("linked message")
		case p.parts != nil:
			b.WriteString(says(p.parts))
		default:
			b.WriteString(p.text)
		}
	}
	return b.String()
}
